/**
 * The attempts of a routed batch as one column: of each row, that of the version that it was routed to. Laid out four
 * rows at a time where the machine can (SIMD in WebAssembly), to the same bits. What it gives is scratch space,
 * overwritten by the next batch: no part of any state.
 */
import { startModule } from "../kernel/assembly.ts";
import { BATCH_ROWS, SERVED, type Batch } from "../service/world.ts";
import {
  ALL_SUMS_AT,
  BASELINE_CODE_AT,
  BASELINE_US_AT,
  BINS_AT,
  CANDIDATE_CODE_AT,
  CANDIDATE_SUMS_AT,
  CANDIDATE_US_AT,
  FAILED_AT,
  LONGEST_AT,
  ROUTED_AT,
  UNUSUAL_AT,
  UNUSUAL_BYTES_AT,
  assembleAttempts,
} from "./attempt-assembly.ts";
import { HISTOGRAM_BINS, histogramBin } from "./histogram.ts";

/** The attempts of a batch. */
export interface Attempts {
  /** By row: the bin of the histograms of a recording. That of a candidate that did not serve is its first. */
  readonly bins: Uint32Array;
  /** Rows that the candidate did not serve, or much slower than the baseline would have; ascending. */
  readonly unusualRows: Uint16Array;
  unusualCount: number;
  /** Latencies together, microseconds; the candidate's of what it served. */
  baselineSumUs: number;
  candidateSumUs: number;
  /** The longest of all these latencies. */
  longestUs: number;
  /** Requests routed to the baseline that failed. */
  baselineFailed: number;
}

