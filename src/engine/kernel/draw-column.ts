/**
 * Draws of a whole batch at once: `draw32` of a stream at many indices, four at a time where the machine can (SIMD in
 * WebAssembly), to the same bits. The columns are scratch space, overwritten by the next use: no part of any state.
 */
import { draw32 } from "./random.ts";
import { startModule } from "./assembly.ts";
import { assembleDraws } from "./draw-assembly.ts";

/** How many indices a column holds at most. */
export const COLUMN_ROWS = 1_024;
/** How many columns of draws there are besides that of the indices. */
const COLUMNS = 3;
const COLUMN_BYTES = 4 * COLUMN_ROWS;

/** Which column draws are written to: what has to be read side by side goes to different ones. */
export type ColumnSlot = 0 | 1 | 2;

/** What the assembled module has; places are bytes of its memory. */
interface Machine {
  readonly draws: (a: number, b: number, from: number, into: number, until: number) => void;
  readonly count: (start: number, into: number, until: number) => void;
  readonly scaled: (from: number, into: number, until: number, factor: number) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

interface Scratch {
  readonly indices: Uint32Array;
  readonly columns: readonly Uint32Array[];
  /** Null: one after the other. */
  readonly machine: Machine | null;
}

const scratch = createScratch(true);

/** Whether draws are made four at a time here; they are the same either way. */
export const HAS_SIMD: boolean = scratch.machine !== null;

/** Sets the indices (their low 32 bits) that the next columns are drawn at: the first `count` of them. */
export function loadIndices(indices: Uint32Array, count: number): void {
  scratch.indices.set(count === indices.length ? indices : indices.subarray(0, count));
}

/** Writes `count` indices from `start` on, ascending, and loads them. */
export function loadAscending(indices: Uint32Array, start: number, count: number): void {
  const { machine } = scratch;
  if (machine === null) {
    for (let i = 0; i < count; i++) indices[i] = start + i;
    loadIndices(indices, count);
    return;
  }
  if (count > 0) machine.count(start, 0, 4 * count);
  indices.set(count === indices.length ? scratch.indices : scratch.indices.subarray(0, count));
}

/** Writes the draws of `drawColumn`, each times a factor and rounded down: less than 2^32. */
export function drawScaled(
  slot: ColumnSlot,
  a: number,
  b: number,
  count: number,
  factor: number,
  into: Uint32Array,
): void {
  const column = drawColumn(slot, a, b, count);
  const { machine } = scratch;
  if (machine === null) {
    for (let i = 0; i < count; i++) into[i] = (column[i] as number) * factor;
    return;
  }
  const at = (slot + 1) * COLUMN_BYTES;
  if (count > 0) machine.scaled(at, at, at + 4 * count, factor);
  into.set(count === into.length ? column : column.subarray(0, count));
}

/** The draws of the stream with keys a and b at the first `count` loaded indices, in their order; unsigned. */
export function drawColumn(slot: ColumnSlot, a: number, b: number, count: number): Uint32Array {
  return drawInto(scratch, slot, a, b, count);
}

/** As `drawColumn`, one after the other, as on a machine without SIMD. For tests. */
export function drawColumnPlainly(indices: Uint32Array, a: number, b: number, count: number): Uint32Array {
  const plain = createScratch(false);
  plain.indices.set(indices.subarray(0, count));
  return drawInto(plain, 0, a, b, count);
}

function drawInto(
  { indices, columns, machine }: Scratch,
  slot: ColumnSlot,
  a: number,
  b: number,
  count: number,
): Uint32Array {
  const column = columns[slot] as Uint32Array;
  if (machine !== null) {
    // Rows are made in fours: up to three more than asked for, of indices that were there before.
    if (count > 0) machine.draws(a, b, 0, (slot + 1) * COLUMN_BYTES, 4 * count);
    return column;
  }
  for (let i = 0; i < count; i++) column[i] = draw32(a, b, indices[i] as number);
  return column;
}

function createScratch(withSimd: boolean): Scratch {
  const machine = withSimd ? (startModule(assembleDraws()) as Machine | null) : null;
  if (machine !== null) return { ...layOut(machine.memory.buffer), machine };
  return { ...layOut(new ArrayBuffer((COLUMNS + 1) * COLUMN_BYTES)), machine: null };
}

function layOut(buffer: ArrayBuffer): Omit<Scratch, "machine"> {
  const column = (nth: number): Uint32Array => new Uint32Array(buffer, nth * COLUMN_BYTES, COLUMN_ROWS);
  return { indices: column(0), columns: Array.from({ length: COLUMNS }, (_, slot) => column(slot + 1)) };
}
