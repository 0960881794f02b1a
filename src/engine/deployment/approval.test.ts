import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { needsApproval } from "./approval.ts";
import { obey } from "./commands.ts";
import type { Effect } from "./effect.ts";
import { considerGates } from "./gates.ts";
import { createManagerState, type ManagerState } from "./manager-state.ts";
import type { OperatorCommand } from "./operator.ts";
import { startRollout } from "./phases.ts";
import type { Approval, Policy } from "./policy.ts";

const PASS = [look("success", "yes"), look("errors", "yes")];
const FAIL = [look("success", "yes"), look("errors", "no")];

/** The quick policy with a sign-off before one of its phases. */
function policyWith(phase: number, approval: Approval): Policy {
  return { ...QUICK_POLICY, phases: QUICK_POLICY.phases.map((one, i) => (i === phase ? { ...one, approval } : one)) };
}

function said(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.kind === "decided" ? `${effect.decision}: ${effect.reason}` : effect.kind));
}

/** Waiting for the sign-off on TESTING, at 10 s. */
function waiting(policy: Policy): ManagerState {
  const state = createManagerState(policy);
  startRollout(state, policy, 0, "manager", "");
  const effects = considerGates(state, policy, 10 * SECOND_US, PASS);
  expect(said(effects)[0]).toMatch(/^await: all gates of CANARY pass: TESTING waits for/u);
  expect(state.status).toBe("awaiting-approval");
  return state;
}

function does(state: ManagerState, policy: Policy, by: string, action: OperatorCommand["action"]): string[] {
  return said(obey(state, policy, 20 * SECOND_US, { atUs: 0, by, reason: "why", action }));
}

describe("a phase that anybody may sign off on", () => {
  const policy = policyWith(1, { by: [] });

  it("is entered at the first tick after that at which the gates pass", () => {
    const state = waiting(policy);
    expect(considerGates(state, policy, 15 * SECOND_US, PASS), "nothing is looked at meanwhile").toEqual([]);
    expect(does(state, policy, "eve", { kind: "approve" })).toEqual(["approve: eve signs off on TESTING: why"]);
    expect(state).toMatchObject({ status: "running", phase: 0 });
    expect(said(considerGates(state, policy, 21 * SECOND_US, FAIL))[0]).toMatch(/^hold/u);
    expect(said(considerGates(state, policy, 22 * SECOND_US, PASS))[0]).toMatch(/^advance/u);
    expect(state).toMatchObject({ status: "running", phase: 1, signedOff: [] });
  });

  it("is not entered after a refusal: the rollout is paused, and asks anew", () => {
    const state = waiting(policy);
    expect(does(state, policy, "eve", { kind: "reject" })).toEqual([
      "reject: TESTING is not entered, the rollout is paused: why",
    ]);
    expect(state).toMatchObject({ status: "paused", signedOff: [] });
    does(state, policy, "eve", { kind: "resume" });
    expect(said(considerGates(state, policy, 30 * SECOND_US, PASS))[0]).toMatch(/^await/u);
  });

  it("can be entered by an operator who overrides, and left alone by one who goes back or pauses", () => {
    const over = waiting(policy);
    expect(does(over, policy, "eve", { kind: "advance" })[0]).toBe("override: to TESTING: why");
    expect(over).toMatchObject({ status: "running", phase: 1 });
    const held = waiting(policy);
    does(held, policy, "eve", { kind: "pause" });
    expect(held).toMatchObject({ status: "paused", pausedAtUs: 20 * SECOND_US });
    expect(does(waiting(policy), policy, "eve", { kind: "go-back" })[0]).toMatch(/^refused: there is nothing before/u);
  });
});

describe("a phase that several have to sign off on", () => {
  const policy = policyWith(1, { by: ["lead", "product"] });

  it("needs all of them, each once, in a role or in the own name", () => {
    const state = waiting(policy);
    expect(does(state, policy, "ann", { kind: "approve", as: "lead" })).toEqual([
      "approve: lead signs off on TESTING, product not yet: why",
    ]);
    expect(state.status).toBe("awaiting-approval");
    expect(does(state, policy, "bob", { kind: "approve", as: "lead" })).toEqual([
      "refused: lead has signed off already: why",
    ]);
    expect(does(state, policy, "eve", { kind: "approve" })).toEqual([
      "refused: eve is not asked to sign off (lead, product are): why",
    ]);
    expect(does(state, policy, "product", { kind: "approve" })).toEqual(["approve: product signs off on TESTING: why"]);
    expect(state.status).toBe("running");
    expect(needsApproval(state, policy.phases[1]!)).toBe(false);
  });
});

describe("a first phase that has to be signed off", () => {
  const policy = policyWith(0, { by: ["lead"] });

  it("keeps all traffic where it is until then", () => {
    const state = createManagerState(policy);
    const effects = startRollout(state, policy, 0, "operator:ann", "go");
    expect(said(effects)).toEqual(["start: go", "await: the rollout can begin: CANARY waits for the sign-off of lead"]);
    expect(state).toMatchObject({ status: "awaiting-approval", phase: -1 });
    does(state, policy, "lead", { kind: "approve" });
    const entered = considerGates(state, policy, 25 * SECOND_US, []);
    expect(said(entered)).toEqual([
      "advance: the rollout begins: on to CANARY",
      "phase.entered",
      "flags.changed",
      "flags.changed",
    ]);
    expect(state).toMatchObject({ status: "running", phase: 0, phaseEnteredAtUs: 25 * SECOND_US });
  });

  it("can be rolled back, without a phase that is left", () => {
    const state = createManagerState(policy);
    startRollout(state, policy, 0, "manager", "");
    expect(does(state, policy, "ann", { kind: "roll-back" })).toEqual(["rollback: why", "rollback.step.started"]);
  });
});

describe("commands beside sign-offs", () => {
  it("review: what the gates show is written down, and nothing changes", () => {
    const state = createManagerState(QUICK_POLICY);
    startRollout(state, QUICK_POLICY, 0, "manager", "");
    const before = structuredClone(state);
    const command: OperatorCommand = { atUs: 0, by: "ann", reason: "16:05", action: { kind: "review" } };
    const [effect] = obey(state, QUICK_POLICY, 1, command, FAIL);
    expect(effect).toMatchObject({
      decision: "review",
      reason: "16:05: errors fails",
      evidence: FAIL[1],
      looked: FAIL,
    });
    expect(obey(state, QUICK_POLICY, 1, command, PASS)[0]).toMatchObject({ reason: "16:05: all gates pass" });
    expect(state).toEqual(before);
  });

  it("close an investigation: the manager may go on by itself", () => {
    const state = createManagerState(QUICK_POLICY);
    startRollout(state, QUICK_POLICY, 0, "manager", "");
    expect(does(state, QUICK_POLICY, "ann", { kind: "close-investigation" })[0]).toMatch(/^refused: no investigation/u);
    state.investigations = ["tail"];
    const held = said(considerGates(state, QUICK_POLICY, 10 * SECOND_US, PASS));
    expect(held).toEqual([
      "hold: all gates of CANARY pass, but a person has to decide about the investigation of tail",
    ]);
    expect(does(state, QUICK_POLICY, "ann", { kind: "close-investigation" })).toEqual([
      "close: the investigation of tail is closed: why",
    ]);
    expect(said(considerGates(state, QUICK_POLICY, 21 * SECOND_US, PASS))[0]).toMatch(/^advance/u);
  });
});
