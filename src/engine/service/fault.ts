/** A fault: a change of a version's behaviour for a time, on top of what its model says. Plain data. */
import type { OwnMetricChange } from "./own-metric.ts";
import type { SegmentSelector } from "./segments.ts";

/** Which version. */
export type VersionName = "baseline" | "candidate";

/**
 * How strong a fault is while it is active, from 0 to 1 of what it says: a share of its failures and declines, of its
 * addition to the latency, and of the way from 1 to its factor. Evaluated at the arrival of each request.
 */
export type FaultShape =
  /** All of it, all the time. */
  | { readonly kind: "step" }
  /** Growing evenly to all of it for so long, and then staying. */
  | { readonly kind: "ramp"; readonly riseUs: number }
  /** Growing evenly to all of it until so long after the beginning, then shrinking evenly to nothing at the end. */
  | { readonly kind: "spike"; readonly riseUs: number }
  /** All of it for so long, none of it for so long, and so on; it is on first. */
  | { readonly kind: "flapping"; readonly onUs: number; readonly offUs: number };

/** One fault. Several may be active at once: failures combine as independent causes, factors multiply, additions add. */
export interface Fault {
  /** Shown in the journal, e.g. `candidate errors +15%`. */
  readonly name: string;
  /**
   * `both`: of something that both versions depend on. One draw decides for both, so that a request that it fails on
   * the candidate fails as a fallback as well.
   */
  readonly version: VersionName | "both";
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
  /** Only requests of users in this segment; absent: all. */
  readonly where?: SegmentSelector;
  /** Absent: a step. */
  readonly shape?: FaultShape;
  /** Kind of its failures, one of the world's; absent: the world's first. */
  readonly errorKind?: string;
  /** True: weights of the two pools that are stored while it is active are stored the wrong way round. */
  readonly swapsWeights?: true;
  /** What it does to metrics of the world's own, by name; of a boolean `factor` is at most 1. Absent: nothing. */
  readonly metrics?: Readonly<Record<string, OwnMetricChange>>;
}
