import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, SETBULL_POLICY, gate, phase } from "../../test/plans/small-policy.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { HOUR_US, SECOND_US } from "./kernel/units.ts";
import type { Decision, RunRecord } from "./result.ts";
import { rehearse, rehearseKeepingState } from "./stack.ts";

function checked(facts: PlanFacts = {}): RunRecord {
  return rehearse(smallPlan(facts), { check: true });
}

function only(record: RunRecord, kind: Decision["kind"]): Decision[] {
  return record.decisions.filter((one) => one.kind === kind);
}

/** The quick policy, with only its tail of phases. */
function policyFrom(first: number, change: Partial<Policy> = {}): Policy {
  return { ...QUICK_POLICY, phases: QUICK_POLICY.phases.slice(first), ...change };
}

describe("a good candidate", () => {
  const record = checked();

  it("goes through every phase at exactly its minimum duration, and completes", () => {
    expect(record).toMatchObject({
      outcome: "completed",
      ending: "the rollout is complete",
      endedAtMs: 130_000,
      rollback: null,
    });
    expect(
      record.phases.map((one) => [one.name, one.trafficPercent, one.enteredAtMs, one.leftAtMs, one.verdict]),
    ).toEqual([
      ["CANARY", 1, 0, 10_000, "advanced"],
      ["TESTING", 10, 10_000, 40_000, "advanced"],
      ["VALIDATION", 50, 40_000, 100_000, "advanced"],
      ["FULL_ROLLOUT", 100, 100_000, 130_000, "advanced"],
    ]);
    expect(record.decisions.map((one) => one.kind)).toEqual(
      "start flags flags advance flags advance flags advance flags complete".split(" "),
    );
  });

  it("has a record of all phases that adds up to the impact", () => {
    const sum = (of: (one: RunRecord["phases"][number]) => number): number =>
      record.phases.reduce((all, one) => all + of(one), 0);
    const requests = sum(({ baseline, candidate }) => baseline.requests + candidate.requests);
    expect(requests + record.inFlight).toBe(record.impact.requests);
    const onCandidate = sum(({ candidate }) => candidate.requests);
    expect(record.impact.candidateRequests - onCandidate).toBeGreaterThanOrEqual(0);
    expect(record.impact.candidateRequests - onCandidate).toBeLessThanOrEqual(record.inFlight);
    expect(sum(({ candidate }) => candidate.fallbacks)).toBe(sum(({ baseline }) => baseline.fallbacks));
    expect(record.impact.usersExposed).toBe(2_000);
  });

  it("takes the real figures of the policy as exactly", () => {
    const real = checked({ policy: SETBULL_POLICY, perSecond: 50, horizonUs: 3 * HOUR_US });
    const minutes = real.phases.map((one) => (one.leftAtMs - one.enteredAtMs) / 60_000);
    expect([real.outcome, ...minutes]).toEqual(["completed", 10, 30, 60, 30]);
  });
});

