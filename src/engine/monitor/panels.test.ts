import { describe, expect, it } from "vitest";
import { findMetric } from "./catalogue.ts";
import { PANELS } from "./panels.ts";

describe("the panels of the dashboard", () => {
  it("are eight, each with a name of its own", () => {
    expect(PANELS.length).toBe(8);
    expect(new Set(PANELS.map(({ name }) => name)).size).toBe(8);
  });

  it("show metrics of the catalogue, each once", () => {
    for (const { name, metrics } of PANELS) {
      expect(metrics.length, name).toBeGreaterThan(0);
      for (const metric of metrics) expect(findMetric(metric), metric).toBeDefined();
    }
    const all = PANELS.flatMap(({ metrics }) => metrics);
    expect(new Set(all).size).toBe(all.length);
  });
});
