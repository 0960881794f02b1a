/**
 * The deployment manager's state, and the transitions that it may make: every one is listed here, everything else is
 * refused with a reason.
 */
import type { OperatorCommand } from "./operator.ts";
import type { Policy } from "./policy.ts";

/** Where a deployment stands. */
export type ManagerStatus =
  | "idle"
  | "running"
  | "paused"
  | "awaiting-approval"
  | "rolling-back"
  | "rolled-back"
  | "completed"
  | "failed";

/** What moves a manager from one status to another. */
export type Movement = OperatorCommand["action"]["kind"] | "complete" | "verify" | "fail";

/** Every allowed movement: from a status, by a movement, to the next status. */
export const TRANSITIONS: readonly (readonly [ManagerStatus, Movement, ManagerStatus])[] = [
  ["idle", "start", "running"],
  ["running", "pause", "paused"],
  ["running", "advance", "running"],
  ["running", "go-back", "running"],
  ["running", "adjust", "running"],
  ["running", "roll-back", "rolling-back"],
  ["running", "complete", "completed"],
  ["paused", "resume", "running"],
  ["paused", "adjust", "paused"],
  ["paused", "roll-back", "rolling-back"],
  ["rolling-back", "verify", "rolled-back"],
  ["rolling-back", "fail", "failed"],
];

/** The status after a movement; null when it is not allowed. */
export function nextStatus(from: ManagerStatus, movement: Movement): ManagerStatus | null {
  return TRANSITIONS.find(([status, by]) => status === from && by === movement)?.[2] ?? null;
}

/** Progress of a rollback. Plain data. */
export interface RollbackProgress {
  /** Name of the trigger, or `operator:NAME`. */
  readonly cause: string;
  readonly detectedAtUs: number;
  /** Index of the step under way; the number of steps when all are done. */
  step: number;
  stepStartedAtUs: number;
  steps: { name: string; startedAtUs: number; endedAtUs: number }[];
  /** Since when no router has sent traffic to the candidate; -1: some still do. */
  revertedAtUs: number;
  /** Since when nothing of the candidate has been routed or in flight, seen at ticks; -1: not yet. */
  quietSinceUs: number;
  verifiedAtUs: number;
}

/** All that the manager remembers. Plain data. */
export interface ManagerState {
  status: ManagerStatus;
  /** Index of the current phase; -1 before the start. */
  phase: number;
  phaseEnteredAtUs: number;
  /** Time spent paused in this phase, without a pause that is going on. */
  pausedForUs: number;
  /** When the pause that is going on began; -1: none. */
  pausedAtUs: number;
  /** Per trigger: since when its condition has held at every tick; -1: it does not hold. */
  heldSinceUs: number[];
  /** Per trigger: 1 after it fired, until its condition ceases. */
  fired: number[];
  /** Per trigger: the limit as it is now. */
  triggerLimits: number[];
  /** Per phase and gate: the limit as it is now. */
  gateLimits: number[][];
  /** What the last hold was about, so that only a change is written down; empty: none in this phase. */
  heldFor: string;
  rollback: RollbackProgress | null;
}

/** A manager that has not started. */
export function createManagerState(policy: Policy): ManagerState {
  return {
    status: "idle",
    phase: -1,
    phaseEnteredAtUs: 0,
    pausedForUs: 0,
    pausedAtUs: -1,
    heldSinceUs: policy.triggers.map(() => -1),
    fired: policy.triggers.map(() => 0),
    triggerLimits: policy.triggers.map((trigger) => trigger.limit),
    gateLimits: policy.phases.map((phase) => phase.gates.map((gate) => gate.limit)),
    heldFor: "",
    rollback: null,
  };
}

/** The phase's own clock, which stands still while paused, microseconds. */
export function phaseClockUs(state: ManagerState, nowUs: number): number {
  const until = state.pausedAtUs >= 0 ? state.pausedAtUs : nowUs;
  return until - state.phaseEnteredAtUs - state.pausedForUs;
}
