/**
 * Rows of logs that have one JSON object per line: which keys say what, and from the values to columns. The formats
 * (`caddy.ts`, `traefik-json.ts`, …) are lists of keys over this.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { decimalOf, wholeNumberOf } from "../byte-numbers.ts";
import { acceptedRows, appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { indexOf, indexOfBytes, indexOfJoined } from "../dictionary.ts";
import { STATUS_FIRST_CLASS, STATUS_NOT_STATED } from "../failure.ts";
import { readByReference } from "../json-reference.ts";
import { addPath, createJsonScanner, scanJson, watchNewKeys } from "../json-scanner.ts";
import { bytesOf, JSON_ABSENT, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING } from "../json-values.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { createTimeReader } from "../time-reader.ts";
import {
  ERROR_CLASS,
  isAbsentBytes,
  isNoEnd,
  NOT_A_LATENCY,
  NOT_A_STATUS,
  statusOf,
  TOO_LONG,
  versionOf,
  withoutEnd,
} from "./csv-cells.ts";
import { hostEnd, latencyOfList, numberText } from "./json-cells.ts";
import type { ColumnMapping, CsvField } from "./csv-columns.ts";
import { LATENCY_TOO_LONG, rejectLine, rejectUnusable, type FormatOptions, type RowReader } from "./trace-format.ts";

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

/** A format over JSON objects. */
export interface JsonRowsShape {
  readonly keys: JsonKeys;
  /** Objects without a value for any of these keys are other lines of the log, and no requests; empty: all are requests. */
  readonly needed: readonly ("status" | "route" | "method")[];
  /** Objects are rejected that have another value than these. */
  readonly only?: readonly { readonly path: JsonPath; readonly value: string; readonly otherwise: string }[];
  /** Outcomes, told otherwise than by a status alone: of the texts of status, error and its code, each may be empty. */
  readonly statusOf?: (status: string, error: string, errorCode: string, hasLatency: boolean) => number | string;
  /** Microseconds in the unit of times that count from 0; null, or not given: not known. */
  readonly relativeUnitUs?: number | null;
  readonly describe: () => string;
  readonly notes?: () => readonly string[];
  /**
   * Where keys may appear that were not there when these were chosen: it is called with an object that has some, and
   * says whether that line is to be read later.
   */
  readonly takeNewKeys?: (bytes: Buffer, from: number, to: number, line: number) => boolean;
  /** For tests: every line through `JSON.parse`. */
  readonly byReference?: true;
}

/** A reader of rows that can be given more keys. */
export interface JsonRowReader extends RowReader {
  /** Keys that count where those before them have no value; false: there was no room for all of them. */
  addKeys(keys: JsonKeys): boolean;
}

/** How many paths can be added. */
const MORE_PATHS = 64;

/** Why a line is rejected that is no JSON object. */
const NOT_JSON = "not a JSON object";
/** Why an object is rejected that is no request. */
const NO_REQUEST = "another line of the log, not a request";

const NO_BYTES_AT_ALL = Buffer.alloc(0);

