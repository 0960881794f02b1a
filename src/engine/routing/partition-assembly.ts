/**
 * The WebAssembly module that tells a batch's rows apart, eight at a time: a table has, for every set of eight rows, which
 * of them are in it, one after the other.
 */
import { I32, I32_ADD, assembleModule, i32Const, localGet, localSet, localTee } from "../kernel/assembly.ts";
import {
  ADD_SHORTS,
  I32_COUNT_ONES,
  I32_SHIFT_LEFT,
  I32_SUBTRACT,
  I32_XOR,
  NEGATE_BYTES,
  SIGN_BITS_OF_BYTES,
  SPLAT_SHORTS,
  columnFunction,
  i32Store,
  loopUntil,
  vectorLoad,
  vectorLoadEightBytes,
  vectorStore,
  type Code,
} from "../kernel/column-assembly.ts";
import { COLUMN_ROWS } from "../kernel/draw-column.ts";

/** How many rows are looked at at once. */
export const ROWS_AT_ONCE = 8;
/** Where the column of bytes begins in the memory, in bytes: 1 where a row goes to the candidate. */
export const ROUTED_AT = 0;
/** The list of the candidate's rows, 16 bits each. */
export const CANDIDATE_ROWS_AT = COLUMN_ROWS;
/** Lists are written eight entries at a time, beyond their last one. */
const LIST_BYTES = 2 * (COLUMN_ROWS + ROWS_AT_ONCE);
/** The list of the baseline's. */
export const BASELINE_ROWS_AT = CANDIDATE_ROWS_AT + LIST_BYTES;
/** How many bytes the list of the candidate's rows has, 32 bits. */
export const CANDIDATE_BYTES_AT = BASELINE_ROWS_AT + LIST_BYTES;
/** By set of eight rows: the numbers in it, ascending, 16 bits each. */
export const TABLE_AT = CANDIDATE_BYTES_AT + 16;

/** The table, to be written at `TABLE_AT`. */
export function rowsOfSets(): Uint16Array {
  const sets = 1 << ROWS_AT_ONCE;
  const table = new Uint16Array(sets * ROWS_AT_ONCE);
  for (let set = 0; set < sets; set++) {
    let count = 0;
    for (let row = 0; row < ROWS_AT_ONCE; row++) {
      if (((set >>> row) & 1) === 1) table[set * ROWS_AT_ONCE + count++] = row;
    }
  }
  return table;
}

/** The module: `partition(from, until)`, over the rows whose bytes are between these addresses, and `memory`. */
export function assemblePartition(): Uint8Array {
  const [from, until, rows, set, count, candidates, baselines] = [0, 1, 2, 3, 4, 5, 6];
  /** Writes the rows of a set at the end of a list. */
  const list = (end: number): Code =>
    [
      [localGet(end), localGet(set), i32Const(4), I32_SHIFT_LEFT, vectorLoad(TABLE_AT)],
      [localGet(rows), ADD_SHORTS, vectorStore()],
    ].flat(2);
  /** Moves the end of a list on by as many entries as are on the stack. */
  const moveOn = (end: number): Code => [i32Const(1), I32_SHIFT_LEFT, localGet(end), I32_ADD, localSet(end)].flat();
  const body = [
    [localGet(from), SPLAT_SHORTS, localSet(rows)],
    [localGet(from), vectorLoadEightBytes(ROUTED_AT), NEGATE_BYTES, SIGN_BITS_OF_BYTES, localTee(set)],
    [I32_COUNT_ONES, localSet(count)],
    [list(candidates), localGet(count), moveOn(candidates)],
    [localGet(set), i32Const(0xff), I32_XOR, localSet(set)],
    [list(baselines), i32Const(ROWS_AT_ONCE), localGet(count), I32_SUBTRACT, moveOn(baselines)],
  ].flat(2);
  const code = [
    [i32Const(CANDIDATE_ROWS_AT), localSet(candidates), i32Const(BASELINE_ROWS_AT), localSet(baselines)].flat(),
    loopUntil(from, ROWS_AT_ONCE, until, body),
    [i32Const(CANDIDATE_BYTES_AT), localGet(candidates), i32Const(CANDIDATE_ROWS_AT), I32_SUBTRACT, i32Store(0)].flat(),
  ].flat();
  return assembleModule(1, [
    columnFunction({ name: "partition", parameters: [I32, I32], vectors: 1, integers: 4, code }),
  ]);
}