describe("a candidate that is", () => {
  it("failing is rolled back by its error rate in CANARY, long before the gates are due", () => {
    const record = checked({ candidate: { errorPpm: 310_000 } });
    expect(record).toMatchObject({ outcome: "rolled-back", ending: "the rollback is verified" });
    expect(record.phases.map((one) => [one.name, one.verdict])).toEqual([["CANARY", "rolled-back"]]);
    expect(record.rollback!.trigger).toBe("error-rate");
    expect(record.rollback!.detectedAtMs).toBeLessThan(10_000);
    expect(only(record, "rollback")[0]!.evidence).toMatchObject({ rule: "error-rate", limit: 0.1, minSamples: 50 });
    const { detectedAtMs, revertedAtMs, verifiedAtMs } = record.rollback!;
    expect(revertedAtMs).toBe(detectedAtMs + 2_000);
    expect(verifiedAtMs! - detectedAtMs).toBeLessThanOrEqual(5_000);
    expect(record.endedAtMs).toBe(verifiedAtMs);
  });

  it("slow is rolled back by its latency against the baseline's", () => {
    const record = checked({ candidate: { p50Ms: 2_500, p95Ms: 3_000 }, policy: policyFrom(1) });
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "latency-delta" } });
    const { evidence } = only(record, "rollback")[0]!;
    expect(evidence!.value).toBeGreaterThan(2_000);
    expect(record.impact.slowedRequests).toBeGreaterThan(0);
  });

  it("declining is rolled back by its fallback rate, on which its error rate is silent", () => {
    const faults = [candidateFault(20 * SECOND_US, 60 * SECOND_US, { declinePpm: 350_000 })];
    const record = checked({ candidate: { errorPpm: 0 }, faults });
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "fallback-rate", onsetAtMs: 20_000 } });
    const errors = only(record, "rollback")[0]!.looked.find((one) => one.rule === "error-rate")!;
    expect(errors).toMatchObject({ value: 0, holds: "no" });
    expect(record.phases.map((one) => [one.name, one.candidate.errors])).toEqual([
      ["CANARY", 0],
      ["TESTING", 0],
    ]);
  });

  it("neither good nor bad enough stalls: 5 % errors pass no gate and trip no trigger", () => {
    const record = checked({ candidate: { errorPpm: 50_000 }, policy: policyFrom(1), horizonUs: 90 * SECOND_US });
    expect(record).toMatchObject({
      outcome: "stalled",
      ending: "the duration is over",
      endedAtMs: 90_000,
      rollback: null,
    });
    expect(record.phases.map((one) => [one.name, one.verdict, one.leftAtMs])).toEqual([["TESTING", "held", 90_000]]);
    expect(only(record, "hold").map((one) => [one.atMs, one.reason])).toEqual([
      [30_000, "TESTING holds: gate candidate.errorRate fails"],
    ]);
  });

  it("hardly seen stalls for want of data, and never advances", () => {
    const record = checked({ perSecond: 20 });
    expect(record).toMatchObject({ outcome: "stalled", rollback: null });
    expect(record.phases).toHaveLength(1);
    const [hold, ...others] = only(record, "hold");
    expect(others).toEqual([]);
    expect(hold!.reason).toContain("not enough data for gate candidate.errorRate");
    expect(hold!.evidence!.samples).toBeLessThan(100);
    expect(only(record, "advance")).toEqual([]);
  });

  it("failing too rarely seen trips nothing either: absent is not a breach", () => {
    const record = checked({ perSecond: 20, candidate: { errorPpm: 1_000_000 } });
    expect(record).toMatchObject({ outcome: "stalled", rollback: null });
  });

  it("alone has nothing to be compared with: a comparison with an empty arm is absent", () => {
    const sliding = { window: { kind: "sliding", lengthUs: 2 * SECOND_US } } as const;
    const gates = [gate("latency.delta", "<=", 10 * SECOND_US, sliding)];
    const policy = { ...QUICK_POLICY, phases: [phase("ALL", 100 * PERCENT, 10 * SECOND_US, gates)] };
    const slow = { p50Ms: 5_000, p95Ms: 5_000 };
    const record = checked({ policy, candidate: slow, propagationUs: 0, horizonUs: 30 * SECOND_US });
    expect(record).toMatchObject({ outcome: "stalled", rollback: null });
    expect(only(record, "hold")[0]!.evidence).toMatchObject({ value: null, samples: 0, holds: "not enough data" });
  });
});

