/**
 * The recorder: turns routed requests with their outcomes into counters and histograms. The hottest loop of all:
 * no allocation, closure, string or transcendental function per request.
 */
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { SERVED, DECLINED, type Batch } from "../service/world.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  DECLINES,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  LATENCY_SUM_US,
  LIMITS,
  REQUESTS,
  SAVED,
  SLOWED,
  USERS_EXPOSED,
  USER_FAILURES,
  VERSION_COUNTERS,
  counterCount,
} from "./counters.ts";
import { HISTOGRAM_BINS, histogramBin } from "./histogram.ts";
import {
  SAMPLE_ATTEMPT,
  SAMPLE_ATTEMPT_FAILED,
  SAMPLE_BASELINE_FAILS,
  SAMPLE_CANDIDATE,
  SAMPLE_DECLINED,
  SAMPLE_FELL_BACK,
  SAMPLE_REQUEST,
  SAMPLE_USER_FAILED,
  createInFlight,
  reserveInFlight,
  type InFlight,
} from "./in-flight.ts";

/** What has been recorded so far. Plain data. */
export interface Recording {
  /** Cumulative counters, see `counters.ts`. */
  readonly counters: Float64Array;
  /** Cumulative histograms of attempts: the baseline's bins, then the candidate's; then those of somebody else. */
  readonly histograms: Uint32Array;
  readonly inFlight: InFlight;
  /** 1 for every key that was ever routed to the candidate. */
  readonly exposed: Uint8Array;
  /** Arrival of the first request routed to the candidate; -1 before it. */
  firstCandidateAtUs: number;
}

/** How to record; constant between two control events. */
export interface RecordingTerms {
  /** Limits whose exceedances are counted exactly, microseconds. */
  readonly limitsUs: Float64Array;
  readonly slowedFactor: number;
  readonly slowedAddUs: number;
}

/** Nothing recorded yet. `more`, `moreBins`: counters and bins after all others that somebody else keeps, cumulative too. */
export function createRecording(keys: number, limits: number, more = 0, moreBins = 0): Recording {
  return {
    counters: new Float64Array(counterCount(limits) + more),
    histograms: new Uint32Array(2 * HISTOGRAM_BINS + moreBins),
    inFlight: createInFlight(),
    exposed: new Uint8Array(keys),
    firstCandidateAtUs: -1,
  };
}

/**
 * Records a routed batch. Samples that complete before `untilUs` are counted, the others wait in flight.
 * `fallsBack`: a failed or declined request of the candidate is handed to the baseline. `isOrdered`: no row of the
 * `count` first ones arrives after the last of them.
 */
export function recordBatch(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  untilUs: number,
  fallsBack: boolean,
  isOrdered = false,
): void {
  const { counters, histograms, inFlight } = recording;
  const { count, atUs, baselineUs, baselineCode, baselineRows, candidateCount } = batch;
  const { limitsUs } = terms;
  const leastLimitUs = leastLimit(limitsUs);
  reserveInFlight(inFlight, 2 * count);
  let completed = 0;
  let failedCompleted = 0;
  let latencySumUs = 0;
  let failedArrivals = 0;
  const rows = count - candidateCount;
  // What takes less than this is over in time whenever it came, which nearly all are: one comparison of integers.
  const slackUs = isOrdered && count > 0 ? wholeUs(untilUs - (atUs[count - 1] as number)) : 0;
  for (let row = 0; row < rows; row++) {
    const i = baselineRows[row] as number;
    const us = baselineUs[i] as number;
    const serves = baselineCode[i] === SERVED;
    const isOver = us < slackUs || (atUs[i] as number) + us < untilUs;
    if (!serves) {
      failedArrivals++;
      if (isOver) failedCompleted++;
    }
    if (isOver) {
      completed++;
      latencySumUs += us;
      const bin = histogramBin(us);
      histograms[bin] = (histograms[bin] as number) + 1;
      if (us > leastLimitUs) countLimits(counters, limitsUs, us, BASELINE);
    } else {
      const at = inFlight.count++;
      inFlight.atUs[at] = (atUs[i] as number) + us;
      inFlight.latencyUs[at] = us;
      inFlight.bits[at] = serves
        ? SAMPLE_ATTEMPT | SAMPLE_REQUEST
        : SAMPLE_ATTEMPT | SAMPLE_REQUEST | SAMPLE_ATTEMPT_FAILED | SAMPLE_USER_FAILED;
    }
  }
  add(counters, ATTEMPTS, completed);
  add(counters, REQUESTS, completed);
  add(counters, ERRORS, failedCompleted);
  add(counters, USER_FAILURES, failedCompleted);
  add(counters, LATENCY_SUM_US, latencySumUs);
  add(counters, ARRIVED, count);
  add(counters, FAILED, failedArrivals);
  if (candidateCount !== 0) recordCandidate(recording, terms, batch, untilUs, fallsBack, slackUs);
}

