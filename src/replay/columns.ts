/** A trace as typed columns: growing while it is imported, then fixed and sorted by start time. */
import { createDictionary, type Dictionary } from "./dictionary.ts";
import { ERROR_CLASSES_MAX } from "./failure.ts";
import type { ImportReport } from "./import-report.ts";
import { createOtherVersions, type OtherVersionCount } from "./other-versions.ts";
import { createRejections, type Rejections } from "./rejections.ts";
import type { RowRuns } from "./row-runs.ts";

/** Latency that was not recorded. */
export const NO_LATENCY = -1;
/** Bytes that were not recorded. */
export const NO_BYTES = -1;

/** Value of the version column: the baseline answered. */
export const VERSION_BASELINE = 0;
/** Value of the version column: the candidate answered. */
export const VERSION_CANDIDATE = 1;
/** Value of the version column: the trace does not say. */
export const VERSION_UNKNOWN = 2;

/** Most routes that are told apart while importing. */
const ROUTES_MAX = 1_000_000;
const FIRST_CAPACITY = 1_024;

/** The columns of a trace. Row i of all of them is one request. */
export interface Columns {
  /** Start of the request. While importing: microseconds since 1970; in a trace: since its first row. */
  readonly startUs: Float64Array;
  /** Index into the trace's keys. */
  readonly key: Uint32Array;
  /** Index into the trace's routes. */
  readonly route: Uint32Array;
  /** 0 to 999 as in HTTP, or one of the values of `failure.ts`. */
  readonly status: Uint16Array;
  /** Microseconds, or `NO_LATENCY`. */
  readonly latencyUs: Int32Array;
  /** One of `VERSION_BASELINE`, `VERSION_CANDIDATE`, `VERSION_UNKNOWN`. */
  readonly version: Uint8Array;
  /** Bytes of the answer, or `NO_BYTES`. */
  readonly bytes: Float64Array;
  /** Line in the file, from 1. */
  readonly line: Uint32Array;
}

/** Columns while a trace is imported. */
export interface ImportedColumns extends Columns {
  /** Hash of the row's text, by which duplicates are found. */
  readonly fingerprint: Uint32Array;
}

/** What an importer fills: accepted rows in the order of the file, and what was rejected. */
export interface TraceBuilder {
  /** Rows in the columns, which are at least as long. */
  count: number;
  columns: ImportedColumns;
  /** Where rows go that are too many for memory; null: all stay in the columns. */
  readonly runs: RowRuns | null;
  readonly keys: Dictionary;
  readonly routes: Dictionary;
  readonly errorClasses: Dictionary;
  readonly otherVersions: OtherVersionCount;
  readonly rejections: Rejections;
}

/** A trace, immutable: rows whose client left are gone, the rest is sorted by start time. */
export interface Trace {
  /** Rows; all columns are exactly as long. */
  readonly count: number;
  readonly columns: Columns;
  /** `SERVED` or a kind of failure (index into `errorKinds`, plus 1). */
  readonly outcome: Uint8Array;
  readonly keys: readonly string[];
  /** At most 200, and `other` where there were more. */
  readonly routes: readonly string[];
  readonly errorKinds: readonly string[];
  readonly report: ImportReport;
}

/** An empty builder. */
export function createTraceBuilder(runs: RowRuns | null = null): TraceBuilder {
  return {
    count: 0,
    columns: allocateColumns(Math.min(FIRST_CAPACITY, runs === null ? FIRST_CAPACITY : runs.rows)),
    runs,
    keys: createDictionary(),
    routes: createDictionary(ROUTES_MAX),
    errorClasses: createDictionary(ERROR_CLASSES_MAX),
    otherVersions: createOtherVersions(),
    rejections: createRejections(),
  };
}

/** Rows accepted so far. */
export function acceptedRows({ count, runs }: TraceBuilder): number {
  return count + (runs === null ? 0 : runs.count);
}

/** Adds one accepted row; the parameters are the columns' values. */
export function appendRow(
  builder: TraceBuilder,
  startUs: number,
  key: number,
  route: number,
  status: number,
  latencyUs: number,
  version: number,
  bytes: number,
  line: number,
  fingerprint: number,
): void {
  if (builder.count === builder.columns.startUs.length) makeRoom(builder);
  const row = builder.count;
  const columns = builder.columns;
  columns.startUs[row] = startUs;
  columns.key[row] = key;
  columns.route[row] = route;
  columns.status[row] = status;
  columns.latencyUs[row] = latencyUs;
  columns.version[row] = version;
  columns.bytes[row] = bytes;
  columns.line[row] = line;
  columns.fingerprint[row] = fingerprint;
  builder.count = row + 1;
}

/** Columns of so many rows, all 0. */
export function allocateReplayed(rows: number): Columns {
  return {
    startUs: new Float64Array(rows),
    key: new Uint32Array(rows),
    route: new Uint32Array(rows),
    status: new Uint16Array(rows),
    latencyUs: new Int32Array(rows),
    version: new Uint8Array(rows),
    bytes: new Float64Array(rows),
    line: new Uint32Array(rows),
  };
}

/** Imported columns of so many rows, all 0. */
export function allocateColumns(rows: number): ImportedColumns {
  return { ...allocateReplayed(rows), fingerprint: new Uint32Array(rows) };
}

function makeRoom(builder: TraceBuilder): void {
  const { runs, count } = builder;
  if (runs === null || count < runs.rows) {
    builder.columns = grow(builder.columns, runs === null ? Infinity : runs.rows);
    return;
  }
  runs.put(builder.columns, count);
  builder.count = 0;
}

function grow(columns: ImportedColumns, rowsMax: number): ImportedColumns {
  const grown = allocateColumns(Math.min(columns.startUs.length * 2, rowsMax));
  grown.startUs.set(columns.startUs);
  grown.key.set(columns.key);
  grown.route.set(columns.route);
  grown.status.set(columns.status);
  grown.latencyUs.set(columns.latencyUs);
  grown.version.set(columns.version);
  grown.bytes.set(columns.bytes);
  grown.line.set(columns.line);
  grown.fingerprint.set(columns.fingerprint);
  return grown;
}
