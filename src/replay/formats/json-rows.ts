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
import { takeLines, type LineTaker } from "../lines.ts";
import { createRouteReader } from "../route-reader.ts";
import { lineEnd, pieceEnd } from "../text-machine.ts";
import { createTimeReader } from "../time-reader.ts";
import { unnamedKey } from "../unnamed-key.ts";
import {
  ERROR_CLASS,
  isAbsentBytes,
  isNoEnd,
  NOT_A_LATENCY,
  NOT_A_STATUS,
  statusOf,
  TOO_LONG,
  withoutEnd,
} from "./csv-cells.ts";
import { hostEnd, latencyOfList, numberText } from "./json-cells.ts";
import { alikeLines, readAlike, type AlikeLines } from "./json-alike.ts";
import { withMapping, type JsonKeys, type JsonPath } from "./json-keys.ts";
import type { RowTally } from "./plain-rows.ts";
import { LATENCY_TOO_LONG, rejectLine, rejectUnusable, type FormatOptions, type RowReader } from "./trace-format.ts";
import { createVersionReader } from "./version-reader.ts";

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
  /**
   * Lines that are not plain go to `readOther` in their turn (not given: `readLine`), and so do all while `isHolding` says
   * so.
   */
  readBlock(block: Buffer, firstLine: number, readOther?: LineTaker, isHolding?: () => boolean): number;
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

