import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRanks } from "../statistics/rank-comparison.ts";
import { measureChange } from "./change.ts";
import { binMiddleUs, histogramBin, HISTOGRAM_BINS } from "./histogram.ts";
import type { Totals } from "./totals.ts";

type Latencies = readonly number[];
const BASELINE = [0];
const BOTH = [0, 1];

/** Totals in whose histograms each version has these latencies, on top of others. */
function totals(atUs: number, byVersion: readonly [Latencies, Latencies], past?: Totals): Totals {
  const histograms = past?.histograms?.slice() ?? new Uint32Array(2 * HISTOGRAM_BINS);
  for (const [version, latencies] of byVersion.entries()) {
    for (const us of latencies) {
      const bin = version * HISTOGRAM_BINS + histogramBin(us);
      histograms[bin] = (histograms[bin] ?? 0) + 1;
    }
  }
  return { atUs, counters: new Float64Array(0), countersOffset: 0, histograms, histogramsOffset: 0 };
}

function spanOf(earlier: readonly [Latencies, Latencies], later: readonly [Latencies, Latencies]) {
  const before = totals(0, [[5, 5, 5], [7]]);
  const from = totals(1, earlier, before);
  return { before, from, to: totals(2, later, from), publishesQuantiles: true };
}

const latencies = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 40 });

describe("a window against the one before it", () => {
  it("is ranked as two samples of the binned latencies are, of one version or of both", () => {
    fc.assert(
      fc.property(latencies, latencies, latencies, latencies, (a, b, c, d) => {
        const ranked = (first: Latencies, second: Latencies) => {
          const bins = [...new Set([...first, ...second].map(histogramBin))].sort((one, other) => one - other);
          const count = (some: Latencies) => bins.map((bin) => some.filter((us) => histogramBin(us) === bin).length);
          return compareRanks({ values: bins.map(binMiddleUs), first: count(first), second: count(second) });
        };
        const span = spanOf([a, b], [c, d]);
        const one = measureChange(span, BASELINE);
        expect(one.value).toBe((ranked(a, c)?.pValue ?? 0) * 1_000_000);
        expect(one.samples).toBe(Math.min(a.length, c.length));
        const both = measureChange(span, BOTH);
        expect(both.value).toBe((ranked([...a, ...b], [...c, ...d])?.pValue ?? 0) * 1_000_000);
        // Two-sided: which of the windows came first makes no difference.
        expect(measureChange(spanOf([c, d], [a, b]), BOTH).value).toBeCloseTo(both.value ?? 0, 6);
      }),
    );
  });

  it("is absent without a window before, without attempts in one of them, and while quantiles are not published", () => {
    const span = spanOf([[10], []], [[20], []]);
    const { from, to, publishesQuantiles } = span;
    expect(measureChange({ from, to, publishesQuantiles }, BASELINE).value).toBeNull();
    expect(measureChange(span, [1]).value).toBeNull();
    expect(measureChange({ ...span, publishesQuantiles: false }, BASELINE).value).toBeNull();
    expect(measureChange(spanOf([[10], []], [[], []]), BASELINE).value).toBeNull();
  });
});
