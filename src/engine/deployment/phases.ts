/** Entering, leaving and completing phases: what every way of moving forward or back has in common. */
import type { Evidence, PhaseVerdict } from "../result.ts";
import { needsApproval, requestApproval } from "./approval.ts";
import { decided, type Effect } from "./effect.ts";
import { forgetHold, holdFor } from "./hold.ts";
import { nextStatus, phaseClockUs, type ManagerState } from "./manager-state.ts";
import type { Policy } from "./policy.ts";
import { entryBlock } from "./schedule.ts";

/**
 * The rollout is started: the optimised path is enabled and the first phase is entered, or else it is waited for its
 * sign-off or its time, with all traffic where it was.
 */
export function startRollout(state: ManagerState, policy: Policy, nowUs: number, by: string, reason: string): Effect[] {
  const waiting = waitToEnter(state, policy, nowUs, "the rollout can begin");
  if (state.status === "idle") state.status = nextStatus(state.status, "start") ?? state.status;
  if (waiting !== null) return [decided("start", by, reason), ...waiting];
  const [entered, ...rest] = enterPhase(state, policy, 0, nowUs);
  return [...(entered === undefined ? [] : [entered]), decided("start", by, reason), ...rest];
}

/** At a tick before the first phase: enters it as soon as it is signed off and its time has come. */
export function considerFirstPhase(state: ManagerState, policy: Policy, nowUs: number): Effect[] {
  const waiting = waitToEnter(state, policy, nowUs, "the rollout can begin");
  if (waiting !== null) return waiting;
  const reason = `the rollout begins: on to ${policy.phases[0]?.name ?? ""}`;
  return [decided("advance", "manager", reason), ...enterPhase(state, policy, 0, nowUs)];
}

/**
 * What keeps the manager from entering the next phase although it could: first its sign-off is asked for, then its
 * time is waited for. Null: nothing does; an empty list: what did before.
 */
export function waitToEnter(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  why: string,
  looks: readonly Evidence[] = [],
): Effect[] | null {
  const next = policy.phases[state.phase + 1];
  if (next === undefined) return null;
  if (needsApproval(state, next)) return requestApproval(state, next, why, looks);
  const block = entryBlock(policy, next, state.terms, nowUs);
  return block === null ? null : holdFor(state, block, `${why}, but ${block}`, looks[0] ?? null, looks);
}

/** Enters a phase: a new record, a new clock, its share in the flags. The first one enables the optimised path. */
export function enterPhase(state: ManagerState, policy: Policy, phase: number, nowUs: number): Effect[] {
  const isFirst = state.phase < 0;
  state.phase = phase;
  state.phaseEnteredAtUs = nowUs;
  state.pausedForUs = 0;
  state.pausedAtUs = -1;
  forgetHold(state);
  state.signedOff = [];
  state.investigations = [];
  state.maxDurationFromUs = 0;
  state.goesOnWithoutData = false;
  const entered = policy.phases[phase];
  if (entered === undefined) return [];
  const enabled = {
    kind: "flags.changed",
    flags: { useOptimizedAnalytics: true },
    reason: "the rollout starts",
  } as const;
  return [
    { kind: "phase.entered", phase },
    ...(isFirst ? [enabled] : []),
    { kind: "flags.changed", flags: { rolloutPpm: entered.trafficPpm }, reason: `${entered.name} is entered` },
  ];
}

/** Leaves the current phase, if one has been entered, for another one. */
export function movePhase(
  state: ManagerState,
  policy: Policy,
  phase: number,
  verdict: PhaseVerdict,
  nowUs: number,
): Effect[] {
  return [...leavePhase(state, verdict), ...enterPhase(state, policy, phase, nowUs)];
}

/** The end of the stay in the current phase; nothing before the first one is entered. */
export function leavePhase(state: ManagerState, verdict: PhaseVerdict): Effect[] {
  return state.phase < 0 ? [] : [{ kind: "phase.left", verdict }];
}

/** Pauses: traffic stays as it is, the phase's clock stands still. `why`: the manager's own reason, if it has one. */
export function pause(state: ManagerState, nowUs: number, why: ManagerState["pausedFor"] = ""): void {
  state.status = nextStatus(state.status, "pause") ?? state.status;
  state.pausedAtUs = nowUs;
  state.pausedFor = why;
  forgetHold(state);
}

/**
 * Goes on after a pause. Somebody has decided to: what the manager had paused for does not pause again at the next
 * tick. The maximum duration begins anew, and missing data are waited for until there have been enough once.
 */
export function resume(state: ManagerState, nowUs: number): void {
  if (state.pausedFor === "max-duration") state.maxDurationFromUs = phaseClockUs(state, nowUs);
  if (state.pausedFor === "not-enough-data") state.goesOnWithoutData = true;
  state.status = nextStatus(state.status, "resume") ?? state.status;
  state.pausedForUs += nowUs - state.pausedAtUs;
  state.pausedAtUs = -1;
  state.pausedFor = "";
  forgetHold(state);
}
