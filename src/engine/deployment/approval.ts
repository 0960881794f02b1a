/** Sign-offs: a phase that is entered only after its approval, who has given it, and what a refusal does. */
import { decided, decidedOn, type Effect } from "./effect.ts";
import { forgetHold } from "./hold.ts";
import { nextStatus, type ManagerState } from "./manager-state.ts";
import type { Phase, Policy } from "./policy.ts";
import type { Evidence } from "../result.ts";

/** Whether a phase still needs somebody's sign-off. */
export function needsApproval(state: ManagerState, phase: Phase): boolean {
  const { approval } = phase;
  if (approval === undefined) return false;
  return approval.by.length === 0 ? state.signedOff.length === 0 : missing(state, phase).length > 0;
}

/** The manager could go on, and waits for people: traffic stays as it is, triggers guard. */
export function requestApproval(state: ManagerState, phase: Phase, why: string, looks: readonly Evidence[]): Effect[] {
  state.status = nextStatus(state.status, "request-approval") ?? state.status;
  const from = missing(state, phase);
  const whose = from.length === 0 ? "a sign-off" : `the sign-off of ${from.join(", ")}`;
  return [decidedOn("await", "manager", `${why}: ${phase.name} waits for ${whose}`, looks[0] ?? null, looks)];
}

/**
 * Somebody signs off, in a role or in the own name. Once all have, the manager goes on at the next tick at which the
 * gates (still) pass and the calendar allows it.
 */
export function signOff(state: ManagerState, policy: Policy, who: string, role: string, reason: string): Effect[] {
  const by = `operator:${who}`;
  const phase = policy.phases[state.phase + 1];
  const roles = phase?.approval?.by ?? [];
  if (phase === undefined) return [decided("refused", by, `there is nothing to sign off on: ${reason}`)];
  if (roles.length > 0 && !roles.includes(role)) {
    return [decided("refused", by, `${role} is not asked to sign off (${roles.join(", ")} are): ${reason}`)];
  }
  if (state.signedOff.includes(role)) return [decided("refused", by, `${role} has signed off already: ${reason}`)];
  state.signedOff.push(role);
  forgetHold(state);
  const left = missing(state, phase);
  const rest = left.length === 0 ? "" : `, ${left.join(", ")} not yet`;
  if (left.length === 0) state.status = nextStatus(state.status, "sign-off") ?? state.status;
  return [decided("approve", by, `${role} signs off on ${phase.name}${rest}: ${reason}`)];
}

/** Somebody refuses: all sign-offs are void. The rollout is to be paused until a person decides. */
export function voidSignOffs(state: ManagerState, policy: Policy, by: string, reason: string): Effect[] {
  const name = policy.phases[state.phase + 1]?.name ?? "the next phase";
  state.signedOff = [];
  return [decided("reject", by, `${name} is not entered, the rollout is paused: ${reason}`)];
}

function missing(state: ManagerState, phase: Phase): readonly string[] {
  return (phase.approval?.by ?? []).filter((role) => !state.signedOff.includes(role));
}
