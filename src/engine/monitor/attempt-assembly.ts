/**
 * The WebAssembly module that lays out the attempts of a batch, four rows at a time: for each row the attempt of the
 * version that it was routed to, as a bin of the histograms, and over all rows their sums.
 */
import { I32, I32_ADD, assembleModule, i32Const, localGet, localSet, localTee } from "../kernel/assembly.ts";
import {
  ADD,
  ADD_64,
  AND,
  AND_NOT,
  GREATER,
  I32_OR,
  I32_SHIFT_RIGHT,
  LESS,
  MAXIMUM,
  NEGATE,
  NOT_EQUAL,
  OR,
  SELECT,
  SHIFT_RIGHT_UNSIGNED,
  SIGN_BITS,
  SPLAT,
  SUBTRACT,
  TO_F32,
  VECTOR_BYTES,
  WIDEN_BYTES,
  WIDEN_HIGH,
  WIDEN_LOW,
  WIDEN_SHORTS,
  columnFunction,
  i32Store,
  i32Store16,
  loopUntil,
  vectorLoad,
  vectorLoadFourBytes,
  vectorStore,
  when,
  type Code,
} from "../kernel/column-assembly.ts";
import { BATCH_ROWS } from "../service/world.ts";
import { HISTOGRAM_BINS } from "./histogram.ts";

/** Where the column of the baseline's latencies begins in the memory, in bytes; 32 bits each. */
export const BASELINE_US_AT = 0;
/** That of the candidate's. */
export const CANDIDATE_US_AT = 4 * BATCH_ROWS;
/** That of bins, the candidate's numbered after the baseline's; 32 bits each. */
export const BINS_AT = 8 * BATCH_ROWS;
/** That of bytes which are 1 where a row was routed to the candidate. */
export const ROUTED_AT = 12 * BATCH_ROWS;
/** That of the baseline's codes; a byte each. */
export const BASELINE_CODE_AT = 13 * BATCH_ROWS;
/** That of the candidate's. */
export const CANDIDATE_CODE_AT = 14 * BATCH_ROWS;
/** Groups of four rows that hold unusual ones, 16 bits each: the first row times 4, plus a bit for each of them. */
export const UNUSUAL_AT = 15 * BATCH_ROWS;
/** What `attempts` found over all rows. */
const FOUND_AT = 16 * BATCH_ROWS;
/** All latencies together: two sums of 64 bits each, which together are it. */
export const ALL_SUMS_AT = FOUND_AT;
/** Those on the candidate, the same way. */
export const CANDIDATE_SUMS_AT = FOUND_AT + 16;
/** Four numbers of 32 bits, of which the greatest is the longest latency. */
export const LONGEST_AT = FOUND_AT + 32;
/** Four of 32 bits that together are minus the number of rows of the baseline that failed. */
export const FAILED_AT = FOUND_AT + 48;
/** How many groups there are, times 2, 32 bits. */
export const UNUSUAL_BYTES_AT = FOUND_AT + 64;

/** The integers that a float holds exactly: below 2^24. Above, the low seven bits tell no bin. */
const EXACT_MAX = 0xff_ffff;
const BELOW_A_BIN = 0x7f;
/** A float's exponent is 127 more than it says; a bin's exponent is 5 less; a bin has 6 bits of the mantissa's 23. */
const BIN_SHIFT = 17;
const BIN_OFFSET = (127 + 5) << 6;
const EXACT_BINS = 64;

/**
 * The module: `attempts(from, until, slowedByUs)`, over the rows whose latencies on the baseline are between these
 * addresses, and `memory`. An attempt of the candidate is unusual where its code is not 0 (its bin is the candidate's
 * first then, and its latency is in no sum), or where it took more than `slowedByUs` longer than the baseline's.
 */