describe("the end of a run", () => {
  it("is the first tick at or after the end of the trace", () => {
    const { world } = smallPlan();
    const endsAt = (endsAtUs: number): RunRecord => checked({ world: { ...world, endsAtUs } });
    expect(endsAt(24_000_001)).toMatchObject({ outcome: "stalled", ending: "trace ended", endedAtMs: 25_000 });
    expect(endsAt(25_000_000).endedAtMs).toBe(25_000);
    expect(endsAt(130_000_000), "the tick at which it completes comes first").toMatchObject({ outcome: "completed" });
    expect(endsAt(500_000_000)).toMatchObject({ outcome: "completed" });
  });

  it("waits for a rollback that is under way when the trace ends", () => {
    const { world } = smallPlan();
    const operator: OperatorCommand[] = [
      { atUs: 24_500_000, by: "ann", reason: "enough", action: { kind: "roll-back" } },
    ];
    const record = checked({ world: { ...world, endsAtUs: 25_000_000 }, operator });
    expect(record).toMatchObject({ outcome: "rolled-back", ending: "the rollback is verified" });
    expect(record.endedAtMs).toBeGreaterThan(25_000);
  });

  it("says of a rollback that could not be verified any more what it was that ended", () => {
    const { world } = smallPlan();
    const endsAtUs = 25_000_000;
    const cut: typeof world = {
      ...world,
      endsAtUs,
      arrivals: (state, batch, untilUs) => world.arrivals(state, batch, Math.min(untilUs, endsAtUs)),
    };
    const operator: OperatorCommand[] = [
      { atUs: 24_500_000, by: "ann", reason: "enough", action: { kind: "roll-back" } },
    ];
    const check = gate("all.userErrorRate", "<", 50 * PERCENT, {
      window: { kind: "sliding", lengthUs: 2 * SECOND_US },
      minSamples: 1,
    });
    const endOf = (more: Partial<Policy["rollback"]>, horizonUs: number, ofWorld = cut): unknown => {
      const rollback = { ...QUICK_POLICY.rollback, verifyUs: 5 * SECOND_US, giveUpUs: 60 * SECOND_US, ...more };
      const policy = { ...QUICK_POLICY, rollback };
      const { outcome, ending, endedAtMs } = checked({ world: ofWorld, operator, policy, horizonUs });
      return { outcome, ending, endedAtMs };
    };
    const ending = "trace ended, before the rollback was verified";
    // The last request came before 25 s and was over soon after: from 28 s on the check has no samples.
    expect(endOf({ checks: [check] }, 200 * SECOND_US)).toEqual({ outcome: "stalled", ending, endedAtMs: 28_000 });
    expect(endOf({}, 27 * SECOND_US)).toEqual({ outcome: "stalled", ending, endedAtMs: 27_000 });
    expect(endOf({}, 200 * SECOND_US)).toMatchObject({ outcome: "rolled-back" });
    // With traffic that goes on, it is the policy that has not made it.
    expect(endOf({}, 27 * SECOND_US, world)).toMatchObject({
      outcome: "rollback-failed",
      ending: "the duration is over",
    });
    const strict = { ...check, limit: 0 };
    expect(endOf({ checks: [strict], giveUpUs: 5 * SECOND_US }, 200 * SECOND_US, world)).toMatchObject({
      outcome: "rollback-failed",
    });
  });

  it("leaves a run that was paused as paused, traffic as it was", () => {
    const operator: OperatorCommand[] = [{ atUs: 20_000_000, by: "ann", reason: "lunch", action: { kind: "pause" } }];
    const record = checked({ operator, horizonUs: 60 * SECOND_US });
    expect(record).toMatchObject({ outcome: "paused", ending: "the duration is over", endedAtMs: 60_000 });
    expect(record.phases.at(-1)).toMatchObject({ name: "TESTING", verdict: "held", leftAtMs: 60_000 });
    expect(record.phases.at(-1)!.candidate.requests).toBeGreaterThan(6_000);
  });
});

