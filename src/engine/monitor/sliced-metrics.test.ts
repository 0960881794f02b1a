import { describe, expect, it } from "vitest";
import { METRICS } from "./catalogue.ts";
import { isSliced } from "./sliced-metrics.ts";

describe("metrics with slices", () => {
  it("are those of requests and attempts, not those of the whole system", () => {
    const sliced = new Set(METRICS.filter(isSliced).map((metric) => metric.name));
    for (const name of [
      "errorRate",
      "errorRate.delta",
      "requestRate",
      "latency.p999",
      "latency.shift",
      "declineRate",
    ]) {
      expect(sliced).toContain(name);
    }
    for (const name of ["health.ok", "system.health", "split.mismatch", "memory", "cpu", "cache.hitRate"]) {
      expect(METRICS.map((metric) => metric.name)).toContain(name);
      expect(sliced).not.toContain(name);
    }
  });
});
