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
  FROM_F64,
  I32_SHIFT_RIGHT,
  LOWER_HALVES,
  MAXIMUM_F64,
  MINIMUM_F64,
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

/**
 * The module: `draws` of the kernel, and `follow(from, until, factor, addUs, lastDraw, failing)`, over the rows whose
 * indices are between these addresses. A request that the baseline serves fails with code 1 where its draw is at most
 * `lastDraw`, if `failing` is -1; never if it is 0.
 */
export function assembleFollowing(): Uint8Array {
  const [from, until, factor, addUs, lastDraw, failing] = [0, 1, 2, 3, 4, 5];
  const [us, code, factors, adds, shortest, longest, last, fails, bytes] = [6, 7, 8, 9, 10, 11, 12, 13, 14];
  const constant = (value: number): Code => [i32Const(value), SPLAT].flat();
  const splatF64 = (value: Code, local: number): Code => [value, SPLAT_F64, localSet(local)].flat();
  /** The two latencies on the stack as the candidate's. */
  const followed = [
    [TO_F64, localGet(factors), MULTIPLY_F64, localGet(adds), ADD_F64],
    [localGet(shortest), MAXIMUM_F64, localGet(longest), MINIMUM_F64, FROM_F64],
  ].flat(2);
  const body = [
    [localGet(from), localGet(from), vectorLoad(BASELINE_US_AT), localTee(us), followed],
    [localGet(us), localGet(us), UPPER_HALF, followed, LOWER_HALVES, vectorStore(CANDIDATE_US_AT)],
    // A column of bytes is a quarter as long as those of 32 bits; indices begin at 0.
    [localGet(from), i32Const(2), I32_SHIFT_RIGHT, localTee(bytes)],
    [localGet(bytes), vectorLoadFourBytes(BASELINE_CODE_AT), WIDEN_BYTES, WIDEN_SHORTS, localTee(code)],
    [localGet(code), constant(0), EQUAL, localGet(from), vectorLoad(DRAWN_AT), localGet(last), AT_MOST_UNSIGNED, AND],
    [localGet(fails), AND, OR, localTee(code), localGet(code), NARROW_TO_SHORTS, localTee(code), localGet(code)],
    [NARROW_TO_BYTES, vectorStoreFourBytes(CANDIDATE_CODE_AT)],
  ].flat(2);
  const instructions = [
    splatF64(localGet(factor), factors),
    splatF64(localGet(addUs), adds),
    splatF64(f64Const(1), shortest),
    splatF64(f64Const(LATENCY_US_MAX), longest),
    [localGet(lastDraw), SPLAT, localSet(last)].flat(),
    [localGet(failing), SPLAT, constant(1), AND, localSet(fails)].flat(),
    loopUntil(from, VECTOR_BYTES, until, body),
  ].flat();
  const parameters = [I32, I32, F64, F64, I32, I32];
  const follow = { name: "follow", parameters, vectors: 8, integers: 1, code: instructions };
  return assembleModule(1, [draws(), follow].map(columnFunction));
}
