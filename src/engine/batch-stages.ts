/**
 * The stages that a batch of requests goes through on the data plane, whatever runs between them: routed, drawn,
 * recorded.
 */
import { recordBatch } from "./monitor/recorder.ts";
import type { RecordingTerms } from "./monitor/recording.ts";
import { completeInFlight } from "./monitor/row-recorder.ts";
import { countFirstSights } from "./monitor/sample-ratio.ts";
import type { ReadyMonitor } from "./monitoring-plan.ts";
import { beginObserving, observeBatch } from "./observing.ts";
import type { BaselineRestart } from "./rollback-disruption.ts";
import { routeByBits, type KeyBits } from "./routing/key-bits.ts";
import { countVisit, routeByRouters, type RoutersPlane } from "./routing/routers.ts";
import { applyFault, type FaultEffect } from "./service/fault-effects.ts";
import type { Batch, World } from "./service/world.ts";
import { keepForTests } from "./sequential-tests.ts";
import type { StackState } from "./stack-state.ts";

/** What the data plane works with; immutable but for what is scratch space. */
export interface DataPlane {
  readonly world: World;
  /** By key index. */
  readonly buckets: Uint32Array;
  /** Who goes to the candidate, by key index; scratch space as well. */
  readonly keyBits: KeyBits;
  readonly faults: readonly FaultEffect[];
  /** Steps of the rollback that take a share of the baseline away. */
  readonly restarts: readonly BaselineRestart[];
  readonly terms: RecordingTerms;
  readonly batch: Batch;
  readonly monitor: ReadyMonitor;
  /** Several routers, or one that decides by more than a share; absent: one plain router. */
  readonly routers?: RoutersPlane;
  /** Told of every batch that has been routed; absent: nobody looks. */
  readonly watch?: RoutingWatch;
}

/** Looks at a routed batch, and may throw. */
export type RoutingWatch = (plane: DataPlane, state: StackState, batch: Batch) => void;

/** Counts what was in flight and completes before `toUs`. */
export function completeBefore(plane: DataPlane, state: StackState, toUs: number): void {
  completeInFlight(state.recording, plane.terms, toUs);
  beginObserving(plane.monitor, state, plane.terms, toUs);
}

/** Routes the batch by what the routers know. */
export function routeArrivals(plane: DataPlane, state: StackState, batch: Batch): void {
  const { keyBits, routers, watch } = plane;
  if (routers === undefined || state.routers === undefined) routeByBits(batch, keyBits, state.router.threshold);
  else routeByRouters(routers, state.routers, batch);
  if (watch !== undefined) watch(plane, state, batch);
}

/** Counts what the users of a routed batch meet, where there is more than one plain router. */
export function countVisits({ routers }: DataPlane, state: StackState, batch: Batch): void {
  if (routers === undefined || state.routers === undefined) return;
  for (let row = 0; row < batch.count; row++) countVisit(routers, state.routers, batch, row);
}

/** Draws what would become of a routed batch under either version, faults and timeouts included. */
export function drawBatch({ world, faults }: DataPlane, state: StackState, batch: Batch): void {
  const { activeFaults } = state;
  world.outcomes(state.world, batch);
  for (let i = 0; i < faults.length; i++) {
    const effect = faults[i];
    if (activeFaults[i] === 1 && effect !== undefined) applyFault(effect, batch);
  }
  if (world.settle !== undefined) world.settle(batch);
}

/**
 * Records a batch whose outcomes are final, with whoever records. What completes at `toUs` or later waits in flight.
 * `isOrdered`: its rows are in the order of their arrival.
 */
export function recordRouted(
  plane: DataPlane,
  state: StackState,
  batch: Batch,
  toUs: number,
  isOrdered: boolean,
): void {
  if (state.split !== undefined) countFirstSights(state.split, batch);
  if (state.sequential !== undefined) keepForTests(state.sequential, batch);
  recordBatch(state.recording, plane.terms, batch, toUs, state.router.fallsBack, isOrdered);
  observeBatch(plane.monitor, state, plane.terms, batch, toUs);
}
