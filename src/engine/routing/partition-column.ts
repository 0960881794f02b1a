/**
 * Tells the rows of a batch apart: those routed to the candidate, and those left to the baseline. Eight at a time where
 * the machine can (SIMD in WebAssembly).
 */
import { startModule } from "../kernel/assembly.ts";
import { COLUMN_ROWS } from "../kernel/draw-column.ts";
import type { Batch } from "../service/world.ts";
import {
  BASELINE_ROWS_AT,
  CANDIDATE_BYTES_AT,
  CANDIDATE_ROWS_AT,
  ROUTED_AT,
  ROWS_AT_ONCE,
  TABLE_AT,
  assemblePartition,
  rowsOfSets,
} from "./partition-assembly.ts";

/** What the assembled module has; places are bytes of its memory. */
interface Machine {
  readonly partition: (from: number, until: number) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

interface Columns {
  readonly machine: Machine;
  readonly routed: Uint8Array;
  readonly candidateRows: Uint16Array;
  readonly baselineRows: Uint16Array;
  readonly candidateBytes: Int32Array;
}

const columns = startColumns();

/** Whether rows are told apart eight at a time here; the lists are the same either way. */
export const HAS_SIMD: boolean = columns !== null;

/** Fills the lists of rows of a batch, and `candidateCount`, from its column `routed`. */
export function partitionRows(batch: Batch): void {
  if (columns === null) partitionPlainly(batch);
  else partitionByEights(columns, batch);
}

/** As `partitionRows`, row by row, as on a machine without SIMD. For tests, and for few rows. */
export function partitionPlainly(batch: Batch): void {
  const { routed, baselineRows, candidateRows, count } = batch;
  let candidates = 0;
  for (let i = 0; i < count; i++) {
    // Every row is written to both lists; the next row of the other kind overwrites it in the list that it is not of.
    candidateRows[candidates] = i;
    baselineRows[i - candidates] = i;
    candidates += routed[i] as number;
  }
  batch.candidateCount = candidates;
}

function partitionByEights(into: Columns, batch: Batch): void {
  const { routed, candidateRows, baselineRows, candidateBytes, machine } = into;
  const { count } = batch;
  if (count === 0) {
    batch.candidateCount = 0;
    return;
  }
  routed.set(count === COLUMN_ROWS ? batch.routed : batch.routed.subarray(0, count));
  // Rows are told apart in eights: what is beyond the last one is listed behind the baseline's.
  for (let i = count; i % ROWS_AT_ONCE !== 0; i++) routed[i] = 0;
  machine.partition(ROUTED_AT, ROUTED_AT + count);
  const candidateCount = (candidateBytes[0] as number) >>> 1;
  batch.candidateRows.set(candidateRows.subarray(0, candidateCount));
  batch.baselineRows.set(baselineRows.subarray(0, count - candidateCount));
  batch.candidateCount = candidateCount;
}

function startColumns(): Columns | null {
  const machine = startModule(assemblePartition()) as Machine | null;
  if (machine === null) return null;
  const { buffer } = machine.memory;
  const table = rowsOfSets();
  new Uint16Array(buffer, TABLE_AT, table.length).set(table);
  return {
    machine,
    routed: new Uint8Array(buffer, ROUTED_AT, COLUMN_ROWS),
    candidateRows: new Uint16Array(buffer, CANDIDATE_ROWS_AT, COLUMN_ROWS),
    baselineRows: new Uint16Array(buffer, BASELINE_ROWS_AT, COLUMN_ROWS),
    candidateBytes: new Int32Array(buffer, CANDIDATE_BYTES_AT, 1),
  };
}
