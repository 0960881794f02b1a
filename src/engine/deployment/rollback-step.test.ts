import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { obey } from "./commands.ts";
import type { Effect } from "./effect.ts";
import { createManagerState, type ManagerState } from "./manager-state.ts";
import { startRollout } from "./phases.ts";
import type { Policy, RollbackStep } from "./policy.ts";
import { beginRollback, considerVerification, endRollbackStep } from "./rollback.ts";
import { attemptStep } from "./rollback-step.ts";

const TERMS = { seed: "7", rollbackFaults: [], calendarStartMs: null };
const STEP: RollbackStep = { name: "restart", does: "nothing", durationUs: 10 * SECOND_US };

function attempts(step: RollbackStep, count: number, seed = "7") {
  return Array.from({ length: count }, (_, i) => attemptStep(step, i + 1, 0, { ...TERMS, seed }));
}

describe("an attempt of a step", () => {
  it("takes exactly its time where there is no range", () => {
    for (const one of attempts(STEP, 3)) expect(one).toEqual({ takesUs: 10 * SECOND_US, fails: false, faults: [] });
  });

  it("takes a time of its range, evenly, the same for the same seed", () => {
    const ranged = { ...STEP, durationMaxUs: 30 * SECOND_US };
    const times = attempts(ranged, 4_000).map((one) => one.takesUs);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(10 * SECOND_US);
    expect(Math.max(...times)).toBeLessThanOrEqual(30 * SECOND_US);
    const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
    // Four standard errors of the mean of 4,000 even draws over 20 s.
    expect(Math.abs(mean - 20 * SECOND_US)).toBeLessThan((4 * 20 * SECOND_US) / Math.sqrt(12 * 4_000));
    expect(attempts(ranged, 20)).toEqual(attempts(ranged, 20));
    expect(attempts(ranged, 20)).not.toEqual(attempts(ranged, 20, "8"));
    expect(attempts({ ...ranged, name: "other" }, 20)).not.toEqual(attempts(ranged, 20));
  });

  it("is slow and fails as often as the policy says, each without the other", () => {
    const shaky: RollbackStep = { ...STEP, slow: { chancePpm: 250_000, factor: 3 }, failsPpm: 100_000 };
    const all = attempts(shaky, 4_000);
    const slow = all.filter((one) => one.takesUs === 30 * SECOND_US).length;
    const failed = all.filter((one) => one.fails).length;
    expect(slow + all.filter((one) => one.takesUs === 10 * SECOND_US).length).toBe(4_000);
    expect(Math.abs(slow - 1_000)).toBeLessThan(4 * Math.sqrt(4_000 * 0.25 * 0.75));
    expect(Math.abs(failed - 400)).toBeLessThan(4 * Math.sqrt(4_000 * 0.1 * 0.9));
    const withoutSlow: RollbackStep = { ...STEP, failsPpm: 100_000 };
    expect(attempts(withoutSlow, 99).map((one) => one.fails)).toEqual(all.slice(0, 99).map((one) => one.fails));
  });

  it("suffers from the faults of its step that are there when it begins", () => {
    const fault = { name: "stuck", atUs: 5, untilUs: 9, step: "restart", slowFactor: 2, fails: true };
    const terms = { ...TERMS, rollbackFaults: [fault, { ...fault, name: "cold", slowFactor: 3, fails: false }] };
    const at = (nowUs: number, step = STEP) => attemptStep(step, 1, nowUs, terms);
    expect(at(5)).toEqual({ takesUs: 60 * SECOND_US, fails: true, faults: ["stuck", "cold"] });
    expect(at(8)).toEqual(at(5));
    for (const nowUs of [4, 9]) expect(at(nowUs)).toEqual({ takesUs: 10 * SECOND_US, fails: false, faults: [] });
    expect(at(5, { ...STEP, name: "other" }).faults).toEqual([]);
  });
});

/** The steps "revert" (1 s) and "restart" (10 s, always failing, tried twice). */
const POLICY: Policy = {
  ...QUICK_POLICY,
  rollback: {
    steps: [
      { name: "revert", does: "revert-flags", durationUs: SECOND_US },
      { ...STEP, retries: 1, failsPpm: 1_000_000 },
    ],
    verifyUs: 2 * SECOND_US,
    giveUpUs: 5 * SECOND_US,
  },
};

function said(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.kind === "decided" ? `${effect.decision}: ${effect.reason}` : effect.kind));
}

function rollingBack(policy: Policy): ManagerState {
  const state = createManagerState(policy, TERMS);
  startRollout(state, policy, 0, "manager", "");
  beginRollback(state, policy, 0, "error-rate", "manager", "why", look("error-rate", "yes"), []);
  return state;
}

