import { describe, expect, it } from "vitest";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { decided } from "./effect.ts";
import { createManagerState, phaseClockUs } from "./manager-state.ts";
import { enterPhase, movePhase, pause, resume, startRollout } from "./phases.ts";

describe("starting", () => {
  it("enters the first phase, and enables the optimised path before its share, each with its reason", () => {
    const state = createManagerState(QUICK_POLICY);
    const effects = startRollout(state, QUICK_POLICY, 3 * SECOND_US, "operator:ann", "the review passed");
    expect(effects).toEqual([
      { kind: "phase.entered", phase: 0 },
      decided("start", "operator:ann", "the review passed"),
      { kind: "flags.changed", flags: { useOptimizedAnalytics: true }, reason: "the rollout starts" },
      { kind: "flags.changed", flags: { rolloutPpm: 10_000 }, reason: "CANARY is entered" },
    ]);
    expect(state).toMatchObject({ status: "running", phase: 0, phaseEnteredAtUs: 3 * SECOND_US });
  });
});

describe("moving", () => {
  it("leaves one phase and enters another with a clock of its own and nothing of the last hold", () => {
    const state = createManagerState(QUICK_POLICY);
    startRollout(state, QUICK_POLICY, 0, "manager", "");
    pause(state, 2 * SECOND_US);
    resume(state, 5 * SECOND_US);
    state.heldFor = "errorRate: no";
    const effects = movePhase(state, QUICK_POLICY, 2, "overridden", 9 * SECOND_US);
    expect(effects).toEqual([
      { kind: "phase.left", verdict: "overridden" },
      { kind: "phase.entered", phase: 2 },
      { kind: "flags.changed", flags: { rolloutPpm: 500_000 }, reason: "VALIDATION is entered" },
    ]);
    expect(state).toMatchObject({ phase: 2, heldFor: "", pausedForUs: 0, pausedAtUs: -1 });
    expect(phaseClockUs(state, 9 * SECOND_US)).toBe(0);
    expect(phaseClockUs(state, 10 * SECOND_US)).toBe(SECOND_US);
  });

  it("enters nothing where the policy has no phase", () => {
    expect(enterPhase(createManagerState(QUICK_POLICY), QUICK_POLICY, 4, 0)).toEqual([]);
  });
});

describe("a phase's clock", () => {
  it("stands still while paused, and goes on where it stood", () => {
    const state = createManagerState(QUICK_POLICY);
    startRollout(state, QUICK_POLICY, 1 * SECOND_US, "manager", "");
    pause(state, 4 * SECOND_US);
    expect(state.status).toBe("paused");
    expect(phaseClockUs(state, 4 * SECOND_US)).toBe(3 * SECOND_US);
    expect(phaseClockUs(state, 100 * SECOND_US)).toBe(3 * SECOND_US);
    resume(state, 10 * SECOND_US);
    expect(state.status).toBe("running");
    expect(phaseClockUs(state, 12 * SECOND_US)).toBe(5 * SECOND_US);
    pause(state, 12 * SECOND_US);
    resume(state, 12 * SECOND_US);
    pause(state, 13 * SECOND_US);
    resume(state, 20 * SECOND_US);
    expect(phaseClockUs(state, 21 * SECOND_US)).toBe(7 * SECOND_US);
  });
});
