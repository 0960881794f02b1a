/**
 * Rows of CSV whose cells are as those of most rows: numbers in their plainest spelling, keys and routes that were met
 * before. They are looked at column by column: loops this small are compiled best, and while one row waits for memory
 * (dictionaries are larger than caches) the next is on its way. Everything else is left to `csv-rows.ts`, row by row.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { decimalOf, wholeNumberOf } from "../byte-numbers.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { findHashed, hashOfParts, NOT_FOUND } from "../dictionary.ts";
import { STATUS_NOT_STATED } from "../failure.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import type { RouteReader } from "../route-reader.ts";
import type { CutText } from "../text-machine.ts";
import type { TimeReader } from "../time-reader.ts";
import { isAbsentBytes } from "./csv-cells.ts";
import type { CsvLayout } from "./csv-columns.ts";
import { fingerprintOf } from "./csv-split.ts";
import type { VersionReader } from "./version-reader.ts";

/** How many rows are looked at together. */
export const BATCH_ROWS = 1_024;

const NOTHING = Buffer.alloc(0);
const NOTHING_HASH = hashOfBytes(NOTHING, 0, 0);

/** Rows that were looked at together. */
export interface PlainRows {
  /** By row: 1 where it is plain, and can be appended. */
  readonly isPlain: Uint8Array;
  /**
   * Looks at the lines `[from, from + count)` of a text, at most `BATCH_ROWS`. Lines that are as long as the header are not
   * plain: they may be the header.
   */
  look(text: CutText, from: number, count: number, headerBytes: number): void;
  /** Appends a plain row, by its number among those that were looked at. */
  append(row: number, line: number): void;
}

/** What is counted of the rows of a trace, for its notes. */
export interface CsvTally {
  withoutKey: number;
  unknownVersions: number;
  withoutStatus: number;
}

interface Batch {
  count: number;
  readonly isPlain: Uint8Array;
  /** By row, its first cell. */
  readonly first: Uint32Array;
  readonly timeUs: Float64Array;
  readonly latencyUs: Int32Array;
  readonly status: Uint16Array;
  readonly version: Uint8Array;
  readonly bytes: Float64Array;
  readonly key: Int32Array;
  readonly route: Int32Array;
  readonly fingerprint: Uint32Array;
}

/** A reader of plain rows; null: with this layout no row is plain. */
export function createPlainRows(
  builder: TraceBuilder,
  { cells, indexOf: at, latencyUnitUs }: CsvLayout,
  times: TimeReader,
  routes: RouteReader,
  versions: VersionReader,
  tally: CsvTally,
): PlainRows | null {
  const isEnd = at.timestamp === -1;
  const timeColumn = isEnd ? at.end : at.timestamp;
  const hasEnds = !isEnd && at.end !== -1;
  const keyColumn = at.user !== -1 ? at.user : at.agent === -1 ? at.address : -1;
  if ((hasEnds && at.latency === -1) || keyColumn === -1 || cells === 0) return null;
  const batch = createBatch();
  return {
    isPlain: batch.isPlain,
    look: (text, from, count, headerBytes) => {
      batch.count = count;
      lookAtShape(batch, text, from, cells, headerBytes);
      lookAtTimes(batch, text, timeColumn, times);
      if (at.latency === -1) batch.latencyUs.fill(NO_LATENCY);
      else lookAtLatencies(batch, text, at.latency, latencyUnitUs, hasEnds);
      if (at.status === -1) batch.status.fill(STATUS_NOT_STATED);
      else lookAtStatuses(batch, text, at.status);
      if (at.bytes === -1) batch.bytes.fill(NO_BYTES);
      else lookAtBytes(batch, text, at.bytes);
      if (at.version === -1) batch.version.fill(VERSION_UNKNOWN);
      else lookAtVersions(batch, text, at.version, versions);
      lookAtKeys(batch, text, keyColumn, builder);
      lookAtRoutes(batch, text, from, at.method, at.route, routes);
      fingerprintRows(batch, text, cells);
    },
    append: (row, line) => {
      const latencyUs = batch.latencyUs[row] as number;
      const timeUs = batch.timeUs[row] as number;
      const version = batch.version[row] as number;
      if (at.status === -1) tally.withoutStatus++;
      if (at.version !== -1 && version === VERSION_UNKNOWN) tally.unknownVersions++;
      appendRow(
        builder,
        isEnd && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
        batch.key[row] as number,
        batch.route[row] as number,
        batch.status[row] as number,
        latencyUs,
        version,
        batch.bytes[row] as number,
        line,
        batch.fingerprint[row] as number,
      );
    },
  };
}

function createBatch(): Batch {
  return {
    count: 0,
    isPlain: new Uint8Array(BATCH_ROWS),
    first: new Uint32Array(BATCH_ROWS),
    timeUs: new Float64Array(BATCH_ROWS),
    latencyUs: new Int32Array(BATCH_ROWS),
    status: new Uint16Array(BATCH_ROWS),
    version: new Uint8Array(BATCH_ROWS),
    bytes: new Float64Array(BATCH_ROWS),
    key: new Int32Array(BATCH_ROWS),
    route: new Int32Array(BATCH_ROWS),
    fingerprint: new Uint32Array(BATCH_ROWS),
  };
}

