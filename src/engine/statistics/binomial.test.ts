import binomial from "@stdlib/stats-base-dists-binomial";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialLowerTail, binomialUpperTail } from "./binomial.ts";

const rates = fc.oneof(
  fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
  fc.constantFrom(0.001, 0.01, 0.02, 0.5, 0.99),
);

describe("binomial tails", () => {
  it("are those of another library to 1e-10, small and large", () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200_000 }));
    fc.assert(
      fc.property(count, fc.double({ min: 0, max: 1, noNaN: true }), rates, (n, part, p) => {
        const k = Math.min(n - 1, Math.floor(part * n));
        expect(Math.abs(binomialLowerTail(k, n, p) - binomial.cdf(k, n, p))).toBeLessThan(1e-10);
        expect(Math.abs(binomialUpperTail(k + 1, n, p) - (1 - binomial.cdf(k, n, p)))).toBeLessThan(1e-10);
      }),
      { numRuns: 500 },
    );
  });

  it("are exact for one trial, and for none or all of many", () => {
    for (const p of [0.01, 0.3, 0.9]) {
      expect(binomialLowerTail(0, 1, p)).toBeCloseTo(1 - p, 15);
      expect(binomialUpperTail(1, 1, p)).toBeCloseTo(p, 15);
      expect(binomialLowerTail(0, 40, p) / Math.exp(40 * Math.log1p(-p))).toBeCloseTo(1, 12);
      expect(binomialUpperTail(40, 40, p) / Math.exp(40 * Math.log(p))).toBeCloseTo(1, 12);
    }
  });

  it("keep their digits far out, where the other tail is 1", () => {
    // P(X >= 3) of 3 in 1e-6 is p^3, which 1 - P(X <= 2) cannot show.
    expect(binomialUpperTail(3, 3, 1e-6) / 1e-18).toBeCloseTo(1, 12);
    expect(binomialUpperTail(100, 1_000, 0.01)).toBeGreaterThan(0);
    expect(binomialUpperTail(100, 1_000, 0.01)).toBeLessThan(1e-50);
  });

  it("say how often a raw threshold misleads", () => {
    // Probability that k of n is at least the limit although the true rate is 1 %.
    const breach = (limit: number, n: number, p: number): number =>
      binomialUpperTail(Math.ceil(limit * n - 1e-9), n, p);
    expect(breach(0.02, 30, 0.01)).toBeCloseTo(0.26, 3);
    expect(breach(0.02, 50, 0.01)).toBeCloseTo(0.395, 3);
    expect(breach(0.02, 100, 0.01)).toBeCloseTo(0.264, 3);
    expect(breach(0.02, 200, 0.01)).toBeCloseTo(0.142, 3);
    expect(breach(0.02, 500, 0.01)).toBeCloseTo(0.031, 3);
    expect(breach(0.02, 1_000, 0.01)).toBeCloseTo(0.003_3, 4);
    expect(binomialUpperTail(4, 30, 0.01)).toBeCloseTo(0.000_22, 5);
    expect(binomialUpperTail(4, 30, 0.15)).toBeCloseTo(0.678, 3);
  });
});
