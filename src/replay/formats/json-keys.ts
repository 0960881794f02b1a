/** Which keys of JSON objects say what. */
import type { ColumnMapping, CsvField } from "./csv-columns.ts";

/** Where a value can stand: keys from the outside in. */
export type JsonPath = readonly string[];

/** A path of a latency, and its unit where the value does not name one. */
export interface JsonLatencyPath {
  readonly path: JsonPath;
  readonly unitUs: number;
}

/** Which keys say what; of several, the first that has a value in a row counts. */
export interface JsonKeys {
  /** Times at which requests began. */
  readonly start?: readonly JsonPath[];
  /** Times at which they were over: looked at where there is no start. */
  readonly end?: readonly JsonPath[];
  readonly user?: readonly JsonPath[];
  readonly address?: readonly JsonPath[];
  readonly agent?: readonly JsonPath[];
  /** Whole request lines, as in `GET /a HTTP/1.1`: looked at where there is no route. */
  readonly request?: readonly JsonPath[];
  readonly method?: readonly JsonPath[];
  readonly route?: readonly JsonPath[];
  readonly status?: readonly JsonPath[];
  /** What went wrong, in words and as a code: looked at by the shape's `statusOf`. */
  readonly error?: readonly JsonPath[];
  readonly errorCode?: readonly JsonPath[];
  readonly latency?: readonly JsonLatencyPath[];
  readonly version?: readonly JsonPath[];
  readonly bytes?: readonly JsonPath[];
}

/** The keys of a shape, with those that the user named (`a.b` is the key `a.b`, or `b` within `a`) in their place. */
export function withMapping(keys: JsonKeys, mapping: ColumnMapping | null): Required<JsonKeys> {
  const columnOf = mapping?.columnOf ?? {};
  const named = (field: CsvField): readonly JsonPath[] | undefined => {
    const name = columnOf[field];
    return name === undefined ? undefined : name.includes(".") ? [[name], name.split(".")] : [[name]];
  };
  const unitUs = mapping?.latencyUnitUs ?? keys.latency?.[0]?.unitUs ?? 1_000;
  return {
    start: named("timestamp") ?? (columnOf.end === undefined ? (keys.start ?? []) : []),
    end: named("end") ?? keys.end ?? [],
    user: named("user") ?? keys.user ?? [],
    address: named("address") ?? keys.address ?? [],
    agent: named("agent") ?? keys.agent ?? [],
    request: columnOf.route === undefined ? (keys.request ?? []) : [],
    method: named("method") ?? keys.method ?? [],
    route: named("route") ?? keys.route ?? [],
    status: named("status") ?? keys.status ?? [],
    error: keys.error ?? [],
    errorCode: keys.errorCode ?? [],
    latency: named("latency")?.map((path) => ({ path, unitUs })) ?? keys.latency ?? [],
    version: named("version") ?? keys.version ?? [],
    bytes: named("bytes") ?? keys.bytes ?? [],
  };
}