/** The keys of a shape, with those that the user named (`a.b` is the key `a.b`, or `b` within `a`) in their place. */
function withMapping(keys: JsonKeys, mapping: ColumnMapping | null): Required<JsonKeys> {
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

/** A reader of rows of a shape. */
export function createJsonRows(builder: TraceBuilder, options: FormatOptions, shape: JsonRowsShape): JsonRowReader {
  const keys = withMapping(shape.keys, options.columns);
  const paths: JsonPath[] = [];
  const place = (group: readonly JsonPath[]): number[] => group.map((path) => paths.push(path) - 1);
  const start = place(keys.start);
  const end = place(keys.end);
  const user = place(keys.user);
  const address = place(keys.address);
  const agent = place(keys.agent);
  const request = place(keys.request);
  const method = place(keys.method);
  const route = place(keys.route);
  const status = place(keys.status);
  const error = place(keys.error);
  const errorCode = place(keys.errorCode);
  const only = (shape.only ?? []).map((one) => ({ ...one, at: paths.push(one.path) - 1 }));
  const latency = place(keys.latency.map((one) => one.path));
  const version = place(keys.version);
  const bytesKeys = place(keys.bytes);
  const needed = shape.needed.map((field) => ({ status, route, method })[field]);
  const latencyUnits = keys.latency.map((one) => one.unitUs);

  const scanner = createJsonScanner(paths, shape.takeNewKeys === undefined ? 0 : MORE_PATHS);
  if (shape.takeNewKeys !== undefined) watchNewKeys(scanner);
  const scan = shape.byReference === true ? readByReference : scanJson;
  const { kinds, starts, ends, newKeys } = scanner;
  const times = createTimeReader(options, shape.relativeUnitUs);
  const routes = createRouteReader(builder);
  let withoutKey = 0;
  let withoutStatus = 0;
  let unknownVersions = 0;

  /** The path of a group that has a value, or -1. */
  const firstOf = (group: readonly number[]): number => {
    for (let i = 0; i < group.length; i++) {
      const path = group[i] as number;
      const kind = kinds[path] as number;
      if (kind === JSON_NUMBER || kind === JSON_BOOLEAN) return path;
      if (kind === JSON_STRING && !isAbsentBytes(bytesOf(scanner, path), starts[path] as number, ends[path] as number))
        return path;
    }
    return -1;
  };
  /** Whether some path of a group is there, be it with nothing. */
  const isThere = (group: readonly number[]): boolean => {
    for (let i = 0; i < group.length; i++) if (kinds[group[i] as number] !== JSON_ABSENT) return true;
    return false;
  };
  const lengthOf = (path: number): number => (ends[path] as number) - (starts[path] as number);
  const textOf = (path: number): string =>
    path === -1 ? "" : latin1Of(bytesOf(scanner, path), starts[path] as number, ends[path] as number);

  const statusAt = (path: number): number => {
    if (path === -1) return STATUS_NOT_STATED;
    const plain = wholeNumberOf(bytesOf(scanner, path), starts[path] as number, ends[path] as number);
    if (plain === 0 || (plain >= 100 && plain <= 999)) return plain;
    const text = textOf(path);
    const read = statusOf(kinds[path] === JSON_NUMBER ? String(Number(text)) : text.trim());
    return read === ERROR_CLASS ? STATUS_FIRST_CLASS + indexOf(builder.errorClasses, text.slice(0, 80)) : read;
  };
  const outcomeAt = (path: number, hasLatency: boolean): number => {
    if (shape.statusOf === undefined) return statusAt(path);
    const read = shape.statusOf(textOf(path), textOf(firstOf(error)), textOf(firstOf(errorCode)), hasLatency);
    return typeof read === "number" ? read : STATUS_FIRST_CLASS + indexOf(builder.errorClasses, read.slice(0, 80));
  };
  const latencyAt = (path: number): number => {
    if (path === -1) return NO_LATENCY;
    const unitUs = latencyUnits[latency.indexOf(path)] ?? 1_000;
    const plain = decimalOf(bytesOf(scanner, path), starts[path] as number, ends[path] as number);
    if (Number.isNaN(plain)) return latencyOfList(textOf(path), unitUs);
    const us = Math.round(plain * unitUs);
    return us <= LATENCY_US_MAX ? us : TOO_LONG;
  };
  const bytesAt = (path: number): number => {
    if (path === -1) return NO_BYTES;
    const plain = wholeNumberOf(bytesOf(scanner, path), starts[path] as number, ends[path] as number);
    return plain === -1 ? Number(textOf(path)) : plain;
  };
  const keyAt = (line: number): number => {
    const named = firstOf(user);
    if (named !== -1) return keyOf(named);
    const from = firstOf(address);
    if (from === -1) {
      withoutKey++;
      return indexOf(builder.keys, `line:${line}`);
    }
    const by = firstOf(agent);
    if (by === -1) return keyOf(from);
    const [a, b] = [bytesOf(scanner, from), bytesOf(scanner, by)];
    return indexOfJoined(
      builder.keys,
      a,
      starts[from] as number,
      hostEnd(a, starts[from] as number, ends[from] as number),
      b,
      starts[by] as number,
      ends[by] as number,
    );
  };
  const keyOf = (path: number): number => {
    if (kinds[path] === JSON_NUMBER) return indexOf(builder.keys, numberText(textOf(path)));
    const bytes = bytesOf(scanner, path);
    const [from, to] = [starts[path] as number, ends[path] as number];
    return indexOfBytes(builder.keys, bytes, from, address.includes(path) ? hostEnd(bytes, from, to) : to);
  };
  const routeAt = (): number => {
    const target = firstOf(route);
    const line = target === -1 ? firstOf(request) : -1;
    if (line !== -1) return routes.ofRequestLine(bytesOf(scanner, line), starts[line] as number, ends[line] as number);
    const by = firstOf(method);
    return routes.ofTargetBytes(
      by === -1 ? NO_BYTES_AT_ALL : bytesOf(scanner, by),
      by === -1 ? 0 : (starts[by] as number),
      by === -1 ? 0 : (ends[by] as number),
      target === -1 ? NO_BYTES_AT_ALL : bytesOf(scanner, target),
      target === -1 ? 0 : (starts[target] as number),
      target === -1 ? 0 : (ends[target] as number),
    );
  };

  const readLine = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
    if (!scan(scanner, bytes, from, to)) return refuse(NOT_JSON);
    if (newKeys.length > 0) {
      newKeys.length = 0;
      if (shape.takeNewKeys?.(bytes, from, to, line) === true) return;
    }
    for (const { at, value, otherwise } of only) if (textOf(at) !== value) return refuse(otherwise);
    if (needed.length > 0 && needed.every((group) => firstOf(group) === -1)) return refuse(NO_REQUEST);
    let timePath = firstOf(start);
    const isEnd = timePath === -1;
    if (isEnd) timePath = firstOf(end);
    if (timePath === -1) return refuse("no time");
    const timeUs = times.read(bytesOf(scanner, timePath), starts[timePath] as number, ends[timePath] as number);
    if (!Number.isFinite(timeUs)) return refuse(times.reasonFor(timeUs, line));
    let latencyUs = latencyAt(firstOf(latency));
    const endPath = isEnd || latencyUs !== NO_LATENCY ? -1 : firstOf(end);
    const hasNoEnd =
      endPath === -1
        ? !isEnd && latencyUs === NO_LATENCY && isThere(end)
        : isNoEnd(bytesOf(scanner, endPath), starts[endPath] as number, ends[endPath] as number, lengthOf(timePath));
    if (endPath !== -1 && !hasNoEnd) {
      const endUs = times.read(bytesOf(scanner, endPath), starts[endPath] as number, ends[endPath] as number);
      if (!Number.isFinite(endUs)) return refuse(times.reasonFor(endUs, line));
      if (endUs < timeUs) return refuse("the end is before the start");
      latencyUs = endUs - timeUs <= LATENCY_US_MAX ? endUs - timeUs : TOO_LONG;
    }
    if (latencyUs === NOT_A_LATENCY) return refuse("unreadable latency");
    if (latencyUs === TOO_LONG) return refuse(LATENCY_TOO_LONG);
    const told = outcomeAt(firstOf(status), latencyUs !== NO_LATENCY);
    const answered = hasNoEnd ? withoutEnd(told) : told;
    if (answered === NOT_A_STATUS) return refuse("no such status");
    if (answered === STATUS_NOT_STATED) withoutStatus++;
    const sent = bytesAt(firstOf(bytesKeys));
    if (!(sent >= 0 || sent === NO_BYTES)) return refuse("unreadable number of bytes");
    const versionPath = firstOf(version);
    const answeredBy = versionPath === -1 ? VERSION_UNKNOWN : versionOf(textOf(versionPath));
    if (versionPath !== -1 && answeredBy === VERSION_UNKNOWN) unknownVersions++;
    appendRow(
      builder,
      isEnd && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
      keyAt(line),
      routeAt(),
      answered,
      latencyUs,
      answeredBy,
      sent,
      line,
      hashOfBytes(bytes, from, to),
    );
  };

  const addKeys = (more: JsonKeys): boolean => {
    let hasRoom = true;
    const add = (group: number[], added: readonly JsonPath[] = []): void => {
      for (const path of added) {
        const index = addPath(scanner, path);
        if (index === -1) hasRoom = false;
        else group.push(index);
      }
    };
    add(start, more.start);
    add(end, more.end);
    add(user, more.user);
    add(address, more.address);
    add(agent, more.agent);
    add(request, more.request);
    add(method, more.method);
    add(route, more.route);
    add(status, more.status);
    for (const { path, unitUs } of more.latency ?? []) {
      add(latency, [path]);
      if (hasRoom) latencyUnits.push(unitUs);
    }
    add(version, more.version);
    add(bytesKeys, more.bytes);
    return hasRoom;
  };

  return {
    readLine,
    addKeys,
    fatal: () => times.fatal(acceptedRows(builder)),
    describe: shape.describe,
    notes: () => {
      const notes = [...(shape.notes?.() ?? [])];
      if (withoutKey > 0) notes.push(`${withoutKey} rows name no user and no address: each is routed on its own`);
      if (unknownVersions > 0)
        notes.push(`${unknownVersions} rows name a version that is neither baseline nor candidate`);
      if (withoutStatus > 0) notes.push(`${withoutStatus} rows have no status: they count as served`);
      return notes;
    },
  };
}
