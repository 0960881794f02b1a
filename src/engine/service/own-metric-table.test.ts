import { describe, expect, it } from "vitest";
import { OWN_VALUE_UNIT } from "./own-metric.ts";
import { createValueTable } from "./own-metric-table.ts";
import { sampleTable, tableMean } from "./quantile-table.ts";

const at = (table: Float64Array, quantile: number): number => sampleTable(table, 0, Math.floor(quantile * 2 ** 32));

describe("a table of values", () => {
  it("is exact where the distribution is: constants, and samples with 0 among them", () => {
    expect(at(createValueTable({ kind: "constant", us: 1e15 }), 0.3)).toBe(1e15);
    expect(at(createValueTable({ kind: "constant", us: 0 }), 0.3)).toBe(0);
    const points = [0, 4_000_000_000].map((us, i) => ({ quantile: (i + 0.5) / 2, us }));
    const table = createValueTable({ kind: "empirical", points });
    expect(at(table, 0.1)).toBe(0);
    expect(at(table, 0.9)).toBe(4_000_000_000);
  });

  it("goes through the percentiles of a lognormal, far beyond what a latency can be, and has its tail", () => {
    const points = [
      { quantile: 0.5, us: 20_000_000 * OWN_VALUE_UNIT },
      { quantile: 0.95, us: 90_000_000 * OWN_VALUE_UNIT },
    ];
    const table = createValueTable({ kind: "lognormal", points });
    expect(at(table, 0.5) / OWN_VALUE_UNIT).toBeCloseTo(20_000_000, -3);
    expect(at(table, 0.95) / OWN_VALUE_UNIT / 90_000_000).toBeCloseTo(1, 2);
    expect(at(table, 0.999999)).toBeGreaterThan(10 * at(table, 0.95));
    const sigma = Math.log(4.5) / 1.6448536;
    expect(tableMean(table) / OWN_VALUE_UNIT / (20_000_000 * Math.exp((sigma * sigma) / 2))).toBeCloseTo(1, 2);
  });

  it("mixes values by weight", () => {
    const distribution = {
      kind: "mixture",
      parts: [
        { weight: 3, latency: { kind: "constant", us: 1_000_000 } },
        { weight: 1, latency: { kind: "exponential", meanUs: 9_000_000 } },
      ],
    } as const;
    expect(tableMean(createValueTable(distribution)) / OWN_VALUE_UNIT).toBeCloseTo(3, 1);
  });
});
