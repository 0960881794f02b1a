import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, phase, trigger } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RoutingPlan } from "./routing/routing-plan.ts";
import { readSplit } from "./phase-split.ts";
import { rehearse } from "./stack.ts";

const mismatch = trigger("split", "split.mismatch", 1_000, {
  operator: "<",
  window: { kind: "phase" },
  minSamples: 1,
  action: "notify",
});
const policy = {
  ...QUICK_POLICY,
  phases: [phase("A", 100_000, 10 * SECOND_US, []), phase("B", 500_000, 10 * SECOND_US, [])],
  triggers: [mismatch, ...QUICK_POLICY.triggers],
  alerts: [],
};

function planOf(facts: PlanFacts = {}) {
  return smallPlan({ policy, users: 1_000, perSecond: 500, horizonUs: 20 * SECOND_US, ...facts });
}

describe("the split of a phase", () => {
  it("is that of the distinct keys by the share of the phase, anew in each, from when the router knows it", () => {
    const stepping = begin(planOf());
    const read = () => readSplit(stepping.stack.ready, stepping.state);
    stepTo(stepping, SECOND_US - 1);
    expect(read(), "the router still goes by the flags before").toBeNull();
    stepTo(stepping, 9 * SECOND_US);
    const first = read()!;
    expect(first.sharePpm).toBe(100_000);
    expect(first.keys).toBeGreaterThan(900);
    expect(first.keys).toBeLessThanOrEqual(1_000);
    const { buckets } = stepping.stack.ready.plane;
    const inCandidate = buckets.filter((bucket) => bucket < stepping.state.router.threshold).length;
    expect(Math.abs(first.candidateKeys - (inCandidate * first.keys) / 1_000)).toBeLessThan(10);
    stepTo(stepping, 10.5 * SECOND_US);
    expect(read()).toBeNull();
    stepTo(stepping, 19 * SECOND_US);
    expect(read()).toMatchObject({ sharePpm: 500_000 });
    expect(read()!.candidateKeys / read()!.keys).toBeCloseTo(0.5, 1);
  });

  it("does not alarm where traffic goes as configured, and does where an operator has pinned another share", () => {
    for (const seed of ["1", "2", "3", "4"]) {
      const { decisions, notes } = rehearse(planOf({ seed }), { check: true });
      expect(decisions.filter((one) => one.kind === "notify")).toEqual([]);
      expect(notes).toEqual([]);
    }
    const pinned = rehearse(planOf({ pinnedFlags: { rolloutPpm: 250_000 } }));
    const [first] = pinned.decisions.filter((one) => one.kind === "notify");
    expect(first).toMatchObject({ evidence: { rule: "split", statistic: { kind: "split", share: 0.1 } } });
    const looked = first!.looked.find((one) => one.rule === "latency-delta");
    expect(looked).toMatchObject({ holds: "not enough data", invalid: "keys are not split as configured" });
  });

  it("is that of the requests where each is routed by a draw of its own", () => {
    const routing = (stickiness: "request" | "random"): RoutingPlan => ({
      routers: { kind: "delayed", delaysUs: [SECOND_US] },
      reach: "request",
      bucketing: { kind: "canonical", flag: "rollout" },
      stickiness,
      targeting: { allow: [], deny: ["u1"], segments: [] },
      outages: [],
      killSwitch: [],
      killDelayUs: 0,
    });
    for (const stickiness of ["request", "random"] as const) {
      const stepping = begin(planOf({ routing: routing(stickiness) }));
      stepTo(stepping, 9.5 * SECOND_US);
      const { unit, keys, candidateKeys } = readSplit(stepping.stack.ready, stepping.state)!;
      expect(unit).toBe("request");
      // 500 a second for 8 s, less those of the one user who is never let in; one in ten to the candidate.
      expect(keys).toBeGreaterThan(3_700);
      expect(keys).toBeLessThan(4_300);
      expect(candidateKeys / keys).toBeCloseTo(0.1, 1);
    }
    const pinned = planOf({ routing: routing("request"), pinnedFlags: { rolloutPpm: 250_000 } });
    const [first] = rehearse(pinned).decisions.filter((one) => one.kind === "notify");
    expect(first).toMatchObject({ evidence: { statistic: { kind: "split", unit: "request" } } });
  });

  it("alarms where the weights of the pools are stored the wrong way round, at 100 % as well", () => {
    const swapped = (atUs: number) => candidateFault(atUs, 100 * SECOND_US, { name: "swapped", swapsWeights: true });
    const whole = { ...policy, phases: [policy.phases[0]!, phase("B", 1_000_000, 10 * SECOND_US, [])] };
    const early = rehearse(planOf({ policy: whole, faults: [swapped(0)] }), { check: true });
    const said = early.decisions.find((one) => one.kind === "notify");
    expect(said).toMatchObject({ phase: "A", evidence: { value: 0, statistic: { share: 0.1 } } });
    expect(early.phases[0]!.candidate.requests / early.phases[0]!.baseline.requests).toBeGreaterThan(4);
    expect(early.decisions.map(({ reason }) => reason).join()).toContain("the candidate's is 90 %");
    // Stored while the fault lasts: what was stored before stays as it is until the next phase.
    const late = rehearse(planOf({ policy: whole, faults: [swapped(5 * SECOND_US)] }), { check: true });
    const alarm = late.decisions.find((one) => one.kind === "notify");
    expect(alarm).toMatchObject({ phase: "B", evidence: { value: 0, statistic: { share: 1, chiSquare: null } } });
    expect(late.phases[0]!.candidate.requests).toBeLessThan(late.phases[0]!.baseline.requests / 5);
    const fine = rehearse(planOf({ policy: whole }), { check: true });
    expect(fine.decisions.filter((one) => one.kind === "notify")).toEqual([]);
  });

  it("is not counted where no rule looks at it, nor where requests come without users that last", () => {
    const unasked = begin(planOf({ policy: QUICK_POLICY }));
    expect(unasked.state.split).toBeUndefined();
    const { world } = planOf();
    const keyless = rehearse(planOf({ world: { ...world, identity: "none" }, pinnedFlags: { rolloutPpm: 250_000 } }));
    expect(keyless.decisions.filter((one) => one.kind === "notify")).toEqual([]);
    expect(keyless.notes.join()).toContain("split.mismatch is absent");
  });
});
