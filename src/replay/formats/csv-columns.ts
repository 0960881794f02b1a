/** Which column of a CSV file is which: by the names in its header, or as the user says with `--columns`. */
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { nearestWord } from "../../scenarios/nearest-word.ts";

/** What a column can mean. `end` is the time at which a request was over; times are starts otherwise. */
export const CSV_FIELDS = [
  "timestamp",
  "end",
  "user",
  "address",
  "agent",
  "route",
  "method",
  "status",
  "latency",
  "version",
  "bytes",
] as const;

/** One of the meanings. */
export type CsvField = (typeof CSV_FIELDS)[number];

/** As given by the user: per field the name of a column or `#N` (from 1); the latency's unit where it was named. */
export interface ColumnMapping {
  readonly columnOf: Readonly<Partial<Record<CsvField, string>>>;
  readonly latencyUnitUs: number | null;
  /** The unit of times that count from 0, where it was named (`timestamp_ms=…`). */
  readonly timeUnitUs: number | null;
}

/** Where each field stands in a row: its index, or -1. */
export interface CsvLayout {
  readonly indexOf: Readonly<Record<CsvField, number>>;
  /** Microseconds in the latency column's unit. */
  readonly latencyUnitUs: number;
  /** True when the unit was neither in the column's name nor given. */
  readonly latencyUnitAssumed: boolean;
  /** Microseconds in the unit of times, where the column's name or the user says so. */
  readonly timeUnitUs: number | null;
  /** Cells in a row; 0: not known (columns given by number, no header). */
  readonly cells: number;
}

/** Other words for fields in `--columns`. */
const FIELD_ALIASES: Readonly<Record<string, CsvField>> = {
  time: "timestamp",
  start: "timestamp",
  key: "user",
  path: "route",
};

/** Microseconds in units by their names. */
export const UNIT_US: Readonly<Record<string, number>> = { ns: 0.001, us: 1, ms: 1_000, s: 1_000_000 };

/** Names of columns, in lower case without `_`, `-`, `.`, `@`, `$` and blanks; the first that is met is taken. */
const SYNONYMS: Readonly<Record<CsvField, readonly string[]>> = {
  timestamp: [
    "timestamp",
    "time",
    "ts",
    "date",
    "datetime",
    "start",
    "starttime",
    "startedat",
    "starttimeunixnano",
    "timeiso8601",
    "requesttimestamp",
    "eventtime",
    "msec",
    "unix",
    "unixtime",
    "epoch",
    "offset",
    "arrival",
    "arrivaltime",
    "arrivedat",
  ],
  end: ["end", "endtime", "endedat", "finishedat", "completedat", "endtimeunixnano"],
  user: [
    "user",
    "userid",
    "key",
    "session",
    "sessionid",
    "client",
    "clientid",
    "customer",
    "customerid",
    "account",
    "accountid",
    "username",
  ],
  address: ["address", "ip", "clientip", "remoteaddr", "remoteaddress", "cip", "srcip"],
  agent: ["agent", "useragent", "httpuseragent", "csuseragent"],
  route: [
    "route",
    "path",
    "url",
    "uri",
    "endpoint",
    "request",
    "requesturi",
    "operation",
    "operationname",
    "handler",
    "name",
    "csuristem",
  ],
  method: ["method", "httpmethod", "requestmethod", "verb", "csmethod"],
  status: [
    "status",
    "statuscode",
    "code",
    "httpstatus",
    "httpstatuscode",
    "responsecode",
    "scstatus",
    "result",
    "outcome",
  ],
  latency: ["latency", "duration", "elapsed", "responsetime", "requesttime", "timetaken", "rt", "took"],
  version: ["version", "variant", "arm", "release", "deployment", "track"],
  bytes: ["bytes", "size", "bodybytessent", "bytessent", "responsesize", "responsebytes", "contentlength", "scbytes"],
};
/** Names after which the latency is in seconds when no unit is named (nginx, W3C). */
const IN_SECONDS = new Set(["requesttime", "timetaken"]);

