import binomial from "@stdlib/stats-base-dists-binomial";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearsonBounds, wilsonBounds } from "./rate-bounds.ts";

const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((n) => fc.tuple(fc.oneof(fc.integer({ min: 0, max: n }), fc.constantFrom(0, n)), fc.constant(n)));
const confidences = fc.oneof(
  fc.double({ min: 0.5, max: 0.999_999, noNaN: true }),
  fc.constantFrom(0.9, 0.95, 0.975, 0.99),
);

describe.each([
  ["Wilson", wilsonBounds],
  ["Clopper-Pearson", clopperPearsonBounds],
] as const)("the %s bounds", (_, bounds) => {
  it("lie within 0 and 1, on both sides of what was counted, and mirror each other", () => {
    fc.assert(
      fc.property(counts, confidences, ([k, n], confidence) => {
        const { low, high } = bounds(k, n, confidence);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = bounds(n - k, n, confidence);
        expect(mirrored.low).toBeCloseTo(1 - high, 12);
        if (confidence < 0.51) return;
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
      }),
      { numRuns: 300 },
    );
  });

  it("are the farther apart the surer they have to be, and the nearer the more was counted", () => {
    fc.assert(
      fc.property(counts, confidences, confidences, ([k, n], one, other) => {
        const [less, more] = [bounds(k, n, Math.min(one, other)), bounds(k, n, Math.max(one, other))];
        expect(more.low).toBeLessThanOrEqual(less.low + 1e-14);
        expect(more.high).toBeGreaterThanOrEqual(less.high - 1e-14);
        const tenfold = bounds(10 * k, 10 * n, Math.max(one, other, 0.6));
        const single = bounds(k, n, Math.max(one, other, 0.6));
        expect(tenfold.high - tenfold.low).toBeLessThan(single.high - single.low);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the Clopper-Pearson bounds", () => {
  it("leave exactly the risk in the tail, by another library's binomial, to 1e-10", () => {
    fc.assert(
      fc.property(counts, confidences, ([k, n], confidence) => {
        const { low, high } = clopperPearsonBounds(k, n, confidence);
        if (k < n) expect(Math.abs(binomial.cdf(k, n, high) - (1 - confidence))).toBeLessThan(1e-10);
        if (k > 0) expect(Math.abs(1 - binomial.cdf(k - 1, n, low) - (1 - confidence))).toBeLessThan(1e-10);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [0.02, 149],
    [0.05, 59],
    [0.1, 29],
    [0.25, 11],
  ])("prove a rate below %d at 95 % by %d attempts without an error, and by no fewer", (limit, attempts) => {
    expect(clopperPearsonBounds(0, attempts, 0.95).high).toBeLessThan(limit);
    expect(clopperPearsonBounds(0, attempts - 1, 0.95).high).toBeGreaterThanOrEqual(limit);
  });

  it("never have less than the stated confidence", () => {
    const [n, confidence] = [40, 0.95];
    for (const p of [0.01, 0.05, 0.2, 0.5]) {
      let below = 0;
      for (let k = 0; k <= n; k++) {
        if (clopperPearsonBounds(k, n, confidence).high >= p) below += binomial.pmf(k, n, p);
      }
      expect(below).toBeGreaterThanOrEqual(confidence);
    }
  });
});

describe("the Wilson bounds", () => {
  it("solve the score equation: at either end the count is z deviations off", () => {
    const { low, high } = wilsonBounds(10, 100, 0.975);
    for (const p of [low, high])
      expect(Math.abs(10 - 100 * p) / Math.sqrt(100 * p * (1 - p))).toBeCloseTo(1.959_964, 6);
    expect([low, high].map((end) => end.toFixed(4))).toEqual(["0.0552", "0.1744"]);
  });

  it("are at 0 and at 1 where nothing and everything was counted", () => {
    expect(wilsonBounds(0, 12, 0.95).low).toBe(0);
    expect(wilsonBounds(12, 12, 0.95).high).toBe(1);
  });
});
