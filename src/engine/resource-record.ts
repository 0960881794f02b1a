/** What a run's record says of its resources, and what has to be known of how they are simulated. */
import type { FeatureFlags } from "./flags/feature-flags.ts";
import { msFromUs } from "./kernel/units.ts";
import { BASELINE, CANDIDATE } from "./monitor/counters.ts";
import { RESOURCE_BUSY_US, RESOURCE_COUNTERS, RESOURCE_WORKERS_US } from "./monitor/resource-measure.ts";
import { readResources } from "./resource-reading.ts";
import { ASKED, HITS, LONGEST_WAIT_US, NO_INSTANCE, QUEUE_FULL, TAKEN, WAITED_US } from "./resources/attempt.ts";
import type { ResourcePlan } from "./resources/resource-plan.ts";
import type { ResourceState } from "./resources/resource-state.ts";
import type { ResourcesRecord, VersionResourcesRecord } from "./resources/resource-result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The record of a state's resources; nothing where the plan declares none. */
export function recordResources(ready: ReadyPlan, state: StackState): { readonly resources?: ResourcesRecord } {
  const { resources } = state;
  if (resources === undefined) return {};
  return {
    resources: {
      retries: resources.retries,
      retriesOnBaseline: resources.shadowRetries,
      baseline: recordVersion(ready, state, resources, BASELINE),
      candidate: recordVersion(ready, state, resources, CANDIDATE),
    },
  };
}

function recordVersion(
  { resources: plane }: ReadyPlan,
  state: StackState,
  resources: ResourceState,
  version: typeof BASELINE | typeof CANDIDATE,
): VersionResourcesRecord {
  const name = version === BASELINE ? "baseline" : "candidate";
  const shape = plane?.ready[name].shape ?? { instances: 1, workers: 0 };
  const { counts } = resources[name];
  const { cache } = plane?.ready[name].sharesCache === true ? resources.baseline : resources[name];
  const count = (index: number): number => counts[index] as number;
  const gauges = readResources(plane, state).resources?.gauges[version];
  const at = (plane?.countersAt ?? 0) + version * RESOURCE_COUNTERS;
  const thereUs = state.recording.counters[at + RESOURCE_WORKERS_US] ?? 0;
  const memory = gauges?.memoryBytes ?? null;
  const limit = gauges?.memoryLimitBytes ?? null;
  const waits = shape.workers > 0 && count(TAKEN) > 0;
  return {
    instances: shape.instances,
    workers: shape.workers === 0 ? null : shape.workers,
    attempts: count(TAKEN),
    turnedAwayByQueue: count(QUEUE_FULL),
    turnedAwayWithoutInstance: count(NO_INSTANCE),
    waitMeanMs: waits ? msFromUs(count(WAITED_US) / count(TAKEN)) : null,
    waitLongestMs: waits ? msFromUs(count(LONGEST_WAIT_US)) : null,
    cpu: thereUs === 0 ? null : (state.recording.counters[at + RESOURCE_BUSY_US] ?? 0) / thereUs,
    cacheEntries: cache === null ? null : cache.itemAt.length,
    cacheHitRate: cache === null || count(ASKED) === 0 ? null : count(HITS) / count(ASKED),
    memoryBytes: memory,
    memoryShare: memory === null || limit === null ? null : memory / limit,
  };
}

/** What is not simulated of what the flags ask for, and what resources change in the meaning of the record. */
export function resourceNotes(
  plan: ResourcePlan | undefined,
  flags: FeatureFlags,
  state: ResourceState | undefined,
): string[] {
  const notes: string[] = [];
  const { cache, workers } = plan?.candidate ?? { cache: null, workers: "unlimited" };
  const unsimulated: string[] = [];
  if (flags.cacheEnabled && cache === null) unsimulated.push("CacheEnabled");
  if (flags.concurrencyEnabled && workers === "unlimited") unsimulated.push("ConcurrencyEnabled");
  if (unsimulated.length > 0) {
    const what = unsimulated.map((flag) => (flag === "CacheEnabled" ? "cache" : "workers")).join(" and no ");
    notes.push(`${unsimulated.join(" and ")}: the scenario gives the candidate no ${what}; the version models stand`);
  }
  if (plan === undefined) return notes;
  if (!flags.cacheEnabled && cache !== null) notes.push("CacheEnabled is off: the candidate's cache is not used");
  if (!flags.concurrencyEnabled && workers !== "unlimited") {
    notes.push("ConcurrencyEnabled is off: each instance of the candidate has 1 worker");
  }
  notes.push(
    "harmed and slowed compare with a run of all traffic on the baseline with the same draws; what they count includes users of the baseline whom the candidate's fallbacks made wait",
  );
  if (state !== undefined && plan.clients.retries > 0) {
    notes.push(
      `${state.retries} requests were clients' retries (${state.shadowRetries} with all traffic on the baseline); a retry draws its own luck, the same in both runs, but at the time at which it comes in each`,
    );
  }
  return notes;
}
