/**
 * Looks at every request as it is routed: it goes where its key and what its router knows at that moment send it. So
 * nobody is beyond the share, and whoever is in stays in while the share does not fall. Requests are counted by
 * themselves as well, for what recorders count.
 */
import type { DataPlane, RoutingWatch } from "./batch-stages.ts";
import { invariant } from "./kernel/assert.ts";
import type { Batch } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** Requests that were routed, a client's retries among them. */
export interface RoutedCount {
  requests: number;
  candidate: number;
}

/** Nothing routed yet. */
export function createRoutedCount(): RoutedCount {
  return { requests: 0, candidate: 0 };
}

/** A watch that counts into `count`, and throws `InvariantError` where a request was routed wrongly. */
export function watchRouting(count: RoutedCount): RoutingWatch {
  return (plane, state, batch) => {
    const candidates =
      plane.routers === undefined ? lookAtPlain(plane, state, batch) : lookAtRouters(plane, state, batch);
    invariant(candidates === batch.candidateCount, "routed rows are miscounted");
    count.requests += batch.count;
    count.candidate += candidates;
  };
}

function lookAtPlain({ buckets }: DataPlane, { router }: StackState, { count, key, routed }: Batch): number {
  let candidates = 0;
  for (let row = 0; row < count; row++) {
    const isIn = (buckets[key[row] as number] as number) < router.threshold ? 1 : 0;
    if (routed[row] !== isIn) complain(isIn);
    candidates += isIn;
  }
  return candidates;
}

/** Where it is not known which router a request met, or by which bucket it is decided, any of them explains it. */
function lookAtRouters({ routers: plane }: DataPlane, { routers }: StackState, batch: Batch): number {
  invariant(plane !== undefined && routers !== undefined, "routers that were not asked for");
  const { classes, classOfKey, bucketOfKey, routerOfKey, source } = plane;
  const { count, key, routed } = batch;
  let candidates = 0;
  for (let row = 0; row < count; row++) {
    const user = key[row] as number;
    const first = plane.routers === 1 ? 0 : (routerOfKey?.[user] ?? 0);
    const last = plane.routers === 1 || routerOfKey !== null ? first : plane.routers - 1;
    let least = Infinity;
    let most = 0;
    for (let router = first; router <= last; router++) {
      const threshold = routers.thresholds[router * classes + (classOfKey[user] as number)] as number;
      least = Math.min(least, threshold);
      most = Math.max(most, threshold);
    }
    const isCandidate = routed[row] as number;
    candidates += isCandidate;
    if (source === "user") {
      const bucket = bucketOfKey[user] as number;
      if (isCandidate === 1 && bucket >= most) complain(0);
      if (isCandidate === 0 && bucket < least) complain(1);
    } else if (isCandidate === 1 && most === 0) complain(0);
  }
  return candidates;
}

function complain(belongsIn: 0 | 1): never {
  invariant(
    false,
    belongsIn === 1 ? "a key within the share was not routed to the candidate" : "a key was routed beyond the share",
  );
}
