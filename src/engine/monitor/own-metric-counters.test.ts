import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OWN_VALUE_MAX } from "../service/own-metric.ts";
import { OWN_BINS, OWN_COUNTERS, ownBin, ownBinMiddle, ownCounter, placeOwnMetrics } from "./own-metric-counters.ts";

describe("bins of values", () => {
  it("ascend with the value, and their middles are within 0.8 % of it", () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((n) => n % (OWN_VALUE_MAX + 1)),
        fc.nat(1_000),
        (value, more) => {
          const bin = ownBin(value);
          expect(bin).toBeLessThan(OWN_BINS);
          expect(Math.abs(ownBinMiddle(bin) - value)).toBeLessThanOrEqual(value * 0.008);
          expect(ownBin(Math.min(value + more, OWN_VALUE_MAX))).toBeGreaterThanOrEqual(bin);
        },
      ),
    );
    expect(ownBin(2 ** 31)).toBe(ownBin(2 ** 31 - 1) + 1);
  });
});

describe("places", () => {
  it("follow one another, bins only of numbers", () => {
    const metrics = [
      { name: "a", kind: "number" },
      { name: "b", kind: "boolean" },
      { name: "c", kind: "number" },
    ] as const;
    const places = placeOwnMetrics(metrics, 100, 50);
    expect([...places.binsAt]).toEqual([50, -1, 50 + 2 * OWN_BINS]);
    expect(places).toMatchObject({ counters: 6 * OWN_COUNTERS, bins: 4 * OWN_BINS });
    expect(ownCounter(100, 1, 1)).toBe(100 + 3 * OWN_COUNTERS);
  });
});
