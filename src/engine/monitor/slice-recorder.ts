/**
 * The second recorder: the same counters, histograms and requests in flight once more for every cell of a grid. A batch
 * is divided into the rows of each cell, and each cell's rows go through the very recorder that counts the whole, so a
 * slice can never mean something else than the whole does. Runs only where a rule or a report names a slice.
 */
import { BATCH_ROWS, createBatch, type Batch } from "../service/world.ts";
import { HISTOGRAM_BINS } from "./histogram.ts";
import { recordBatch } from "./recorder.ts";
import { createRecording, type Recording, type RecordingTerms } from "./recording.ts";
import { completeInFlight } from "./row-recorder.ts";
import type { SliceGrid } from "./slice-grid.ts";
import { copyTotals, createTotalsRing, pushTotals, type Totals, type TotalsRing } from "./totals.ts";

/** What is kept of one cell. Plain data. Distinct users are not counted in it. */
interface SliceCell {
  readonly recording: Recording;
  readonly ring: TotalsRing;
  /** Totals when the current phase was entered. */
  phaseFrom: Totals;
}

/** The cells of a grid, by number. Plain data. */
export type SliceRecording = readonly SliceCell[];

/** Scratch space of the recorder: no state, written anew for every batch. */
export interface SliceScratch {
  readonly cellOfRow: Uint32Array;
  readonly baseline: SortedRows;
  readonly candidate: SortedRows;
  /** Rows of one cell, of either version, and a column of keys that stays all zero: one key stands for all. */
  readonly own: Batch;
  /** A batch for each that was ever recorded, with its columns and the rows of one cell. */
  readonly views: Batch[];
}

/** Rows of one version, sorted by cell. */
interface SortedRows {
  /** End of each cell's rows; the start is the end of the cell before. */
  readonly endOfCell: Uint32Array;
  readonly rows: Uint16Array;
}

/** Cells with nothing recorded; the ring of each reaches `ticks` ticks back. `more`: as of `createRecording`. */
export function createSliceRecording(
  grid: SliceGrid,
  limits: number,
  ticks: number,
  keepsHistograms: boolean,
  more: { readonly counters: number; readonly bins: number } = { counters: 0, bins: 0 },
): SliceRecording {
  return Array.from({ length: grid.cells }, () => {
    const recording = createRecording(1, limits, more.counters, more.bins);
    // One key stands for all, seen already: who was exposed is counted for the whole only.
    recording.exposed[0] = 1;
    return {
      recording,
      ring: createTotalsRing(ticks, recording, keepsHistograms),
      phaseFrom: copyTotals(recording, 0),
    };
  });
}

/** Scratch space for a grid. */
export function createSliceScratch(grid: SliceGrid): SliceScratch {
  const sortedRows = (): SortedRows => ({
    endOfCell: new Uint32Array(grid.cells),
    rows: new Uint16Array(BATCH_ROWS),
  });
  return {
    cellOfRow: new Uint32Array(BATCH_ROWS),
    baseline: sortedRows(),
    candidate: sortedRows(),
    own: createBatch(),
    views: [],
  };
}

/** The view of a batch: there are as many as there are batches that are refilled, one or two. */
function viewOf({ views, own }: SliceScratch, batch: Batch): Batch {
  for (const view of views) if (view.atUs === batch.atUs) return view;
  const { baselineRows, candidateRows, key } = own;
  const view = { ...batch, baselineRows, candidateRows, key };
  views.push(view);
  return view;
}

