/**
 * Instructions for functions of WebAssembly that go over columns, four rows or more at once, under the names of the
 * WebAssembly core specification, version 2.
 */
import {
  END,
  I32,
  I32_ADD,
  IF,
  LOOP,
  V128,
  VECTOR,
  branchIf,
  functionType,
  i32Const,
  leb128,
  localGet,
  localTee,
  type AssembledFunction,
} from "./assembly.ts";

/** Instructions as bytes. */
export type Code = readonly number[];

/** One function, which gives nothing back: what it finds it writes to memory. */
export interface ColumnFunction {
  readonly name: string;
  /** Types of its parameters: locals 0, 1, … */
  readonly parameters: Code;
  /** How many vectors it has besides: the locals after the parameters. */
  readonly vectors: number;
  /** How many integers it has besides: the locals after the vectors. */
  readonly integers: number;
  readonly code: Code;
}

/** How many bytes a vector has. */
export const VECTOR_BYTES = 16;
const ALIGN_16 = 4;
const I32_LESS_UNSIGNED: Code = [0x49];

/** The function as `assembleModule` takes it. */
export function columnFunction({ name, parameters, vectors, integers, code }: ColumnFunction): AssembledFunction {
  return {
    name,
    type: functionType(parameters, []),
    body: [2, vectors, V128, integers, I32, ...code, ...END],
  };
}

/** Does it until the address in a local, which it moves on by some bytes each time, has reached another one's. */
export function loopUntil(address: number, stepBytes: number, until: number, body: Code): Code {
  return [
    LOOP,
    body,
    [localGet(address), i32Const(stepBytes), I32_ADD, localTee(address), localGet(until)].flat(),
    [I32_LESS_UNSIGNED, branchIf(0)].flat(),
    END,
  ].flat();
}

/** Does it where the integer on the stack is not 0. */
export function when(body: Code): Code {
  return [...IF, ...body, ...END];
}

