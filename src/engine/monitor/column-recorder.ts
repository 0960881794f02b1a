/**
 * Records requests by whole columns: their attempts are counted in one loop and added up in others, and what is unusual
 * is recorded row by row.
 */
import { SERVED, type Batch } from "../service/world.ts";
import type { Attempts } from "./attempt-column.ts";
import {
  ARRIVED,
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  ERRORS,
  FAILED,
  LATENCY_SUM_US,
  REQUESTS,
  SLOWED,
  USER_FAILURES,
  VERSION_COUNTERS,
} from "./counters.ts";
import { HISTOGRAM_BINS } from "./histogram.ts";
import { add, countLimits, leastLimit, type Recording, type RecordingTerms } from "./recording.ts";
import { recordUnserved } from "./row-recorder.ts";

/**
 * Records the first `rows` rows of a routed batch, of which `candidates` went to the candidate, by their attempts: all
 * that the candidate did not fail complete before `untilUs`.
 */
export function recordColumns(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  attempts: Attempts,
  rows: number,
  candidates: number,
  untilUs: number,
  fallsBack: boolean,
): void {
  const { counters, histograms } = recording;
  const { baselineSumUs, candidateSumUs, baselineFailed } = attempts;
  countBins(histograms, attempts.bins, rows);
  if (attempts.longestUs > leastLimit(terms.limitsUs))
    countAllLimits(counters, terms.limitsUs, batch, rows - candidates, candidates);
  const baselines = rows - candidates;
  add(counters, ATTEMPTS, baselines);
  add(counters, REQUESTS, baselines);
  add(counters, ERRORS, baselineFailed);
  add(counters, USER_FAILURES, baselineFailed);
  add(counters, LATENCY_SUM_US, baselineSumUs);
  add(counters, ARRIVED, rows);
  add(counters, FAILED, baselineFailed);
  if (candidates === 0) return;
  const unserved = recordUnusual(recording, terms, batch, attempts, untilUs, fallsBack);
  // Those that were not served lie in the first bin, where they do not belong.
  histograms[HISTOGRAM_BINS] = (histograms[HISTOGRAM_BINS] as number) - unserved;
  add(counters, VERSION_COUNTERS + ATTEMPTS, candidates - unserved);
  add(counters, VERSION_COUNTERS + REQUESTS, candidates - unserved);
  add(counters, VERSION_COUNTERS + LATENCY_SUM_US, candidateSumUs);
}

/** Records what the candidate did not serve, and counts what it slowed; how many it did not serve. */
function recordUnusual(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  { unusualRows, unusualCount }: Attempts,
  untilUs: number,
  fallsBack: boolean,
): number {
  const { baselineUs, candidateUs, candidateCode } = batch;
  const { slowedFactor } = terms;
  let unserved = 0;
  let slowed = 0;
  for (let nth = 0; nth < unusualCount; nth++) {
    const i = unusualRows[nth] as number;
    if (candidateCode[i] !== SERVED) {
      unserved++;
      recordUnserved(recording, terms, batch, i, untilUs, fallsBack);
    } else if ((candidateUs[i] as number) > slowedFactor * (baselineUs[i] as number)) slowed++;
  }
  add(recording.counters, SLOWED, slowed);
  return unserved;
}

/** Four at a time, which the counts of different bins allow to overlap. */
function countBins(histograms: Uint32Array, bins: Uint32Array, count: number): void {
  const whole = count & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const first = bins[i] as number;
    const second = bins[i + 1] as number;
    const third = bins[i + 2] as number;
    const fourth = bins[i + 3] as number;
    histograms[first] = (histograms[first] as number) + 1;
    histograms[second] = (histograms[second] as number) + 1;
    histograms[third] = (histograms[third] as number) + 1;
    histograms[fourth] = (histograms[fourth] as number) + 1;
  }
  for (; i < count; i++) {
    const bin = bins[i] as number;
    histograms[bin] = (histograms[bin] as number) + 1;
  }
}

function countAllLimits(
  counters: Float64Array,
  limitsUs: Float64Array,
  batch: Batch,
  baselines: number,
  candidates: number,
): void {
  const { baselineRows, baselineUs, candidateRows, candidateUs, candidateCode } = batch;
  const leastLimitUs = leastLimit(limitsUs);
  for (let row = 0; row < baselines; row++) {
    const us = baselineUs[baselineRows[row] as number] as number;
    if (us > leastLimitUs) countLimits(counters, limitsUs, us, BASELINE);
  }
  for (let row = 0; row < candidates; row++) {
    const i = candidateRows[row] as number;
    const us = candidateUs[i] as number;
    if (us > leastLimitUs && candidateCode[i] === SERVED) countLimits(counters, limitsUs, us, CANDIDATE);
  }
}
