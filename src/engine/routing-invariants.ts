/** What must hold of several routers, or of one that decides by more than a share, at every state. */
import { invariant } from "./kernel/assert.ts";
import { USERS_EXPOSED } from "./monitor/counters.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What has to be remembered of the routers between two states. */
export interface RoutersMemory {
  /** What the routers knew at the last state: what has been routed since went by it. */
  thresholds: Float64Array;
  flips: number;
}

/** The memory before the first state. */
export function createRoutersMemory(): RoutersMemory {
  return { thresholds: new Float64Array(0), flips: 0 };
}

/**
 * A user once in stays in, at any one router, while the share that it knows does not fall; whoever was routed to the
 * candidate for the first time since the routers last knew anything else was within what one of them knew. Flips only
 * grow, and those between routers are among them.
 */
export function checkRouters(ready: ReadyPlan, state: StackState, memory: RoutersMemory, seen: Exposure): void {
  const { routing } = ready;
  const { routers } = state;
  invariant(routing !== null && routers !== undefined, "routers that were not asked for");
  const { plane } = routing;
  invariant(routers.broken === 0, `${routers.broken} requests left the candidate though no share had fallen`);
  invariant(routers.flips >= memory.flips, "flips went back");
  invariant(routers.routerFlips <= routers.flips, "more flips between routers than flips");
  invariant(routers.tornUsers <= routers.routerFlips, "more torn users than flips between routers");
  invariant(plane.routers > 1 || routers.routerFlips === 0, "one router disagreed with itself");
  memory.flips = routers.flips;
  const newest = state.flagsHistory.length - 1;
  for (const known of routers.known) invariant(known <= newest, "a router knows flags that were never set");
  const before = memory.thresholds;
  const hasChanged = routers.thresholds.some((threshold, i) => threshold !== before[i]);
  if (!hasChanged && state.ending === "") return;
  checkNewlyExposed(state, seen, (key) => {
    if (plane.source !== "user") return true;
    const bucket = plane.bucketOfKey[key] as number;
    const ofKey = plane.classOfKey[key] as number;
    for (let at = ofKey; at < before.length; at += plane.classes) {
      if (bucket < (before[at] as number)) return true;
    }
    return false;
  });
  memory.thresholds = routers.thresholds.slice();
}

/** Keys that had been routed to the candidate when the routers last came to know something else. */
export interface Exposure {
  keys: Uint8Array;
}

/** Every key that has been exposed since was within the share of that time; each is counted once, and none forgotten. */
export function checkNewlyExposed(
  { recording }: Pick<StackState, "recording">,
  seen: Exposure,
  wasWithin: (key: number) => boolean,
): void {
  const { exposed, counters } = recording;
  let total = 0;
  for (let key = 0; key < exposed.length; key++) {
    if (exposed[key] === 0) {
      invariant(seen.keys[key] !== 1, "an exposed user was forgotten");
      continue;
    }
    total++;
    invariant(seen.keys[key] === 1 || wasWithin(key), "a key was routed beyond the share");
  }
  invariant(total === counters[USERS_EXPOSED], "exposed users are miscounted");
  seen.keys = exposed.slice();
}