/** What the assembled module has; places are bytes of its memory. */
interface Machine {
  readonly attempts: (from: number, until: number, slowedByUs: number) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** The memory of the module as columns. */
interface Columns {
  readonly machine: Machine;
  readonly baselineUs: Int32Array;
  readonly candidateUs: Int32Array;
  readonly routed: Uint8Array;
  readonly baselineCode: Uint8Array;
  readonly candidateCode: Uint8Array;
  readonly unusual: Uint16Array;
  readonly words: Int32Array;
}

/** 2^32. */
const HIGH_WORD = 4_294_967_296;
const WORD_BYTES = 4;

const columns = startColumns();
const found = createAttempts(columns);

/** Whether attempts are laid out four at a time here; they are the same either way. */
export const HAS_SIMD: boolean = columns !== null;

/**
 * Lays out the attempts of the first `count` rows of a batch, whose outcomes are final. Unusual is an attempt of the candidate that did not
 * serve, or took more than `slowedByUs` (whole microseconds) longer than the baseline's would have.
 */
export function layOutAttempts(batch: Batch, count: number, slowedByUs: number): Attempts {
  if (columns === null || count === 0) layOutPlainly(found, batch, count, slowedByUs);
  else layOutByFours(columns, found, batch, count, slowedByUs);
  return found;
}

/** As `layOutAttempts`, row by row, as on a machine without SIMD. For tests. */
export function layOutAttemptsPlainly(batch: Batch, count: number, slowedByUs: number): Attempts {
  const attempts = createAttempts(null);
  layOutPlainly(attempts, batch, count, slowedByUs);
  return attempts;
}

function layOutPlainly(attempts: Attempts, batch: Batch, count: number, slowedByUs: number): void {
  const { bins, unusualRows } = attempts;
  const { routed, baselineUs, baselineCode, candidateUs, candidateCode } = batch;
  let unusualCount = 0;
  let baselineSumUs = 0;
  let candidateSumUs = 0;
  let longestUs = 0;
  let baselineFailed = 0;
  for (let i = 0; i < count; i++) {
    const isCandidate = routed[i] === 1;
    const asBaselineUs = baselineUs[i] as number;
    let us = asBaselineUs;
    if (isCandidate) {
      const tookUs = candidateUs[i] as number;
      const serves = candidateCode[i] === SERVED;
      us = serves ? tookUs : 0;
      candidateSumUs += us;
      if (!serves || ((tookUs - asBaselineUs) | 0) > slowedByUs) unusualRows[unusualCount++] = i;
    } else {
      baselineSumUs += us;
      if (baselineCode[i] !== SERVED) baselineFailed++;
    }
    if (us > longestUs) longestUs = us;
    bins[i] = (isCandidate ? HISTOGRAM_BINS : 0) + histogramBin(us);
  }
  attempts.unusualCount = unusualCount;
  attempts.baselineSumUs = baselineSumUs;
  attempts.candidateSumUs = candidateSumUs;
  attempts.longestUs = longestUs;
  attempts.baselineFailed = baselineFailed;
}

function layOutByFours(into: Columns, attempts: Attempts, batch: Batch, count: number, slowedByUs: number): void {
  const { baselineUs, candidateUs, routed, baselineCode, candidateCode, machine, words } = into;
  load(baselineUs, batch.baselineUs, count);
  load(routed, batch.routed, count);
  load(baselineCode, batch.baselineCode, count);
  if (batch.candidateCount > 0) {
    load(candidateUs, batch.candidateUs, count);
    load(candidateCode, batch.candidateCode, count);
  }
  // Rows are laid out in fours: what is beyond the last one adds nothing to any sum.
  for (let i = count; (i & 3) !== 0; i++) {
    baselineUs[i] = 0;
    routed[i] = 0;
    baselineCode[i] = 0;
  }
  machine.attempts(BASELINE_US_AT, BASELINE_US_AT + WORD_BYTES * count, slowedByUs);
  const all = sumOf(words, ALL_SUMS_AT / WORD_BYTES);
  attempts.candidateSumUs = sumOf(words, CANDIDATE_SUMS_AT / WORD_BYTES);
  attempts.baselineSumUs = all - attempts.candidateSumUs;
  attempts.baselineFailed = 0;
  attempts.longestUs = 0;
  for (let lane = 0; lane < 4; lane++) {
    attempts.baselineFailed -= words[FAILED_AT / WORD_BYTES + lane] as number;
    attempts.longestUs = Math.max(attempts.longestUs, words[LONGEST_AT / WORD_BYTES + lane] as number);
  }
  attempts.unusualCount = listUnusual(into, attempts.unusualRows);
}

/** Writes the unusual rows; how many. */
function listUnusual({ unusual, words }: Columns, rows: Uint16Array): number {
  const groups = (words[UNUSUAL_BYTES_AT / WORD_BYTES] as number) / 2;
  let count = 0;
  for (let group = 0; group < groups; group++) {
    const entry = unusual[group] as number;
    for (let lane = 0; lane < 4; lane++) {
      if (((entry >>> lane) & 1) === 1) rows[count++] = (entry >>> 4) * 4 + lane;
    }
  }
  return count;
}

function load<Column extends Int32Array | Uint8Array>(into: Column, from: Column, count: number): void {
  into.set(count === from.length ? from : from.subarray(0, count));
}

/** The sum of two numbers of 64 bits, which is less than 2^53. */
function sumOf(words: Int32Array, at: number): number {
  const low = ((words[at] as number) >>> 0) + ((words[at + 2] as number) >>> 0);
  return low + ((words[at + 1] as number) + (words[at + 3] as number)) * HIGH_WORD;
}

function createAttempts(laidOut: Columns | null): Attempts {
  const bins =
    laidOut === null ? new Uint32Array(BATCH_ROWS) : new Uint32Array(laidOut.words.buffer, BINS_AT, BATCH_ROWS);
  return {
    bins,
    unusualRows: new Uint16Array(BATCH_ROWS),
    unusualCount: 0,
    baselineSumUs: 0,
    candidateSumUs: 0,
    longestUs: 0,
    baselineFailed: 0,
  };
}

function startColumns(): Columns | null {
  const machine = startModule(assembleAttempts()) as Machine | null;
  if (machine === null) return null;
  const { buffer } = machine.memory;
  return {
    machine,
    baselineUs: new Int32Array(buffer, BASELINE_US_AT, BATCH_ROWS),
    candidateUs: new Int32Array(buffer, CANDIDATE_US_AT, BATCH_ROWS),
    routed: new Uint8Array(buffer, ROUTED_AT, BATCH_ROWS),
    baselineCode: new Uint8Array(buffer, BASELINE_CODE_AT, BATCH_ROWS),
    candidateCode: new Uint8Array(buffer, CANDIDATE_CODE_AT, BATCH_ROWS),
    unusual: new Uint16Array(buffer, UNUSUAL_AT, BATCH_ROWS),
    words: new Int32Array(buffer),
  };
}
