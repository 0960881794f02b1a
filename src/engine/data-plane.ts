/**
 * The data plane: requests, which are not events. Between two control events it draws arrivals, routes them, draws
 * their outcomes and records them, batch by batch.
 */
import { invariant } from "./kernel/assert.ts";
import { CANDIDATE } from "./monitor/counters.ts";
import { endObserving } from "./observing.ts";
import { disruptBatch } from "./rollback-disruption.ts";
import { declineAll } from "./service/fault-effects.ts";
import type { StackState } from "./stack-state.ts";
import { completeBefore, countVisits, drawBatch, recordRouted, routeArrivals, type DataPlane } from "./batch-stages.ts";
import type { ResourcePlane } from "./resource-advance.ts";
import { advanceResourcePlane } from "./resource-plane.ts";

/**
 * Runs all requests that arrive before `toUs`, and completes what completes before it. `resources`: what feeds back;
 * absent where nothing does.
 */
export function advanceDataPlane(plane: DataPlane, state: StackState, toUs: number, resources?: ResourcePlane): void {
  if (resources !== undefined && state.resources !== undefined) {
    advanceResourcePlane(plane, resources, state, state.resources, toUs);
  } else {
    advancePlainPlane(plane, state, toUs);
  }
  endObserving(state, toUs);
}

function advancePlainPlane(plane: DataPlane, state: StackState, toUs: number): void {
  const { world, batch } = plane;
  const { rollback } = state.manager;
  completeBefore(plane, state, toUs);
  for (;;) {
    world.arrivals(state.world, batch, toUs);
    if (batch.count === 0) return;
    invariant((batch.atUs[batch.count - 1] as number) < toUs, "a world gave a request from the future");
    routeArrivals(plane, state, batch);
    countVisits(plane, state, batch);
    drawBatch(plane, state, batch);
    if (!state.health[CANDIDATE].ok) declineAll(batch);
    if (rollback !== null) disruptBatch(plane.restarts, rollback, state, batch);
    recordRouted(plane, state, batch, toUs, true);
  }
}
