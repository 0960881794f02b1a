/** A window against the one before it: latencies by ranks, either way, on the histograms of both. */
import { msFromUs } from "../kernel/units.ts";
import { compareRanks, estimateShift, type TwoSamples } from "../statistics/rank-comparison.ts";
import { USUAL_CONFIDENCE } from "./compare.ts";
import { binMiddleUs, HISTOGRAM_BINS } from "./histogram.ts";
import type { Measurement, Span } from "./measure.ts";
import type { Totals } from "./totals.ts";

const ABSENT: Measurement = { value: null, samples: 0, numerator: 0, approximate: true };

/**
 * The p-value of the test of Mann and Whitney between the attempts of some versions in the span and in the window
 * before it, parts per million. Absent where one of the two has none, and where there is no window before.
 */
export function measureChange(
  { before, from, to, publishesQuantiles }: Pick<Span, "before" | "from" | "to" | "publishesQuantiles">,
  versions: readonly number[],
): Measurement {
  if (before === undefined || !publishesQuantiles) return ABSENT;
  const samples = samplesOf(before, from, to, versions);
  const compared = samples === null ? null : compareRanks(samples);
  const shift = samples === null ? null : estimateShift(samples, USUAL_CONFIDENCE);
  if (compared === null || shift === null) return ABSENT;
  const { pValue, z, superiority, firstCount, secondCount } = compared;
  return {
    value: pValue * 1_000_000,
    samples: Math.min(firstCount, secondCount),
    numerator: 0,
    approximate: true,
    statistic: {
      kind: "change",
      pValue,
      z,
      slowerShare: superiority,
      shiftMs: msFromUs(shift.estimate),
      lowMs: msFromUs(shift.low),
      highMs: msFromUs(shift.high),
      confidence: USUAL_CONFIDENCE,
      attemptsBefore: firstCount,
      attempts: secondCount,
    },
  };
}

function samplesOf(before: Totals, from: Totals, to: Totals, versions: readonly number[]): TwoSamples | null {
  const [past, middle, now] = [before.histograms, from.histograms, to.histograms];
  if (past === null || middle === null || now === null) return null;
  const values: number[] = [];
  const first: number[] = [];
  const second: number[] = [];
  for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
    let earlier = 0;
    let later = 0;
    for (const version of versions) {
      const at = version * HISTOGRAM_BINS + bin;
      const between = middle[from.histogramsOffset + at] as number;
      earlier += (between - (past[before.histogramsOffset + at] as number)) >>> 0;
      later += ((now[to.histogramsOffset + at] as number) - between) >>> 0;
    }
    if (earlier === 0 && later === 0) continue;
    values.push(binMiddleUs(bin));
    first.push(earlier);
    second.push(later);
  }
  return { values, first, second };
}
