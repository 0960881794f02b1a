/** A fault of the way back itself: a step of the rollback that is slow, or fails, while the fault lasts. Plain data. */

/** One fault of a rollback step; it hits the attempts of the step that begin in `[atUs, untilUs)`. */
export interface RollbackFault {
  /** Shown in the audit trail, e.g. `restart baseline is slow, x3`. */
  readonly name: string;
  readonly atUs: number;
  readonly untilUs: number;
  /** Name of the step. */
  readonly step: string;
  /** How many times as long an attempt takes: 1 for as long as ever. */
  readonly slowFactor: number;
  /** True: every attempt fails. */
  readonly fails: boolean;
}
