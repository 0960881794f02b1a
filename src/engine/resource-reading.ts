/** What the monitor is told of the resources: cumulative counters up to now, and gauges of now. */
import {
  RESOURCE_ASKED,
  RESOURCE_BUSY_US,
  RESOURCE_COUNTERS,
  RESOURCE_HITS,
  RESOURCE_TAKEN,
  RESOURCE_WAITED_US,
  RESOURCE_WORKERS_US,
  type ResourceReading,
  type VersionGauges,
} from "./monitor/resource-measure.ts";
import type { ResourcePlane } from "./resource-advance.ts";
import { ASKED, HITS, TAKEN, WAITED_US, type ReadyVersion, type VersionState } from "./resources/attempt.ts";
import { leakedByFaults, memoryBytes } from "./resources/memory.ts";
import type { ReadyResources, ResourceState } from "./resources/resource-state.ts";
import { busyWorkers, servedUs, waitingAt } from "./resources/worker-pool.ts";
import type { StackState } from "./stack-state.ts";

/** Writes the counters of both versions as they are at `resources.nowUs`. */
export function countResources(
  ready: ReadyResources,
  resources: ResourceState,
  counters: Float64Array,
  countersAt: number,
): void {
  countVersion(ready.baseline, resources.baseline, counters, countersAt, resources.nowUs);
  countVersion(ready.candidate, resources.candidate, counters, countersAt + RESOURCE_COUNTERS, resources.nowUs);
}

function countVersion(
  { shape }: ReadyVersion,
  { counts, pool }: VersionState,
  counters: Float64Array,
  at: number,
  nowUs: number,
): void {
  counters[at + RESOURCE_TAKEN] = counts[TAKEN] as number;
  counters[at + RESOURCE_WAITED_US] = counts[WAITED_US] as number;
  counters[at + RESOURCE_ASKED] = counts[ASKED] as number;
  counters[at + RESOURCE_HITS] = counts[HITS] as number;
  counters[at + RESOURCE_BUSY_US] = shape.workers === 0 ? 0 : servedUs(shape, pool, nowUs);
  counters[at + RESOURCE_WORKERS_US] = shape.instances * shape.workers * nowUs;
}

/** The reading of now; nothing where the plan declares no resources. */
export function readResources(
  plane: ResourcePlane | undefined,
  { resources, kernel }: StackState,
): { readonly resources?: ResourceReading } {
  if (plane === undefined || resources === undefined) return {};
  const { ready, countersAt } = plane;
  const baseline = readVersion(ready.baseline, resources.baseline, ready, kernel.nowUs);
  const candidate = readVersion(ready.candidate, resources.candidate, ready, kernel.nowUs);
  return { resources: { countersAt, gauges: [baseline, candidate] } };
}

function readVersion(
  { name, shape, memory }: ReadyVersion,
  { pool }: VersionState,
  { faults }: ReadyResources,
  nowUs: number,
): VersionGauges {
  let memoryMost = 0;
  let busy = 0;
  let waiting = 0;
  for (let instance = 0; instance < shape.instances; instance++) {
    const busyHere = busyWorkers(shape, pool, instance, nowUs);
    const waitingHere = waitingAt(shape, pool, instance, nowUs);
    busy += busyHere;
    waiting += waitingHere;
    if (memory === null) continue;
    const load = { taken: pool.taken[instance] as number, inFlight: busyHere + waitingHere };
    memoryMost = Math.max(memoryMost, memoryBytes(memory, load, leakedByFaults(faults, name, instance, nowUs), nowUs));
  }
  const isFinite = shape.workers > 0;
  return {
    memoryBytes: memory === null ? null : memoryMost,
    memoryLimitBytes: memory?.limitBytes ?? null,
    busyWorkers: isFinite ? busy : null,
    workers: isFinite ? shape.instances * shape.workers : null,
    queueLength: isFinite ? waiting : null,
  };
}
