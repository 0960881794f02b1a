import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { STATUSES } from "../../../test/deployment/listed-transitions.ts";
import { QUICK_POLICY, trigger } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { Evidence } from "../result.ts";
import type { Effect } from "./effect.ts";
import { createManagerState, type ManagerState, type ManagerStatus } from "./manager-state.ts";
import { enterPhase, pause, startRollout } from "./phases.ts";
import type { Policy, Trigger } from "./policy.ts";
import { considerTriggers, isLookedAt, triggersGuard } from "./triggers.ts";

function policyWith(...triggers: readonly Trigger[]): Policy {
  return { ...QUICK_POLICY, triggers };
}

function started(policy: Policy): ManagerState {
  const state = createManagerState(policy);
  startRollout(state, policy, 0, "manager", "");
  return state;
}

function kinds(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.kind === "decided" ? effect.decision : effect.kind));
}

const error = (change: Partial<Trigger> = {}): Trigger => trigger("error", "candidate.errorRate", 100_000, change);
const slow = (change: Partial<Trigger> = {}): Trigger => trigger("slow", "latency.delta", 100_000, change);

describe("a trigger", () => {
  it("fires at once without a `for`, and only when its condition holds", () => {
    const policy = policyWith(error());
    const state = started(policy);
    expect(considerTriggers(state, policy, 1 * SECOND_US, [look("error", "no")])).toEqual([]);
    expect(considerTriggers(state, policy, 2 * SECOND_US, [look("error", "not enough data")])).toEqual([]);
    const seen = look("error", "yes");
    const effects = considerTriggers(state, policy, 3 * SECOND_US, [seen]);
    expect(kinds(effects)).toEqual(["rollback", "phase.left", "rollback.step.started"]);
    expect(effects[0]).toMatchObject({ by: "manager", reason: "trigger error fired", evidence: seen, looked: [seen] });
    expect(state.rollback).toMatchObject({ cause: "error", detectedAtUs: 3 * SECOND_US });
  });

  it("fires when its condition has held at every tick for so long", () => {
    const policy = policyWith(error({ forUs: 3 * SECOND_US }));
    const state = started(policy);
    const at = (seconds: number, holds: Evidence["holds"]): string[] =>
      kinds(considerTriggers(state, policy, seconds * SECOND_US, [look("error", holds)]));
    expect([at(1, "yes"), at(2, "yes"), at(3, "yes")].flat()).toEqual([]);
    expect(at(4, "yes")[0]).toBe("rollback");
  });

  it.each(["no", "not enough data", "masked out"] as const)("begins its `for` anew after %s", (gap) => {
    const policy = policyWith(error({ forUs: 2 * SECOND_US }));
    const state = started(policy);
    const at = (seconds: number, seen: Evidence | null): string[] =>
      kinds(considerTriggers(state, policy, seconds * SECOND_US, [seen]));
    at(1, look("error", "yes"));
    at(2, gap === "masked out" ? null : look("error", gap));
    expect(at(3, look("error", "yes"))).toEqual([]);
    expect(at(4, look("error", "yes"))).toEqual([]);
    expect(at(5, look("error", "yes"))[0]).toBe("rollback");
  });

  it("keeps its `for` across a change of the phase", () => {
    const policy = policyWith(error({ forUs: 2 * SECOND_US }));
    const state = started(policy);
    considerTriggers(state, policy, 1 * SECOND_US, [look("error", "yes")]);
    enterPhase(state, policy, 1, 2 * SECOND_US);
    expect(kinds(considerTriggers(state, policy, 3 * SECOND_US, [look("error", "yes")]))[0]).toBe("rollback");
  });

  it("is looked at only in its phases, and nowhere before the start", () => {
    const policy = policyWith(error({ phases: ["TESTING", "VALIDATION"] }), slow());
    const state = createManagerState(policy);
    const seen = (): boolean[] => policy.triggers.map((one) => isLookedAt(one, state, policy));
    expect(seen()).toEqual([false, false]);
    startRollout(state, policy, 0, "manager", "");
    expect(seen()).toEqual([false, true]);
    enterPhase(state, policy, 1, 0);
    expect(seen()).toEqual([true, true]);
  });
});

