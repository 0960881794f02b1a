/** Resources for tests: without limits, so that they change nothing, but for what a test gives. */
import type {
  MemoryModel,
  ResourceFault,
  ResourcePlan,
  VersionResources,
} from "../../src/engine/resources/resource-plan.ts";

const UNLIMITED: VersionResources = {
  instances: 1,
  weights: null,
  workers: "unlimited",
  queue: 100,
  cache: null,
  memory: null,
};

/** What a test says of its resources. */
interface ResourceFacts {
  readonly baseline?: Partial<VersionResources>;
  readonly candidate?: Partial<VersionResources>;
  readonly items?: ResourcePlan["items"];
  readonly clients?: ResourcePlan["clients"];
}

/** Resources that differ from unlimited ones in what is given. */
export function resourcesWith(facts: ResourceFacts = {}): ResourcePlan {
  return {
    baseline: { ...UNLIMITED, ...facts.baseline },
    candidate: { ...UNLIMITED, ...facts.candidate },
    items: facts.items ?? { kind: "zipf", items: 1_000, exponent: 1 },
    clients: facts.clients ?? { retries: 0, backoffUs: 200_000 },
  };
}

/** A fault of resources that does nothing but what is given. */
export function resourceFault(change: Partial<ResourceFault>): ResourceFault {
  return {
    name: "resource fault",
    version: "candidate",
    atUs: 0,
    untilUs: Number.MAX_SAFE_INTEGER,
    instance: null,
    leakBytesPerSecond: 0,
    flushesCache: false,
    cacheCapacityPpm: 1_000_000,
    failsHealth: false,
    errorPpm: 0,
    latencyFactor: 1,
    latencyAddUs: 0,
    ...change,
  };
}

/** Memory of 100 bytes that nothing adds to, but for what is given. */
export function memoryWith(change: Partial<MemoryModel>): MemoryModel {
  return {
    baseBytes: 100,
    leakBytesPerSecond: 0,
    leakBytesPerAttempt: 0,
    garbageBytesPerAttempt: 0,
    collectAtBytes: 0,
    bytesPerAttemptInFlight: 0,
    limitBytes: null,
    ...change,
  };
}
