/** Gates at a tick: all must pass to advance; what happens when they can't be judged, or never pass, is the policy's to say. */
import type { Evidence } from "../result.ts";
import { decidedOn, type Effect } from "./effect.ts";
import { holdFor } from "./hold.ts";
import { nextStatus, phaseClockUs, type ManagerState } from "./manager-state.ts";
import { considerFirstPhase, movePhase, pause, waitToEnter } from "./phases.ts";
import type { Fallthrough, Phase, Policy } from "./policy.ts";
import { beginRollback } from "./rollback.ts";

/** What a rollback is called after that no trigger caused; so no trigger may be called so. */
export const FALLTHROUGH_CAUSES = ["max-duration", "not-enough-data"] as const;

/** Whether the gates are looked at now: running, and the phase's minimum duration is over (the first has none before it). */
export function gatesAreDue(state: ManagerState, policy: Policy, nowUs: number): boolean {
  if (state.phase < 0) return state.status === "running";
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
  if (!gatesAreDue(state, policy, nowUs)) return [];
  const phase = policy.phases[state.phase];
  if (phase === undefined) return considerFirstPhase(state, policy, nowUs);
  const unmeasured = looks.find((look) => look.holds === "not enough data");
  if (unmeasured === undefined) state.goesOnWithoutData = false;
  if (looks.every((look) => look.holds === "yes")) return pass(state, policy, nowUs, phase, looks);
  const failing = looks.find((look) => look.holds === "no");
  const deciding = failing ?? unmeasured ?? null;
  const clockUs = phaseClockUs(state, nowUs) - state.maxDurationFromUs;
  if (phase.maxDurationUs !== null && clockUs >= phase.maxDurationUs) {
    const reason = `the maximum duration of ${phase.name} is over`;
    return fallThrough(state, policy, nowUs, phase.onMaxDuration, "max-duration", reason, deciding, looks);
  }
  const cannotBeJudged = unmeasured !== undefined && failing === undefined;
  if (cannotBeJudged && phase.onNotEnoughData !== "wait" && !state.goesOnWithoutData) {
    const reason = `not enough data for gate ${unmeasured.rule} of ${phase.name}`;
    return fallThrough(state, policy, nowUs, phase.onNotEnoughData, "not-enough-data", reason, unmeasured, looks);
  }
  return hold(state, phase, deciding, looks);
}

function pass(state: ManagerState, policy: Policy, nowUs: number, phase: Phase, looks: readonly Evidence[]): Effect[] {
  const next = policy.phases[state.phase + 1];
  const gates = looks.length === 0 ? `${phase.name} has no gates` : `all gates of ${phase.name} pass`;
  if (state.investigations.length > 0) {
    const open = state.investigations.join(", ");
    const reason = `${gates}, but a person has to decide about the investigation of ${open}`;
    return holdFor(state, `investigation of ${open}`, reason, looks[0] ?? null, looks);
  }
  if (next === undefined) {
    state.status = nextStatus(state.status, "complete") ?? state.status;
    return [
      decidedOn("complete", "manager", gates, looks[0] ?? null, looks),
      { kind: "phase.left", verdict: "advanced" },
    ];
  }
  const waiting = waitToEnter(state, policy, nowUs, gates, looks);
  if (waiting !== null) return waiting;
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
  cause: (typeof FALLTHROUGH_CAUSES)[number],
  reason: string,
  evidence: Evidence | null,
  looks: readonly Evidence[],
): Effect[] {
  switch (what) {
    case "rollback":
      return beginRollback(state, policy, nowUs, cause, "manager", reason, evidence, looks);
    case "pause":
      pause(state, nowUs, cause);
      return [decidedOn("pause", "manager", reason, evidence, looks)];
    case "wait":
      return [];
  }
}

/** Writes a hold down once, and again only when other gates stand in the way or for another reason. */
function hold(state: ManagerState, phase: Phase, deciding: Evidence | null, looks: readonly Evidence[]): Effect[] {
  const standing = looks.filter((look) => look.holds !== "yes");
  const heldFor = standing.map((look) => `${look.rule}: ${look.holds}`).join(", ");
  const words = standing.map((look) =>
    look.holds === "no" ? `gate ${look.rule} fails` : `${look.holds} for gate ${look.rule}`,
  );
  return holdFor(state, heldFor, `${phase.name} holds: ${words.join(", ")}`, deciding, looks);
}
