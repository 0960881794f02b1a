/**
 * The candidate against the baseline in one window: latencies by ranks, on the histograms of both; error rates by
 * their difference; and the split of keys against the configured share. Absent where an arm is empty.
 */
import { msFromUs } from "../kernel/units.ts";
import type { StatisticEvidence } from "../statistics/evidence.ts";
import type { Ends } from "../statistics/interval.ts";
import { compareRanks, estimateShift, type TwoSamples } from "../statistics/rank-comparison.ts";
import { rateDifferenceBounds } from "../statistics/rate-difference.ts";
import { testSplit, type SplitTest } from "../statistics/split.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, versionOffset } from "./counters.ts";
import { binMiddleUs, HISTOGRAM_BINS } from "./histogram.ts";
import type { SplitReading } from "./sample-ratio.ts";
import type { Totals } from "./totals.ts";

/** What is compared: two totals, and the split if somebody counts it. */
export interface ComparedSpan {
  readonly from: Totals;
  readonly to: Totals;
  readonly publishesQuantiles: boolean;
  readonly split?: SplitReading | null;
}

/** A comparison as a metric: its value in the base unit, with the ends of its interval and what stands behind it. */
export interface VersionComparison {
  readonly value: number | null;
  readonly samples: number;
  readonly approximate: boolean;
  readonly ends: Ends | null;
  readonly statistic: StatisticEvidence | null;
}

/** Confidence of the ends where a rule states none. */
export const USUAL_CONFIDENCE = 0.95;
/** Splits less likely than this make every comparison of the versions invalid. */
const MISMATCH_BELOW = 0.001;

const ABSENT: VersionComparison = { value: null, samples: 0, approximate: false, ends: null, statistic: null };

/** Measures a comparison of the catalogue that needs more than sums; undefined for any other metric. */
export function measureComparison(
  name: string,
  span: ComparedSpan,
  confidence = USUAL_CONFIDENCE,
): VersionComparison | undefined {
  switch (name) {
    case "errorRate.delta":
      return rateDifference(span, confidence);
    case "latency.mannWhitney":
    case "latency.shift":
    case "latency.slowerShare":
      return ranks(name, span, confidence);
    case "split.mismatch":
      return mismatch(span.split ?? null);
    default:
      return undefined;
  }
}

/** Why comparisons of the versions mean nothing in this span; null: they do. */
export function whyInvalid({ split }: ComparedSpan): string | null {
  const test = split === undefined || split === null ? null : testOf(split);
  if (test === null || test.pValue >= MISMATCH_BELOW) return null;
  return "keys are not split as configured";
}

function rateDifference(span: ComparedSpan, confidence: number): VersionComparison {
  const [baseline, candidate] = bothGains(ATTEMPTS, span);
  if (baseline === 0 || candidate === 0) return ABSENT;
  const [baselineErrors, candidateErrors] = bothGains(ERRORS, span);
  const { low, high } = rateDifferenceBounds(candidateErrors, candidate, baselineErrors, baseline, confidence);
  // One division, of whole numbers: a difference that equals a limit is equal to it.
  const difference = (candidateErrors * baseline - baselineErrors * candidate) / (candidate * baseline);
  return {
    value: ((candidateErrors * baseline - baselineErrors * candidate) * 1_000_000) / (candidate * baseline),
    samples: Math.min(baseline, candidate),
    approximate: false,
    ends: { low: Math.min(low, difference) * 1_000_000, high: Math.max(high, difference) * 1_000_000 },
    statistic: {
      kind: "rates",
      candidateRate: candidateErrors / candidate,
      baselineRate: baselineErrors / baseline,
      low,
      high,
      confidence,
    },
  };
}

function ranks(name: string, span: ComparedSpan, confidence: number): VersionComparison {
  const samples = span.publishesQuantiles ? latencies(span) : null;
  const compared = samples === null ? null : compareRanks(samples);
  const shift = samples === null ? null : estimateShift(samples, confidence);
  if (compared === null || shift === null) return { ...ABSENT, approximate: true };
  const { pValue, z, superiority, firstCount, secondCount } = compared;
  const values: Readonly<Record<string, number>> = {
    "latency.mannWhitney": pValue * 1_000_000,
    "latency.shift": shift.estimate,
    "latency.slowerShare": superiority * 1_000_000,
  };
  return {
    value: values[name] ?? null,
    samples: Math.min(firstCount, secondCount),
    approximate: true,
    ends: name === "latency.shift" ? { low: shift.low, high: shift.high } : null,
    statistic: {
      kind: "ranks",
      pValue,
      z,
      slowerShare: superiority,
      shiftMs: msFromUs(shift.estimate),
      lowMs: msFromUs(shift.low),
      highMs: msFromUs(shift.high),
      confidence,
      baselineAttempts: firstCount,
      candidateAttempts: secondCount,
    },
  };
}

function mismatch(split: SplitReading | null): VersionComparison {
  if (split === null) return ABSENT;
  const test = testOf(split);
  const { keys, candidateKeys, unit } = split;
  if (test === null) return { ...ABSENT, samples: keys };
  const { chiSquare, pValue } = test;
  const share = split.sharePpm / 1_000_000;
  return {
    value: pValue * 1_000_000,
    samples: keys,
    approximate: false,
    ends: null,
    statistic: { kind: "split", chiSquare, pValue, share, unit, keys, candidateKeys },
  };
}

function testOf({ candidateKeys, keys, sharePpm }: SplitReading): SplitTest | null {
  return testSplit(candidateKeys, keys, sharePpm / 1_000_000);
}

/** Bins that gained anything in the span, as samples of their middles; null where no histograms were kept. */
function latencies({ from, to }: ComparedSpan): TwoSamples | null {
  if (from.histograms === null || to.histograms === null) return null;
  const values: number[] = [];
  const first: number[] = [];
  const second: number[] = [];
  for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
    const at = to.histogramsOffset + bin;
    const before = from.histogramsOffset + bin;
    const ofBaseline = (to.histograms[at]! - from.histograms[before]!) >>> 0;
    const ofCandidate = (to.histograms[at + HISTOGRAM_BINS]! - from.histograms[before + HISTOGRAM_BINS]!) >>> 0;
    if (ofBaseline === 0 && ofCandidate === 0) continue;
    values.push(binMiddleUs(bin));
    first.push(ofBaseline);
    second.push(ofCandidate);
  }
  return { values, first, second };
}

function bothGains(counter: number, { from, to }: ComparedSpan): [baseline: number, candidate: number] {
  const gained = (version: number): number => {
    const index = versionOffset(version) + counter;
    return to.counters[to.countersOffset + index]! - from.counters[from.countersOffset + index]!;
  };
  return [gained(BASELINE), gained(CANDIDATE)];
}
