/** Random resources for property tests: few instances and short queues, so that attempts wait and are turned away. */
import fc from "fast-check";
import type { ResourceFault, ResourcePlan, VersionResources } from "../../src/engine/resources/resource-plan.ts";
import type { LatencyModel } from "../../src/engine/service/version-model.ts";

const SECOND = 1_000_000;

const version: fc.Arbitrary<VersionResources> = fc
  .record({
    instances: fc.integer({ min: 1, max: 3 }),
    workers: fc.constantFrom<VersionResources["workers"]>(1, 4, 30, "unlimited"),
    queue: fc.constantFrom(0, 3, 200),
    cache: fc.option(
      fc.record({
        entries: fc.integer({ min: 1, max: 40 }),
        entryBytes: fc.constant(0),
        hit: fc.constantFrom<LatencyModel>(
          { kind: "relative", factor: 0.1, addUs: 0 },
          { kind: "constant", us: 2_000 },
        ),
      }),
    ),
    memory: fc.option(
      fc.record({
        baseBytes: fc.nat(50_000_000),
        leakBytesPerSecond: fc.nat(1_000_000),
        leakBytesPerAttempt: fc.nat(1_000),
        garbageBytesPerAttempt: fc.nat(100_000),
        collectAtBytes: fc.constantFrom(0, 3_000_000),
        bytesPerAttemptInFlight: fc.nat(1_000_000),
        limitBytes: fc.constantFrom(null, 100_000_000),
      }),
    ),
    weighted: fc.boolean(),
  })
  .map(({ weighted, ...rest }) => ({
    ...rest,
    weights: weighted ? Array.from({ length: rest.instances }, (_, i) => i + 1) : null,
  }));

const resources: fc.Arbitrary<ResourcePlan> = fc
  .record({
    shares: fc.boolean(),
    baseline: version,
    candidate: version,
    items: fc.constantFrom<ResourcePlan["items"]>(
      { kind: "zipf", items: 100, exponent: 1 },
      { kind: "user" },
      { kind: "route" },
    ),
    clients: fc.record({ retries: fc.nat(3), backoffUs: fc.constantFrom(1, 200_000, SECOND) }),
  })
  .map(({ shares, candidate, ...rest }) => {
    if (!shares || rest.baseline.cache === null || candidate.cache === null) return { ...rest, candidate };
    return { ...rest, candidate: { ...candidate, cache: { ...candidate.cache, entries: "shared" as const } } };
  });

const fault: fc.Arbitrary<ResourceFault> = fc
  .record({
    name: fc.constant("resource fault"),
    version: fc.constantFrom("baseline", "candidate"),
    atUs: fc.nat(60 * SECOND),
    lengthUs: fc.integer({ min: 1, max: 30 * SECOND }),
    instance: fc.constantFrom(null, 0),
    leakBytesPerSecond: fc.constantFrom(0, 1_000_000),
    flushesCache: fc.boolean(),
    cacheCapacityPpm: fc.constantFrom(1_000_000, 0, 300_000),
    failsHealth: fc.boolean(),
    errorPpm: fc.constantFrom(0, 500_000),
    latencyFactor: fc.constantFrom(1, 3),
    latencyAddUs: fc.constantFrom(0, 50_000),
  })
  .map(({ lengthUs, ...rest }) => ({ ...rest, untilUs: rest.atUs + lengthUs }));

/** Resources and what goes wrong with them, as fields of a plan. */
export const arbitraryResources = fc.record({ resources, resourceFaults: fc.array(fault, { maxLength: 2 }) });
