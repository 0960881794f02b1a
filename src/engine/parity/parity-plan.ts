/** Shadow traffic: which requests both versions answer to be compared, and what is wrong with the candidate when. */
import type { Defect } from "./column-analytics.ts";

/** A defect of the candidate's answers, for the requests of windows that begin in `[atUs, untilUs)`. */
export interface ParityFault {
  /** Shown in the record, e.g. `lost-type`. */
  readonly name: string;
  readonly defect: Defect;
  readonly atUs: number;
  readonly untilUs: number;
}

/** Shadow traffic of a rehearsal. Plain data. */
export interface ParityPlan {
  /** Share of all requests that are compared, parts per million. */
  readonly sharePpm: number;
  readonly faults: readonly ParityFault[];
}
