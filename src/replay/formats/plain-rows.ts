/**
 * Rows whose values are as those of most rows: numbers in their plainest spelling, keys and routes that were met before.
 * They are looked at column by column: loops this small are compiled best, and while one row waits for memory
 * (dictionaries are larger than caches) the next is on its way. Everything else is left to the reader of single rows.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { decimalOf, wholeNumberOf } from "../byte-numbers.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { STATUS_NOT_STATED } from "../failure.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import type { RouteReader } from "../route-reader.ts";
import type { CutText } from "../text-machine.ts";
import type { TimeReader } from "../time-reader.ts";
import { isAbsentBytes } from "./csv-cells.ts";
import { fingerprintOf } from "./csv-split.ts";
import { createBatch, type Batch, type PlainLayout } from "./plain-batch.ts";
import { countUnknownVersion, lookAtKeys, lookAtRequests, lookAtRoutes, lookAtVersions } from "./plain-lookups.ts";
import type { VersionReader } from "./version-reader.ts";

/** Rows that were looked at together. */
export interface PlainRows {
  /** By row: 1 where it is plain, and can be appended. */
  readonly isPlain: Uint8Array;
  /** Looks at the lines `[from, from + count)` of a text, at most `BATCH_ROWS`. */
  look(text: CutText, from: number, count: number): void;
  /** Appends a plain row, by its number among those that were looked at. */
  append(row: number, line: number): void;
}

/** What is counted of the rows of a trace, for its notes. */
export interface RowTally {
  withoutKey: number;
  withoutStatus: number;
}

/** What the readers of plain and of other rows have in common. */
export interface RowParts {
  readonly builder: TraceBuilder;
  readonly times: TimeReader;
  readonly routes: RouteReader;
  readonly versions: VersionReader;
  readonly tally: RowTally;
}

/** A reader of plain rows. */
export function createPlainRows(layout: PlainLayout, parts: RowParts): PlainRows {
  const { builder, times, routes, versions, tally } = parts;
  const batch = createBatch();
  return {
    isPlain: batch.isPlain,
    look: (text, from, count) => {
      batch.count = count;
      batch.text = text;
      lookAtShape(batch, text, from, layout);
      lookAtTimes(batch, text, layout.time, times);
      if (layout.latency === -1) batch.latencyUs.fill(NO_LATENCY);
      else lookAtLatencies(batch, text, layout.latency, layout.latencyUnitUs);
      if (layout.isLatencyNeeded) needLatencies(batch);
      if (layout.status === -1) batch.status.fill(STATUS_NOT_STATED);
      else lookAtStatuses(batch, text, layout.status);
      if (layout.bytes === -1) batch.bytes.fill(NO_BYTES);
      else lookAtBytes(batch, text, layout.bytes, layout.isBytesNeeded);
      if (layout.version === -1) batch.version.fill(VERSION_UNKNOWN);
      else lookAtVersions(batch, text, layout, versions);
      lookAtKeys(batch, text, layout, builder.keys);
      if (layout.request === -1) lookAtRoutes(batch, text, from, layout, routes);
      else lookAtRequests(batch, text, from, layout.request, routes);
      fingerprintRows(batch, text, layout);
    },
    append: (row, line) => {
      const latencyUs = batch.latencyUs[row] as number;
      const timeUs = batch.timeUs[row] as number;
      const version = batch.version[row] as number;
      if (layout.status === -1) tally.withoutStatus++;
      if (layout.version !== -1 && version === VERSION_UNKNOWN)
        countUnknownVersion(batch, row, layout.version, versions);
      appendRow(
        builder,
        layout.isEnd && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
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

function lookAtShape(batch: Batch, text: CutText, from: number, layout: PlainLayout): void {
  const { count, isPlain, first } = batch;
  const { starts, ends, lineCells } = text;
  const { cells, isJson, headerBytes } = layout;
  let cell = from === 0 ? 0 : (lineCells[from - 1] as number);
  for (let row = 0; row < count; row++) {
    const next = lineCells[from + row] as number;
    const length = (ends[isJson ? cell : next - 1] as number) - (starts[cell] as number);
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

function lookAtLatencies(batch: Batch, { bytes, starts, ends }: CutText, column: number, unitUs: number): void {
  const { count, isPlain, first, latencyUs } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    const us = Math.round(decimalOf(bytes, from, to) * unitUs);
    if (us <= LATENCY_US_MAX) latencyUs[row] = us;
    else if (isAbsentBytes(bytes, from, to)) latencyUs[row] = NO_LATENCY;
    else isPlain[row] = 0;
  }
}

/** Rows without a latency have to be looked at again. */
function needLatencies({ count, isPlain, latencyUs }: Batch): void {
  for (let row = 0; row < count; row++) if (latencyUs[row] === NO_LATENCY) isPlain[row] = 0;
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

function lookAtBytes(batch: Batch, { bytes, starts, ends }: CutText, column: number, isNeeded: boolean): void {
  const { count, isPlain, first, bytes: sent } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    const value = wholeNumberOf(bytes, from, to);
    if (value !== -1) sent[row] = value;
    else if (!isNeeded && isAbsentBytes(bytes, from, to)) sent[row] = NO_BYTES;
    else isPlain[row] = 0;
  }
}

function fingerprintRows(batch: Batch, { hashes }: CutText, { isJson, cells }: PlainLayout): void {
  const { count, first, fingerprint } = batch;
  for (let row = 0; row < count; row++) {
    const cell = first[row] as number;
    fingerprint[row] = isJson ? (hashes[cell] as number) : fingerprintOf(hashes, cell, cells);
  }
}
