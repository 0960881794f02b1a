import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { obey } from "./commands.ts";
import { considerGates } from "./gates.ts";
import { createManagerState, type ManagerState } from "./manager-state.ts";
import type { OperatorCommand } from "./operator.ts";
import { pause, resume, startRollout } from "./phases.ts";
import type { Approval, Policy } from "./policy.ts";

const PASS = [look("success", "yes"), look("errors", "yes")];
const FAIL = [look("success", "yes"), look("errors", "no")];
const START_MS = 20_000 * 86_400_000;

/** The quick policy, frozen from the tenth second on, with a sign-off before its second phase where one is given. */
function policyWith(approval?: Approval): Policy {
  const at = (seconds: number) => ({ epochMs: START_MS + 1_000 * seconds, text: `${seconds} s` });
  return {
    ...QUICK_POLICY,
    phases: QUICK_POLICY.phases.map((one, i) => (i === 1 && approval !== undefined ? { ...one, approval } : one)),
    schedule: { windows: [], freezes: [{ name: "launch", from: at(10), until: at(900) }] },
  };
}

function started(policy: Policy): ManagerState {
  const state = createManagerState(policy, { seed: "1", rollbackFaults: [], calendarStartMs: START_MS });
  startRollout(state, policy, 0, "manager", "");
  return state;
}

function holdsAt(state: ManagerState, policy: Policy, seconds: number, looks = PASS): string[] {
  const effects = considerGates(state, policy, seconds * SECOND_US, looks);
  return effects.flatMap((effect) => (effect.kind === "decided" && effect.decision === "hold" ? [effect.reason] : []));
}

function does(state: ManagerState, policy: Policy, action: OperatorCommand["action"]): void {
  obey(state, policy, 20 * SECOND_US, { atUs: 0, by: "ann", reason: "why", action });
}

describe("what keeps the manager", () => {
  it("is written down once, and again where it is something else", () => {
    const policy = policyWith();
    const state = started(policy);
    expect(holdsAt(state, policy, 11)).toEqual([expect.stringContaining("launch")]);
    expect(holdsAt(state, policy, 12)).toEqual([]);
    expect(holdsAt(state, policy, 13, FAIL)).toEqual([expect.stringContaining("gate errors fails")]);
    expect(holdsAt(state, policy, 14)).toEqual([expect.stringContaining("launch")]);
  });

  it("is said again after a pause, for the manager as for a reader", () => {
    const policy = policyWith();
    const state = started(policy);
    holdsAt(state, policy, 11);
    pause(state, 12 * SECOND_US);
    expect(state.heldFor, "while it is paused, that is why nothing goes on").toBe("");
    resume(state, 13 * SECOND_US);
    expect(holdsAt(state, policy, 14)).toHaveLength(1);
    resume(Object.assign(state, { status: "paused", pausedAtUs: 14 * SECOND_US }), 15 * SECOND_US);
    expect(holdsAt(state, policy, 16)).toHaveLength(1);
  });

  it("is said again when an investigation is closed, and when a limit is adjusted", () => {
    const policy = policyWith();
    const state = started(policy);
    holdsAt(state, policy, 11);
    state.investigations = ["odd"];
    does(state, policy, { kind: "close-investigation" });
    expect(holdsAt(state, policy, 21)).toHaveLength(1);
    does(state, policy, { kind: "adjust", target: "triggers.error-rate", limit: 1 });
    expect(holdsAt(state, policy, 22)).toHaveLength(1);
    does(state, policy, { kind: "close-investigation" });
    expect(holdsAt(state, policy, 23), "a refused command changes nothing").toEqual([]);
  });

  it("is said again after a sign-off: who has signed off learns why it does not go on", () => {
    const policy = policyWith({ by: ["ann"] });
    const state = started(policy);
    holdsAt(state, policy, 11, FAIL);
    considerGates(state, policy, 12 * SECOND_US, PASS);
    expect(state.status).toBe("awaiting-approval");
    does(state, policy, { kind: "approve" });
    expect(holdsAt(state, policy, 21, FAIL)).toEqual([expect.stringContaining("gate errors fails")]);
  });
});
