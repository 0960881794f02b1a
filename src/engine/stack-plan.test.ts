import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, gate, phase } from "../../test/plans/small-policy.ts";
import { bucketOf, flagSalt } from "./flags/bucketing.ts";
import { SECOND_US } from "./kernel/units.ts";
import { effectiveFlags, readyPlan } from "./stack-plan.ts";

describe("a plan made ready", () => {
  it("ends its traffic at the first tick that holds all of it, unless the horizon comes first", () => {
    const { world } = smallPlan();
    const endsAt = (endsAtUs: number | null): number | null =>
      readyPlan(smallPlan({ world: { ...world, endsAtUs }, horizonUs: 60 * SECOND_US })).trafficEndsUs;
    expect(endsAt(null)).toBeNull();
    expect(endsAt(1)).toBe(1 * SECOND_US);
    expect(endsAt(9 * SECOND_US)).toBe(9 * SECOND_US);
    expect(endsAt(9 * SECOND_US + 1)).toBe(10 * SECOND_US);
    expect(endsAt(59 * SECOND_US)).toBe(59 * SECOND_US);
    expect(endsAt(60 * SECOND_US)).toBeNull();
  });

  it("has a bucket for every key, the limits of its rules, and its faults", () => {
    const phases = [phase("A", 1, 1, [gate("candidate.latency.p99", "<=", 123)])];
    const plan = smallPlan({
      policy: { ...QUICK_POLICY, phases },
      faults: [candidateFault(0, 1, { errorPpm: 10 * PERCENT }), candidateFault(0, 1, { version: "baseline" })],
      slowed: { factor: 3, addUs: 4 },
    });
    const { plane, rules } = readyPlan(plan);
    const salt = flagSalt("rollout");
    expect([...plane.buckets]).toEqual(Array.from(plan.world.keyHashes, (hash) => bucketOf(hash, salt)));
    expect(plane.faults.map((fault) => fault.onCandidate)).toEqual([true, false]);
    expect(plane.terms).toEqual({ limitsUs: Float64Array.of(123), slowedFactor: 3, slowedAddUs: 4 });
    expect(rules.limitsUs).toBe(plane.terms.limitsUs);
  });

  it("lets pins win over stored flags", () => {
    const ready = readyPlan(smallPlan({ pinnedFlags: { rolloutPpm: 5, fallbackToV1OnError: false } }));
    const stored = { ...ready.plan.flags, rolloutPpm: 9, useOptimizedAnalytics: true };
    expect(effectiveFlags(ready, stored)).toEqual({ ...stored, rolloutPpm: 5, fallbackToV1OnError: false });
    expect(stored.rolloutPpm).toBe(9);
  });
});
