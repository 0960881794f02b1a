/** Gates at a tick: all must pass to advance; what happens when they can't be judged, or never pass, is the policy's to say. */
import type { Evidence } from "../result.ts";
import { decidedOn, type Effect } from "./effect.ts";
import { nextStatus, phaseClockUs, type ManagerState } from "./manager-state.ts";
import { movePhase, pause } from "./phases.ts";
import type { Fallthrough, Phase, Policy } from "./policy.ts";
import { beginRollback } from "./rollback.ts";

/** Whether the gates are looked at now: running, and the phase's minimum duration is over. */
export function gatesAreDue(state: ManagerState, policy: Policy, nowUs: number): boolean {
  const phase = policy.phases[state.phase];
  return state.status === "running" && phase !== undefined && phaseClockUs(state, nowUs) >= phase.minDurationUs;
}

/** Considers the current phase's gates on what they saw, in the order of the policy. */
export function considerGates(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  looks: readonly Evidence[],
): Effect[] {
  const phase = policy.phases[state.phase];
  if (phase === undefined || !gatesAreDue(state, policy, nowUs)) return [];
  if (looks.every((look) => look.holds === "yes")) return pass(state, policy, nowUs, phase, looks);
  const unmeasured = looks.find((look) => look.holds === "not enough data");
  const failing = looks.find((look) => look.holds === "no");
  const deciding = failing ?? unmeasured ?? null;
  if (phase.maxDurationUs !== null && phaseClockUs(state, nowUs) >= phase.maxDurationUs) {
    const reason = `the maximum duration of ${phase.name} is over`;
    return fallThrough(state, policy, nowUs, phase.onMaxDuration, "max-duration", reason, deciding, looks);
  }
  if (unmeasured !== undefined && failing === undefined && phase.onNotEnoughData !== "wait") {
    const reason = `not enough data for gate ${unmeasured.rule} of ${phase.name}`;
    return fallThrough(state, policy, nowUs, phase.onNotEnoughData, "not-enough-data", reason, unmeasured, looks);
  }
  return hold(state, phase, deciding, looks);
}

function pass(state: ManagerState, policy: Policy, nowUs: number, phase: Phase, looks: readonly Evidence[]): Effect[] {
  const next = policy.phases[state.phase + 1];
  const gates = looks.length === 0 ? `${phase.name} has no gates` : `all gates of ${phase.name} pass`;
  if (next === undefined) {
    state.status = nextStatus(state.status, "complete") ?? state.status;
    return [
      decidedOn("complete", "manager", gates, looks[0] ?? null, looks),
      { kind: "phase.left", verdict: "advanced" },
    ];
  }
  return [
    decidedOn("advance", "manager", `${gates}: on to ${next.name}`, looks[0] ?? null, looks),
    ...movePhase(state, policy, state.phase + 1, "advanced", nowUs),
  ];
}

function fallThrough(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  what: Fallthrough,
  cause: string,
  reason: string,
  evidence: Evidence | null,
  looks: readonly Evidence[],
): Effect[] {
  switch (what) {
    case "rollback":
      return beginRollback(state, policy, nowUs, cause, "manager", reason, evidence, looks);
    case "pause":
      pause(state, nowUs);
      return [decidedOn("pause", "manager", reason, evidence, looks)];
    case "wait":
      return [];
  }
}

/** Writes a hold down once, and again only when other gates stand in the way or for another reason. */
function hold(state: ManagerState, phase: Phase, deciding: Evidence | null, looks: readonly Evidence[]): Effect[] {
  const standing = looks.filter((look) => look.holds !== "yes");
  const heldFor = standing.map((look) => `${look.rule}: ${look.holds}`).join(", ");
  if (heldFor === state.heldFor) return [];
  state.heldFor = heldFor;
  const words = standing.map((look) =>
    look.holds === "no" ? `gate ${look.rule} fails` : `${look.holds} for gate ${look.rule}`,
  );
  return [decidedOn("hold", "manager", `${phase.name} holds: ${words.join(", ")}`, deciding, looks)];
}
