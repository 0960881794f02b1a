/**
 * Triggers at a tick: looked at in the order of the policy. At most one acts on the rollout (rolls back or pauses): the
 * first in the list that is due. Others that are due at that tick do not fire; they do at the next at which they still
 * hold, for a paused rollout is guarded as well. Announcements (investigate, notify) act on nothing and never wait,
 * except that nothing follows a rollback.
 */
import type { Evidence } from "../result.ts";
import { decidedOn, type Effect } from "./effect.ts";
import { nextStatus, type ManagerState } from "./manager-state.ts";
import { pause } from "./phases.ts";
import type { Policy, Trigger } from "./policy.ts";
import { beginRollback } from "./rollback.ts";

/** True while triggers guard: the rollout is under way or paused. */
export function triggersGuard(state: ManagerState): boolean {
  return state.status === "running" || state.status === "paused" || state.status === "awaiting-approval";
}

/** Whether a trigger is looked at in the current phase. */
export function isLookedAt(trigger: Trigger, state: ManagerState, policy: Policy): boolean {
  const phase = policy.phases[state.phase];
  return phase !== undefined && (trigger.phases === null || trigger.phases.includes(phase.name));
}

/**
 * Considers all triggers on what they saw; `looks[i]` is null where trigger i is masked out in this phase. Absent
 * and masked out both reset the time that a condition has held.
 */
export function considerTriggers(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  looks: readonly (Evidence | null)[],
): Effect[] {
  const effects: Effect[] = [];
  let hasActed = false;
  policy.triggers.forEach((trigger, i) => {
    const look = looks[i] ?? null;
    if (look === null || look.holds !== "yes") {
      state.heldSinceUs[i] = -1;
      state.fired[i] = 0;
      return;
    }
    if ((state.heldSinceUs[i] ?? -1) < 0) state.heldSinceUs[i] = nowUs;
    if (state.fired[i] === 1 || nowUs - (state.heldSinceUs[i] ?? nowUs) < trigger.forUs) return;
    if (!triggersGuard(state)) return;
    const acts = actsOnRollout(state, trigger);
    if (acts && hasActed) return;
    hasActed = hasActed || acts;
    state.fired[i] = 1;
    effects.push(...fire(state, policy, nowUs, trigger, look, looks));
  });
  return effects;
}

/** A pause of what is paused already is only said. */
function actsOnRollout(state: ManagerState, { action }: Trigger): boolean {
  return action === "rollback" || (action === "pause" && nextStatus(state.status, "pause") !== null);
}

function fire(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  trigger: Trigger,
  look: Evidence,
  looks: readonly (Evidence | null)[],
): Effect[] {
  const reason = `trigger ${trigger.name} fired`;
  const looked = looks.filter((one) => one !== null);
  switch (trigger.action) {
    case "rollback":
      return beginRollback(state, policy, nowUs, trigger.name, "manager", reason, look, looked);
    case "pause":
      if (!actsOnRollout(state, trigger))
        return [decidedOn("notify", "manager", `${reason}; paused already`, look, looked)];
      pause(state, nowUs);
      return [decidedOn("pause", "manager", reason, look, looked)];
    case "investigate":
      if (!state.investigations.includes(trigger.name)) state.investigations.push(trigger.name);
      return [decidedOn("investigate", "manager", `${reason}; a person decides`, look, looked)];
    case "notify":
      return [decidedOn("notify", "manager", reason, look, looked)];
  }
}
