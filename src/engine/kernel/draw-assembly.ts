/**
 * The WebAssembly module that draws four at a time: `draw32` of `random.ts`, instruction by instruction, on vectors of
 * four 32-bit integers.
 */
import { F64, I32, I32_ADD, assembleModule, i32Const, localGet, localSet } from "./assembly.ts";
import {
  ADD,
  FIRST_FOUR,
  FROM_F64_UNSIGNED,
  LOWER_HALVES,
  MULTIPLY,
  MULTIPLY_F64,
  SHIFT_RIGHT_UNSIGNED,
  SPLAT,
  SPLAT_F64,
  TO_F64_UNSIGNED,
  UPPER_HALF,
  VECTOR_BYTES,
  XOR,
  columnFunction,
  loopUntil,
  vectorLoad,
  vectorStore,
  type Code,
  type ColumnFunction,
} from "./column-assembly.ts";

/** The multipliers of lowbias32, as in `random.ts`. */
const MULTIPLIER = 0x7feb352d;
const MULTIPLIER_BETWEEN = 0x846ca68b | 0;

/**
 * The module: `memory` of one page, `draws(a, b, from, into, until)`, `count(start, into, until)`, which writes ascending
 * numbers, and `scaled(from, into, until, factor)`, which writes unsigned numbers times a double, rounded down.
 */
export function assembleDraws(): Uint8Array {
  return assembleModule(1, [draws(), count(), scaled()].map(columnFunction));
}

function count(): ColumnFunction {
  const [start, into, until, numbers, step] = [0, 1, 2, 3, 4];
  const code = [
    [localGet(start), SPLAT, FIRST_FOUR, ADD, localSet(numbers)],
    [i32Const(4), SPLAT, localSet(step)],
    loopUntil(
      into,
      VECTOR_BYTES,
      until,
      [
        [localGet(into), localGet(numbers), vectorStore()],
        [localGet(numbers), localGet(step), ADD, localSet(numbers)],
      ].flat(2),
    ),
  ].flat(2);
  return { name: "count", parameters: [I32, I32, I32], vectors: 2, integers: 0, code };
}

function scaled(): ColumnFunction {
  const [from, into, until, factor, numbers, factors] = [0, 1, 2, 3, 4, 5];
  const half = (before: Code): Code =>
    [localGet(numbers), before, TO_F64_UNSIGNED, localGet(factors), MULTIPLY_F64, FROM_F64_UNSIGNED].flat();
  const body = [
    [localGet(from), vectorLoad(), localSet(numbers)].flat(),
    localGet(into),
    half([]),
    half([localGet(numbers), UPPER_HALF].flat()),
    LOWER_HALVES,
    vectorStore(),
    [localGet(into), i32Const(VECTOR_BYTES), I32_ADD, localSet(into)].flat(),
  ].flat();
  const code = [localGet(factor), SPLAT_F64, localSet(factors), loopUntil(from, VECTOR_BYTES, until, body)].flat();
  return { name: "scaled", parameters: [I32, I32, I32, F64], vectors: 2, integers: 0, code };
}

/** `draws`; its parameters: the stream's keys, where the indices begin, where the draws go to, where the indices end. */
export function draws(): ColumnFunction {
  const [a, b, from, into, until, x, keyA, keyB, factor, factorBetween] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const splat = (value: Code, local: number): Code => [value, SPLAT, localSet(local)].flat();
  /** x ^ (x >>> bits), left on the stack. */
  const folded = (bits: number): Code => [localGet(x), localGet(x), i32Const(bits), SHIFT_RIGHT_UNSIGNED, XOR].flat();
  const body = [
    [localGet(from), vectorLoad(), localGet(keyA), ADD, localSet(x)],
    [folded(16), localGet(factor), MULTIPLY, localGet(keyB), XOR, localSet(x)],
    [folded(15), localGet(factorBetween), MULTIPLY, localSet(x)],
    [folded(16), localGet(factor), MULTIPLY, localSet(x)],
    [localGet(into), folded(15), vectorStore()],
    [localGet(into), i32Const(VECTOR_BYTES), I32_ADD, localSet(into)],
  ].flat(2);
  const code = [
    splat(localGet(a), keyA),
    splat(localGet(b), keyB),
    splat(i32Const(MULTIPLIER), factor),
    splat(i32Const(MULTIPLIER_BETWEEN), factorBetween),
    loopUntil(from, VECTOR_BYTES, until, body),
  ].flat();
  return { name: "draws", parameters: [I32, I32, I32, I32, I32], vectors: 5, integers: 0, code };
}