export function assembleAttempts(): Uint8Array {
  const [from, until, slowedByUs] = [0, 1, 2];
  const [isRouted, us, baselineUs, candidateUs, fails, bins, longest, allSums, candidateSums, failed, slowedBy] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
  ];
  // Constants, set once before the loop: where they are written in it, they are made anew each time.
  const [none, exactMax, belowABin, binOffset, exactBins, binsOfBaseline] = [14, 15, 16, 17, 18, 19];
  const [bytes, unusual, unusualEnd] = [20, 21, 22];
  const constant = (local: number, value: number): Code => [i32Const(value), SPLAT, localSet(local)].flat();
  /** Four bytes of a column as four integers. */
  const fourBytes = (offset: number): Code =>
    [localGet(bytes), vectorLoadFourBytes(offset), WIDEN_BYTES, WIDEN_SHORTS].flat();
  /** Adds the four latencies on the stack, which the code leaves there each time, to two sums of 64 bits. */
  const addTo = (sums: number, value: Code): Code =>
    [value, WIDEN_LOW, localGet(sums), ADD_64, value, WIDEN_HIGH, ADD_64, localSet(sums)].flat();
  const store = (address: number, local: number): Code => [i32Const(address), localGet(local), vectorStore()].flat();
  const body: Code = [
    // The column's bytes are a quarter of the latencies' on; latencies begin at 0.
    [localGet(from), i32Const(2), I32_SHIFT_RIGHT, localSet(bytes)],
    [fourBytes(ROUTED_AT), NEGATE, localSet(isRouted)],
    [localGet(from), vectorLoad(BASELINE_US_AT), localSet(baselineUs)],
    [localGet(from), vectorLoad(CANDIDATE_US_AT), localSet(candidateUs)],
    // Which attempts of the candidate failed or were declined: theirs are nobody's latencies here.
    [fourBytes(CANDIDATE_CODE_AT), localGet(none), NOT_EQUAL, localGet(isRouted), AND, localSet(fails)],
    [localGet(candidateUs), localGet(baselineUs), localGet(isRouted), SELECT, localGet(fails), AND_NOT, localSet(us)],
    [localGet(us), localGet(longest), MAXIMUM, localSet(longest)],
    addTo(allSums, localGet(us)),
    addTo(candidateSums, [...localGet(us), ...localGet(isRouted), ...AND]),
    [fourBytes(BASELINE_CODE_AT), localGet(none), NOT_EQUAL, localGet(isRouted), AND_NOT],
    [localGet(failed), ADD, localSet(failed)],
    // The bin of `histogramBin`: what float a number is says its highest bit and the six after it.
    [localGet(us), localGet(us), localGet(exactMax), GREATER, localGet(belowABin), AND, AND_NOT, TO_F32],
    [i32Const(BIN_SHIFT), SHIFT_RIGHT_UNSIGNED, localGet(binOffset), SUBTRACT, localSet(bins)],
    [localGet(us), localGet(bins), localGet(us), localGet(exactBins), LESS, SELECT, localSet(bins)],
    [localGet(from), localGet(bins), localGet(isRouted), localGet(binsOfBaseline), AND, ADD, vectorStore(BINS_AT)],
    [localGet(candidateUs), localGet(baselineUs), SUBTRACT, localGet(slowedBy), GREATER, localGet(isRouted), AND],
    [localGet(fails), OR, SIGN_BITS, localTee(unusual)],
    when(
      [
        [localGet(unusualEnd), localGet(from), localGet(unusual), I32_OR, i32Store16(UNUSUAL_AT)],
        [localGet(unusualEnd), i32Const(2), I32_ADD, localSet(unusualEnd)],
      ].flat(2),
    ),
  ].flat(2);
  const code = [
    [localGet(slowedByUs), SPLAT, localSet(slowedBy)].flat(),
    constant(none, 0),
    constant(exactMax, EXACT_MAX),
    constant(belowABin, BELOW_A_BIN),
    constant(binOffset, BIN_OFFSET),
    constant(exactBins, EXACT_BINS),
    constant(binsOfBaseline, HISTOGRAM_BINS),
    loopUntil(from, VECTOR_BYTES, until, body),
    store(ALL_SUMS_AT, allSums),
    store(CANDIDATE_SUMS_AT, candidateSums),
    store(LONGEST_AT, longest),
    store(FAILED_AT, failed),
    [i32Const(UNUSUAL_BYTES_AT), localGet(unusualEnd), i32Store(0)].flat(),
  ].flat();
  return assembleModule(1, [
    columnFunction({ name: "attempts", parameters: [I32, I32, I32], vectors: 17, integers: 3, code }),
  ]);
}
