import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateDifferenceBounds } from "./rate-difference.ts";

const sample = fc
  .integer({ min: 1, max: 5_000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe("bounds on a difference of rates", () => {
  it.each([
    // Worked examples of Newcombe (1998), method 10, two-sided 95 %.
    [56, 70, 48, 80, 0.052_4, 0.333_9],
    [9, 10, 3, 10, 0.170_5, 0.809_0],
    [0, 10, 0, 20, -0.161_1, 0.277_5],
    [10, 10, 0, 20, 0.679_1, 1.0],
  ])("are those of the method's author: %d of %d against %d of %d", (k1, n1, k2, n2, low, high) => {
    const ends = rateDifferenceBounds(k1, n1, k2, n2, 0.975);
    expect(ends.low).toBeCloseTo(low, 4);
    expect(ends.high).toBeCloseTo(high, 4);
  });

  it("enclose the difference, and change sign with the samples", () => {
    fc.assert(
      fc.property(
        sample,
        sample,
        fc.double({ min: 0.51, max: 0.999, noNaN: true }),
        ([k1, n1], [k2, n2], confidence) => {
          const { low, high } = rateDifferenceBounds(k1, n1, k2, n2, confidence);
          const difference = k1 / n1 - k2 / n2;
          expect(low).toBeLessThanOrEqual(difference + 1e-15);
          expect(high).toBeGreaterThanOrEqual(difference - 1e-15);
          const turned = rateDifferenceBounds(k2, n2, k1, n1, confidence);
          expect(turned.low).toBeCloseTo(-high, 12);
        },
      ),
    );
  });
});
