/** Synthetic traffic: how many requests come when, from whom, and for which routes. Plain data. */

/** When requests arrive. */
export type ArrivalModel =
  /** Evenly spaced, the first at time 0. */
  | { readonly kind: "constant"; readonly perSecond: number }
  /** Independent exponential gaps. */
  | { readonly kind: "poisson"; readonly perSecond: number };

/** Who the requests come from. */
export interface UserModel {
  /** How many users there are; each request is from one of them, all equally likely. User i has the key `u<i>`. */
  readonly population: number;
}

/** A route and its weight among the routes. */
export interface RouteShare {
  readonly name: string;
  readonly weight: number;
}

/** All of a scenario's traffic. */
export interface Traffic {
  readonly arrivals: ArrivalModel;
  readonly users: UserModel;
  /** At least one; weights are positive. */
  readonly routes: readonly RouteShare[];
}
