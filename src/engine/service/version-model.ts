/**
 * How a version of the service behaves: latency, failures and declined requests, with overrides per route.
 * Plain data; `quantile-table.ts` turns a latency model into a table that is sampled with one draw.
 */

/** How long an attempt takes. */
export type LatencyModel =
  | { readonly kind: "constant"; readonly us: number }
  /**
   * Lognormal through given percentiles: between two given points the logarithm of the latency is linear in the
   * normal quantile, beyond them it goes on with the slope of the nearest pair. Two points make a lognormal.
   * `points` ascend in both `quantile` (0 < q < 1) and `us`; at least two.
   */
  | { readonly kind: "lognormal"; readonly points: readonly { readonly quantile: number; readonly us: number }[] }
  /** Candidate only: the baseline's latency of the same request, times `factor`, plus `addUs`; never below 1 µs. */
  | { readonly kind: "relative"; readonly factor: number; readonly addUs: number };

/** How often an attempt fails: of its own, or (candidate only) where the baseline fails and then some. */
export type ErrorModel =
  | { readonly kind: "own"; readonly ppm: number }
  | { readonly kind: "relative"; readonly addPpm: number };

/** What one route does differently; what is not given is as the version has it. */
export interface RouteOverride {
  readonly latency?: LatencyModel;
  readonly errors?: ErrorModel;
  readonly declinePpm?: number;
}

/** One version of the service. */
export interface VersionModel {
  readonly latency: LatencyModel;
  readonly errors: ErrorModel;
  /** Share of requests that the version declines without an attempt, parts per million; 0 for the baseline. */
  readonly declinePpm: number;
  /** Overrides by route name. */
  readonly routes: Readonly<Record<string, RouteOverride>>;
}