/** Reads `--columns 'timestamp=StartTimeUnixNano,user=TraceID,latency_us=Duration'`; `#3` is the third column. */
export function parseColumnMapping(text: string, source: string = "--columns"): Read<ColumnMapping> {
  const columnOf: Partial<Record<CsvField, string>> = {};
  let latencyUnitUs: number | null = null;
  let timeUnitUs: number | null = null;
  const problems: Problem[] = [];
  const complain = (message: string, found: string, allowed: string, suggestion: string | null): void => {
    problems.push({ source, line: 0, column: 0, path: "", message, found, allowed, suggestion });
  };
  for (const entry of text.split(",")) {
    const equals = entry.indexOf("=");
    const word = entry.slice(0, Math.max(equals, 0)).trim();
    const column = entry.slice(equals + 1).trim();
    if (equals === -1 || word === "" || column === "") {
      complain(
        "this names no column for a field",
        entry.trim() === "" ? "nothing" : entry.trim(),
        "FIELD=COLUMN, …",
        null,
      );
      continue;
    }
    const unit = /^(latency|timestamp|time|start|end)_(ns|us|ms|s)$/.exec(word);
    const name = unit?.[1] ?? word;
    const field = FIELD_ALIASES[name] ?? CSV_FIELDS.find((one) => one === name);
    if (field === undefined) {
      complain(
        "this is no field",
        word,
        `${CSV_FIELDS.join(", ")}, latency_us, latency_ms, latency_s, timestamp_ms, …`,
        nearestWord(word, [...CSV_FIELDS, ...Object.keys(FIELD_ALIASES)]),
      );
    } else if (columnOf[field] !== undefined) {
      complain(`${field} is given twice`, column, "each field once", null);
    } else {
      columnOf[field] = column;
      const unitUs = UNIT_US[unit?.[2] ?? ""] ?? null;
      if (field === "latency") latencyUnitUs = unitUs;
      else timeUnitUs ??= unitUs;
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { columnOf, latencyUnitUs, timeUnitUs }, warnings: [] };
}

/** Whether all columns are given by number, so that the file's first line is a row like any other. */
export function isByNumber(mapping: ColumnMapping | null): boolean {
  const columns = Object.values(mapping?.columnOf ?? {});
  return columns.length > 0 && columns.every((column) => /^#\d+$/.test(column));
}

/** The layout under a header (null: there is none), and the names in `--columns` that the header lacks. */
export function layOutColumns(
  header: readonly string[] | null,
  mapping: ColumnMapping | null,
): { readonly layout: CsvLayout; readonly missing: readonly string[] } {
  const indexOf: Record<CsvField, number> = {
    timestamp: -1,
    end: -1,
    user: -1,
    address: -1,
    agent: -1,
    route: -1,
    method: -1,
    status: -1,
    latency: -1,
    version: -1,
    bytes: -1,
  };
  const names = (header ?? []).map((name) => name.trim());
  const missing: string[] = [];
  const taken = new Set<number>();
  for (const field of CSV_FIELDS) {
    const wanted = mapping?.columnOf[field];
    if (wanted === undefined) continue;
    const number = /^#(\d+)$/.exec(wanted);
    const index = number === null ? names.indexOf(wanted) : Number(number[1]) - 1;
    if (index < 0 || (header !== null && index >= names.length)) {
      missing.push(wanted);
    } else {
      indexOf[field] = index;
      taken.add(index);
    }
  }
  const plain = names.map(plainName);
  let unitUs = mapping?.latencyUnitUs ?? null;
  for (const field of CSV_FIELDS) {
    if (mapping?.columnOf[field] !== undefined) continue;
    for (const synonym of SYNONYMS[field]) {
      const index = plain.findIndex((name, i) => !taken.has(i) && nameMatches(field, name, synonym));
      if (index === -1) continue;
      indexOf[field] = index;
      taken.add(index);
      break;
    }
  }
  const latencyName = plain[indexOf.latency] ?? "";
  unitUs ??= unitOfName(names[indexOf.latency] ?? "");
  const timeName = names[indexOf.timestamp] ?? names[indexOf.end] ?? "";
  return {
    layout: {
      indexOf,
      latencyUnitUs: unitUs ?? (IN_SECONDS.has(latencyName) ? 1_000_000 : 1_000),
      latencyUnitAssumed: unitUs === null && indexOf.latency !== -1,
      timeUnitUs: mapping?.timeUnitUs ?? unitOfName(timeName),
      cells: names.length,
    },
    missing,
  };
}

/** How many of a header's names are known: the more, the surer that this is a header. */
export function countKnownColumns(header: readonly string[]): number {
  const { layout } = layOutColumns(header, null);
  return CSV_FIELDS.filter((field) => layout.indexOf[field] !== -1).length;
}

/** A name without what people write in different ways: case, separators, signs. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_.@$\s()]/g, "");
}

const WITH_UNITS: ReadonlySet<CsvField> = new Set(["latency", "timestamp", "end"]);

function nameMatches(field: CsvField, name: string, synonym: string): boolean {
  if (name === synonym) return true;
  return WITH_UNITS.has(field) && name.startsWith(synonym) && UNIT_US[name.slice(synonym.length)] !== undefined;
}

/** The unit at the end of a column's name, after a separator or in camel case: `latency_ms`, `durationMs`. */
export function unitOfName(name: string): number | null {
  const match = /(?:[-_.\s(]|[a-z](?=[A-Z]))(ns|us|ms|s)\)?$/i.exec(name);
  return match === null ? null : (UNIT_US[(match[1] ?? "").toLowerCase()] ?? null);
}
/** Whether a latency of this name is in seconds where no unit is named. */
export function isInSeconds(name: string): boolean {
  return IN_SECONDS.has(plainName(name));
}

/** How near a name is to a field: 0 the nearest; -1: it is not a name for it. */
export function rankOfName(field: CsvField, name: string): number {
  const plain = plainName(name);
  return SYNONYMS[field].findIndex((synonym) => nameMatches(field, plain, synonym));
}
