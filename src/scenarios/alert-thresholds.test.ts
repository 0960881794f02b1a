import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { applyThresholds } from "./alert-thresholds.ts";
import { loadPolicy } from "./built-in.ts";

const UNSET = { errorRatePpm: null, cacheHitRatePpm: null, memoryUsagePpm: null };

describe("alert thresholds from the environment", () => {
  const read = loadPolicy("setbull-v2");
  if (!read.ok) throw new Error("the built-in policy is not read");
  const policy = read.value;

  it("leave the policy alone where none is set", () => {
    expect(applyThresholds(policy, UNSET)).toEqual({ policy, warnings: [] });
  });

  it("set the limit of the alert on all traffic's errors, and of no other", () => {
    const { policy: changed, warnings } = applyThresholds(policy, { ...UNSET, errorRatePpm: 70_000 });
    expect(warnings).toEqual([]);
    const limits = (alerts: typeof policy.alerts) => alerts.map((alert) => [alert.name, alert.limit]);
    expect(limits(changed.alerts)).toEqual(
      limits(policy.alerts).map(([name, limit]) => [name, name === "error-rate" ? 70_000 : limit]),
    );
    expect(policy.alerts[0]?.limit).toBe(50_000);
  });

  it("set the limits of the alerts on memory and on the cache", () => {
    const { policy: changed, warnings } = applyThresholds(policy, {
      errorRatePpm: null,
      cacheHitRatePpm: 600_000,
      memoryUsagePpm: 900_000,
    });
    expect(warnings).toEqual([]);
    const limitOf = (name: string) => changed.alerts.find((alert) => alert.name === name)?.limit;
    expect([limitOf("memory"), limitOf("cache-hit-rate"), limitOf("error-rate")]).toEqual([900_000, 600_000, 50_000]);
  });

  it("warn where they change nothing", () => {
    const all = { errorRatePpm: 1, cacheHitRatePpm: 1, memoryUsagePpm: 1 };
    const warnings = applyThresholds({ ...policy, alerts: [] }, all).warnings.map(describeProblem);
    expect(warnings.map((warning) => warning.split(":").slice(0, 2).join(":"))).toEqual([
      "environment: ERROR_RATE_THRESHOLD",
      "environment: CACHE_HIT_RATE_THRESHOLD",
      "environment: MEMORY_USAGE_THRESHOLD",
    ]);
  });
});