function lookAtShape(batch: Batch, text: CutText, from: number, cells: number, headerBytes: number): void {
  const { count, isPlain, first } = batch;
  const { starts, ends, lineCells } = text;
  let cell = from === 0 ? 0 : (lineCells[from - 1] as number);
  for (let row = 0; row < count; row++) {
    const next = lineCells[from + row] as number;
    const length = (ends[next - 1] as number) - (starts[cell] as number);
    first[row] = cell;
    isPlain[row] = next - cell === cells && length <= LINE_BYTES_MAX && length !== headerBytes ? 1 : 0;
    cell = next;
  }
}

function lookAtTimes(batch: Batch, { bytes, starts, ends }: CutText, column: number, times: TimeReader): void {
  const { count, isPlain, first, timeUs } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const us = times.read(bytes, starts[cell] as number, ends[cell] as number);
    timeUs[row] = us;
    if (!Number.isFinite(us)) isPlain[row] = 0;
  }
}

/** Without a latency, what stands where the end is to be says more: such rows are not plain. */
function lookAtLatencies(
  batch: Batch,
  { bytes, starts, ends }: CutText,
  column: number,
  unitUs: number,
  hasEnds: boolean,
): void {
  const { count, isPlain, first, latencyUs } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    const us = Math.round(decimalOf(bytes, from, to) * unitUs);
    if (us <= LATENCY_US_MAX) latencyUs[row] = us;
    else if (!hasEnds && isAbsentBytes(bytes, from, to)) latencyUs[row] = NO_LATENCY;
    else isPlain[row] = 0;
  }
}

function lookAtStatuses(batch: Batch, { bytes, starts, ends }: CutText, column: number): void {
  const { count, isPlain, first, status } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const value = wholeNumberOf(bytes, starts[cell] as number, ends[cell] as number);
    if (value >= 100 && value <= 999) status[row] = value;
    else isPlain[row] = 0;
  }
}

function lookAtBytes(batch: Batch, { bytes, starts, ends }: CutText, column: number): void {
  const { count, isPlain, first, bytes: sent } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    const value = wholeNumberOf(bytes, from, to);
    if (value !== -1) sent[row] = value;
    else if (isAbsentBytes(bytes, from, to)) sent[row] = NO_BYTES;
    else isPlain[row] = 0;
  }
}

function lookAtVersions(
  batch: Batch,
  { bytes, starts, ends, hashes }: CutText,
  column: number,
  versions: VersionReader,
): void {
  const { count, isPlain, first, version } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    if (hasBlanksAround(bytes, from, to)) isPlain[row] = 0;
    else version[row] = versions.ofHashed(bytes, from, to, hashes[cell] as number);
  }
}

function lookAtKeys(
  batch: Batch,
  { bytes, starts, ends, hashes }: CutText,
  column: number,
  { keys }: TraceBuilder,
): void {
  const { count, isPlain, first, key } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    // What says that there is nothing was never added, and no text with blanks around it.
    const index = findHashed(keys, bytes, from, to, hashes[cell] as number);
    key[row] = index;
    if (index === NOT_FOUND) isPlain[row] = 0;
  }
}

function lookAtRoutes(
  batch: Batch,
  text: CutText,
  fromLine: number,
  methodColumn: number,
  targetColumn: number,
  routes: RouteReader,
): void {
  const { bytes, starts, ends, hashes, targetEnds, targetHashes } = text;
  const { count, isPlain, first, route } = batch;
  const hasMethod = methodColumn !== -1;
  const hasTarget = targetColumn !== -1;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = first[row] as number;
    const methodFrom = hasMethod ? (starts[cell + methodColumn] as number) : 0;
    const methodTo = hasMethod ? (ends[cell + methodColumn] as number) : 0;
    const from = hasTarget ? (starts[cell + targetColumn] as number) : 0;
    const hash = hashOfParts(
      hasMethod ? (hashes[cell + methodColumn] as number) : NOTHING_HASH,
      hasTarget ? (targetHashes[fromLine + row] as number) : NOTHING_HASH,
    );
    const end = hasTarget ? (targetEnds[fromLine + row] as number) : 0;
    const index = routes.findHashedTarget(bytes, methodFrom, methodTo, bytes, from, end, hash);
    route[row] = index;
    if (index === NOT_FOUND) isPlain[row] = 0;
  }
}

function fingerprintRows(batch: Batch, { hashes }: CutText, cells: number): void {
  const { count, first, fingerprint } = batch;
  for (let row = 0; row < count; row++) fingerprint[row] = fingerprintOf(hashes, first[row] as number, cells);
}

/** Whether a cell that is not empty perhaps has blanks around its text. */
function hasBlanksAround(bytes: Buffer, from: number, to: number): boolean {
  return from < to && ((bytes[from] as number) <= 0x20 || (bytes[to - 1] as number) <= 0x20);
}
