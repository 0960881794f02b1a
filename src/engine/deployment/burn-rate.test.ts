import { describe, expect, it } from "vitest";
import { burnRateOf, limitOfBurnRate } from "./burn-rate.ts";

describe("a burn rate", () => {
  it.each([
    // The three pairs of windows in common use, for an objective of 99.9 %.
    [14_400, 999_000, 14_400],
    [6_000, 999_000, 6_000],
    [1_000, 999_000, 1_000],
    [14_400, 999_900, 1_440],
    [2_500, 990_000, 25_000],
  ])("of %d thousandths at an objective of %d ppm is a rate of failures of %d ppm", (milli, objectivePpm, ppm) => {
    expect(limitOfBurnRate(milli, objectivePpm)).toBe(ppm);
    expect(burnRateOf(ppm, objectivePpm) * 1_000).toBeCloseTo(milli, 9);
  });

  it("uses a budget of thirty days up in two days at 14.4, roughly", () => {
    expect(30 / burnRateOf(14_400, 999_000)).toBeCloseTo(2.083, 3);
  });
});
