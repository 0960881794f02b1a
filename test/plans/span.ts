/** Spans made by hand, for tests of what measures them. */
import { counterCount } from "../../src/engine/monitor/counters.ts";
import { HISTOGRAM_BINS, histogramBin } from "../../src/engine/monitor/histogram.ts";
import type { Span } from "../../src/engine/monitor/measure.ts";

/** What happened between the two ends of a span. */
export interface SpanFacts {
  readonly fromUs: number;
  readonly toUs: number;
  /** Gains by index of the counter. */
  readonly counters: Readonly<Record<number, number>>;
  /** Latencies of attempts, microseconds, of the baseline and of the candidate; for quantiles only. */
  readonly latenciesUs?: readonly [readonly number[], readonly number[]];
  readonly limits?: number;
}

/** A span with these gains, over totals that were not zero at its beginning; both versions are healthy. */
export function handMadeSpan({ fromUs, toUs, counters, latenciesUs, limits }: SpanFacts): Span {
  const before = new Float64Array(counterCount(limits ?? 0)).map((_, i) => 1_000 * i);
  const after = before.slice();
  for (const [counter, gain] of Object.entries(counters)) after[Number(counter)]! += gain;
  const histogramsBefore = new Uint32Array(2 * HISTOGRAM_BINS).fill(3);
  const histogramsAfter = histogramsBefore.slice();
  latenciesUs?.forEach((latencies, version) => {
    for (const us of latencies) histogramsAfter[version * HISTOGRAM_BINS + histogramBin(us)]!++;
  });
  const health = { polls: 4, failedPolls: 0, ok: true };
  return {
    from: { atUs: fromUs, counters: before, countersOffset: 0, histograms: histogramsBefore, histogramsOffset: 0 },
    to: { atUs: toUs, counters: after, countersOffset: 0, histograms: histogramsAfter, histogramsOffset: 0 },
    health: [health, health],
    publishesQuantiles: true,
  };
}
