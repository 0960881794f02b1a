import { describe, expect, it } from "vitest";
import { nameRules } from "./rule-name.ts";

const unnamed = (metric: string) => ({ name: null, metric });

describe("names of rules", () => {
  it("are those of their metrics, made readable", () => {
    const metrics = [
      "candidate.errorRate",
      "candidate.fallbackRate",
      "latency.delta",
      "candidate.health.ok",
      "candidate.latency.p99",
    ];
    const names = ["error-rate", "fallback-rate", "latency-delta", "health-ok", "latency-p99"];
    expect(nameRules(metrics.map(unnamed), "candidate")).toEqual(names);
  });

  it("take in the scope where another rule has the plain name", () => {
    const rules = [unnamed("candidate.errorRate"), unnamed("all.errorRate")];
    expect(nameRules(rules, "candidate")).toEqual(["error-rate", "all-error-rate"]);
    expect(nameRules([unnamed("all.successRate")], "candidate")).toEqual(["success-rate"]);
  });

  it("give way to a name that was given, and stay alike where nothing tells them apart", () => {
    const given = [{ name: "error-rate", metric: "candidate.latency.p99" }, unnamed("baseline.errorRate")];
    expect(nameRules(given, "candidate")).toEqual(["error-rate", "baseline-error-rate"]);
    const alike = [unnamed("candidate.errorRate"), unnamed("candidate.errorRate")];
    expect(nameRules(alike, "candidate")).toEqual(["error-rate", "error-rate"]);
  });
});