/** Puts a double on the stack. */
export function f64Const(value: number): Code {
  return [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
}

/** Stores the low 16 bits, at an address plus an offset. */
export function i32Store16(offset: number): Code {
  return [0x3b, 0, ...leb128(offset)];
}

/** Stores an integer, at an address plus an offset. */
export function i32Store(offset: number): Code {
  return [0x36, 0, ...leb128(offset)];
}

/** A vector from an address plus an offset. */
export function vectorLoad(offset = 0): Code {
  return [VECTOR, 0x00, ALIGN_16, ...leb128(offset)];
}

/** A vector to an address plus an offset. */
export function vectorStore(offset = 0): Code {
  return [VECTOR, 0x0b, ALIGN_16, ...leb128(offset)];
}

/** Four bytes, from an address plus an offset, as the first ones of a vector. */
export function vectorLoadFourBytes(offset: number): Code {
  return [VECTOR, 0x5c, 0, ...leb128(offset)];
}

/** Eight bytes, the same. */
export function vectorLoadEightBytes(offset: number): Code {
  return [VECTOR, 0x5d, 0, ...leb128(offset)];
}

/** The first four bytes of a vector, to an address plus an offset. */
export function vectorStoreFourBytes(offset: number): Code {
  return [VECTOR, 0x5a, 0, ...leb128(offset), 0];
}

/** `i32.sub`. */
export const I32_SUBTRACT: Code = [0x6b];
/** `i32.xor`. */
export const I32_XOR: Code = [0x73];
/** `i32.or`. */
export const I32_OR: Code = [0x72];
/** `i32.popcnt`. */
export const I32_COUNT_ONES: Code = [0x69];
/** `i32.shl`. */
export const I32_SHIFT_LEFT: Code = [0x74];
/** `i32.shr_u`. */
export const I32_SHIFT_RIGHT: Code = [0x76];

/** `i32x4.splat`: one integer four times. */
export const SPLAT = vector(0x11);
/** `i16x8.splat`. */
export const SPLAT_SHORTS = vector(0x10);
/** `f64x2.splat`. */
export const SPLAT_F64 = vector(0x14);
/** `i8x16.neg`. */
export const NEGATE_BYTES = vector(0x61);
/** `i8x16.bitmask`: the sixteen sign bits as an integer. */
export const SIGN_BITS_OF_BYTES = vector(0x64);
/** `i8x16.narrow_i16x8_u`: two vectors of 16 bits as bytes, limited to 0 to 255. */
export const NARROW_TO_BYTES = vector(0x66);
/** `i16x8.narrow_i32x4_u`: two vectors of 32 bits as 16 bits, limited to what those hold. */
export const NARROW_TO_SHORTS = vector(0x86);
/** `i16x8.extend_low_i8x16_u`: the lower eight bytes in 16 bits. */
export const WIDEN_BYTES = vector(0x89);
/** `i16x8.add`. */
export const ADD_SHORTS = vector(0x8e);
/** `i32x4.extend_low_i16x8_u`: the lower four of 16 bits in 32. */
export const WIDEN_SHORTS = vector(0xa9);
/** `i64x2.extend_low_i32x4_u`: the lower two of 32 bits in 64. */
export const WIDEN_LOW = vector(0xc9);
/** `i64x2.extend_high_i32x4_u`: the upper two of 32 bits in 64. */
export const WIDEN_HIGH = vector(0xca);
/** `i32x4.eq`: all ones where equal, else 0; so are the other comparisons. */
export const EQUAL = vector(0x37);
/** `i32x4.ne`. */
export const NOT_EQUAL = vector(0x38);
/** `i32x4.lt_s`. */
export const LESS = vector(0x39);
/** `i32x4.gt_s`. */
export const GREATER = vector(0x3b);
/** `i32x4.le_u`. */
export const AT_MOST_UNSIGNED = vector(0x3e);
/** `v128.and`. */
export const AND = vector(0x4e);
/** `v128.andnot`: what the first has and the second has not. */
export const AND_NOT = vector(0x4f);
/** `v128.or`. */
export const OR = vector(0x50);
/** `v128.xor`. */
export const XOR = vector(0x51);
/** `v128.bitselect`: bits of the first where the third has ones, else of the second. */
export const SELECT = vector(0x52);
/** `i32x4.neg`. */
export const NEGATE = vector(0xa1);
/** `i32x4.bitmask`: the four sign bits as an integer. */
export const SIGN_BITS = vector(0xa4);
/** `i32x4.shr_u`. */
export const SHIFT_RIGHT_UNSIGNED = vector(0xad);
/** `i32x4.add`. */
export const ADD = vector(0xae);
/** `i32x4.sub`. */
export const SUBTRACT = vector(0xb1);
/** `i32x4.mul`. */
export const MULTIPLY = vector(0xb5);
/** `i32x4.max_s`. */
export const MAXIMUM = vector(0xb8);
/** `i64x2.add`. */
export const ADD_64 = vector(0xce);
/** `f64x2.add`. */
export const ADD_F64 = vector(0xf0);
/** `f64x2.mul`. */
export const MULTIPLY_F64 = vector(0xf2);
/** `f64x2.pmin`: the smaller one, where none is NaN. */
export const SMALLER_F64 = vector(0xf6);
/** `f64x2.pmax`: the larger one, where none is NaN. */
export const LARGER_F64 = vector(0xf7);
/** `f64x2.trunc`. */
export const TRUNCATE_F64 = vector(0x7a);
/** `f32x4.convert_i32x4_s`. */
export const TO_F32 = vector(0xfa);
/** `f64x2.convert_low_i32x4_s`. */
export const TO_F64 = vector(0xfe);
/** `f64x2.convert_low_i32x4_u`. */
export const TO_F64_UNSIGNED = vector(0xff);
/** `i32x4.trunc_sat_f64x2_u_zero`. */
export const FROM_F64_UNSIGNED = vector(0xfd);
/** The upper half of a vector in its lower half, of the same vector twice. */
export const UPPER_HALF: Code = [VECTOR, 0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
/** The lower halves of two vectors, one after the other. */
export const LOWER_HALVES: Code = [VECTOR, 0x0d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
/** The lower words of the two doubles of one vector and of another one. */
export const LOWER_WORDS: Code = [VECTOR, 0x0d, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
/** 0, 1, 2, 3. */
export const FIRST_FOUR: Code = [VECTOR, 0x0c, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];

function vector(operation: number): Code {
  return [VECTOR, ...leb128(operation)];
}
