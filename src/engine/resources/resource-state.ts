/** All resources of a rehearsal, made ready; and where they stand: both versions, the shadow, clients, calls. */
import { invariant } from "../kernel/assert.ts";
import { deriveStream, type Stream } from "../kernel/random.ts";
import type { FeatureFlags } from "../flags/feature-flags.ts";
import type { World } from "../service/world.ts";
import { createVersionState, readyVersion, type ReadyVersion, type VersionState } from "./attempt.ts";
import { createInstanceHealth, type InstanceHealth } from "./balancer.ts";
import { createCalls, type Calls } from "./calls.ts";
import { createZipf, type ItemPopularity } from "./item-popularity.ts";
import { createPending, type Pending } from "./pending.ts";
import type { ClientModel, ItemModel, ResourceFault, ResourcePlan, VersionResources } from "./resource-plan.ts";

/** The resources of a plan made ready. Immutable. */
export interface ReadyResources {
  readonly baseline: ReadyVersion;
  readonly candidate: ReadyVersion;
  readonly clients: ClientModel;
  readonly itemKind: ItemModel["kind"];
  /** For items by Zipf's law; null: the item is the user or the route, or nobody asks. */
  readonly popularity: ItemPopularity | null;
  readonly itemStream: Stream;
  readonly items: number;
  readonly faults: readonly ResourceFault[];
}

/** Where the resources of a run stand. Plain data. */
export interface ResourceState {
  readonly baseline: VersionState;
  readonly candidate: VersionState;
  /** The baseline of a run with all traffic on it, in lockstep with the run itself and with the same draws. */
  readonly shadow: VersionState;
  /** Instances by version index; the shadow's are those of the baseline. */
  readonly health: [InstanceHealth, InstanceHealth];
  /** Per resource fault: 1 while it is active. */
  readonly activeFaults: Uint8Array;
  readonly pending: Pending;
  readonly calls: Calls;
  /** Fallbacks that wait: requests of the candidate that have arrived and not completed. */
  pendingFallbacks: number;
  /** Requests that were a client's retry. */
  retries: number;
  /** As `retries`, of the run with all traffic on the baseline. */
  shadowRetries: number;
  /** Until when the data plane has run. */
  nowUs: number;
}

/** Workers of each of the candidate's instances as the flags have it; 0 stands for never too few. */
export function candidateWorkers({ workers }: VersionResources, flags: FeatureFlags): number {
  if (workers === "unlimited") return 0;
  if (!flags.concurrencyEnabled) return 1;
  return workers === "by flag" ? flags.workerPoolSize : workers;
}

/** Entries of the candidate's own cache as the flags have it; 0: it has none. */
export function candidateCacheEntries({ cache }: VersionResources, flags: FeatureFlags): number {
  if (cache === null || !flags.cacheEnabled || cache.entries === "shared") return 0;
  if (cache.entries !== "by flag") return cache.entries;
  return Math.max(Math.floor((flags.maxCacheSizeMb * 1_000_000) / cache.entryBytes), 1);
}

/** Makes the resources of a plan ready; `flags` as they take effect at the start. */
export function readyResources(
  plan: ResourcePlan,
  faults: readonly ResourceFault[],
  flags: FeatureFlags,
  world: World,
  seed: string,
): ReadyResources {
  const { baseline, candidate, items } = plan;
  const { workers, cache } = baseline;
  const baselineEntries = cache === null ? 0 : cache.entries;
  invariant(workers !== "by flag" && typeof baselineEntries === "number", "flags and sharing are about the candidate");
  const candidateEntries = candidateCacheEntries(candidate, flags);
  const sharesCache = candidate.cache?.entries === "shared" && flags.cacheEnabled && baselineEntries > 0;
  const isAsked = baselineEntries + candidateEntries > 0;
  return {
    baseline: readyVersion("baseline", baseline, workers === "unlimited" ? 0 : workers, baselineEntries, faults, seed),
    candidate: {
      ...readyVersion("candidate", candidate, candidateWorkers(candidate, flags), candidateEntries, faults, seed),
      sharesCache,
    },
    clients: plan.clients,
    itemKind: items.kind,
    popularity: isAsked && items.kind === "zipf" ? createZipf(items.items, items.exponent) : null,
    itemStream: deriveStream(seed, "resources/items"),
    items: items.kind === "zipf" ? items.items : items.kind === "user" ? world.keyHashes.length : world.routes.length,
    faults,
  };
}

/** The resources at the start of a run. */
export function createResourceState(ready: ReadyResources): ResourceState {
  const { baseline, candidate, items } = ready;
  return {
    baseline: createVersionState(baseline, items),
    candidate: createVersionState(candidate, items),
    shadow: createVersionState(baseline, items),
    health: [createInstanceHealth(baseline.shape.instances), createInstanceHealth(candidate.shape.instances)],
    activeFaults: new Uint8Array(ready.faults.length),
    pending: createPending(),
    calls: createCalls(),
    pendingFallbacks: 0,
    retries: 0,
    shadowRetries: 0,
    nowUs: 0,
  };
}
