/**
 * The WebAssembly module that draws four at a time: `draw32` of `random.ts`, instruction by instruction, on vectors of
 * four 32-bit integers.
 */
import {
  assembleModule,
  branchIf,
  END,
  F64,
  functionType,
  I32,
  i32Const,
  I32_ADD,
  localGet,
  localSet,
  localTee,
  LOOP,
  V128,
  VECTOR,
} from "./assembly.ts";

const ALIGN_16 = 4;

const I32_LESS_UNSIGNED = [0x49];
const vectorLoad = [VECTOR, 0x00, ALIGN_16, 0];
const vectorStore = [VECTOR, 0x0b, ALIGN_16, 0];
const SPLAT = [VECTOR, 0x11];
const XOR = [VECTOR, 0x51];
const SHIFT_RIGHT_UNSIGNED = [VECTOR, 0xad, 0x01];
const ADD = [VECTOR, 0xae, 0x01];
const MULTIPLY = [VECTOR, 0xb5, 0x01];
const BRANCH_IF_TO_LOOP = branchIf(0);

const SPLAT_F64 = [VECTOR, 0x14];
const MULTIPLY_F64 = [VECTOR, 0xf2, 0x01];
const TO_F64_UNSIGNED = [VECTOR, 0xff, 0x01];
const FROM_F64_UNSIGNED = [VECTOR, 0xfd, 0x01];
/** The upper half of a vector in its lower half; and the lower halves of two, one after the other. */
const UPPER_HALF = [VECTOR, 0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const LOWER_HALVES = [VECTOR, 0x0d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
/** 0, 1, 2, 3. */
const FIRST_FOUR = [VECTOR, 0x0c, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];

/** Parameters: the stream's keys, where the indices begin, where the draws go to, where the indices end; bytes. */
const A = 0;
const B = 1;
const FROM = 2;
const INTO = 3;
const UNTIL = 4;
const X = 5;
const KEY_A = 6;
const KEY_B = 7;
const FACTOR = 8;
const FACTOR_BETWEEN = 9;
const VECTOR_BYTES = 16;

/** The multipliers of lowbias32, as in `random.ts`. */
const MULTIPLIER = 0x7feb352d;
const MULTIPLIER_BETWEEN = 0x846ca68b | 0;

/**
 * The module: `memory` of one page, `draws(a, b, from, into, until)`, `count(start, into, until)`, which writes ascending
 * numbers, and `scaled(from, into, until, factor)`, which writes unsigned numbers times a double, rounded down.
 */
export function assembleDraws(): Uint8Array {
  return assembleModule(1, [
    { type: functionType([I32, I32, I32, I32, I32], []), body: drawsBody(), name: "draws" },
    { type: functionType([I32, I32, I32], []), body: countBody(), name: "count" },
    { type: functionType([I32, I32, I32, F64], []), body: scaledBody(), name: "scaled" },
  ]);
}

function countBody(): number[] {
  const [start, into, until, numbers, step] = [0, 1, 2, 3, 4];
  return [
    [1, 2, V128],
    [localGet(start), SPLAT, FIRST_FOUR, ADD, localSet(numbers)].flat(),
    [i32Const(4), SPLAT, localSet(step)].flat(),
    LOOP,
    [localGet(into), localGet(numbers), vectorStore].flat(),
    [localGet(numbers), localGet(step), ADD, localSet(numbers)].flat(),
    [localGet(into), i32Const(VECTOR_BYTES), I32_ADD, localTee(into)].flat(),
    [localGet(until), I32_LESS_UNSIGNED, BRANCH_IF_TO_LOOP].flat(),
    END,
    END,
  ].flat();
}

function scaledBody(): number[] {
  const [from, into, until, factor, numbers, factors] = [0, 1, 2, 3, 4, 5];
  const half = (before: readonly number[]): number[] =>
    [localGet(numbers), before, TO_F64_UNSIGNED, localGet(factors), MULTIPLY_F64, FROM_F64_UNSIGNED].flat();
  return [
    [1, 2, V128],
    [localGet(factor), SPLAT_F64, localSet(factors)].flat(),
    LOOP,
    [localGet(from), vectorLoad, localSet(numbers)].flat(),
    localGet(into),
    half([]),
    half([...localGet(numbers), ...UPPER_HALF]),
    LOWER_HALVES,
    vectorStore,
    [localGet(into), i32Const(VECTOR_BYTES), I32_ADD, localSet(into)].flat(),
    [localGet(from), i32Const(VECTOR_BYTES), I32_ADD, localTee(from)].flat(),
    [localGet(until), I32_LESS_UNSIGNED, BRANCH_IF_TO_LOOP].flat(),
    END,
    END,
  ].flat();
}

function drawsBody(): number[] {
  const splat = (value: readonly number[], local: number): number[] => [...value, ...SPLAT, ...localSet(local)];
  /** x ^ (x >>> bits), left on the stack. */
  const folded = (bits: number): number[] => [
    ...localGet(X),
    ...localGet(X),
    ...i32Const(bits),
    ...SHIFT_RIGHT_UNSIGNED,
    ...XOR,
  ];
  const code = [
    splat(localGet(A), KEY_A),
    splat(localGet(B), KEY_B),
    splat(i32Const(MULTIPLIER), FACTOR),
    splat(i32Const(MULTIPLIER_BETWEEN), FACTOR_BETWEEN),
    LOOP,
    [localGet(FROM), vectorLoad, localGet(KEY_A), ADD, localSet(X)].flat(),
    [folded(16), localGet(FACTOR), MULTIPLY, localGet(KEY_B), XOR, localSet(X)].flat(),
    [folded(15), localGet(FACTOR_BETWEEN), MULTIPLY, localSet(X)].flat(),
    [folded(16), localGet(FACTOR), MULTIPLY, localSet(X)].flat(),
    [localGet(INTO), folded(15), vectorStore].flat(),
    [localGet(INTO), i32Const(VECTOR_BYTES), I32_ADD, localSet(INTO)].flat(),
    [localGet(FROM), i32Const(VECTOR_BYTES), I32_ADD, localTee(FROM)].flat(),
    [localGet(UNTIL), I32_LESS_UNSIGNED, BRANCH_IF_TO_LOOP].flat(),
    END,
    END,
  ].flat();
  return [1, 5, V128, ...code];
}
