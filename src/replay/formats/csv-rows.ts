/** From the cells of a CSV record to a row of the trace, or to the reason why it is none. */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import type { Complaint } from "../../scenarios/complaint.ts";
import { decimalOf, wholeNumberOf } from "../byte-numbers.ts";
import { acceptedRows, appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { hashOfParts, indexOf, indexOfBytes, indexOfHashed, indexOfJoined } from "../dictionary.ts";
import { STATUS_FIRST_CLASS, STATUS_NOT_STATED } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { createTimeReader } from "../time-reader.ts";
import { unnamedKey } from "../unnamed-key.ts";
import {
  ERROR_CLASS,
  isAbsentBytes,
  isNoEnd,
  latencyUsOf,
  NOT_A_LATENCY,
  NOT_A_STATUS,
  statusOf,
  TOO_LONG,
  withoutEnd,
} from "./csv-cells.ts";
import type { CsvLayout } from "./csv-columns.ts";
import { fingerprintOf, type Cells } from "./csv-split.ts";
import { readKeyCell } from "./key-cells.ts";
import { LATENCY_TOO_LONG, rejectLine, type FormatOptions } from "./trace-format.ts";
import { createPlainRows, type PlainRows, type RowTally } from "./plain-rows.ts";
import { unitName } from "./unit-guess.ts";
import { createVersionReader } from "./version-reader.ts";

/** What a format over CSV knows better than its columns say. */
export interface CsvReading {
  readonly layout: CsvLayout;
  /** Why a record is no request; null: it is one. */
  readonly whyNoRequest?: (cells: Cells) => string | null;
  /** The outcome of a record: a status, or the name of an error class. */
  readonly statusOf?: (cells: Cells) => number | string;
}

/** Reads records; one per trace. */
export interface CsvRows {
  /** The column of targets (paths, addresses), for `cutPiece`; -1: there is none. */
  readonly targetColumn: number;
  /** A reader of plain rows, many at a time, where the header has so many bytes; null: none is plain. */
  plainRows(headerBytes: number): PlainRows | null;
  /** One record: its cells, its line, and its bytes as they stand in the file. */
  readRow(cells: Cells, line: number, bytes: Buffer, from: number, to: number): void;
  fatal(): readonly (Complaint & { readonly line: number })[];
  notes(): readonly string[];
}

const NOTHING = Buffer.alloc(0);

/** The text of a cell (Latin-1) without blanks around it; empty where there is no such column. */
export function cellText(cells: Cells, index: number): string {
  if (index < 0 || index >= cells.count) return "";
  return latin1Of(cells.bytes, cellStart(cells, index), cellEnd(cells, index)).replace(/^[ \t]+|[ \t]+$/g, "");
}

/** A reader of records that are laid out like this. */
export function createCsvRows(builder: TraceBuilder, reading: CsvReading, options: FormatOptions): CsvRows {
  const { layout } = reading;
  const { indexOf: at, latencyUnitUs } = layout;
  const isEnd = at.timestamp === -1;
  const timeIndex = isEnd ? at.end : at.timestamp;
  const hasEnds = !isEnd && at.end !== -1;
  const times = createTimeReader(options, layout.timeUnitUs);
  const routes = createRouteReader(builder);
  const versions = createVersionReader(builder.otherVersions, options.versions ?? null);
  const tally: RowTally = { withoutKey: 0, withoutStatus: 0 };
  const { names } = builder.keys;

  const keyOf = (cells: Cells, line: number): number => {
    const { bytes } = cells;
    if (at.user !== -1) {
      const from = cellStart(cells, at.user);
      const to = cellEnd(cells, at.user);
      if (!isAbsentBytes(bytes, from, to)) {
        const known = names.length;
        // Blanks around the text are in the hash.
        const key = isWhole(cells, at.user, from, to)
          ? indexOfHashed(builder.keys, bytes, from, to, cells.hashes[cells.first + at.user] as number)
          : indexOfBytes(builder.keys, bytes, from, to);
        if (key === known) names[key] = readKeyCell(names[key] as string);
        return key;
      }
    }
    if (at.address !== -1) {
      const from = cellStart(cells, at.address);
      const to = cellEnd(cells, at.address);
      if (!isAbsentBytes(bytes, from, to)) {
        if (at.agent === -1) return indexOfBytes(builder.keys, bytes, from, to);
        const agent = cellStart(cells, at.agent);
        const agentEnd = cellEnd(cells, at.agent);
        if (isAbsentBytes(bytes, agent, agentEnd)) return indexOfBytes(builder.keys, bytes, from, to);
        return indexOfJoined(builder.keys, bytes, from, to, bytes, agent, agentEnd);
      }
    }
    tally.withoutKey++;
    return indexOf(builder.keys, unnamedKey(line));
  };
  const latencyOf = (cells: Cells): number => {
    if (at.latency === -1) return NO_LATENCY;
    const from = cellStart(cells, at.latency);
    const to = cellEnd(cells, at.latency);
    const plain = decimalOf(cells.bytes, from, to);
    if (Number.isNaN(plain)) return latencyUsOf(latin1Of(cells.bytes, from, to), latencyUnitUs);
    const us = Math.round(plain * latencyUnitUs);
    return us <= LATENCY_US_MAX ? us : TOO_LONG;
  };
  const classOf = (name: string): number => STATUS_FIRST_CLASS + indexOf(builder.errorClasses, name.slice(0, 80));
  const answerOf = (cells: Cells): number => {
    if (reading.statusOf !== undefined) {
      const status = reading.statusOf(cells);
      return typeof status === "number" ? status : classOf(status);
    }
    if (at.status === -1) return STATUS_NOT_STATED;
    const from = cellStart(cells, at.status);
    const to = cellEnd(cells, at.status);
    const plain = wholeNumberOf(cells.bytes, from, to);
    if (plain >= 100 && plain <= 999) return plain;
    const text = latin1Of(cells.bytes, from, to);
    const status = statusOf(text);
    return status === ERROR_CLASS ? classOf(text) : status;
  };
  const bytesOf = (cells: Cells): number => {
    if (at.bytes === -1) return NO_BYTES;
    const from = cellStart(cells, at.bytes);
    const to = cellEnd(cells, at.bytes);
    const plain = wholeNumberOf(cells.bytes, from, to);
    if (plain !== -1) return plain;
    return isAbsentBytes(cells.bytes, from, to) ? NO_BYTES : Number(latin1Of(cells.bytes, from, to));
  };

  const routeOf = (cells: Cells): number => {
    const hasMethod = at.method !== -1;
    const hasRoute = at.route !== -1;
    const method = hasMethod ? cells.bytes : NOTHING;
    const methodFrom = hasMethod ? cellStart(cells, at.method) : 0;
    const methodTo = hasMethod ? cellEnd(cells, at.method) : 0;
    if (!hasRoute) return routes.ofTargetBytes(method, methodFrom, methodTo, NOTHING, 0, 0);
    const from = cellStart(cells, at.route);
    const to = cellEnd(cells, at.route);
    if (cells.targetEnd === -1 || !isWhole(cells, at.route, from, to))
      return routes.ofTargetBytes(method, methodFrom, methodTo, cells.bytes, from, to);
    const { bytes, targetEnd } = cells;
    const hash = hashOfParts(hashOfBytes(method, methodFrom, methodTo), cells.targetHash);
    return routes.ofHashedTarget(method, methodFrom, methodTo, bytes, from, targetEnd, to, hash);
  };
  /** Appends the row; null, or why it is none. */
  const takeRow = (cells: Cells, line: number): string | null => {
    if (layout.cells > 0 ? cells.count !== layout.cells : timeIndex >= cells.count) {
      return layout.cells > 0 ? "not as many cells as the header has" : "unreadable time";
    }
    const whyNot = reading.whyNoRequest === undefined ? null : reading.whyNoRequest(cells);
    if (whyNot !== null) return whyNot;
    const timeUs = times.read(cells.bytes, cellStart(cells, timeIndex), cellEnd(cells, timeIndex));
    if (!Number.isFinite(timeUs)) return times.reasonFor(timeUs, line);
    let latencyUs = latencyOf(cells);
    let hasNoEnd = false;
    if (hasEnds && latencyUs === NO_LATENCY) {
      const end = cellStart(cells, at.end);
      const endEnd = cellEnd(cells, at.end);
      hasNoEnd = isNoEnd(cells.bytes, end, endEnd, cellEnd(cells, timeIndex) - cellStart(cells, timeIndex));
      if (!hasNoEnd) {
        const endUs = times.read(cells.bytes, end, endEnd);
        if (!Number.isFinite(endUs)) return times.reasonFor(endUs, line);
        latencyUs = endUs - timeUs > LATENCY_US_MAX ? TOO_LONG : endUs - timeUs;
        if (latencyUs < 0 && latencyUs !== TOO_LONG) return "the end is before the start";
      }
    }
    if (latencyUs === NOT_A_LATENCY) return "unreadable latency";
    if (latencyUs === TOO_LONG) return LATENCY_TOO_LONG;
    const answered = answerOf(cells);
    if (answered === NOT_A_STATUS) return "no such status";
    const status = hasNoEnd ? withoutEnd(answered) : answered;
    if (status === STATUS_NOT_STATED) tally.withoutStatus++;
    const sent = bytesOf(cells);
    if (!(sent >= 0 || sent === NO_BYTES) || sent === Infinity) return "unreadable number of bytes";
    let version = VERSION_UNKNOWN;
    if (at.version !== -1) {
      const from = cellStart(cells, at.version);
      const to = cellEnd(cells, at.version);
      const hash = hashOfBytes(cells.bytes, from, to);
      version = versions.ofHashed(cells.bytes, from, to, hash);
      if (version === VERSION_UNKNOWN) versions.countUnknown(cells.bytes, from, to, hash);
    }
    const route = routeOf(cells);
    appendRow(
      builder,
      isEnd && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
      keyOf(cells, line),
      route,
      status,
      latencyUs,
      version,
      sent,
      line,
      fingerprintOf(cells.hashes, cells.first, cells.count),
    );
    return null;
  };

  const readRow = (cells: Cells, line: number, bytes: Buffer, from: number, to: number): void => {
    const whyNot = takeRow(cells, line);
    if (whyNot !== null) rejectLine(builder, whyNot, bytes, from, to, line);
  };

  return {
    targetColumn: at.route,
    plainRows: (headerBytes) => {
      const hasKey = at.user !== -1 || at.address !== -1;
      if (!hasKey || (hasEnds && at.latency === -1) || layout.cells === 0) return null;
      if (reading.whyNoRequest !== undefined || reading.statusOf !== undefined) return null;
      const plainLayout = {
        ...at,
        cells: layout.cells,
        isJson: false,
        headerBytes,
        time: timeIndex,
        isEnd,
        isLatencyNeeded: hasEnds,
        latencyUnitUs,
        isBytesNeeded: false,
        isUserNeeded: false,
        target: at.route,
        request: -1,
      };
      return createPlainRows(plainLayout, { builder, times, routes, versions, tally });
    },
    readRow,
    fatal: () => times.fatal(acceptedRows(builder)),
    notes: () => {
      const notes: string[] = [];
      if (tally.withoutKey > 0)
        notes.push(`${tally.withoutKey} rows name no user and no address: each is routed on its own`);
      if (at.status === -1 && tally.withoutStatus > 0)
        notes.push("the trace has no status: every recorded request counts as served");
      if (layout.latencyUnitAssumed)
        notes.push(`the latency column names no unit: taken as ${unitName(latencyUnitUs)}`);
      return notes;
    },
  };
}

/** Whether a cell has no blanks around what is taken of it. */
function isWhole({ first, starts, ends }: Cells, index: number, from: number, to: number): boolean {
  return starts[first + index] === from && ends[first + index] === to;
}

/** A cell without blanks around it; a missing one is empty. */
function cellStart(cells: Cells, index: number): number {
  if (index >= cells.count) return 0;
  const from = cells.starts[cells.first + index] as number;
  const to = cells.ends[cells.first + index] as number;
  return from < to && (cells.bytes[from] as number) <= 0x20 ? skipBlanks(cells.bytes, from, to) : from;
}

function cellEnd(cells: Cells, index: number): number {
  if (index >= cells.count) return 0;
  const from = cells.starts[cells.first + index] as number;
  const to = cells.ends[cells.first + index] as number;
  return from < to && (cells.bytes[to - 1] as number) <= 0x20 ? skipBlanksBack(cells.bytes, from, to) : to;
}

function skipBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isBlankByte(bytes[at] as number)) at++;
  return at;
}

/** Where there is nothing but blanks the cell ends at its end, where it begins as well. */
function skipBlanksBack(bytes: Buffer, from: number, to: number): number {
  let at = to;
  while (at > from && isBlankByte(bytes[at - 1] as number)) at--;
  return at === from ? to : at;
}

function isBlankByte(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
