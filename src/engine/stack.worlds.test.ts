import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { VersionModel } from "./service/version-model.ts";
import { rehearse } from "./stack.ts";
import { createSyntheticWorld } from "./traffic/synthetic-world.ts";

/** A policy of one phase that sends everybody to the candidate and never decides. */
const everybody = {
  ...QUICK_POLICY,
  phases: QUICK_POLICY.phases.slice(3).map((phase) => ({ ...phase, minDurationUs: 100 * SECOND_US, gates: [] })),
  triggers: [],
};
const steady = (change: Partial<VersionModel> = {}): VersionModel => ({
  latency: { kind: "constant", us: 5_000 },
  errors: { kind: "own", ppm: 0 },
  declinePpm: 0,
  routes: {},
  ...change,
});
const traffic = {
  arrivals: { kind: "constant", perSecond: 1_000 },
  users: { population: 500 },
  routes: [{ name: "GET /", weight: 1 }],
} as const;
const worldOf = (candidate: VersionModel, errorKinds: readonly string[] = []) =>
  createSyntheticWorld({ traffic, baseline: steady(), candidate, errorKinds }, "7");

describe("a fault of what both versions depend on", () => {
  it("is not undone by the fallback, as one of the candidate alone is", () => {
    const strikes = (version: "candidate" | "both") =>
      rehearse(
        smallPlan({
          policy: everybody,
          horizonUs: 30 * SECOND_US,
          world: worldOf(steady(), ["redis"]),
          faults: [candidateFault(10 * SECOND_US, 20 * SECOND_US, { version, errorPpm: 400_000, errorKind: "redis" })],
        }),
        { check: true },
      ).impact;
    const [one, both] = [strikes("candidate"), strikes("both")];
    expect(one.failedRequests).toBe(0);
    expect(one.savedByFallback).toBeGreaterThan(3_800);
    // The same draws: what the fallback saved from the one it cannot save from the other.
    expect(both.failedRequests).toBe(one.savedByFallback);
    expect([both.savedByFallback, both.harmedRequests]).toEqual([0, 0]);
  });
});

describe("a warm-up", () => {
  it("begins when the rollout does, whenever that is", () => {
    const slowedFrom = (startUs: number): number => {
      const record = rehearse(
        smallPlan({
          policy: everybody,
          propagationUs: 0,
          horizonUs: startUs + 30 * SECOND_US,
          world: worldOf(steady({ warmUp: { factor: 101, overUs: 10 * SECOND_US } })),
          operator: [{ atUs: startUs, by: "ann", reason: "", action: { kind: "start" } }],
        }),
        { check: true },
      );
      return record.impact.slowedRequests;
    };
    // Slowed by more than 100 ms: while 100 * (1 - t / 10 s) * 5 ms is more than that, the first 8 seconds.
    expect([slowedFrom(0), slowedFrom(7_300_000)]).toEqual([8_000, 8_000]);
  });
});

describe("a timeout", () => {
  it("cuts off what a fault has slowed down, and the fallback serves", () => {
    const { impact, phases } = rehearse(
      smallPlan({
        policy: everybody,
        horizonUs: 30 * SECOND_US,
        world: worldOf(steady({ timeoutUs: 50_000 })),
        faults: [candidateFault(10 * SECOND_US, 20 * SECOND_US, { latencyFactor: 20 })],
      }),
      { check: true },
    );
    expect([impact.savedByFallback, impact.failedRequests]).toEqual([10_000, 0]);
    expect(phases[0]?.candidate.errors).toBe(10_000);
  });
});

describe("health that flaps", () => {
  it("fails at the polls that meet it, and never long enough to count where it flaps faster", () => {
    const decisionsOf = (onUs: number, offUs: number) =>
      rehearse(
        smallPlan({
          policy: everybody,
          horizonUs: 30 * SECOND_US,
          faults: [
            candidateFault(9_500_000, 25 * SECOND_US, { failsHealth: true, shape: { kind: "flapping", onUs, offUs } }),
          ],
        }),
        { check: true },
      ).decisions.filter((one) => one.kind === "health");
    // Polled every second; three failures in a row count.
    expect(decisionsOf(2 * SECOND_US, SECOND_US)).toEqual([]);
    expect(decisionsOf(4 * SECOND_US, 3 * SECOND_US).map((one) => one.atMs)).toEqual([12_000, 14_000, 19_000, 21_000]);
  });
});
