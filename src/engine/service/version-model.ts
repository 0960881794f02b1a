/**
 * How a version of the service behaves: latency, failures and declined requests, with overrides per route and segment.
 * Plain data; `quantile-table.ts` turns a latency model into a table that is sampled with one draw.
 */
import type { SegmentSelector } from "./segments.ts";

/** How long an attempt takes. */
export type LatencyModel =
  | { readonly kind: "constant"; readonly us: number }
  /**
   * Lognormal through given percentiles: between two given points the logarithm of the latency is linear in the
   * normal quantile, beyond them it goes on with the slope of the nearest pair. Two points make a lognormal.
   * `points` ascend in both `quantile` (0 < q < 1) and `us`; at least two.
   */
  | { readonly kind: "lognormal"; readonly points: readonly { readonly quantile: number; readonly us: number }[] }
  /** Exponential with this mean. */
  | { readonly kind: "exponential"; readonly meanUs: number }
  /**
   * As measured: the latency is linear in the quantile between the points, and stays at the outer ones beyond them.
   * `points` ascend strictly in `quantile` (0 to 1) and do not descend in `us`; at least one.
   */
  | { readonly kind: "empirical"; readonly points: readonly { readonly quantile: number; readonly us: number }[] }
  /** A request is of one of several sorts, with these weights (more than 0); the sorts have latencies of their own. */
  | {
      readonly kind: "mixture";
      readonly parts: readonly { readonly weight: number; readonly latency: LatencyModel }[];
    }
  /** Candidate only: the baseline's latency of the same request, times `factor`, plus `addUs`; never below 1 µs. */
  | { readonly kind: "relative"; readonly factor: number; readonly addUs: number };

/** Failures in bursts: calm and bursts alternate, of exponential lengths fixed by the seed. */
export interface ErrorBursts {
  /** Stands in a burst in place of the rate outside: `ppm` of own failures, `addPpm` of relative ones. */
  readonly ppm: number;
  /** Mean length of the calm between two bursts. The first burst comes after a calm. */
  readonly everyUs: number;
  /** Mean length of a burst. */
  readonly lastsUs: number;
}

/** A kind of failure and its weight among the kinds. */
export interface ErrorKindShare {
  readonly name: string;
  readonly weight: number;
}

/** What failures have in common, wherever they come from. */
interface ErrorManner {
  readonly bursts?: ErrorBursts;
  /** Of which kinds failures are; absent: all are `error`. */
  readonly kinds?: readonly ErrorKindShare[];
}

/** How often an attempt fails: of its own, or (candidate only) where the baseline fails and then some. */
export type ErrorModel = ErrorManner &
  ({ readonly kind: "own"; readonly ppm: number } | { readonly kind: "relative"; readonly addPpm: number });

/** What one route does differently; what is not given is as the version has it. */
export interface RouteOverride {
  readonly latency?: LatencyModel;
  readonly errors?: ErrorModel;
  readonly declinePpm?: number;
  readonly timeoutUs?: number;
}

/** What users of a segment meet differently, on every route. */
export interface SegmentOverride extends RouteOverride {
  /** Value by name of the dimension; all must match. */
  readonly where: SegmentSelector;
}

/** A version that is slow after its start: its latency is multiplied by `factor`, which falls evenly to 1. */
export interface WarmUp {
  readonly factor: number;
  readonly overUs: number;
}

/** One version of the service. */
export interface VersionModel {
  readonly latency: LatencyModel;
  readonly errors: ErrorModel;
  /** Share of requests that the version declines without an attempt, parts per million; 0 for the baseline. */
  readonly declinePpm: number;
  /** Overrides by route name. */
  readonly routes: Readonly<Record<string, RouteOverride>>;
  /** Overrides by segment; they win over those of routes, and later ones over earlier ones. */
  readonly segments?: readonly SegmentOverride[];
  /**
   * An attempt that would take longer fails with the kind `timeout` when so long has passed. Absent: never, and on the
   * candidate as on the baseline.
   */
  readonly timeoutUs?: number;
  /** Candidate only, from the start of the rollout on; absent: it is warm from the first request. */
  readonly warmUp?: WarmUp;
}
