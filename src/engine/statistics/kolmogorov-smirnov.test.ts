import { describe, expect, it } from "vitest";
import { criticalDistance, greatestDistance } from "./kolmogorov-smirnov.ts";

const uniform = (value: number): number => Math.min(Math.max(value, 0), 1);

describe("the Kolmogorov-Smirnov distance", () => {
  it("is the greatest gap on either side of a step", () => {
    expect(greatestDistance(Float64Array.of(), uniform)).toBeNull();
    expect(greatestDistance(Float64Array.of(0.5), uniform)).toBe(0.5);
    expect(greatestDistance(Float64Array.of(0.1, 0.2, 0.3), uniform)).toBeCloseTo(0.7, 12);
    expect(greatestDistance(Float64Array.of(0.8, 0.9), uniform)).toBeCloseTo(0.8, 12);
    expect(
      greatestDistance(
        Float64Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100),
        uniform,
      ),
    ).toBeCloseTo(0.005);
  });

  it("forgives rounding where the resolution is known", () => {
    const exact = Float64Array.from({ length: 1_000 }, (_, i) => (i + 0.5) / 1_000);
    const rounded = exact.map((value) => Math.round(value * 5) / 5);
    expect(greatestDistance(rounded, uniform)).toBeGreaterThan(0.09);
    expect(greatestDistance(rounded, uniform, 0.2)).toBeLessThan(0.002);
  });

  it("is exceeded as seldom as tables say: 0.409 of 10 values, 0.188 of 50, 1.36 / sqrt(n) of many", () => {
    expect(criticalDistance(10)).toBeCloseTo(0.409, 2);
    expect(criticalDistance(50)).toBeCloseTo(0.188, 2);
    expect(criticalDistance(1_000_000) * 1_000).toBeCloseTo(1.358, 2);
  });
});
