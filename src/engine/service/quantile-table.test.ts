import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../kernel/normal-quantile.ts";
import { createQuantileTable, sampleQuantile, sampleTable, tableMean, tabulateQuantiles } from "./quantile-table.ts";
import type { LatencyModel } from "./version-model.ts";

const drawAt = (probability: number): number => Math.floor(probability * 2 ** 32);
const lognormal: LatencyModel = {
  kind: "lognormal",
  points: [
    { quantile: 0.5, us: 80_000 },
    { quantile: 0.99, us: 400_000 },
  ],
};

describe("quantile table", () => {
  it("gives a lognormal its own percentiles back, within half a percent", () => {
    const table = createQuantileTable(lognormal);
    const sigma = Math.log(400_000 / 80_000) / normalQuantile(0.99);
    for (const q of [0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.9999999]) {
      const exact = 80_000 * Math.exp(sigma * normalQuantile(q));
      expect(Math.abs(sampleQuantile(table, drawAt(q)) / exact - 1)).toBeLessThan(0.005);
    }
  });

  it("has the mean of the lognormal, exp(mu + sigma^2 / 2), within a thousandth", () => {
    const sigma = Math.log(5) / normalQuantile(0.99);
    const exact = 80_000 * Math.exp((sigma * sigma) / 2);
    expect(Math.abs(tableMean(createQuantileTable(lognormal)) / exact - 1)).toBeLessThan(0.001);
  });

  it("goes through every given percentile, however they bend", () => {
    const points = [
      { quantile: 0.5, us: 40_000 },
      { quantile: 0.95, us: 90_000 },
      { quantile: 0.99, us: 900_000 },
    ];
    const table = createQuantileTable({ kind: "lognormal", points });
    for (const { quantile, us } of points) {
      expect(Math.abs(sampleQuantile(table, drawAt(quantile)) / us - 1)).toBeLessThan(0.02);
    }
  });

  it("is monotone in the draw, over all of its levels", () => {
    const table = createQuantileTable(lognormal);
    const draw = fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0xffc0_0000, max: 0xffff_ffff }));
    fc.assert(
      fc.property(draw, draw, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        return sampleQuantile(table, low) <= sampleQuantile(table, high);
      }),
    );
  });

  it("resolves the far tail", () => {
    const table = tabulateQuantiles((p) => -Math.log1p(-p));
    for (const beyond of [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]) {
      expect(Math.abs(sampleTable(table, 0, drawAt(1 - beyond)) / -Math.log(beyond) - 1)).toBeLessThan(0.005);
    }
  });

  it("gives a constant as it is", () => {
    const table = createQuantileTable({ kind: "constant", us: 1234 });
    for (const draw of [0, 1, 2 ** 31, 2 ** 32 - 1]) expect(sampleQuantile(table, draw)).toBe(1234);
  });

  it("gives an exponential its quantiles and its mean", () => {
    const table = createQuantileTable({ kind: "exponential", meanUs: 40_000 });
    for (const q of [0.1, 0.5, 0.9, 0.99, 0.9999]) {
      expect(Math.abs(sampleQuantile(table, drawAt(q)) / (-40_000 * Math.log1p(-q)) - 1)).toBeLessThan(0.005);
    }
    expect(Math.abs(tableMean(table) / 40_000 - 1)).toBeLessThan(0.001);
    expect(sampleQuantile(createQuantileTable({ kind: "exponential", meanUs: 1 }), 0)).toBe(1);
  });

  it("takes what was measured as it is, linear between the points", () => {
    const points = [
      { quantile: 0.25, us: 100 },
      { quantile: 0.5, us: 200 },
      { quantile: 0.75, us: 1_000 },
    ];
    const table = createQuantileTable({ kind: "empirical", points });
    expect(
      [0, 0.1, 0.25, 0.25501, 0.375, 0.49501, 0.5, 0.625, 0.75, 0.9, 0.9999999].map((q) =>
        sampleQuantile(table, drawAt(q)),
      ),
    ).toEqual([100, 100, 100, 102, 150, 198, 200, 600, 1_000, 1_000, 1_000]);
  });

  it("mixes sorts of requests in their shares, each with its own tail", () => {
    const table = createQuantileTable({
      kind: "mixture",
      parts: [
        { weight: 90, latency: { kind: "constant", us: 10_000 } },
        { weight: 10, latency: { kind: "exponential", meanUs: 1_000_000 } },
      ],
    });
    // The exponential has passed 10 ms with a chance of 1 - exp(-0.01): that much more lies below.
    const below = 0.1 * -Math.expm1(-0.01);
    expect(sampleQuantile(table, drawAt(below + 0.45))).toBe(10_000);
    for (const q of [0.92, 0.95, 0.99, 0.999, 0.99999]) {
      const exact = -1_000_000 * Math.log((1 - q) / 0.1);
      expect(Math.abs(sampleQuantile(table, drawAt(q)) / exact - 1)).toBeLessThan(0.01);
    }
    expect(Math.abs(tableMean(table) / (9_000 + 100_000) - 1)).toBeLessThan(0.002);
  });

  it("has as its mean what sampling it evenly gives", () => {
    const table = tabulateQuantiles((p) => -Math.log1p(-p));
    let sum = 0;
    const draws = 2 ** 20;
    for (let i = 0; i < draws; i++) sum += sampleTable(table, 0, i * 4096 + 2048);
    expect(sum / draws).toBeCloseTo(tableMean(table), 5);
  });
});
