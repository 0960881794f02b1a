/**
 * JSON lines with any keys: which key is which is told by the names in the first rows, as for the columns of CSV, or by
 * `--columns`. Keys within objects count with their path (`http.status_code`), and with their last part.
 */
import type { TraceBuilder } from "../columns.ts";
import { rejectUnusable, type FormatOptions, type RowReader, type TraceFormat } from "./trace-format.ts";
import { CSV_FIELDS, isInSeconds, rankOfName, unitOfName, type CsvField } from "./csv-columns.ts";
import { relativeNote } from "./csv-reader.ts";
import { isObject, jsonObjectOf, recogniseJson, type JsonFacts } from "./json-recognition.ts";
import { NEW_KEYS_DEPTH } from "../json-keys.ts";
import type { JsonKeys, JsonPath } from "./json-keys.ts";
import { createJsonRows, type JsonRowReader } from "./json-rows.ts";
import { latin1Of } from "../latin1-text.ts";
import { takeLines } from "../lines.ts";
import { GUESS_BYTES_MAX, GUESS_ROWS, latencyUnitUsOf, relativeUnitUsOf, unitName } from "./unit-guess.ts";

/** How many different keys are looked at. */
const PATHS_MAX = 2_000;
const MS_US = 1_000;

/** Paths of all values in some objects that are no objects, in the order in which they are met. */
function pathsOf(objects: readonly JsonFacts[]): ReadonlyMap<string, JsonPath> {
  const paths = new Map<string, JsonPath>();
  const walk = (object: JsonFacts, above: JsonPath): void => {
    for (const [key, value] of Object.entries(object)) {
      if (paths.size >= PATHS_MAX) return;
      const path = [...above, key];
      if (isObject(value)) {
        if (path.length < NEW_KEYS_DEPTH) walk(value, path);
      } else paths.set(JSON.stringify(path), path);
    }
  };
  for (const object of objects) walk(object, []);
  return paths;
}

/** How near a path is to a field: its whole name before its last part, its last part before none (-1). */
function rankOfPath(field: CsvField, path: JsonPath): number {
  const whole = rankOfName(field, path.join("."));
  if (whole !== -1) return whole;
  const last = path.length > 1 ? rankOfName(field, path.at(-1) ?? "") : -1;
  return last === -1 ? -1 : 1_000 * path.length + last;
}

/** Which paths say what; no path says two things. */
function keysOf(paths: Iterable<JsonPath>, taken: ReadonlySet<string>): Record<CsvField, JsonPath[]> {
  const free = new Map([...paths].map((path) => [path.join("."), path]));
  for (const name of taken) free.delete(name);
  const byField = CSV_FIELDS.map((field): [CsvField, JsonPath[]] => {
    const ranked = [...free]
      .map(([name, path]) => ({ name, path, rank: rankOfPath(field, path) }))
      .filter(({ rank }) => rank !== -1)
      .sort((a, b) => a.rank - b.rank);
    for (const { name } of ranked) free.delete(name);
    return [field, ranked.map(({ path }) => path)];
  });
  return Object.fromEntries(byField) as Record<CsvField, JsonPath[]>;
}

