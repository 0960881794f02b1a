/**
 * The WebAssembly module that makes a candidate out of the baseline, four rows at a time: latencies times a factor plus
 * something, the baseline's failures and its own besides.
 */
import { F64, I32, assembleModule, i32Const, localGet, localSet, localTee } from "../kernel/assembly.ts";
import {
  ADD_F64,
  AND,
  AT_MOST_UNSIGNED,
  EQUAL,
  LARGER_F64,
  LOWER_WORDS,
  SMALLER_F64,
  TRUNCATE_F64,
  I32_SHIFT_RIGHT,
  MULTIPLY_F64,
  NARROW_TO_BYTES,
  NARROW_TO_SHORTS,
  OR,
  SPLAT,
  SPLAT_F64,
  TO_F64,
  UPPER_HALF,
  VECTOR_BYTES,
  WIDEN_BYTES,
  WIDEN_SHORTS,
  columnFunction,
  f64Const,
  loopUntil,
  vectorLoad,
  vectorLoadFourBytes,
  vectorStore,
  vectorStoreFourBytes,
  type Code,
} from "../kernel/column-assembly.ts";
import { draws } from "../kernel/draw-assembly.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { BATCH_ROWS } from "./world.ts";

/** Where the column of indices begins in the memory, in bytes; 32 bits each. */
export const INDICES_AT = 0;
/** That of draws; 32 bits each. */
export const DRAWN_AT = 4 * BATCH_ROWS;
/** That of the baseline's latencies, microseconds; 32 bits each. */
export const BASELINE_US_AT = 8 * BATCH_ROWS;
/** That of the candidate's. */
export const CANDIDATE_US_AT = 12 * BATCH_ROWS;
/** That of the baseline's codes; a byte each. */
export const BASELINE_CODE_AT = 16 * BATCH_ROWS;
/** That of the candidate's. */
export const CANDIDATE_CODE_AT = 17 * BATCH_ROWS;

/** 2^52: a double of it plus a whole number below 2^32 has that number in its lower word. */
const EXACT_ABOVE = 4_503_599_627_370_496;

/**
 * The module: `draws` of the kernel, and `follow(from, until, factor, addUs, lastDraw, failing)`, over the rows whose
 * indices are between these addresses. A request that the baseline serves fails with code 1 where its draw is at most
 * `lastDraw`, if `failing` is -1; never if it is 0.
 */
export function assembleFollowing(): Uint8Array {
  const [from, until, factor, addUs, lastDraw, failing] = [0, 1, 2, 3, 4, 5];
  const [us, code, factors, adds, shortest, longest, exact, last, fails, none, bytes] = [
    6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
  ];
  const splatF64 = (value: Code, local: number): Code => [value, SPLAT_F64, localSet(local)].flat();
  /** The two latencies on the stack as the candidate's, each a double whose lower word is the whole number. */
  const followed = [
    [TO_F64, localGet(factors), MULTIPLY_F64, localGet(adds), ADD_F64],
    [localGet(shortest), LARGER_F64, localGet(longest), SMALLER_F64, TRUNCATE_F64, localGet(exact), ADD_F64],
  ].flat(2);
  const body = [
    [localGet(from), localGet(from), vectorLoad(BASELINE_US_AT), localTee(us), followed],
    [localGet(us), localGet(us), UPPER_HALF, followed, LOWER_WORDS, vectorStore(CANDIDATE_US_AT)],
    // A column of bytes is a quarter as long as those of 32 bits; indices begin at 0.
    [localGet(from), i32Const(2), I32_SHIFT_RIGHT, localTee(bytes)],
    [localGet(bytes), vectorLoadFourBytes(BASELINE_CODE_AT), WIDEN_BYTES, WIDEN_SHORTS, localTee(code)],
    [
      localGet(code),
      localGet(none),
      EQUAL,
      localGet(from),
      vectorLoad(DRAWN_AT),
      localGet(last),
      AT_MOST_UNSIGNED,
      AND,
    ],
    [localGet(fails), AND, OR, localTee(code), localGet(code), NARROW_TO_SHORTS, localTee(code), localGet(code)],
    [NARROW_TO_BYTES, vectorStoreFourBytes(CANDIDATE_CODE_AT)],
  ].flat(2);
  const instructions = [
    splatF64(localGet(factor), factors),
    splatF64(localGet(addUs), adds),
    splatF64(f64Const(1), shortest),
    splatF64(f64Const(LATENCY_US_MAX), longest),
    splatF64(f64Const(EXACT_ABOVE), exact),
    [i32Const(0), SPLAT, localSet(none)].flat(),
    [localGet(lastDraw), SPLAT, localSet(last)].flat(),
    [localGet(failing), SPLAT, i32Const(1), SPLAT, AND, localSet(fails)].flat(),
    loopUntil(from, VECTOR_BYTES, until, body),
  ].flat();
  const parameters = [I32, I32, F64, F64, I32, I32];
  const follow = { name: "follow", parameters, vectors: 10, integers: 1, code: instructions };
  return assembleModule(1, [draws(), follow].map(columnFunction));
}
