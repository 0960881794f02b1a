/** What must hold of several routers, or of one that decides by more than a share, at every state. */
import { invariant } from "./kernel/assert.ts";
import { USERS_EXPOSED } from "./monitor/counters.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What has to be remembered of the routers between two states. */
export interface RoutersMemory {
  /** Per class: the largest threshold that any router ever knew. */
  highest: Float64Array;
  flips: number;
}

/** The memory before the first state. */
export function createRoutersMemory(): RoutersMemory {
  return { highest: new Float64Array(0), flips: 0 };
}

/**
 * A user once in stays in, at any one router, while the share that it knows does not fall; nobody is routed beyond what
 * some router knew; flips only grow, and those between routers are among them.
 */
export function checkRouters(ready: ReadyPlan, state: StackState, memory: RoutersMemory): void {
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
  const before = memory.highest;
  memory.highest = Float64Array.from({ length: plane.classes }, (_, one) => {
    let highest = before[one] ?? 0;
    for (let router = 0; router < plane.routers; router++) {
      highest = Math.max(highest, routers.thresholds[router * plane.classes + one] as number);
    }
    return highest;
  });
  const rises = memory.highest.some((threshold, one) => threshold > (before[one] ?? 0));
  if (plane.source !== "user" || !(rises || state.ending !== "")) return;
  const { exposed, counters } = state.recording;
  let total = 0;
  exposed.forEach((is, key) => {
    if (is === 0) return;
    total++;
    // What was routed until now went by what was known before.
    const highest = before[plane.classOfKey[key] as number] ?? 0;
    invariant((plane.bucketOfKey[key] as number) < highest, "a key was routed beyond the share");
  });
  invariant(total === counters[USERS_EXPOSED], "exposed users are miscounted");
}
