/** Metrics of a world's own in the stack: a stage of the data plane, beside those that record everything else. */
import type { Span } from "./monitor/measure.ts";
import type { OwnPlaces } from "./monitor/own-metric-counters.ts";
import {
  completeOwnValues,
  cutOffOwnValues,
  recordOwnValues,
  type OwnInFlight,
  type OwnScratch,
} from "./monitor/own-metric-recorder.ts";
import type { RehearsalPlan } from "./plan.ts";
import { ownPlaces } from "./recorded-places.ts";
import type { ObservedSlices } from "./monitoring-plan.ts";
import { applyOwnFault, createOwnFaultEffects, type OwnFaultEffect } from "./service/own-metric-fault.ts";
import { createOwnValues } from "./service/own-metric.ts";
import { BATCH_ROWS, type Batch, type World } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** The metrics of a plan's world, ready. Immutable but for the scratch space. */
export interface ReadyOwnMetrics {
  readonly places: OwnPlaces;
  readonly world: World;
  readonly faults: readonly OwnFaultEffect[];
  readonly observed: ObservedSlices | null;
  readonly scratch: OwnScratch;
}

/** The metrics of a plan's world; null where it has none. */
export function readyOwnMetrics(
  plan: RehearsalPlan,
  limits: number,
  observed: ObservedSlices | null,
): ReadyOwnMetrics | null {
  const { world, faults, seed } = plan;
  const metrics = world.ownMetrics ?? [];
  if (metrics.length === 0) return null;
  return {
    places: ownPlaces(plan, limits),
    world,
    faults: createOwnFaultEffects(faults, metrics, world, seed),
    observed,
    scratch: { values: createOwnValues(metrics.length, BATCH_ROWS), cellOfRow: new Uint16Array(BATCH_ROWS) },
  };
}

/** What the monitor is told of them. */
export function readOwnMetrics(own: ReadyOwnMetrics | null): Pick<Span, "own"> {
  return own === null ? {} : { own: own.places };
}

/** Counts what waited and completes before `toUs`. */
export function completeOwnMetrics(own: ReadyOwnMetrics, state: StackState, inFlight: OwnInFlight, toUs: number): void {
  completeOwnValues(own.places, targetsOf(state), inFlight, toUs);
}

/** Gives the requests of a routed batch with its final outcomes their values, and counts them as they complete. */
export function observeOwnMetrics(
  own: ReadyOwnMetrics,
  state: StackState,
  inFlight: OwnInFlight,
  batch: Batch,
  toUs: number,
): void {
  const { world, faults, observed, scratch, places } = own;
  world.ownValues?.(batch, scratch.values);
  for (const effect of faults) {
    if (state.activeFaults[effect.fault] === 1) applyOwnFault(effect, batch, scratch.values);
  }
  if (observed !== null) findCells(observed, scratch.cellOfRow, batch);
  recordOwnValues(places, targetsOf(state), inFlight, scratch, batch, toUs, state.router.fallsBack);
}

/** The candidate's requests in flight have been cut off now. */
export function cutOffOwnMetrics(state: StackState, inFlight: OwnInFlight): void {
  cutOffOwnValues(inFlight, state.kernel.nowUs, state.router.fallsBack);
}

function targetsOf({ recording, monitoring }: StackState) {
  return { whole: recording, cells: monitoring.slices };
}

function findCells({ grid, keySegment }: ObservedSlices, cellOfRow: Uint16Array, batch: Batch): void {
  const { rowOfRoute, columnOfSegment } = grid;
  for (let i = 0; i < batch.count; i++) {
    const segment = keySegment === null ? 0 : (keySegment[batch.key[i] as number] as number);
    cellOfRow[i] = (rowOfRoute[batch.route[i] as number] as number) + (columnOfSegment[segment] as number);
  }
}
