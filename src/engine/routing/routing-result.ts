/** What a record says of the routing. Plain data. */

/** How requests were routed, where there were several routers, or one that decided by more than a share. */
export interface RoutingRecord {
  readonly routers: number;
  /** Whose rule of bucketing: `canonical`, `unleash`, `growthbook-v1`, `growthbook-v2`, `flagd`, `launchdarkly`. */
  readonly bucketing: string;
  readonly stickiness: string;
  /** Longest time from a change of the flags to a router that acted on it; one that never did counts nothing. */
  readonly slowestUpdateMs: number;
  /** Requests that were decided about otherwise than their user's request before. */
  readonly flips: number;
  /** Those of them that came of two routers that knew different shares at that moment. */
  readonly routerFlips: number;
  /** Distinct users among the latter. */
  readonly tornUsers: number;
}
