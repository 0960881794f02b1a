import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HISTOGRAM_BINS, binMiddleUs, histogramBin, nearestRank, quantileBetween } from "./histogram.ts";

const latency = fc.oneof(fc.nat(200), fc.nat(1_000_000), fc.nat(2 ** 31 - 1));

describe("histogram", () => {
  it("puts every latency into a bin whose middle is within 0.8 % of it", () => {
    fc.assert(
      fc.property(latency, (us) => {
        const bin = histogramBin(us);
        expect(bin).toBeGreaterThanOrEqual(0);
        expect(bin).toBeLessThan(HISTOGRAM_BINS);
        expect(Math.abs(binMiddleUs(bin) - us)).toBeLessThanOrEqual(us * 0.008);
      }),
    );
  });

  it("never puts a larger latency into a smaller bin", () => {
    fc.assert(fc.property(latency, latency, (a, b) => a > b || histogramBin(a) <= histogramBin(b)));
  });

  it("finds nearest-rank quantiles of what was gained within 1 %, over several parts", () => {
    const values = fc.array(latency, { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, values, values, fc.constantFrom(1, 500, 950, 990, 999), (before, one, two, permille) => {
        const bins = new Uint32Array(2 * HISTOGRAM_BINS);
        const count = (us: number, offset: number): void => {
          const bin = offset + histogramBin(us);
          bins[bin] = (bins[bin] ?? 0) + 1;
        };
        for (const us of before) count(us, 0);
        const then = bins.slice();
        for (const us of one) count(us, 0);
        for (const us of two) count(us, HISTOGRAM_BINS);
        const parts = (of: Uint32Array) => [
          { bins: of, offset: 0 },
          { bins: of, offset: HISTOGRAM_BINS },
        ];
        const sorted = [...one, ...two].sort((a, b) => a - b);
        const exact = sorted[nearestRank(sorted.length, permille) - 1] ?? -1;
        const found = quantileBetween(parts(then), parts(bins), sorted.length, permille);
        expect(Math.abs((found ?? -1) - exact)).toBeLessThanOrEqual(exact * 0.01);
      }),
    );
  });

  it("survives counts that wrap at 2^32", () => {
    const from = new Uint32Array(HISTOGRAM_BINS);
    const to = new Uint32Array(HISTOGRAM_BINS);
    from[100] = 0xffff_fffe;
    to[100] = 3;
    expect(quantileBetween([{ bins: from, offset: 0 }], [{ bins: to, offset: 0 }], 5, 500)).toBe(binMiddleUs(100));
  });

  it("has no quantile of nothing", () => {
    const bins = new Uint32Array(HISTOGRAM_BINS);
    expect(quantileBetween([{ bins, offset: 0 }], [{ bins, offset: 0 }], 0, 500)).toBeNull();
  });
});
