/** A fault: a step change of a version's behaviour for a time, on top of what its model says. Plain data. */

/** Which version. */
export type VersionName = "baseline" | "candidate";

/** One fault. Several may be active at once: failures combine as independent causes, factors multiply, additions add. */
export interface Fault {
  /** Shown in the journal, e.g. `candidate errors +15%`. */
  readonly name: string;
  readonly version: VersionName;
  /** Active for requests that arrive in `[atUs, untilUs)`. */
  readonly atUs: number;
  readonly untilUs: number;
  /** Share of attempts that fail because of it, parts per million. */
  readonly errorPpm: number;
  /** Share of requests declined because of it, parts per million (candidate only). */
  readonly declinePpm: number;
  readonly latencyFactor: number;
  readonly latencyAddUs: number;
  /** True: health polls of the version fail while it is active. */
  readonly failsHealth: boolean;
  /** Only requests of this route; null: all. */
  readonly route: string | null;
}
