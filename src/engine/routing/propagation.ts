/** When each router learns of what was stored, the store being unreachable at times. */
import { DRAW_UNIT, deriveStream, draw32 } from "../kernel/random.ts";
import type { RouterSpec, StoreOutage } from "./routing-plan.ts";

/** The first instant at which each router reads the store, by the seed: from 0 to less than the interval. */
export function firstPollsUs(routers: RouterSpec, seed: string): Float64Array {
  if (routers.kind === "delayed") return new Float64Array(routers.delaysUs.length);
  const { a, b } = deriveStream(seed, "routing/first-poll");
  return Float64Array.from({ length: routers.count }, (_, i) =>
    Math.floor(draw32(a, b, i) * DRAW_UNIT * routers.pollUs),
  );
}

/**
 * When a router acts on a change that is stored now; Infinity: never. A reading of this very instant is over (routers
 * are updated before anything decides), so one that polls sees the change at a later one.
 */
export function learnsAtUs(
  routers: RouterSpec,
  firstPollUs: number,
  outages: readonly StoreOutage[],
  router: number,
  storedAtUs: number,
): number {
  if (routers.kind === "delayed") {
    return reachableFromUs(outages, router, storedAtUs) + (routers.delaysUs[router] ?? 0);
  }
  const { pollUs, readUs } = routers;
  let polls = Math.max(Math.floor((storedAtUs - firstPollUs) / pollUs) + 1, 0);
  for (;;) {
    const atUs = firstPollUs + polls * pollUs;
    const reachableUs = reachableFromUs(outages, router, atUs);
    if (reachableUs === atUs) return atUs + readUs;
    if (reachableUs === Infinity) return Infinity;
    polls = Math.ceil((reachableUs - firstPollUs) / pollUs);
  }
}

/** When a router sees what is pushed to it now; Infinity: never. */
export function pushedAtUs(outages: readonly StoreOutage[], router: number, nowUs: number, delayUs: number): number {
  return reachableFromUs(outages, router, nowUs) + delayUs;
}

/** The first instant from the given one on at which the router reaches the store. */
function reachableFromUs(outages: readonly StoreOutage[], router: number, atUs: number): number {
  let fromUs = atUs;
  for (;;) {
    const outage = outages.find(
      (one) => one.atUs <= fromUs && fromUs < one.untilUs && (one.routers === null || one.routers.includes(router)),
    );
    if (outage === undefined) return fromUs;
    if (outage.untilUs >= Number.MAX_SAFE_INTEGER) return Infinity;
    fromUs = outage.untilUs;
  }
}