describe("what a trigger does", () => {
  it("pauses, once while the condition goes on, and again after it had ceased", () => {
    const policy = policyWith(error({ action: "pause" }));
    const state = started(policy);
    const at = (seconds: number, holds: Evidence["holds"]): string[] =>
      kinds(considerTriggers(state, policy, seconds * SECOND_US, [look("error", holds)]));
    expect(at(1, "yes")).toEqual(["pause"]);
    expect(state).toMatchObject({ status: "paused", pausedAtUs: 1 * SECOND_US });
    expect(at(2, "yes")).toEqual([]);
    expect(at(3, "no")).toEqual([]);
    expect(at(4, "yes"), "it is paused already, and says so").toEqual(["notify"]);
    expect(state.pausedAtUs).toBe(1 * SECOND_US);
  });

  it.each(["investigate", "notify"] as const)("leaves traffic alone with %s", (action) => {
    const policy = policyWith(error({ action }));
    const state = started(policy);
    expect(kinds(considerTriggers(state, policy, SECOND_US, [look("error", "yes")]))).toEqual([action]);
    expect(kinds(considerTriggers(state, policy, 2 * SECOND_US, [look("error", "yes")]))).toEqual([]);
    expect(state).toMatchObject({ status: "running", rollback: null });
  });

  it("guards while paused", () => {
    const policy = policyWith(error());
    const state = started(policy);
    pause(state, SECOND_US);
    const effects = considerTriggers(state, policy, 2 * SECOND_US, [look("error", "yes")]);
    expect(kinds(effects)[0]).toBe("rollback");
    expect(state).toMatchObject({ status: "rolling-back", pausedAtUs: -1 });
  });

  it("guards nothing before the start, on the way back, and after the end", () => {
    const policy = policyWith(error());
    const guarding: ManagerStatus[] = [];
    for (const status of STATUSES) {
      const state = { ...started(policy), status };
      const guards = triggersGuard(state);
      if (guards) guarding.push(status);
      const effects = considerTriggers(state, policy, SECOND_US, [look("error", "yes")]);
      expect(effects.length > 0, status).toBe(guards);
    }
    expect(new Set(guarding)).toEqual(new Set(["running", "paused", "awaiting-approval"]));
    expect(STATUSES).toHaveLength(8);
  });

  it("is one rollback when several fire at one tick, and the first in the list is its cause", () => {
    const policy = policyWith(error(), slow());
    const state = started(policy);
    const looks = [look("error", "yes"), look("slow", "yes")];
    const effects = considerTriggers(state, policy, SECOND_US, looks);
    expect(kinds(effects).filter((kind) => kind === "rollback")).toHaveLength(1);
    expect(state.rollback?.cause).toBe("error");
    expect(effects[0]).toMatchObject({ evidence: looks[0], looked: looks });
  });

  it("does nothing more at the tick at which an earlier one rolled back", () => {
    for (const action of ["pause", "investigate", "notify"] as const) {
      const policy = policyWith(error(), slow({ action }));
      const effects = considerTriggers(started(policy), policy, SECOND_US, [look("error", "yes"), look("slow", "yes")]);
      expect(kinds(effects), action).toEqual(["rollback", "phase.left", "rollback.step.started"]);
    }
  });

  it("waits for the next tick where one that acts stands before it in the list, and is due then if it holds", () => {
    const policy = policyWith(slow({ action: "pause" }), error());
    const looks = [look("slow", "yes"), look("error", "yes")];
    const state = started(policy);
    expect(kinds(considerTriggers(state, policy, SECOND_US, looks))).toEqual(["pause"]);
    expect(state).toMatchObject({ status: "paused", fired: [1, 0] });
    const calm = structuredClone(state);
    expect(kinds(considerTriggers(state, policy, 2 * SECOND_US, looks))[0]).toBe("rollback");
    expect(kinds(considerTriggers(calm, policy, 2 * SECOND_US, [looks[0]!, look("error", "no")]))).toEqual([]);
  });

  it("is not kept from announcing by one that acts, nor keeps one from acting by announcing", () => {
    const policy = policyWith(error({ action: "notify" }), slow({ action: "pause" }));
    const policyTurned = policyWith(slow({ action: "pause" }), error({ action: "investigate" }));
    const looks = [look("one", "yes"), look("other", "yes")];
    expect(kinds(considerTriggers(started(policy), policy, SECOND_US, looks))).toEqual(["notify", "pause"]);
    const turned = started(policyTurned);
    expect(kinds(considerTriggers(turned, policyTurned, SECOND_US, looks))).toEqual(["pause", "investigate"]);
    expect(turned.investigations).toEqual(["error"]);
  });
});
