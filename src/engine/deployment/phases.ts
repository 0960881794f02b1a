/** Entering, leaving and completing phases: what every way of moving forward or back has in common. */
import type { PhaseVerdict } from "../result.ts";
import { decided, type Effect } from "./effect.ts";
import { nextStatus, type ManagerState } from "./manager-state.ts";
import type { Policy } from "./policy.ts";

/** The manager starts the rollout: the optimised path is enabled and the first phase is entered. */
export function startRollout(state: ManagerState, policy: Policy, nowUs: number, by: string, reason: string): Effect[] {
  state.status = nextStatus(state.status, "start") ?? state.status;
  const [entered, ...rest] = enterPhase(state, policy, 0, nowUs);
  return [
    ...(entered === undefined ? [] : [entered]),
    decided("start", by, reason),
    { kind: "flags.changed", flags: { useOptimizedAnalytics: true }, reason: "the rollout starts" },
    ...rest,
  ];
}

/** Enters a phase: a new record, a new clock, its share in the flags. */
export function enterPhase(state: ManagerState, policy: Policy, phase: number, nowUs: number): Effect[] {
  state.phase = phase;
  state.phaseEnteredAtUs = nowUs;
  state.pausedForUs = 0;
  state.pausedAtUs = -1;
  state.heldFor = "";
  const entered = policy.phases[phase];
  if (entered === undefined) return [];
  return [
    { kind: "phase.entered", phase },
    { kind: "flags.changed", flags: { rolloutPpm: entered.trafficPpm }, reason: `${entered.name} is entered` },
  ];
}

/** Leaves the current phase for another one. */
export function movePhase(
  state: ManagerState,
  policy: Policy,
  phase: number,
  verdict: PhaseVerdict,
  nowUs: number,
): Effect[] {
  return [{ kind: "phase.left", verdict }, ...enterPhase(state, policy, phase, nowUs)];
}

/** Pauses: traffic stays as it is, the phase's clock stands still. */
export function pause(state: ManagerState, nowUs: number): void {
  state.status = nextStatus(state.status, "pause") ?? state.status;
  state.pausedAtUs = nowUs;
}

/** Goes on after a pause. */
export function resume(state: ManagerState, nowUs: number): void {
  state.status = nextStatus(state.status, "resume") ?? state.status;
  state.pausedForUs += nowUs - state.pausedAtUs;
  state.pausedAtUs = -1;
}
