import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { Evidence } from "../result.ts";
import type { Effect } from "./effect.ts";
import { considerGates, gatesAreDue } from "./gates.ts";
import { createManagerState, type ManagerState } from "./manager-state.ts";
import { enterPhase, pause, resume, startRollout } from "./phases.ts";
import type { Phase, Policy } from "./policy.ts";

const MINIMUM_US = 10 * SECOND_US;
const PASS = [look("success", "yes"), look("errors", "yes")];
const FAIL = [look("success", "yes"), look("errors", "no")];
const UNMEASURED = [look("success", "yes"), look("errors", "not enough data")];

/** The quick policy with its first phase changed. */
function policyWith(change: Partial<Phase>): Policy {
  const [first, ...rest] = QUICK_POLICY.phases;
  return { ...QUICK_POLICY, phases: [{ ...first!, ...change }, ...rest] };
}

function started(policy: Policy): ManagerState {
  const state = createManagerState(policy);
  startRollout(state, policy, 0, "manager", "");
  return state;
}

function kinds(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.kind === "decided" ? effect.decision : effect.kind));
}

/** The one entry for the audit trail among the effects. */
function decision(effects: readonly Effect[]): Extract<Effect, { kind: "decided" }> {
  const entries = effects.filter((effect) => effect.kind === "decided");
  expect(entries).toHaveLength(1);
  return entries[0]!;
}

describe("gates", () => {
  it("are due from the very microsecond at which the phase's clock shows its minimum", () => {
    const state = started(QUICK_POLICY);
    expect(gatesAreDue(state, QUICK_POLICY, MINIMUM_US - 1)).toBe(false);
    expect(gatesAreDue(state, QUICK_POLICY, MINIMUM_US)).toBe(true);
    expect(considerGates(state, QUICK_POLICY, MINIMUM_US - 1, PASS)).toEqual([]);
    expect(gatesAreDue(createManagerState(QUICK_POLICY), QUICK_POLICY, MINIMUM_US)).toBe(false);
  });

  it("wait for the time that the phase was paused, and are not looked at during a pause", () => {
    const state = started(QUICK_POLICY);
    pause(state, 4 * SECOND_US);
    expect(gatesAreDue(state, QUICK_POLICY, 60 * SECOND_US)).toBe(false);
    expect(considerGates(state, QUICK_POLICY, 60 * SECOND_US, PASS)).toEqual([]);
    resume(state, 60 * SECOND_US);
    expect(gatesAreDue(state, QUICK_POLICY, 66 * SECOND_US - 1)).toBe(false);
    expect(gatesAreDue(state, QUICK_POLICY, 66 * SECOND_US)).toBe(true);
  });

  it("advance when all pass, with all that was looked at", () => {
    const state = started(QUICK_POLICY);
    const effects = considerGates(state, QUICK_POLICY, MINIMUM_US, PASS);
    expect(kinds(effects)).toEqual(["advance", "phase.left", "phase.entered", "flags.changed"]);
    expect(decision(effects)).toMatchObject({
      by: "manager",
      reason: "all gates of CANARY pass: on to TESTING",
      evidence: PASS[0],
      looked: PASS,
    });
    expect(effects[1]).toEqual({ kind: "phase.left", verdict: "advanced" });
    expect(state).toMatchObject({ status: "running", phase: 1, phaseEnteredAtUs: MINIMUM_US });
    expect(considerGates(state, QUICK_POLICY, MINIMUM_US, PASS), "the next phase has its own minimum").toEqual([]);
  });

  it("complete the rollout when those of the last phase pass", () => {
    const state = started(QUICK_POLICY);
    enterPhase(state, QUICK_POLICY, 3, 0);
    const effects = considerGates(state, QUICK_POLICY, 30 * SECOND_US, PASS);
    expect(kinds(effects)).toEqual(["complete", "phase.left"]);
    expect(effects[1]).toEqual({ kind: "phase.left", verdict: "advanced" });
    expect(state.status).toBe("completed");
    expect(considerGates(state, QUICK_POLICY, 31 * SECOND_US, PASS)).toEqual([]);
  });

  it("pass where a phase has none", () => {
    const policy = policyWith({ gates: [] });
    const entry = decision(considerGates(started(policy), policy, MINIMUM_US, []));
    expect(entry).toMatchObject({ decision: "advance", reason: "CANARY has no gates: on to TESTING", evidence: null });
  });
});

