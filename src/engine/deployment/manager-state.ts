/**
 * The deployment manager's state, and the transitions that it may make: every one is listed here, everything else is
 * refused with a reason.
 */
import type { OperatorCommand } from "./operator.ts";
import type { Policy } from "./policy.ts";
import type { RollbackFault } from "./rollback-fault.ts";

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
export type Movement =
  | OperatorCommand["action"]["kind"]
  | "request-approval"
  | "sign-off"
  | "complete"
  | "undo"
  | "verify"
  | "fail";

/** Every allowed movement: from a status, by a movement, to the next status. */
export const TRANSITIONS: readonly (readonly [ManagerStatus, Movement, ManagerStatus])[] = [
  ["idle", "start", "running"],
  ["idle", "request-approval", "awaiting-approval"],
  ["running", "pause", "paused"],
  ["running", "advance", "running"],
  ["running", "go-back", "running"],
  ["running", "adjust", "running"],
  ["running", "roll-back", "rolling-back"],
  ["running", "review", "running"],
  ["running", "close-investigation", "running"],
  ["running", "request-approval", "awaiting-approval"],
  ["running", "complete", "completed"],
  ["paused", "resume", "running"],
  ["paused", "advance", "paused"],
  ["paused", "go-back", "paused"],
  ["paused", "adjust", "paused"],
  ["paused", "review", "paused"],
  ["paused", "close-investigation", "paused"],
  ["paused", "roll-back", "rolling-back"],
  ["awaiting-approval", "approve", "awaiting-approval"],
  ["awaiting-approval", "sign-off", "running"],
  ["awaiting-approval", "reject", "paused"],
  ["awaiting-approval", "pause", "paused"],
  ["awaiting-approval", "advance", "running"],
  ["awaiting-approval", "go-back", "running"],
  ["awaiting-approval", "adjust", "awaiting-approval"],
  ["awaiting-approval", "review", "awaiting-approval"],
  ["awaiting-approval", "close-investigation", "awaiting-approval"],
  ["awaiting-approval", "roll-back", "rolling-back"],
  // A stage after the rollout has failed: only a pipeline undoes a finished rollout.
  ["completed", "undo", "rolling-back"],
  ["rolling-back", "verify", "rolled-back"],
  ["rolling-back", "fail", "failed"],
  ["failed", "retry", "rolling-back"],
];

/** The status after a movement; null when it is not allowed. */
export function nextStatus(from: ManagerStatus, movement: Movement): ManagerStatus | null {
  return TRANSITIONS.find(([status, by]) => status === from && by === movement)?.[2] ?? null;
}

/** One attempt of a step of a rollback. Plain data. */
export interface RollbackStepProgress {
  name: string;
  startedAtUs: number;
  endedAtUs: number;
  /** Absent: it succeeded. */
  failed?: true;
  /** Absent: it was the first. */
  attempt?: number;
}

/** What a manager is told about its run besides the policy: it never changes. */
export interface ManagerTerms {
  /** The run's seed: chances of rollback steps are drawn from streams of it. */
  readonly seed: string;
  readonly rollbackFaults: readonly RollbackFault[];
  /** The calendar at the run's start, milliseconds since 1970; null: the run has no date. */
  readonly calendarStartMs: number | null;
}

/** Progress of a rollback. Plain data. */
export interface RollbackProgress {
  /** Name of the trigger, or `operator:NAME`. */
  readonly cause: string;
  readonly detectedAtUs: number;
  /** Index of the step under way; the number of steps when all are done. */
  step: number;
  stepStartedAtUs: number;
  steps: RollbackStepProgress[];
  /** Attempts of the step under way, the present one included; absent: the first. */
  attempt?: number;
  /** 1: the attempt under way is going to fail; absent: it is not. */
  failing?: number;
  /** Since when it is looked whether the rollback is verified; absent: since the last step ended. */
  verifyFromUs?: number;
  /** What the last wait for the verification was about; absent: nothing is waited for. */
  waitsFor?: string;
  /** 1: the candidate has been stopped; absent: it has not. */
  candidateStopped?: number;
  /** Requests that stopping the candidate cut off; absent: it has not been stopped. */
  cutOff?: number;
  /** Requests that failed because the baseline was being restarted; absent: it was not. */
  harmedByRestart?: number;
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
  /** What the last hold was about, so that only a change is written down; empty: none since the phase's start or what a person did. */
  heldFor: string;
  /** Who has signed off on the next phase so far. */
  signedOff: string[];
  /** Triggers whose investigations are open: a person decides before the manager goes on. */
  investigations: string[];
  /** What paused the rollout, where it was a maximum duration or missing data; empty: something else. */
  pausedFor: "" | "max-duration" | "not-enough-data";
  /** The phase's clock from which its maximum duration counts: 0, or where a pause at its end was resumed. */
  maxDurationFromUs: number;
  /** Somebody resumed after a pause for missing data, and there have not been enough since. */
  goesOnWithoutData: boolean;
  rollback: RollbackProgress | null;
  /** Reactions whose commands are on their way, by their place in the plan: nobody is about to do a thing twice. */
  reacting: number[];
  readonly terms: ManagerTerms;
}

const WITHOUT_TERMS: ManagerTerms = { seed: "", rollbackFaults: [], calendarStartMs: null };

/** A manager that has not started. */
export function createManagerState(policy: Policy, terms: ManagerTerms = WITHOUT_TERMS): ManagerState {
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
    signedOff: [],
    investigations: [],
    pausedFor: "",
    maxDurationFromUs: 0,
    goesOnWithoutData: false,
    rollback: null,
    reacting: [],
    terms,
  };
}

/** The phase's own clock, which stands still while paused, microseconds. */
export function phaseClockUs(state: ManagerState, nowUs: number): number {
  const until = state.pausedAtUs >= 0 ? state.pausedAtUs : nowUs;
  return until - state.phaseEnteredAtUs - state.pausedForUs;
}