describe("a step that fails", () => {
  it("is tried again as often as it may be, then the rollback has failed, aloud; a person takes it up again", () => {
    const state = rollingBack(POLICY);
    endRollbackStep(state, POLICY, SECOND_US);
    expect(said(endRollbackStep(state, POLICY, 11 * SECOND_US))).toEqual([
      'retry: step "restart" failed, attempt 1: it is tried again',
      "rollback.step.started",
    ]);
    expect(said(endRollbackStep(state, POLICY, 21 * SECOND_US))).toEqual([
      'rollback-failed: the rollback has failed: step "restart" failed, attempt 2',
    ]);
    expect(state.status).toBe("failed");
    expect(endRollbackStep(state, POLICY, 31 * SECOND_US), "nothing goes on by itself").toEqual([]);
    const command = { atUs: 0, by: "eve", reason: "by hand", action: { kind: "retry" } } as const;
    expect(said(obey(state, POLICY, 40 * SECOND_US, command))).toEqual([
      'retry: step "restart" is tried again: by hand',
      "rollback.step.started",
    ]);
    expect(state).toMatchObject({ status: "rolling-back", rollback: { step: 1, stepStartedAtUs: 40 * SECOND_US } });
    expect(state.rollback?.steps).toEqual([
      { name: "revert", startedAtUs: 0, endedAtUs: SECOND_US },
      { name: "restart", startedAtUs: SECOND_US, endedAtUs: 11 * SECOND_US, failed: true },
      { name: "restart", startedAtUs: 11 * SECOND_US, endedAtUs: 21 * SECOND_US, failed: true, attempt: 2 },
    ]);
  });

  it("has no effect until it succeeds", () => {
    const policy = {
      ...POLICY,
      rollback: {
        ...POLICY.rollback,
        steps: [{ ...STEP, does: "revert-flags", retries: 9, failsPpm: 1_000_000 } as const],
      },
    };
    const state = rollingBack(policy);
    expect(said(endRollbackStep(state, policy, SECOND_US))).not.toContain("flags.changed");
    delete state.rollback!.failing;
    expect(said(endRollbackStep(state, policy, 2 * SECOND_US))).toContain("flags.changed");
    expect(state.rollback?.steps.at(-1)).toMatchObject({ attempt: 2 });
  });
});

describe("attempts", () => {
  it("are counted anew for every step: the next one's first attempt is its first", () => {
    const steps: RollbackStep[] = [
      { ...STEP, name: "one", retries: 1 },
      { ...STEP, name: "two", retries: 1 },
    ];
    const policy = { ...POLICY, rollback: { ...POLICY.rollback, steps } };
    const stuck = { name: "stuck", atUs: 0, untilUs: SECOND_US, step: "one", slowFactor: 1, fails: true };
    const state = createManagerState(policy, { ...TERMS, rollbackFaults: [stuck] });
    startRollout(state, policy, 0, "manager", "");
    beginRollback(state, policy, 0, "error-rate", "manager", "why", look("error-rate", "yes"), []);
    for (const seconds of [10, 20, 30]) endRollbackStep(state, policy, seconds * SECOND_US);
    expect(state.rollback?.steps.map(({ name, failed, attempt }) => [name, failed, attempt])).toEqual([
      ["one", true, undefined],
      ["one", undefined, 2],
      ["two", undefined, undefined],
    ]);
  });
});

describe("a verification with checks", () => {
  const policy = { ...POLICY, rollback: { ...POLICY.rollback, steps: POLICY.rollback.steps.slice(0, 1) } };
  const at = (state: ManagerState, seconds: number, holds: Parameters<typeof look>[1], quiet = true): string[] =>
    said(considerVerification(state, policy, seconds * SECOND_US, quiet, [look("errors", holds)]));

  it("needs them to hold at every tick of its time; what is missing is said once", () => {
    const state = rollingBack(policy);
    endRollbackStep(state, policy, SECOND_US);
    expect(at(state, 2, "no")).toEqual(["hold: the rollback is not verified: errors: no"]);
    expect(at(state, 3, "yes")).toEqual([]);
    expect(at(state, 4, "not enough data", false)).toEqual([
      "hold: the rollback is not verified: errors: not enough data, and the candidate still has requests",
    ]);
    expect(at(state, 5, "not enough data")).toEqual([]);
    expect(state.status).toBe("rolling-back");
    const unsteady = rollingBack(policy);
    endRollbackStep(unsteady, policy, SECOND_US);
    for (const seconds of [2, 4]) {
      expect(at(unsteady, seconds, "no"), "again, since they held in between").toHaveLength(1);
      expect(at(unsteady, seconds + 1, "yes")).toEqual([]);
    }
    const late = rollingBack(policy);
    endRollbackStep(late, policy, SECOND_US);
    expect([at(late, 2, "yes"), at(late, 3, "yes")].flat()).toEqual([]);
    expect(at(late, 4, "yes")).toEqual(["verified: no request reaches the candidate any more, and all checks hold"]);
  });

  it("is given up after so long, from the last step on, and can be taken up again", () => {
    const state = rollingBack(policy);
    endRollbackStep(state, policy, SECOND_US);
    at(state, 2, "no");
    expect(at(state, 5, "no")).toEqual([]);
    expect(at(state, 6, "no")).toEqual(["rollback-failed: the rollback has failed: it could not be verified"]);
    obey(state, policy, 9 * SECOND_US, { atUs: 0, by: "eve", reason: "again", action: { kind: "retry" } });
    expect(state.status).toBe("rolling-back");
    expect([at(state, 10, "yes"), at(state, 11, "yes")].flat()).toEqual([]);
    expect(at(state, 12, "yes")[0]).toMatch(/^verified/u);
  });
});