describe("gates that do not pass", () => {
  it("hold, written down once, and again only when other gates or other reasons stand in the way", () => {
    const state = started(QUICK_POLICY);
    const at = (seconds: number, looks: readonly Evidence[]): Effect[] =>
      considerGates(state, QUICK_POLICY, seconds * SECOND_US, looks);
    expect(decision(at(10, UNMEASURED))).toMatchObject({
      decision: "hold",
      by: "manager",
      reason: "CANARY holds: not enough data for gate errors",
      evidence: UNMEASURED[1],
      looked: UNMEASURED,
    });
    expect(at(11, UNMEASURED)).toEqual([]);
    expect(decision(at(12, FAIL))).toMatchObject({ reason: "CANARY holds: gate errors fails", evidence: FAIL[1] });
    expect(at(13, FAIL)).toEqual([]);
    const both = [look("success", "not enough data"), look("errors", "no")];
    expect(decision(at(14, both))).toMatchObject({
      reason: "CANARY holds: not enough data for gate success, gate errors fails",
      evidence: both[1],
    });
    expect(decision(at(15, FAIL)).decision).toBe("hold");
    expect(state).toMatchObject({ status: "running", phase: 0 });
  });

  it("hold anew in a phase that is entered anew", () => {
    const state = started(QUICK_POLICY);
    considerGates(state, QUICK_POLICY, MINIMUM_US, FAIL);
    enterPhase(state, QUICK_POLICY, 0, MINIMUM_US);
    expect(kinds(considerGates(state, QUICK_POLICY, 2 * MINIMUM_US, FAIL))).toEqual(["hold"]);
  });

  it("do as the policy says when there is not enough data: pause, or roll back", () => {
    const pausing = policyWith({ onNotEnoughData: "pause" });
    const paused = started(pausing);
    expect(decision(considerGates(paused, pausing, MINIMUM_US, UNMEASURED))).toMatchObject({
      decision: "pause",
      reason: "not enough data for gate errors of CANARY",
      evidence: UNMEASURED[1],
    });
    expect(paused).toMatchObject({ status: "paused", pausedAtUs: MINIMUM_US });

    const backing = policyWith({ onNotEnoughData: "rollback" });
    const back = started(backing);
    const effects = considerGates(back, backing, MINIMUM_US, UNMEASURED);
    expect(kinds(effects)).toEqual(["rollback", "phase.left", "rollback.step.started"]);
    expect(back.rollback?.cause).toBe("not-enough-data");
    const failing = [look("success", "not enough data"), look("errors", "no")];
    expect(kinds(considerGates(started(backing), backing, MINIMUM_US, failing)), "one was judged, and fails").toEqual([
      "hold",
    ]);
  });

  it("count the maximum duration on the phase's own clock", () => {
    const policy = policyWith({ maxDurationUs: 20 * SECOND_US });
    const state = createManagerState(policy);
    startRollout(state, policy, 100 * SECOND_US, "manager", "");
    pause(state, 105 * SECOND_US);
    resume(state, 155 * SECOND_US);
    expect(kinds(considerGates(state, policy, 170 * SECOND_US - 1, FAIL))).toEqual(["hold"]);
    expect(kinds(considerGates(state, policy, 170 * SECOND_US, FAIL))[0]).toBe("rollback");
  });

  it("fall through at the maximum duration, a microsecond before it not, and never when they pass then", () => {
    const maxDurationUs = 20 * SECOND_US;
    const policy = policyWith({ maxDurationUs });
    const late = started(policy);
    expect(kinds(considerGates(late, policy, maxDurationUs - 1, FAIL))).toEqual(["hold"]);
    const effects = considerGates(late, policy, maxDurationUs, FAIL);
    expect(decision(effects)).toMatchObject({
      decision: "rollback",
      by: "manager",
      reason: "the maximum duration of CANARY is over",
      evidence: FAIL[1],
    });
    expect(late.rollback?.cause).toBe("max-duration");
    expect(kinds(considerGates(started(policy), policy, maxDurationUs, PASS))[0]).toBe("advance");
    expect(decision(considerGates(started(policy), policy, maxDurationUs, UNMEASURED)).evidence).toEqual(UNMEASURED[1]);
  });

  it("fall through into a pause, on the phase's own clock", () => {
    const policy = policyWith({ maxDurationUs: 20 * SECOND_US, onMaxDuration: "pause" });
    const state = started(policy);
    pause(state, 5 * SECOND_US);
    resume(state, 95 * SECOND_US);
    expect(kinds(considerGates(state, policy, 109 * SECOND_US, FAIL))).toEqual(["hold"]);
    expect(kinds(considerGates(state, policy, 110 * SECOND_US, FAIL))).toEqual(["pause"]);
    expect(state.status).toBe("paused");
  });
});

describe("a pause of the manager's own that was resumed", () => {
  it("at the maximum duration comes again after another maximum duration, not at the next tick", () => {
    const policy = policyWith({ maxDurationUs: 20 * SECOND_US, onMaxDuration: "pause" });
    const state = started(policy);
    const at = (seconds: number): string[] => kinds(considerGates(state, policy, seconds * SECOND_US, FAIL));
    expect(at(20)).toEqual(["pause"]);
    resume(state, 50 * SECOND_US);
    expect([at(51), at(69)].flat()).toEqual(["hold"]);
    expect(at(70)).toEqual(["pause"]);
  });

  it("for missing data comes again after there have been enough, not at the next tick", () => {
    const policy = policyWith({ onNotEnoughData: "pause" });
    const state = started(policy);
    const at = (seconds: number, looks: readonly Evidence[]): string[] =>
      kinds(considerGates(state, policy, seconds * SECOND_US, looks));
    expect(at(10, UNMEASURED)).toEqual(["pause"]);
    resume(state, 50 * SECOND_US);
    expect([at(51, UNMEASURED), at(52, UNMEASURED)].flat()).toEqual(["hold"]);
    at(53, FAIL);
    expect(at(54, UNMEASURED)).toEqual(["pause"]);
  });

  it("is not what another pause at that time is", () => {
    const policy = policyWith({ maxDurationUs: 20 * SECOND_US, onMaxDuration: "pause" });
    const state = started(policy);
    pause(state, 19 * SECOND_US);
    resume(state, 49 * SECOND_US);
    expect(kinds(considerGates(state, policy, 50 * SECOND_US, FAIL))).toEqual(["pause"]);
  });
});
