/** Synthetic traffic: how many requests come when, from whom, and for which routes. Plain data. */

/** A point of a curve of rates. */
export interface RatePoint {
  readonly atUs: number;
  /** At least 0. */
  readonly perSecond: number;
}

/** When requests arrive. */
export type ArrivalModel =
  /** Evenly spaced, the first at time 0. */
  | { readonly kind: "constant"; readonly perSecond: number }
  /** Independent exponential gaps. */
  | { readonly kind: "poisson"; readonly perSecond: number }
  /** At a rate that changes with time. */
  | VaryingArrivals
  /** Independent arrivals at one of two rates: calm and bursts alternate, of exponential lengths (the calm is first). */
  | BurstyArrivals;

/**
 * Arrivals at a rate that is linear in time between points, jumps where two points stand at one time, and stays at the
 * outer points' rates beyond them.
 */
export interface VaryingArrivals {
  readonly kind: "varying";
  /** At least one; times from 0 on, not descending. */
  readonly points: readonly RatePoint[];
  /** The curve starts again so often: at least the last point's time; null: never. */
  readonly repeatUs: number | null;
  /** `poisson`: independent arrivals. `even`: one whenever the curve has made up one more request, the first at once. */
  readonly spacing: "poisson" | "even";
}

/** Arrivals of a Poisson process whose rate is switched between two values by a Markov process. */
export interface BurstyArrivals {
  readonly kind: "bursts";
  readonly calmPerSecond: number;
  readonly burstPerSecond: number;
  /** Mean length of a calm. */
  readonly calmUs: number;
  /** Mean length of a burst. */
  readonly burstUs: number;
}

/** Who the requests come from. */
export interface UserModel {
  /** How many users there are; each request is from one of them. User i has the key `u<i>`. */
  readonly population: number;
  /** Exponent of Zipf's law: user i is as busy as `(i + 1) ^ -zipf`. 0 or absent: all are equally busy. */
  readonly zipf?: number;
  /** How users are divided; absent: not at all. */
  readonly segments?: readonly SegmentShares[];
  /** What requests say of their sender besides the user; absent: nothing, they are known by the user. */
  readonly sessions?: SessionModel;
}

/** One dimension of segments: its values, and the share of the users that has each. */
export interface SegmentShares {
  readonly name: string;
  /** Shares in parts per million; they add up to a million. */
  readonly values: readonly { readonly name: string; readonly ppm: number }[];
}

/** How a user's requests fall into sessions. */
export type SessionModel =
  /** One after the other, each with so many requests. */
  | { readonly kind: "requests"; readonly requests: number }
  /** One after the other, each so long; every user's begin at a time of their own. */
  | { readonly kind: "time"; readonly lengthUs: number }
  /** No identity at all: every request is a session of its own. */
  | { readonly kind: "none" };

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
