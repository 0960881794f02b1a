/** What one run says of its rollback: times in milliseconds from the run's start. Fields may be added, never renamed. */

/** One step of a rollback as it went. */
export interface RollbackStepRecord {
  readonly name: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly result: "done" | "failed";
  /** From the second attempt of a step on. */
  readonly attempt?: number;
  /** The step is promised to take less than this, all its attempts together. */
  readonly promisedMs?: number;
}

/** One promise about a rollback, and how it fared. */
export interface RollbackPromise {
  /** `detection`, `rollback`, or the name of a step. */
  readonly what: string;
  /** Kept by what takes less. */
  readonly promisedMs: number;
  /** Null: it never came to an end. */
  readonly tookMs: number | null;
  readonly kept: boolean;
}

/** The rollback, if there was one. */
export interface RollbackRecord {
  /** Name of the trigger, or `operator:NAME`. */
  readonly trigger: string;
  /** When what it detected began: the newest fault active at detection, else the candidate's first request. */
  readonly onsetAtMs: number | null;
  readonly detectedAtMs: number;
  /** When the last router stopped sending traffic to the candidate; null: not before the run ended. */
  readonly revertedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  readonly steps: readonly RollbackStepRecord[];
  /** What the policy promises of it; absent: nothing. */
  readonly promises?: readonly RollbackPromise[];
  /** Requests in flight that stopping the candidate cut off; absent: it was not stopped. */
  readonly cutOff?: number;
  /** Requests that failed because the baseline was being restarted; absent: it was not. */
  readonly harmedByRestart?: number;
}
