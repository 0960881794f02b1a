/**
 * JSON lines with any keys: which key is which is told by the names in the first rows, as for the columns of CSV, or by
 * `--columns`. Keys within objects count with their path (`http.status_code`), and with their last part.
 */
import type { TraceBuilder } from "../columns.ts";
import { rejectUnusable, type FormatOptions, type RowReader, type TraceFormat } from "./trace-format.ts";
import { CSV_FIELDS, isInSeconds, rankOfName, unitOfName, type CsvField } from "./csv-columns.ts";
import { relativeNote } from "./csv-reader.ts";
import { isObject, jsonObjectOf, recogniseJson, type JsonFacts } from "./json-recognition.ts";
import { createJsonRows, type JsonKeys, type JsonPath } from "./json-rows.ts";
import { latin1Of } from "../latin1-text.ts";
import { GUESS_BYTES_MAX, GUESS_ROWS, latencyUnitUsOf, relativeUnitUsOf, unitName } from "./unit-guess.ts";

/** How deep keys are looked for in objects within objects, and how many at most. */
const DEPTH_MAX = 4;
const PATHS_MAX = 2_000;
const MS_US = 1_000;

/** Paths of all values in some objects that are no objects, in the order in which they are met. */
function pathsOf(objects: readonly JsonFacts[]): readonly JsonPath[] {
  const paths = new Map<string, JsonPath>();
  const walk = (object: JsonFacts, above: JsonPath): void => {
    for (const [key, value] of Object.entries(object)) {
      if (paths.size >= PATHS_MAX) return;
      const path = [...above, key];
      if (isObject(value)) {
        if (path.length < DEPTH_MAX) walk(value, path);
      } else paths.set(JSON.stringify(path), path);
    }
  };
  for (const object of objects) walk(object, []);
  return [...paths.values()];
}

/** How near a path is to a field: its whole name before its last part, its last part before none (-1). */
function rankOfPath(field: CsvField, path: JsonPath): number {
  const whole = rankOfName(field, path.join("."));
  if (whole !== -1) return whole;
  const last = path.length > 1 ? rankOfName(field, path.at(-1) ?? "") : -1;
  return last === -1 ? -1 : 1_000 * path.length + last;
}

/** Which paths say what; no path says two things. */
function keysOf(objects: readonly JsonFacts[], taken: ReadonlySet<string>): Record<CsvField, JsonPath[]> {
  const free = new Map(pathsOf(objects).map((path) => [path.join("."), path]));
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
  const keys = keysOf([object], new Set());
  return keys.timestamp.length + keys.end.length > 0;
}

interface Decided {
  readonly reader: RowReader;
  readonly notes: readonly string[];
}

/** Decides by the first objects, and makes the reader of all rows. */
function decide(builder: TraceBuilder, options: FormatOptions, objects: readonly JsonFacts[]): Decided {
  const columnOf = options.columns?.columnOf ?? {};
  const found = keysOf(objects, new Set(Object.values(columnOf)));
  const notes: string[] = [];
  const named = (field: CsvField): readonly JsonPath[] =>
    columnOf[field] === undefined ? found[field] : pathsOfName(columnOf[field]);
  const valuesOf = (paths: readonly JsonPath[]): readonly string[] =>
    objects.flatMap((object) => {
      const text = paths.map((path) => textAt(object, path)).find((one) => one !== "");
      return text === undefined ? [] : [text];
    });

  const latency = named("latency").map((path) => {
    const name = path.at(-1) ?? "";
    const stated = options.columns?.latencyUnitUs ?? unitOfName(name) ?? (isInSeconds(name) ? 1_000_000 : null);
    if (stated !== null) return { path, unitUs: stated };
    const values = valuesOf([path]);
    const unitUs = latencyUnitUsOf(values) ?? MS_US;
    // Values with their own unit (`12ms`) need none.
    const isNumber = values.some((text) => /^[\d.]+$/.test(text));
    if (isNumber) notes.push(`the latency ${path.join(".")} names no unit: taken as ${unitName(unitUs)}`);
    return { path, unitUs };
  });
  const times = [...named("timestamp"), ...named("end")];
  let timeUnitUs = options.columns?.timeUnitUs ?? unitOfName(times[0]?.at(-1) ?? "");
  if (timeUnitUs === null && options.startEpochUs !== null) {
    timeUnitUs = relativeUnitUsOf(valuesOf(times));
    if (timeUnitUs !== null) notes.push(relativeNote(timeUnitUs));
  }
  // A request line in a key that is named like a route.
  const isLine = (path: JsonPath): boolean =>
    columnOf.route === undefined && valuesOf([path]).some((text) => /^[A-Z]+ \S+ HTTP\/\d/.test(text));
  const keys: JsonKeys = {
    start: columnOf.timestamp === undefined && columnOf.end !== undefined ? [] : named("timestamp"),
    end: named("end"),
    user: named("user"),
    address: named("address"),
    agent: named("agent"),
    request: found.route.filter(isLine),
    route: named("route").filter((path) => !isLine(path)),
    method: named("method"),
    status: named("status"),
    latency,
    version: named("version"),
    bytes: named("bytes"),
  };
  const reader = createJsonRows(
    builder,
    { ...options, columns: null },
    { keys, needed: [], relativeUnitUs: timeUnitUs, describe: () => "JSON lines" },
  );
  return { reader, notes };
}

function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  let held: { readonly bytes: Buffer; readonly line: number }[] = [];
  let heldBytes = 0;
  let decided: Decided | null = null;
  const begin = (): Decided => {
    const lines = held;
    held = [];
    const objects = lines
      .map(({ bytes }) => jsonObjectOf(latin1Of(bytes, 0, bytes.length)))
      .filter((object) => object !== null);
    const made = decide(builder, options, objects);
    decided = made;
    for (const { bytes, line } of lines) made.reader.readLine(bytes, 0, bytes.length, line);
    return made;
  };
  return {
    readLine: (bytes, from, to, line) => {
      if (decided !== null) return decided.reader.readLine(bytes, from, to, line);
      if (rejectUnusable(builder, bytes, from, to, line)) return;
      held.push({ bytes: Buffer.from(bytes.subarray(from, to)), line });
      heldBytes += to - from;
      if (held.length >= GUESS_ROWS || heldBytes >= GUESS_BYTES_MAX) begin();
    },
    end: () => void (decided ?? begin()),
    fatal: () => decided?.reader.fatal?.() ?? [],
    describe: () => "JSON lines",
    notes: () => [...(decided?.notes ?? []), ...(decided?.reader.notes?.() ?? [])],
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