describe("an operator", () => {
  const command = (
    seconds: number,
    kind: "start" | "pause" | "resume" | "advance" | "go-back" | "roll-back",
  ): OperatorCommand => {
    return { atUs: seconds * SECOND_US, by: "ann", reason: "why", action: { kind } };
  };

  it("delays a phase by exactly as long as it is paused", () => {
    const record = checked({ operator: [command(12, "pause"), command(29, "resume")] });
    expect(record.phases.map((one) => one.leftAtMs)).toEqual([10_000, 57_000, 117_000, 147_000]);
    expect(
      only(record, "pause")
        .concat(only(record, "resume"))
        .map((one) => [one.atMs, one.by]),
    ).toEqual([
      [12_000, "operator:ann"],
      [29_000, "operator:ann"],
    ]);
  });

  it("who pauses is still guarded by the triggers", () => {
    const faults = [candidateFault(30 * SECOND_US, 60 * SECOND_US, { errorPpm: 1_000_000 })];
    const record = checked({ operator: [command(20, "pause")], faults });
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "error-rate", onsetAtMs: 30_000 } });
  });

  it("who goes back opens a new record of the phase, with a clock of its own", () => {
    const record = checked({ operator: [command(15, "go-back"), command(20, "advance")] });
    expect(record.phases.slice(0, 4).map((one) => [one.name, one.enteredAtMs, one.leftAtMs, one.verdict])).toEqual([
      ["CANARY", 0, 10_000, "advanced"],
      ["TESTING", 10_000, 15_000, "overridden"],
      ["CANARY", 15_000, 20_000, "overridden"],
      ["TESTING", 20_000, 50_000, "advanced"],
    ]);
  });

  it("starts when the script says so, and then only", () => {
    const record = checked({ operator: [command(5, "pause"), command(7, "start"), command(8, "start")] });
    expect(record.phases[0]).toMatchObject({ enteredAtMs: 7_000, leftAtMs: 17_000 });
    expect(only(record, "start").map((one) => [one.atMs, one.by])).toEqual([[7_000, "operator:ann"]]);
    expect(only(record, "refused").map((one) => [one.phase, one.reason])).toEqual([
      ["DISABLED", "pause is not possible while idle: why"],
      ["CANARY", "start is not possible while running: why"],
    ]);
  });

  it("who rolls back twice gets one rollback", () => {
    const record = checked({ operator: [command(15, "roll-back"), command(16, "roll-back")] });
    expect(only(record, "rollback")).toHaveLength(1);
    expect(only(record, "refused").map((one) => one.reason)).toEqual([
      "roll-back is not possible while rolling-back: why",
    ]);
    expect(record.rollback).toMatchObject({ trigger: "operator:ann", detectedAtMs: 15_000 });
  });

  it("is under the flags that stand before the start: traffic on the candidate there is nobody's phase", () => {
    const flags = { ...smallPlan().flags, useOptimizedAnalytics: true, rolloutPpm: 50 * PERCENT };
    const record = checked({ ...CLOCKWORK, flags, operator: [command(10, "start")], horizonUs: 15 * SECOND_US });
    expect(record.phases[0]!.enteredAtMs).toBe(10_000);
    expect(record.impact.candidateRequests).toBeGreaterThan(4_000);
  });
});

describe("rehearsing", () => {
  it("differs by its seed, and by its seed alone", () => {
    const digest = (seed: string): string =>
      rehearse(smallPlan({ seed, perSecond: 100, horizonUs: 20 * SECOND_US })).digest;
    expect(digest("1")).toBe(digest("1"));
    expect(digest("1")).not.toBe(digest("2"));
  });

  it("tells its progress at every tick, which changes nothing", () => {
    const plan = smallPlan({ perSecond: 50, horizonUs: 4_500_000 });
    const told: number[] = [];
    const { record, worldState } = rehearseKeepingState(plan, {
      onProgress: (atUs) => void told.push(atUs / SECOND_US),
    });
    expect(told).toEqual([1, 2, 3, 4]);
    expect(record).toEqual(rehearse(plan));
    expect(worldState["requests"]).toBe(record.impact.requests);
  });
});