/** A reader of rows of a shape. */
export function createJsonRows(builder: TraceBuilder, options: FormatOptions, shape: JsonRowsShape): JsonRowReader {
  const keys = withMapping(shape.keys, options.columns);
  const paths: JsonPath[] = [];
  const place = (group: readonly JsonPath[]): number[] => group.map((path) => paths.push(path) - 1);
  const groups = {
    start: place(keys.start),
    end: place(keys.end),
    user: place(keys.user),
    address: place(keys.address),
    agent: place(keys.agent),
    request: place(keys.request),
    method: place(keys.method),
    route: place(keys.route),
    status: place(keys.status),
    latency: place(keys.latency.map((one) => one.path)),
    latencyUnits: keys.latency.map((one) => one.unitUs),
    version: place(keys.version),
    bytes: place(keys.bytes),
  };
  const { start, end, user, address, agent, request, method, route, status, latency, latencyUnits, version } = groups;
  const error = place(keys.error);
  const errorCode = place(keys.errorCode);
  const only = (shape.only ?? []).map((one) => ({ ...one, at: paths.push(one.path) - 1 }));
  const needed = shape.needed.map((field) => ({ status, route, method })[field]);

  const scanner = createJsonScanner(paths, shape.takeNewKeys === undefined ? 0 : MORE_PATHS);
  if (shape.takeNewKeys !== undefined) watchNewKeys(scanner);
  const scan = shape.byReference === true ? readByReference : scanJson;
  const { kinds, starts, ends, newKeys } = scanner;
  const times = createTimeReader(options, shape.relativeUnitUs);
  const routes = createRouteReader(builder);
  const versions = createVersionReader(builder.otherVersions, options.versions ?? null);
  const tally: RowTally = { withoutKey: 0, withoutStatus: 0 };
  // Lines that are alike, and the reader of those that are plain.
  let alike: AlikeLines | null = null;
  let isTemplateWanted = false;

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

  /** Of numbers the text that is the same however they are written. */
  const plainTextOf = (path: number): string =>
    path !== -1 && kinds[path] === JSON_NUMBER ? numberText(textOf(path)) : textOf(path);

  const statusAt = (path: number): number => {
    if (path === -1) return STATUS_NOT_STATED;
    const plain = wholeNumberOf(bytesOf(scanner, path), starts[path] as number, ends[path] as number);
    if (plain === 0 || (plain >= 100 && plain <= 999)) return plain;
    const text = textOf(path);
    const read = statusOf(kinds[path] === JSON_NUMBER ? String(Number(text)) : text.trim());
    return read === ERROR_CLASS
      ? STATUS_FIRST_CLASS + indexOf(builder.errorClasses, plainTextOf(path).slice(0, 80))
      : read;
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
  const versionAt = (path: number): number => {
    const [text, from, to] = [bytesOf(scanner, path), starts[path] as number, ends[path] as number];
    const hash = hashOfBytes(text, from, to);
    const read = versions.ofHashed(text, from, to, hash);
    if (read === VERSION_UNKNOWN) versions.countUnknown(text, from, to, hash);
    return read;
  };
  const keyAt = (line: number): number => {
    const named = firstOf(user);
    if (named !== -1) return keyOf(named);
    const from = firstOf(address);
    if (from === -1) {
      tally.withoutKey++;
      return indexOf(builder.keys, unnamedKey(line));
    }
    const by = firstOf(agent);
    if (by === -1) return keyOf(from);
    if (kinds[from] === JSON_NUMBER || kinds[by] === JSON_NUMBER)
      return indexOf(builder.keys, `${plainTextOf(from)} ${plainTextOf(by)}`);
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
    if (kinds[path] === JSON_NUMBER) return indexOf(builder.keys, plainTextOf(path));
    const bytes = bytesOf(scanner, path);
    const [from, to] = [starts[path] as number, ends[path] as number];
    return indexOfBytes(builder.keys, bytes, from, address.includes(path) ? hostEnd(bytes, from, to) : to);
  };
  const routeAt = (): number => {
    const target = firstOf(route);
    const line = target === -1 ? firstOf(request) : -1;
    if (line !== -1) return routes.ofRequestLine(bytesOf(scanner, line), starts[line] as number, ends[line] as number);
    const by = firstOf(method);
    if ((target !== -1 && kinds[target] === JSON_NUMBER) || (by !== -1 && kinds[by] === JSON_NUMBER))
      return routes.ofTarget(plainTextOf(by), plainTextOf(target));
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
    if (answered === STATUS_NOT_STATED) tally.withoutStatus++;
    const sent = bytesAt(firstOf(groups.bytes));
    if (!(sent >= 0 || sent === NO_BYTES)) return refuse("unreadable number of bytes");
    const versionPath = firstOf(version);
    const answeredBy = versionPath === -1 ? VERSION_UNKNOWN : versionAt(versionPath);
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
    if (isTemplateWanted) {
      isTemplateWanted = false;
      const canBeAlike = shape.byReference !== true && shape.statusOf === undefined && only.length === 0;
      alike = canBeAlike
        ? alikeLines(scanner, groups, { builder, times, routes, versions, tally }, bytes, from, to)
        : null;
    }
  };

  const readBlock: JsonRowReader["readBlock"] = (block, firstLine, readOther = readLine, isHolding = () => false) => {
    let line = firstLine;
    let from = 0;
    while (from < block.length) {
      const to = pieceEnd(block, from);
      if (alike === null || to === from) {
        isTemplateWanted = true;
        const end = to === from ? lineEnd(block, from) : to;
        line = takeLines(block.subarray(from, end), line, readOther);
        from = end;
        continue;
      }
      const { lines, plain } = readAlike(alike, block, from, to, line, readOther, isHolding);
      // Perhaps lines are of another kind now.
      isTemplateWanted = plain * 2 < lines;
      line += lines;
      from = to;
    }
    return line;
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
    add(groups.bytes, more.bytes);
    alike = null;
    return hasRoom;
  };

  return {
    readLine,
    readBlock,
    addKeys,
    fatal: () => times.fatal(acceptedRows(builder)),
    describe: shape.describe,
    notes: () => {
      const notes = [...(shape.notes?.() ?? [])];
      if (tally.withoutKey > 0)
        notes.push(`${tally.withoutKey} rows name no user and no address: each is routed on its own`);
      if (tally.withoutStatus > 0) notes.push(`${tally.withoutStatus} rows have no status: they count as served`);
      return notes;
    },
  };
}
