import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { createManagerState, type ManagerState } from "./manager-state.ts";
import { startRollout } from "./phases.ts";
import type { Policy } from "./policy.ts";
import { beginRollback, considerVerification, endRollbackStep } from "./rollback.ts";

const POLICY: Policy = {
  ...QUICK_POLICY,
  rollback: {
    steps: [
      { name: "call someone", does: "nothing", durationUs: 3 * SECOND_US },
      { name: "revert flags", does: "revert-flags", durationUs: 2 * SECOND_US },
      { name: "stop the candidate", does: "nothing", durationUs: 0 },
    ],
    verifyUs: 2 * SECOND_US,
  },
};

function rollingBack(policy: Policy = POLICY): ManagerState {
  const state = createManagerState(policy);
  startRollout(state, policy, 0, "manager", "");
  beginRollback(
    state,
    policy,
    10 * SECOND_US,
    "error-rate",
    "manager",
    "trigger error-rate fired",
    look("error-rate", "yes"),
    [],
  );
  return state;
}

describe("the way back", () => {
  it("begins with a decision on evidence, the end of the phase, and its first step", () => {
    const state = createManagerState(POLICY);
    startRollout(state, POLICY, 0, "manager", "");
    const evidence = look("error-rate", "yes");
    const effects = beginRollback(state, POLICY, 10 * SECOND_US, "error-rate", "manager", "too many", evidence, [
      evidence,
    ]);
    expect(effects).toEqual([
      { kind: "decided", decision: "rollback", by: "manager", reason: "too many", evidence, looked: [evidence] },
      { kind: "phase.left", verdict: "rolled-back" },
      { kind: "rollback.step.started", endsAtUs: 13 * SECOND_US },
    ]);
    expect(state.status).toBe("rolling-back");
    expect(state.rollback).toMatchObject({ cause: "error-rate", revertedAtUs: -1, verifiedAtUs: -1 });
  });

  it("begins once: before the start, on the way, and after the end nothing happens", () => {
    for (const status of ["idle", "rolling-back", "rolled-back", "completed", "failed"] as const) {
      const state = { ...rollingBack(), status };
      const before = structuredClone(state);
      expect(beginRollback(state, POLICY, 99, "again", "manager", "", null, []), status).toEqual([]);
      expect(state).toEqual(before);
    }
  });

  it("goes step by step; the flags revert when the step that does so has ended", () => {
    const state = rollingBack();
    expect(endRollbackStep(state, POLICY, 13 * SECOND_US)).toEqual([
      { kind: "rollback.step.started", endsAtUs: 15 * SECOND_US },
    ]);
    expect(endRollbackStep(state, POLICY, 15 * SECOND_US)).toEqual([
      {
        kind: "flags.changed",
        flags: { useOptimizedAnalytics: false, rolloutPpm: 0 },
        reason: 'rollback step "revert flags"',
      },
      { kind: "rollback.step.started", endsAtUs: 15 * SECOND_US },
    ]);
    expect(endRollbackStep(state, POLICY, 15 * SECOND_US)).toEqual([]);
    expect(state.rollback?.steps).toEqual([
      { name: "call someone", startedAtUs: 10 * SECOND_US, endedAtUs: 13 * SECOND_US },
      { name: "revert flags", startedAtUs: 13 * SECOND_US, endedAtUs: 15 * SECOND_US },
      { name: "stop the candidate", startedAtUs: 15 * SECOND_US, endedAtUs: 15 * SECOND_US },
    ]);
    const done = structuredClone(state);
    expect(endRollbackStep(state, POLICY, 16 * SECOND_US), "no step is left").toEqual([]);
    expect(state).toEqual(done);
    expect(endRollbackStep(createManagerState(POLICY), POLICY, 1)).toEqual([]);
  });
});

describe("verification", () => {
  function stepsDone(): ManagerState {
    const state = rollingBack();
    for (const seconds of [13, 15, 15]) endRollbackStep(state, POLICY, seconds * SECOND_US);
    return state;
  }

  it("is not before the last step, however quiet the candidate is", () => {
    const state = rollingBack();
    for (const seconds of [13, 15]) endRollbackStep(state, POLICY, seconds * SECOND_US);
    expect(considerVerification(state, POLICY, 60 * SECOND_US, true)).toEqual([]);
    expect(state.rollback?.quietSinceUs).toBe(-1);
  });

  it("is at the first tick at which the candidate has been quiet for long enough", () => {
    const state = stepsDone();
    expect(considerVerification(state, POLICY, 16 * SECOND_US, true)).toEqual([]);
    expect(considerVerification(state, POLICY, 17 * SECOND_US, true)).toEqual([]);
    expect(considerVerification(state, POLICY, 18 * SECOND_US, true)).toMatchObject([
      { decision: "verified", by: "manager" },
    ]);
    expect(state.status).toBe("rolled-back");
    expect(state.rollback?.verifiedAtUs).toBe(18 * SECOND_US);
    expect(considerVerification(state, POLICY, 19 * SECOND_US, true), "once").toEqual([]);
  });

  it("begins anew when the candidate was not quiet in between", () => {
    const state = stepsDone();
    considerVerification(state, POLICY, 16 * SECOND_US, true);
    considerVerification(state, POLICY, 17 * SECOND_US, false);
    expect(considerVerification(state, POLICY, 18 * SECOND_US, true)).toEqual([]);
    expect(considerVerification(state, POLICY, 19 * SECOND_US, true)).toEqual([]);
    expect(considerVerification(state, POLICY, 20 * SECOND_US, true)).toHaveLength(1);
  });

  it("needs no second tick where no time is asked for", () => {
    const policy = { ...POLICY, rollback: { ...POLICY.rollback, verifyUs: 0 } };
    expect(considerVerification(stepsDone(), policy, 16 * SECOND_US, true)).toHaveLength(1);
  });
});
