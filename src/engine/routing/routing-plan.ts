/** What a rehearsal says of its routers: how many, when each learns of what, and how each decides. Plain data. */
import type { BucketingMode } from "../flags/bucketing-mode.ts";
import type { Targeting } from "../flags/targeting.ts";

/** How routers learn of changes of the flags. */
export type RouterSpec =
  /** One router per delay: it sees every change exactly so long after it was stored. */
  | { readonly kind: "delayed"; readonly delaysUs: readonly number[] }
  /** Each reads the store every `pollUs`, from an instant of its own by the seed, and acts on it `readUs` later. */
  | { readonly kind: "polling"; readonly count: number; readonly pollUs: number; readonly readUs: number };

/**
 * What is hashed. `default`: what the traffic says of who sends a request, the user, else the session, else the request
 * alone. `user` and `session`: this alone, and where the traffic does not say it there is no key. `request`: the
 * request, so that every router decides alike about it. `random`: a draw for every decision.
 */
export type Stickiness = "default" | "user" | "session" | "request" | "random";

/** A time for which routers cannot read the store: they go on with what they know. */
export interface StoreOutage {
  /** `[atUs, untilUs)`; a reading at `atUs` fails. */
  readonly atUs: number;
  readonly untilUs: number;
  /** Which routers, counted from 0; null: all. */
  readonly routers: readonly number[] | null;
}

/** Somebody throws the kill switch, or takes it back. */
export interface KillSwitchChange {
  readonly atUs: number;
  readonly on: boolean;
  readonly by: string;
  readonly reason: string;
}

/** All of it. */
export interface RoutingPlan {
  readonly routers: RouterSpec;
  /** A request reaches one of the routers by a draw of its own, or always the same one by its user. */
  readonly reach: "request" | "user";
  readonly bucketing: BucketingMode;
  readonly stickiness: Stickiness;
  readonly targeting: Targeting;
  readonly outages: readonly StoreOutage[];
  readonly killSwitch: readonly KillSwitchChange[];
  /** The kill switch is not waited for but pushed: a router that can be reached sees it so long after. */
  readonly killDelayUs: number;
}

/** Most routers: their number is a byte. */
export const ROUTERS_MAX = 256;

/** How many routers there are. */
export function routerCount(routers: RouterSpec): number {
  return routers.kind === "delayed" ? routers.delaysUs.length : routers.count;
}