function recordCandidate(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  untilUs: number,
  fallsBack: boolean,
  slackUs: number,
): void {
  const { counters, histograms, inFlight, exposed } = recording;
  const { atUs, key, baselineUs, baselineCode, candidateUs, candidateCode, candidateRows, candidateCount } = batch;
  const { limitsUs, slowedFactor, slowedAddUs } = terms;
  const leastLimitUs = leastLimit(limitsUs);
  const slowedByUs = wholeUs(slowedAddUs);
  let completed = 0;
  let latencySumUs = 0;
  let newlyExposed = 0;
  let slowed = 0;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const user = key[i] as number;
    if (exposed[user] === 0) {
      exposed[user] = 1;
      newlyExposed++;
      if (recording.firstCandidateAtUs < 0) recording.firstCandidateAtUs = atUs[i] as number;
    }
    const us = candidateUs[i] as number;
    const code = candidateCode[i] as number;
    const asBaselineUs = baselineUs[i] as number;
    if (code === SERVED) {
      if (us - asBaselineUs > slowedByUs && us > slowedFactor * asBaselineUs) slowed++;
      if (us < slackUs || (atUs[i] as number) + us < untilUs) {
        completed++;
        latencySumUs += us;
        const bin = HISTOGRAM_BINS + histogramBin(us);
        histograms[bin] = (histograms[bin] as number) + 1;
        if (us > leastLimitUs) countLimits(counters, limitsUs, us, CANDIDATE);
      } else {
        const at = inFlight.count++;
        inFlight.atUs[at] = (atUs[i] as number) + us;
        inFlight.latencyUs[at] = us;
        inFlight.bits[at] =
          baselineCode[i] === SERVED
            ? SAMPLE_CANDIDATE | SAMPLE_ATTEMPT | SAMPLE_REQUEST
            : SAMPLE_CANDIDATE | SAMPLE_ATTEMPT | SAMPLE_REQUEST | SAMPLE_BASELINE_FAILS;
      }
      continue;
    }
    const arrivedUs = atUs[i] as number;
    const baselineServes = baselineCode[i] === SERVED;
    const declined = code === DECLINED;
    const servedUs = (declined ? 0 : us) + asBaselineUs;
    if (fallsBack && baselineServes) {
      add(counters, SAVED, 1);
      if (servedUs > slowedFactor * asBaselineUs && servedUs > asBaselineUs + slowedAddUs) slowed++;
    } else {
      add(counters, FAILED, 1);
      if (baselineServes) add(counters, HARMED, 1);
    }
    if (!declined) {
      const attempt = SAMPLE_CANDIDATE | SAMPLE_ATTEMPT | SAMPLE_ATTEMPT_FAILED;
      takeSample(recording, terms, untilUs, arrivedUs + us, us, attempt);
    }
    let request = SAMPLE_CANDIDATE | SAMPLE_REQUEST;
    if (declined) request |= SAMPLE_DECLINED;
    if (fallsBack) request |= SAMPLE_FELL_BACK;
    if (!(fallsBack && baselineServes)) request |= SAMPLE_USER_FAILED;
    const requestDoneUs = arrivedUs + (fallsBack ? servedUs : declined ? 0 : us);
    takeSample(recording, terms, untilUs, requestDoneUs, 0, request);
  }
  add(counters, VERSION_COUNTERS + ATTEMPTS, completed);
  add(counters, VERSION_COUNTERS + REQUESTS, completed);
  add(counters, VERSION_COUNTERS + LATENCY_SUM_US, latencySumUs);
  add(counters, ARRIVED_CANDIDATE, candidateCount);
  add(counters, USERS_EXPOSED, newlyExposed);
  add(counters, SLOWED, slowed);
}

