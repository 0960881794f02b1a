/** Records requests row by row, and what of them was in flight when it completes. */
import { SERVED, DECLINED, type Batch } from "../service/world.ts";
import {
  ARRIVED,
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  DECLINES,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  LATENCY_SUM_US,
  REQUESTS,
  SAVED,
  SLOWED,
  USER_FAILURES,
  VERSION_COUNTERS,
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
  type InFlight,
} from "./in-flight.ts";
import { add, countLimits, leastLimit, wholeUs, type Recording, type RecordingTerms } from "./recording.ts";

/**
 * Records the rows of a routed batch from the first ones on of the baseline's and of the candidate's list. What takes
 * less than `slackUs` is known to complete before `untilUs`; the others are looked at.
 */
export function recordRows(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  firstBaseline: number,
  firstCandidate: number,
  untilUs: number,
  fallsBack: boolean,
  slackUs: number,
): void {
  const { count, candidateCount } = batch;
  if (firstBaseline < count - candidateCount) {
    recordBaseline(recording, terms, batch, firstBaseline, untilUs, slackUs);
  }
  if (firstCandidate < candidateCount) {
    recordCandidate(recording, terms, batch, firstCandidate, untilUs, fallsBack, slackUs);
  }
}

/** Records the baseline's rows of a batch from the `first` of their list on. `slackUs`: see `recordRows`. */
function recordBaseline(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  first: number,
  untilUs: number,
  slackUs: number,
): void {
  const { counters, histograms, inFlight } = recording;
  const { count, atUs, baselineUs, baselineCode, baselineRows, candidateCount } = batch;
  const { limitsUs } = terms;
  const leastLimitUs = leastLimit(limitsUs);
  let completed = 0;
  let failedCompleted = 0;
  let latencySumUs = 0;
  let failedArrivals = 0;
  const rows = count - candidateCount;
  for (let row = first; row < rows; row++) {
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
      const failed = serves ? 0 : SAMPLE_ATTEMPT_FAILED | SAMPLE_USER_FAILED;
      waitInFlight(inFlight, (atUs[i] as number) + us, us, SAMPLE_ATTEMPT | SAMPLE_REQUEST | failed);
    }
  }
  add(counters, ATTEMPTS, completed);
  add(counters, REQUESTS, completed);
  add(counters, ERRORS, failedCompleted);
  add(counters, USER_FAILURES, failedCompleted);
  add(counters, LATENCY_SUM_US, latencySumUs);
  add(counters, ARRIVED, rows - first);
  add(counters, FAILED, failedArrivals);
}

/** The same for the candidate's. */
function recordCandidate(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  first: number,
  untilUs: number,
  fallsBack: boolean,
  slackUs: number,
): void {
  const { counters, histograms, inFlight } = recording;
  const { atUs, baselineUs, baselineCode, candidateUs, candidateCode, candidateRows, candidateCount } = batch;
  const { limitsUs, slowedFactor, slowedAddUs } = terms;
  const leastLimitUs = leastLimit(limitsUs);
  const slowedByUs = wholeUs(slowedAddUs);
  let completed = 0;
  let latencySumUs = 0;
  let slowed = 0;
  for (let row = first; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    if (candidateCode[i] !== SERVED) {
      recordUnserved(recording, terms, batch, i, untilUs, fallsBack);
      continue;
    }
    const us = candidateUs[i] as number;
    const asBaselineUs = baselineUs[i] as number;
    if (us - asBaselineUs > slowedByUs && us > slowedFactor * asBaselineUs) slowed++;
    if (us < slackUs || (atUs[i] as number) + us < untilUs) {
      completed++;
      latencySumUs += us;
      const bin = HISTOGRAM_BINS + histogramBin(us);
      histograms[bin] = (histograms[bin] as number) + 1;
      if (us > leastLimitUs) countLimits(counters, limitsUs, us, CANDIDATE);
    } else {
      const asBaseline = baselineCode[i] === SERVED ? 0 : SAMPLE_BASELINE_FAILS;
      const bits = SAMPLE_CANDIDATE | SAMPLE_ATTEMPT | SAMPLE_REQUEST | asBaseline;
      waitInFlight(inFlight, (atUs[i] as number) + us, us, bits);
    }
  }
  add(counters, VERSION_COUNTERS + ATTEMPTS, completed);
  add(counters, VERSION_COUNTERS + REQUESTS, completed);
  add(counters, VERSION_COUNTERS + LATENCY_SUM_US, latencySumUs);
  add(counters, ARRIVED, candidateCount - first);
  add(counters, SLOWED, slowed);
}

/** Records a request that the candidate failed or declined. The batch's row is `i`. */
export function recordUnserved(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  i: number,
  untilUs: number,
  fallsBack: boolean,
): void {
  const { counters } = recording;
  const { slowedFactor, slowedAddUs } = terms;
  const us = batch.candidateUs[i] as number;
  const asBaselineUs = batch.baselineUs[i] as number;
  const arrivedUs = batch.atUs[i] as number;
  const baselineServes = batch.baselineCode[i] === SERVED;
  const declined = batch.candidateCode[i] === DECLINED;
  const servedUs = (declined ? 0 : us) + asBaselineUs;
  if (fallsBack && baselineServes) {
    add(counters, SAVED, 1);
    if (servedUs > slowedFactor * asBaselineUs && servedUs > asBaselineUs + slowedAddUs) add(counters, SLOWED, 1);
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
  if (doneUs < untilUs) countSample(recording, terms, latencyUs, bits);
  else waitInFlight(recording.inFlight, doneUs, latencyUs, bits);
}

/** There must be room, see `reserveInFlight`. */
function waitInFlight(inFlight: InFlight, doneUs: number, latencyUs: number, bits: number): void {
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
