/** Rows of imported columns block by block, in the order of their start, from memory or merged from sorted runs. */
import { allocateColumns, type ImportedColumns } from "./columns.ts";
import type { RowRuns } from "./row-runs.ts";
import { isAscending, sortedOrder } from "./stable-sort.ts";

/** How many rows a block has at most. */
export const BLOCK_ROWS = 65_536;

/** The names of the imported columns, in the order in which files hold them. */
export const COLUMN_NAMES = [
  "startUs",
  "bytes",
  "key",
  "route",
  "latencyUs",
  "line",
  "fingerprint",
  "status",
  "version",
] as const satisfies readonly (keyof ImportedColumns)[];

/** The first `count` rows of some columns; the columns are overwritten by the next block. */
export interface RowBlock {
  readonly count: number;
  readonly columns: ImportedColumns;
}

/** Blocks of what lies in memory: the first `count` rows of the columns, equal starts in the order in which they stand. */
export function* sortedBlocks(columns: ImportedColumns, count: number): Generator<RowBlock, void, void> {
  if (isAscending(columns.startUs, count)) {
    yield* unchangedBlocks(columns, count);
    return;
  }
  const order = sortedOrder(columns.startUs, count);
  const block = allocateColumns(Math.min(count, BLOCK_ROWS));
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, count - from);
    for (let i = 0; i < rows; i++) copyRow(columns, order[from + i] as number, block, i);
    yield { count: rows, columns: block };
  }
}

/** Rows that are in order stay where they are. */
function* unchangedBlocks(columns: ImportedColumns, count: number): Generator<RowBlock, void, void> {
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, count);
    const views = COLUMN_NAMES.map((name) => [name, columns[name].subarray(from, to)] as const);
    yield { count: to - from, columns: Object.fromEntries(views) as unknown as ImportedColumns };
  }
}

/** A run while it is merged: the block of it that is in memory, and where the merge stands in it. */
interface Cursor {
  readonly run: number;
  readonly columns: ImportedColumns;
  /** Rows of the run that lie before the block. */
  before: number;
  count: number;
  at: number;
}

/** Blocks merged from sorted runs; of equal starts those of an earlier run come first. */
export function* mergedBlocks(runs: RowRuns, blockRows: number): Generator<RowBlock, void, void> {
  // All blocks in memory together are about as large as one run.
  const cursorRows = Math.max(Math.floor(runs.rows / Math.max(runs.lengths.length, 1) / 2), 1);
  const heap: Cursor[] = [];
  runs.lengths.forEach((_, run) => {
    const cursor: Cursor = { run, columns: allocateColumns(cursorRows), before: 0, count: 0, at: 0 };
    if (refill(runs, cursor)) heap.push(cursor);
  });
  // Runs are in the order of their first rows' times only by chance: a heap from the middle down.
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) siftDown(heap, i);
  const block = allocateColumns(blockRows);
  let rows = 0;
  while (heap.length > 0) {
    const cursor = heap[0] as Cursor;
    copyRow(cursor.columns, cursor.at, block, rows++);
    if (rows === blockRows) {
      yield { count: rows, columns: block };
      rows = 0;
    }
    cursor.at++;
    if (cursor.at === cursor.count && !refill(runs, cursor)) {
      const last = heap.pop() as Cursor;
      if (heap.length === 0) break;
      if (last !== cursor) heap[0] = last;
    }
    siftDown(heap, 0);
  }
  if (rows > 0) yield { count: rows, columns: block };
}

/** The next block of a run; false: there is none. */
function refill(runs: RowRuns, cursor: Cursor): boolean {
  cursor.before += cursor.count;
  cursor.count = runs.get(cursor.run, cursor.before, cursor.columns);
  cursor.at = 0;
  return cursor.count > 0;
}

function copyRow(from: ImportedColumns, row: number, into: ImportedColumns, at: number): void {
  into.startUs[at] = from.startUs[row] as number;
  into.bytes[at] = from.bytes[row] as number;
  into.key[at] = from.key[row] as number;
  into.route[at] = from.route[row] as number;
  into.latencyUs[at] = from.latencyUs[row] as number;
  into.line[at] = from.line[row] as number;
  into.fingerprint[at] = from.fingerprint[row] as number;
  into.status[at] = from.status[row] as number;
  into.version[at] = from.version[row] as number;
}

function isBefore(one: Cursor, other: Cursor): boolean {
  const oneUs = one.columns.startUs[one.at] as number;
  const otherUs = other.columns.startUs[other.at] as number;
  return oneUs < otherUs || (oneUs === otherUs && one.run < other.run);
}

function siftDown(heap: Cursor[], from: number): void {
  const cursor = heap[from] as Cursor;
  let at = from;
  for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Cursor, heap[child] as Cursor)) child++;
    if (!isBefore(heap[child] as Cursor, cursor)) break;
    heap[at] = heap[child] as Cursor;
    at = child;
  }
  heap[at] = cursor;
}
