/**
 * Rows that are too many for memory, on disk: runs of so many rows, each sorted by start, in the order in which the log
 * has them. So a log of any length is imported in the memory of one run.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ImportedColumns } from "./columns.ts";
import { createDisorder, measureDisorder, type Disorder } from "./disorder.ts";
import { COLUMN_NAMES, sortedBlocks } from "./row-blocks.ts";

/** Rows of one run, unless said otherwise: 39 MB. */
export const RUN_ROWS = 1_048_576;

/** Runs on disk. */
export interface RowRuns {
  /** How many rows a run has; the last may have fewer. */
  readonly rows: number;
  /** Rows of each run. */
  readonly lengths: readonly number[];
  /** Rows of all runs. */
  readonly count: number;
  /** Disorder of all rows in the order in which they came. */
  readonly disorder: Disorder;
  /** Writes the first `count` rows of some columns as the next run. */
  readonly put: (columns: ImportedColumns, count: number) => void;
  /** Reads rows of a run from its `from`-th on, as many as there are and as the columns take; how many. */
  readonly get: (run: number, from: number, into: ImportedColumns) => number;
  /** Removes what lies on disk. May be called twice. */
  readonly remove: () => void;
}

/**
 * No runs yet; they will lie within `folder`, which must exist. Where the system lets open files have no name (all but
 * Windows), nothing of them is seen there, nor left when the process is killed.
 */
export function createRowRuns(folder: string, rows: number = RUN_ROWS): RowRuns {
  const lengths: number[] = [];
  const files: number[] = [];
  const disorder = createDisorder();
  const named: string[] = [];
  let count = 0;
  return {
    rows,
    lengths,
    get count() {
      return count;
    },
    disorder,
    put: (columns, length) => {
      measureDisorder(disorder, columns.startUs, length);
      const own = mkdtempSync(join(folder, "rehearse-rows-"));
      const file = openSync(join(own, "run"), "w+");
      files.push(file);
      if (!isRemoved(own)) named.push(own);
      let from = 0;
      for (const block of sortedBlocks(columns, length)) {
        for (const name of COLUMN_NAMES) {
          const column = block.columns[name];
          const at = columnOffset(columns, name, length) + from * column.BYTES_PER_ELEMENT;
          writeAll(file, bytesOf(column, block.count), at);
        }
        from += block.count;
      }
      lengths.push(length);
      count += length;
    },
    get: (run, from, into) => {
      const length = lengths[run] ?? 0;
      const rowsRead = Math.min(into.startUs.length, length - from);
      if (rowsRead <= 0) return 0;
      for (const name of COLUMN_NAMES) {
        const column = into[name];
        const at = columnOffset(into, name, length) + from * column.BYTES_PER_ELEMENT;
        readAll(files[run] as number, bytesOf(column, rowsRead), at);
      }
      return rowsRead;
    },
    remove: () => {
      for (const file of files.splice(0)) closeSync(file);
      for (const own of named.splice(0)) rmSync(own, { recursive: true, force: true });
    },
  };
}

/** Removes a folder with a file that is open; false: this system does not do that. */
function isRemoved(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** Where a column begins in the file of a run of so many rows. */
function columnOffset(columns: ImportedColumns, name: (typeof COLUMN_NAMES)[number], rows: number): number {
  let at = 0;
  for (const before of COLUMN_NAMES) {
    if (before === name) return at;
    at += columns[before].BYTES_PER_ELEMENT * rows;
  }
  return at;
}

type NumberColumn = ImportedColumns[(typeof COLUMN_NAMES)[number]];

function bytesOf(column: NumberColumn, rows: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, rows * column.BYTES_PER_ELEMENT);
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

function readAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done);
    if (read === 0) throw new Error("a file of rows on disk became shorter while it was read");
    done += read;
  }
}
