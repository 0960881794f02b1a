import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, phase } from "../../test/plans/small-policy.ts";
import type { OperatorReaction } from "./deployment/operator.ts";
import type { Policy, RollbackProcedure, RollbackStep } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RehearsalPlan } from "./plan.ts";
import { readyRestarts } from "./rollback-disruption.ts";
import { rehearse } from "./stack.ts";

const REVERT: RollbackStep = { name: "revert", does: "revert-flags", durationUs: SECOND_US };
const STOP: RollbackStep = { name: "stop", does: "stop-candidate", durationUs: SECOND_US, promiseUs: SECOND_US };
const RESTART: RollbackStep = {
  name: "restart",
  does: "restart-baseline",
  durationUs: 4 * SECOND_US,
  promiseUs: 3 * SECOND_US,
  downPpm: 25 * PERCENT,
};

/** Half of the users on the candidate from 1 s on; an operator rolls back at 10 s. */
function planWith(rollback: Partial<RollbackProcedure>, change: Partial<RehearsalPlan> = {}): RehearsalPlan {
  const policy: Policy = {
    ...QUICK_POLICY,
    phases: [phase("HALF", 50 * PERCENT, 999 * SECOND_US, [])],
    triggers: [],
    alerts: [],
    rollback: { ...QUICK_POLICY.rollback, ...rollback },
  };
  const operator = [{ atUs: 10 * SECOND_US, by: "ann", reason: "", action: { kind: "roll-back" } } as const];
  return smallPlan({ ...CLOCKWORK, policy, operator, horizonUs: 60 * SECOND_US, ...change });
}

describe("a step that restarts the baseline", () => {
  it("fails its share of the requests for as long as it lasts, and only then, and counts whom that harms", () => {
    const { rollback, impact } = rehearse(planWith({ steps: [REVERT, RESTART] }), { check: true });
    // From 11 s to 15 s a request comes every millisecond; until 12 s, half of them still go to the candidate.
    const harmed = rollback!.harmedByRestart!;
    expect(impact).toMatchObject({ failedRequests: harmed, harmedRequests: harmed });
    expect(Math.abs(harmed - 3_500 * 0.25)).toBeLessThan(4 * Math.sqrt(3_500 * 0.25 * 0.75) + 60);
    const whole = rehearse(planWith({ steps: [REVERT, { ...RESTART, downPpm: 1_000_000 }] }), { check: true });
    expect(whole.rollback!.harmedByRestart).toBe(4_000 - routedUntilRevert());
    const none = rehearse(planWith({ steps: [REVERT, { ...RESTART, downPpm: 0 }] }), { check: true });
    expect(none.impact.failedRequests).toBe(0);
    expect(none.rollback!.harmedByRestart).toBeUndefined();
  });

  /** Requests of the candidate from 11 s until the router has seen the way back, at 12 s. */
  function routedUntilRevert(): number {
    const until = (horizonUs: number): number =>
      rehearse(planWith({ steps: [REVERT, RESTART] }, { horizonUs })).impact.candidateRequests;
    return until(40 * SECOND_US) - until(11 * SECOND_US);
  }

  it("goes on hurting while it has failed, until a person gets it going", () => {
    const rollbackFaults = [
      { name: "stuck", atUs: 0, untilUs: 14 * SECOND_US, step: "restart", slowFactor: 1, fails: true },
    ];
    const retry: OperatorReaction = {
      on: "rollback-failed",
      rule: null,
      afterUs: 5 * SECOND_US,
      by: "commander",
      reason: "by hand",
      action: { kind: "retry" },
    };
    const steps = [REVERT, { ...RESTART, downPpm: 1_000_000 }];
    const left = rehearse(planWith({ steps }, { rollbackFaults }), { check: true });
    expect(left).toMatchObject({
      outcome: "rollback-failed",
      endedAtMs: 15_000,
      ending: 'the rollback has failed: step "restart" failed, attempt 1',
    });
    const taken = rehearse(planWith({ steps }, { rollbackFaults, reactions: [retry] }), { check: true });
    expect(taken.outcome).toBe("rolled-back");
    expect(taken.rollback!.steps.map((one) => [one.name, one.result, one.startedAtMs, one.endedAtMs])).toEqual([
      ["revert", "done", 10_000, 11_000],
      ["restart", "failed", 11_000, 15_000],
      ["restart", "done", 20_000, 24_000],
    ]);
    expect(taken.rollback!.harmedByRestart! - left.rollback!.harmedByRestart!).toBe(9_000);
    expect(taken.decisions.filter((one) => one.kind === "fault").map((one) => one.reason)).toEqual(["stuck"]);
  });

  it("has its own luck", () => {
    const [one] = readyRestarts(planWith({ steps: [REVERT, RESTART] }).policy, "7");
    const [other] = readyRestarts(planWith({ steps: [STOP, REVERT, RESTART] }).policy, "7");
    expect(other).toEqual({ ...one, step: 2 });
    expect(readyRestarts(planWith({ steps: [REVERT, { ...RESTART, downPpm: 0 }] }).policy, "7")).toEqual([]);
  });
});