/** Records a routed batch in its cells; `keySegment` is null where users are not divided. */
export function recordSlices(
  grid: SliceGrid,
  scratch: SliceScratch,
  slices: SliceRecording,
  terms: RecordingTerms,
  batch: Batch,
  keySegment: Uint8Array | null,
  untilUs: number,
  fallsBack: boolean,
): void {
  const { rowOfRoute, columnOfSegment } = grid;
  const { cellOfRow, baseline, candidate } = scratch;
  const view = viewOf(scratch, batch);
  for (let i = 0; i < batch.count; i++) {
    const segment = keySegment === null ? 0 : (keySegment[batch.key[i] as number] as number);
    cellOfRow[i] = (rowOfRoute[batch.route[i] as number] as number) + (columnOfSegment[segment] as number);
  }
  sortByCell(batch.baselineRows, batch.count - batch.candidateCount, cellOfRow, baseline);
  sortByCell(batch.candidateRows, batch.candidateCount, cellOfRow, candidate);
  for (let cell = 0; cell < slices.length; cell++) {
    const ofBaseline = takeCell(baseline, cell, view.baselineRows);
    view.candidateCount = takeCell(candidate, cell, view.candidateRows);
    view.count = ofBaseline + view.candidateCount;
    if (view.count === 0) continue;
    recordBatch((slices[cell] as SliceCell).recording, terms, view, untilUs, fallsBack);
  }
}

/** Sorts rows by their cell, those of one cell in the order they had. */
function sortByCell(rows: Uint16Array, count: number, cellOfRow: Uint32Array, sorted: SortedRows): void {
  const { endOfCell } = sorted;
  endOfCell.fill(0);
  for (let row = 0; row < count; row++) {
    const cell = cellOfRow[rows[row] as number] as number;
    endOfCell[cell] = (endOfCell[cell] as number) + 1;
  }
  let start = 0;
  for (let cell = 0; cell < endOfCell.length; cell++) {
    const next = start + (endOfCell[cell] as number);
    endOfCell[cell] = start;
    start = next;
  }
  // Each cell's start moves on with every row put in, and is its end when all are.
  for (let row = 0; row < count; row++) {
    const i = rows[row] as number;
    const cell = cellOfRow[i] as number;
    const at = endOfCell[cell] as number;
    sorted.rows[at] = i;
    endOfCell[cell] = at + 1;
  }
}

function takeCell({ endOfCell, rows }: SortedRows, cell: number, into: Uint16Array): number {
  const start = cell === 0 ? 0 : (endOfCell[cell - 1] as number);
  const end = endOfCell[cell] as number;
  for (let at = start; at < end; at++) into[at - start] = rows[at] as number;
  return end - start;
}

/** Counts in every cell what waited in flight and completes before `untilUs`. */
export function completeSlices(slices: SliceRecording, terms: RecordingTerms, untilUs: number): void {
  for (const { recording } of slices) completeInFlight(recording, terms, untilUs);
}

/** Keeps every cell's totals as those of the next tick. */
export function pushSliceTotals(slices: SliceRecording): void {
  for (const { ring, recording } of slices) pushTotals(ring, recording);
}

/** A phase is entered: what its windows are measured from. */
export function enterPhaseInSlices(slices: SliceRecording, nowUs: number): void {
  for (const cell of slices) cell.phaseFrom = copyTotals(cell.recording, nowUs);
}

/** The sum of several cells' totals at one instant; the totals themselves where there is one. Empty: all zero. */
export function sumTotals(
  parts: readonly Totals[],
  atUs: number,
  counterCount: number,
  binCount = 2 * HISTOGRAM_BINS,
): Totals {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const counters = new Float64Array(counterCount);
  const histograms = parts.every((part) => part.histograms !== null) ? new Uint32Array(binCount) : null;
  for (const part of parts) {
    for (let i = 0; i < counterCount; i++) {
      counters[i] = (counters[i] as number) + (part.counters[part.countersOffset + i] as number);
    }
    if (histograms === null || part.histograms === null) continue;
    for (let i = 0; i < binCount; i++) {
      histograms[i] = (histograms[i] as number) + (part.histograms[part.histogramsOffset + i] as number);
    }
  }
  return { atUs, counters, countersOffset: 0, histograms, histogramsOffset: 0 };
}
