/**
 * What feeds back on a version of the service: instances, workers and their queues, caches, memory, clients that try
 * again. Plain data; the optional field `resources` of a plan. Without it a version serves any number of requests at
 * once, and its models alone say how.
 */
import type { VersionName } from "../service/fault.ts";
import type { LatencyModel } from "../service/version-model.ts";

/** Workers of each instance: so many; as the flags ConcurrencyEnabled and WorkerPoolSize say; or never too few. */
export type WorkerCount = number | "by flag" | "unlimited";

/** A cache of a version, common to its instances. It forgets the entry that was asked for longest ago. */
export interface CacheModel {
  /**
   * How many entries it holds, at least 1; as many as MaxCacheSize has room for; or (the candidate's) it is the baseline's
   * own, that both ask and fill.
   */
  readonly entries: number | "by flag" | "shared";
  /** Size of an entry; 0 where it is not given (then `entries` is a number). */
  readonly entryBytes: number;
  /** How long a hit is served: of its own, or (relative) from what the attempt would take without the cache. */
  readonly hit: LatencyModel;
}

/** Memory of one instance. */
export interface MemoryModel {
  readonly baseBytes: number;
  /** Never given back, per second since the run's start. */
  readonly leakBytesPerSecond: number;
  /** Never given back, per attempt that the instance took. */
  readonly leakBytesPerAttempt: number;
  /** Left behind by every attempt until it is collected. */
  readonly garbageBytesPerAttempt: number;
  /** Garbage is collected, all at once, when it reaches this; 0: there is none. */
  readonly collectAtBytes: number;
  /** Held while an attempt waits or is served. */
  readonly bytesPerAttemptInFlight: number;
  /** What `memory.share` is a share of; null: there is no limit. Nothing happens at the limit. */
  readonly limitBytes: number | null;
}

/** What one version runs on. */
export interface VersionResources {
  /** At least 1. */
  readonly instances: number;
  /** Of the balancer, one per instance, whole numbers from 1; null: round-robin. */
  readonly weights: readonly number[] | null;
  readonly workers: WorkerCount;
  /** Attempts that may wait at each instance while all its workers are busy; one more is turned away. */
  readonly queue: number;
  readonly cache: CacheModel | null;
  readonly memory: MemoryModel | null;
}

/** Which item a request asks for: what caches keep. */
export type ItemModel =
  /** Item k (from 1) is asked for in proportion to 1 / k^exponent, whoever asks. */
  | { readonly kind: "zipf"; readonly items: number; readonly exponent: number }
  /** Every user has an item of his own. */
  | { readonly kind: "user" }
  /** Every route has one. */
  | { readonly kind: "route" };

/** What clients do when their request fails. */
export interface ClientModel {
  /** How often they try again at most; 0: never. */
  readonly retries: number;
  /** Wait before the first retry; it doubles with each further one. */
  readonly backoffUs: number;
}

/** All resources of a rehearsal. */
export interface ResourcePlan {
  readonly baseline: VersionResources;
  readonly candidate: VersionResources;
  readonly items: ItemModel;
  readonly clients: ClientModel;
}

/** A fault of resources, or of one instance. What it does not say stays as it is. */
export interface ResourceFault {
  /** Shown in the journal. */
  readonly name: string;
  readonly version: VersionName;
  /** Active in `[atUs, untilUs)`. */
  readonly atUs: number;
  readonly untilUs: number;
  /** Only this instance, from 0; null: all of them. The cache is the version's, and has no instance. */
  readonly instance: number | null;
  /** Memory that each instance loses per second while it is active; it is not given back after. */
  readonly leakBytesPerSecond: number;
  /** The cache is emptied when it begins. */
  readonly flushesCache: boolean;
  /** Share of the cache's capacity that is left while it is active, parts per million; 1,000,000 is all of it. */
  readonly cacheCapacityPpm: number;
  /** Health polls of the instance fail. */
  readonly failsHealth: boolean;
  /** Attempts at the instance that fail because of it, parts per million. */
  readonly errorPpm: number;
  readonly latencyFactor: number;
  readonly latencyAddUs: number;
}