/** Counts what waited in flight and completes before `untilUs`; what does not goes on waiting, in the same order. */
export function completeInFlight(recording: Recording, terms: RecordingTerms, untilUs: number): void {
  const { inFlight } = recording;
  const { atUs, latencyUs, bits } = inFlight;
  let kept = 0;
  for (let i = 0; i < inFlight.count; i++) {
    const doneUs = atUs[i] as number;
    if (doneUs < untilUs) {
      countSample(recording, terms, latencyUs[i] as number, bits[i] as number);
      continue;
    }
    atUs[kept] = doneUs;
    latencyUs[kept] = latencyUs[i] as number;
    bits[kept] = bits[i] as number;
    kept++;
  }
  inFlight.count = kept;
}

function takeSample(
  recording: Recording,
  terms: RecordingTerms,
  untilUs: number,
  doneUs: number,
  latencyUs: number,
  bits: number,
): void {
  if (doneUs < untilUs) {
    countSample(recording, terms, latencyUs, bits);
    return;
  }
  const { inFlight } = recording;
  const at = inFlight.count++;
  inFlight.atUs[at] = doneUs;
  inFlight.latencyUs[at] = latencyUs;
  inFlight.bits[at] = bits;
}

function countSample(recording: Recording, terms: RecordingTerms, latencyUs: number, bits: number): void {
  const { counters, histograms } = recording;
  const version = (bits & SAMPLE_CANDIDATE) === 0 ? BASELINE : CANDIDATE;
  const offset = version * VERSION_COUNTERS;
  if ((bits & SAMPLE_ATTEMPT) !== 0) {
    add(counters, offset + ATTEMPTS, 1);
    add(counters, offset + LATENCY_SUM_US, latencyUs);
    if ((bits & SAMPLE_ATTEMPT_FAILED) !== 0) add(counters, offset + ERRORS, 1);
    const bin = version * HISTOGRAM_BINS + histogramBin(latencyUs);
    histograms[bin] = (histograms[bin] as number) + 1;
    countLimits(counters, terms.limitsUs, latencyUs, version);
  }
  if ((bits & SAMPLE_REQUEST) === 0) return;
  add(counters, offset + REQUESTS, 1);
  if ((bits & SAMPLE_USER_FAILED) !== 0) add(counters, offset + USER_FAILURES, 1);
  if ((bits & SAMPLE_DECLINED) !== 0) add(counters, offset + DECLINES, 1);
  if ((bits & SAMPLE_FELL_BACK) !== 0) {
    add(counters, offset + FALLBACKS, 1);
    // The attempt that the baseline made in the candidate's place is not one of its own requests.
    add(counters, FALLBACKS, 1);
  }
}

/** The least of the limits in whole microseconds; the longest latency there is where there are none: none is above it. */
function leastLimit(limitsUs: Float64Array): number {
  let least = LATENCY_US_MAX;
  for (let k = 0; k < limitsUs.length; k++) least = Math.min(least, wholeUs(limitsUs[k] as number));
  return least;
}

/** What whole microseconds are above exactly where they are above `us`, as an integer of 32 bits. */
function wholeUs(us: number): number {
  return Math.max(Math.min(Math.floor(us), LATENCY_US_MAX), -LATENCY_US_MAX) | 0;
}

function countLimits(counters: Float64Array, limitsUs: Float64Array, us: number, version: number): void {
  for (let k = 0; k < limitsUs.length; k++) {
    if (us > (limitsUs[k] as number)) add(counters, LIMITS + 2 * k + version, 1);
  }
}

function add(counters: Float64Array, index: number, value: number): void {
  counters[index] = (counters[index] as number) + value;
}