describe("a step that stops the candidate", () => {
  const flags = { ...smallPlan().flags, fallbackToV1OnError: true };

  it("cuts off what is in flight, then what comes is declined until the routers know", () => {
    // Stopped at 11 s, before the flags are reverted at 12 s and the router sees that at 13 s.
    const candidate = { p50Ms: 50, p95Ms: 50, errorPpm: 0 };
    const facts = { ...CLOCKWORK, candidate };
    const plan = { ...planWith({ steps: [STOP, REVERT] }), world: smallPlan(facts).world };
    const backed = rehearse({ ...plan, flags }, { check: true });
    const routed = backed.impact.candidateRequests;
    const until = (horizonUs: number): number => rehearse({ ...plan, flags, horizonUs }).impact.candidateRequests;
    const declined = until(40 * SECOND_US) - until(11 * SECOND_US);
    const cutOff = until(11 * SECOND_US) - until(11 * SECOND_US - 50_000);
    expect(backed.rollback).toMatchObject({ cutOff });
    expect(cutOff).toBeGreaterThan(10);
    expect(backed.impact).toMatchObject({ failedRequests: 0, savedByFallback: declined + cutOff });
    expect(backed.notes.join()).toContain("cut off");
    const bare = rehearse({ ...plan, flags: { ...flags, fallbackToV1OnError: false } }, { check: true });
    expect(bare.impact).toMatchObject({ candidateRequests: routed, harmedRequests: declined + cutOff });
  });
});

describe("promises", () => {
  it("of detection are measured from the onset of what a trigger saw, and an operator's rollback detects nothing", () => {
    const faults = [candidateFault(7_200_000, 20 * SECOND_US, { errorPpm: 1_000_000 })];
    const detectedWithin = (detectPromiseUs: number) => {
      const plan = planWith({ detectPromiseUs }, { faults });
      const policy = { ...plan.policy, triggers: QUICK_POLICY.triggers };
      return rehearse({ ...plan, policy, operator: [] }, { check: true }).rollback;
    };
    const tight = detectedWithin(500_000);
    const tookMs = tight!.detectedAtMs - 7_200;
    expect(tookMs).toBeGreaterThan(500);
    expect(tight!.promises).toContainEqual({ what: "detection", promisedMs: 500, tookMs, kept: false });
    expect(detectedWithin(9 * SECOND_US)!.promises).toContainEqual({
      what: "detection",
      promisedMs: 9_000,
      tookMs,
      kept: true,
    });
    const asked = rehearse(planWith({ detectPromiseUs: 500_000 }, { faults }), { check: true }).rollback!;
    expect((asked.promises ?? []).map(({ what }) => what)).not.toContain("detection");
  });

  it("are kept or broken by what took its time, each for itself", () => {
    const plan = planWith({
      steps: [REVERT, STOP, RESTART],
      verifyStep: { name: "verify", promiseUs: 3 * SECOND_US },
      detectPromiseUs: 2 * SECOND_US,
      promiseUs: 8 * SECOND_US,
    });
    const faults = [candidateFault(7 * SECOND_US, 20 * SECOND_US, { errorPpm: 0 })];
    const { rollback } = rehearse({ ...plan, faults }, { check: true });
    // Less than so much is promised: exactly so much is too much.
    expect(rollback!.promises).toEqual([
      { what: "stop", promisedMs: 1_000, tookMs: 1_000, kept: false },
      { what: "restart", promisedMs: 3_000, tookMs: 4_000, kept: false },
      { what: "verify", promisedMs: 3_000, tookMs: 2_000, kept: true },
      { what: "rollback", promisedMs: 8_000, tookMs: 8_000, kept: false },
    ]);
    expect(rollback!.steps.map((one) => [one.name, one.startedAtMs, one.endedAtMs, one.promisedMs])).toEqual([
      ["revert", 10_000, 11_000, undefined],
      ["stop", 11_000, 12_000, 1_000],
      ["restart", 12_000, 16_000, 3_000],
      ["verify", 16_000, 18_000, 3_000],
    ]);
  });

  it("are broken by what never comes to an end", () => {
    const promises = (horizonUs: number) =>
      rehearse(planWith({ steps: [REVERT, RESTART], promiseUs: SECOND_US }, { horizonUs })).rollback!.promises;
    const whole = { what: "rollback", promisedMs: 1_000, tookMs: null, kept: false };
    const restart = { what: "restart", promisedMs: 3_000, tookMs: null };
    expect(promises(14 * SECOND_US - 1)).toEqual([{ ...restart, kept: true }, whole]);
    expect(promises(14 * SECOND_US)).toEqual([{ ...restart, kept: false }, whole]);
  });
});

describe("the time after a rollback", () => {
  it("goes on as far as asked, with what people then do at its times", () => {
    const aftermath = [
      { name: "alert", fromUs: 0, toUs: 5 * SECOND_US },
      { name: "logs", fromUs: 5 * SECOND_US, toUs: 15 * SECOND_US },
      { name: "fix", fromUs: 12 * SECOND_US, toUs: null },
    ];
    const short = rehearse(planWith({ aftermath }), { check: true });
    expect(short).toMatchObject({ endedAtMs: 15_000, ending: "the rollback is verified" });
    expect(short.decisions.some((one) => one.kind === "aftermath")).toBe(false);
    expect(short.notes.join()).toContain("the time after it is not shown");
    const long = rehearse(planWith({ aftermath }, { afterRollbackUs: 12 * SECOND_US }), { check: true });
    expect(long).toMatchObject({ endedAtMs: 27_000, ending: "the time after the rollback is over" });
    const entries = long.decisions.filter((one) => one.kind === "aftermath");
    expect(entries.map((one) => [one.atMs, one.reason])).toEqual([
      [15_000, "alert begins"],
      [20_000, "alert is due"],
      [20_000, "logs begins"],
      [27_000, "fix begins"],
    ]);
    expect(long.rollback).toEqual(short.rollback);
    expect(long.impact.requests).toBe(27_000);
  });
});