/** The value at a path as text; empty where there is none. */
function textAt(object: JsonFacts, path: JsonPath): string {
  let value: unknown = object;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The paths that a name in `--columns` can mean. */
function pathsOfName(name: string): readonly JsonPath[] {
  return name.includes(".") ? [[name], name.split(".")] : [[name]];
}

function hasTime(object: JsonFacts, options: FormatOptions): boolean {
  const { timestamp, end } = options.columns?.columnOf ?? {};
  const named = timestamp ?? end;
  if (named !== undefined) return pathsOfName(named).some((path) => textAt(object, path) !== "");
  const keys = keysOf(pathsOf([object]).values(), new Set());
  return keys.timestamp.length + keys.end.length > 0;
}

/** Values at the first of some paths that has one, of all objects. */
function valuesOf(objects: readonly JsonFacts[], paths: readonly JsonPath[]): readonly string[] {
  return objects.flatMap((object) => {
    const text = paths.map((path) => textAt(object, path)).find((one) => one !== "");
    return text === undefined ? [] : [text];
  });
}

/** The keys of what was found, with units by the names or by the values in the objects; what was guessed is noted. */
function withUnits(
  found: Readonly<Record<CsvField, readonly JsonPath[]>>,
  objects: readonly JsonFacts[],
  options: FormatOptions,
  notes: string[],
): Required<Omit<JsonKeys, "error" | "errorCode">> {
  const columnOf = options.columns?.columnOf ?? {};
  const latency = found.latency.map((path) => {
    const name = path.at(-1) ?? "";
    const stated = options.columns?.latencyUnitUs ?? unitOfName(name) ?? (isInSeconds(name) ? 1_000_000 : null);
    if (stated !== null) return { path, unitUs: stated };
    const values = valuesOf(objects, [path]);
    const unitUs = latencyUnitUsOf(values) ?? MS_US;
    // Values with their own unit (`12ms`) need none.
    const isNumber = values.some((text) => /^[\d.]+$/.test(text));
    if (isNumber) notes.push(`the latency ${path.join(".")} names no unit: taken as ${unitName(unitUs)}`);
    return { path, unitUs };
  });
  // A request line in a key that is named like a route.
  const isLine = (path: JsonPath): boolean =>
    columnOf.route === undefined && valuesOf(objects, [path]).some((text) => /^[A-Z]+ \S+ HTTP\/\d/.test(text));
  return {
    start: columnOf.timestamp === undefined && columnOf.end !== undefined ? [] : found.timestamp,
    end: found.end,
    user: found.user,
    address: found.address,
    agent: found.agent,
    request: found.route.filter(isLine),
    route: found.route.filter((path) => !isLine(path)),
    method: found.method,
    status: found.status,
    latency,
    version: found.version,
    bytes: found.bytes,
  };
}

interface HeldLine {
  readonly bytes: Buffer;
  readonly line: number;
}

function objectsOf(lines: readonly HeldLine[]): JsonFacts[] {
  return lines.map(({ bytes }) => jsonObjectOf(latin1Of(bytes, 0, bytes.length))).filter((object) => object !== null);
}

/**
 * Lines are held until there are enough of them to tell keys and units by: the first ones, and again those from a line
 * on that has a key to be read which no line had before.
 */
function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  const columnOf = options.columns?.columnOf ?? {};
  const taken = new Set(Object.values(columnOf));
  const known = new Set<string>();
  const notes: string[] = [];
  let held: HeldLine[] = [];
  let heldBytes = 0;
  let rows: JsonRowReader | null = null;
  let isHolding = true;
  let isGoingThrough = false;
  let hasRoom = true;

  const hold = (bytes: Buffer, from: number, to: number, line: number): void => {
    held.push({ bytes: Buffer.from(bytes.subarray(from, to)), line });
    heldBytes += to - from;
    if (held.length >= GUESS_ROWS || heldBytes >= GUESS_BYTES_MAX) goOn();
  };
  /** Keys of paths that were not known, but for what `--columns` says. */
  const find = (paths: ReadonlyMap<string, JsonPath>): Record<CsvField, readonly JsonPath[]> => {
    const unknown = [...paths].filter(([name]) => !known.has(name));
    for (const [name] of unknown) known.add(name);
    const found = keysOf(
      unknown.map(([, path]) => path),
      taken,
    );
    const chosen = CSV_FIELDS.map((field) => [field, columnOf[field] === undefined ? found[field] : []]);
    return Object.fromEntries(chosen) as Record<CsvField, readonly JsonPath[]>;
  };
  const take = (bytes: Buffer, from: number, to: number, line: number): boolean => {
    const object = isGoingThrough || !hasRoom ? null : jsonObjectOf(latin1Of(bytes, from, to));
    if (object === null) return false;
    const unknown = [...pathsOf([object])].filter(([name]) => !known.has(name));
    const isOfUse = unknown.some(
      ([, path]) =>
        !taken.has(path.join(".")) &&
        CSV_FIELDS.some((field) => columnOf[field] === undefined && rankOfPath(field, path) !== -1),
    );
    if (!isOfUse) return false;
    isHolding = true;
    hold(bytes, from, to, line);
    return true;
  };
  const begin = (objects: readonly JsonFacts[]): JsonRowReader => {
    const found = find(pathsOf(objects));
    const named = CSV_FIELDS.map((field) => [
      field,
      columnOf[field] === undefined ? found[field] : pathsOfName(columnOf[field]),
    ]);
    const keys = withUnits(Object.fromEntries(named) as Record<CsvField, JsonPath[]>, objects, options, notes);
    const times = [...keys.start, ...keys.end];
    let relativeUnitUs = options.columns?.timeUnitUs ?? unitOfName(times[0]?.at(-1) ?? "");
    if (relativeUnitUs === null && options.startEpochUs !== null) {
      relativeUnitUs = relativeUnitUsOf(valuesOf(objects, times));
      if (relativeUnitUs !== null) notes.push(relativeNote(relativeUnitUs));
    }
    return createJsonRows(
      builder,
      { ...options, columns: null },
      {
        keys,
        needed: [],
        relativeUnitUs,
        describe: () => "JSON lines",
        takeNewKeys: take,
      },
    );
  };
  const goOn = (): void => {
    const lines = held;
    held = [];
    heldBytes = 0;
    isHolding = false;
    const objects = objectsOf(lines);
    if (rows === null) rows = begin(objects);
    else {
      const found = find(pathsOf(objects));
      for (const field of CSV_FIELDS) {
        for (const path of found[field]) {
          const first = lines.find((one) => objectsOf([one]).some((object) => textAt(object, path) !== ""));
          if (first === undefined) continue;
          notes.push(`the key ${path.join(".")} (${field}) first appears in line ${first.line}: read from there on`);
        }
      }
      hasRoom = rows.addKeys(withUnits(found, objects, options, notes)) && hasRoom;
    }
    isGoingThrough = true;
    for (const { bytes, line } of lines) rows.readLine(bytes, 0, bytes.length, line);
    isGoingThrough = false;
  };

  const readLine: RowReader["readLine"] = (bytes, from, to, line) => {
    if (!isHolding && rows !== null) rows.readLine(bytes, from, to, line);
    else if (!rejectUnusable(builder, bytes, from, to, line)) hold(bytes, from, to, line);
  };
  return {
    readLine,
    readBlock: (block, firstLine) =>
      rows === null
        ? takeLines(block, firstLine, readLine)
        : rows.readBlock(block, firstLine, readLine, () => isHolding),
    end: () => {
      if (isHolding) goOn();
    },
    fatal: () => rows?.fatal?.() ?? [],
    describe: () => "JSON lines",
    notes: () => [
      ...notes,
      ...(hasRoom ? [] : ["more keys appear later in the log than can be read: some are not looked at"]),
      ...(rows?.notes?.() ?? []),
    ],
  };
}

/** The format `json-lines`. */
export const jsonLines: TraceFormat = {
  name: "json-lines",
  recognises: (firstLines, options) => {
    const read = recogniseJson(firstLines, (object) => hasTime(object, options), "{ time:…, … } with any keys");
    // Every format that knows its keys is surer.
    return { ...read, confidence: read.confidence * 0.4 };
  },
  create: createReader,
};
