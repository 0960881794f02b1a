/**
 * The WebAssembly module that draws four at a time: `draw32` of `random.ts`, instruction by instruction, on vectors of
 * four 32-bit integers. Put together here, as it is shorter than any compiler for it; the numbers are those of the
 * WebAssembly core specification, version 2 (binary format, and its vector instructions).
 */

const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const I32 = 0x7f;
const V128 = 0x7b;
/** Prefix of vector instructions. */
const VECTOR = 0xfd;
const ALIGN_16 = 4;

const localGet = (local: number): number[] => [0x20, local];
const localSet = (local: number): number[] => [0x21, local];
const localTee = (local: number): number[] => [0x22, local];
const i32Const = (value: number): number[] => [0x41, ...signedLeb128(value)];
const I32_ADD = [0x6a];
const I32_LESS_UNSIGNED = [0x49];
const vectorLoad = [VECTOR, 0x00, ALIGN_16, 0];
const vectorStore = [VECTOR, 0x0b, ALIGN_16, 0];
const SPLAT = [VECTOR, 0x11];
const XOR = [VECTOR, 0x51];
const SHIFT_RIGHT_UNSIGNED = [VECTOR, 0xad, 0x01];
const ADD = [VECTOR, 0xae, 0x01];
const MULTIPLY = [VECTOR, 0xb5, 0x01];
const LOOP = [0x03, 0x40];
const BRANCH_IF_TO_LOOP = [0x0d, 0];
const END = [0x0b];

const F64 = 0x7c;
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
  const bodies = [drawsBody(), countBody(), scaledBody()];
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    // Types, of the functions; one page of memory; all under their names; then the functions.
    ...section(1, [
      bodies.length,
      ...functionType(I32, I32, I32, I32, I32),
      ...functionType(I32, I32, I32),
      ...functionType(I32, I32, I32, F64),
    ]),
    ...section(3, [bodies.length, 0, 1, 2]),
    ...section(5, [1, 0, 1]),
    ...section(7, [
      4,
      ...exported("draws", 0, 0),
      ...exported("count", 0, 1),
      ...exported("scaled", 0, 2),
      ...exported("memory", 2, 0),
    ]),
    ...section(10, [bodies.length, ...bodies.flatMap((body) => [...leb128(body.length), ...body])]),
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

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb128(content.length), ...content];
}

/** Of a function that gives nothing back. */
function functionType(...parameters: readonly number[]): number[] {
  return [0x60, parameters.length, ...parameters, 0];
}

function exported(text: string, kind: number, index: number): number[] {
  return [text.length, ...Array.from(text, (character) => character.charCodeAt(0)), kind, index];
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}

function signedLeb128(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signedLeb128(rest)];
}
