import { describe, expect, it } from "vitest";
import { SAFE_FLAGS } from "../engine/flags/feature-flags.ts";
import { describeProblem } from "../engine/kernel/problem.ts";
import { loadPolicy } from "./built-in.ts";
import { planScenario, rehearseScenario } from "./runner.ts";
import { readScenario } from "./scenario-file.ts";

const PLAIN = "scenario: it\npolicy: setbull-v2\ntraffic: { poisson: 50/s }\n";

function read(baseline: string, candidate: string, more = "") {
  const versions = `baseline: { latency: 10ms, ${baseline} }\ncandidate: { latency: x 0.5, ${candidate} }\n`;
  return readScenario(`${PLAIN}${versions}${more}`, "it.yaml");
}

function scenarioOf(baseline: string, candidate: string, more = "") {
  const found = read(baseline, candidate, more);
  if (!found.ok) throw new Error(found.problems.map(describeProblem).join("\n"));
  return found.value;
}

function problemsOf(baseline: string, candidate: string, more = ""): string[] {
  const found = read(baseline, candidate, more);
  return found.ok ? [] : found.problems.map(({ path, message }) => `${path}: ${message}`);
}

function policy() {
  const found = loadPolicy("setbull-v2");
  if (!found.ok) throw new Error("the built-in policy is not read");
  return found.value;
}

describe("resources of a scenario", () => {
  it("are none where it says nothing of them", () => {
    const plan = planScenario(scenarioOf("", ""), policy(), null);
    expect(plan.resources).toBeUndefined();
  });

  it("are filled in, the candidate's from the baseline's", () => {
    const { resources } = scenarioOf(
      "instances: 2, weights: [1, 3], workers: 4, cache: { size: 1MB, entry: 30KB, hit: 2ms }, memory: { base: 1MB, leak: 6MB/min }",
      "",
      "items: { count: 50, zipf: 0.5 }\nclients: { retries: 2 }\n",
    );
    expect(resources?.plan.baseline).toEqual({
      instances: 2,
      weights: [1, 3],
      workers: 4,
      queue: 100,
      cache: { entries: 33, entryBytes: 30_000, hit: { kind: "constant", us: 2_000 } },
      memory: {
        baseBytes: 1_000_000,
        leakBytesPerSecond: 100_000,
        leakBytesPerAttempt: 0,
        garbageBytesPerAttempt: 0,
        collectAtBytes: 0,
        bytesPerAttemptInFlight: 0,
        limitBytes: null,
      },
    });
    expect(resources?.plan.candidate).toEqual(resources?.plan.baseline);
    expect(resources?.plan.items).toEqual({ kind: "zipf", items: 50, exponent: 0.5 });
    expect(resources?.plan.clients).toEqual({ retries: 2, backoffUs: 200_000 });
    // Other instances than the baseline's have no weights of it.
    const own = scenarioOf("instances: 2, weights: [1, 3]", "instances: 1, queue: 0, workers: 1").resources?.plan;
    expect(own?.candidate).toMatchObject({ instances: 1, weights: null, workers: 1, queue: 0 });
  });

  it("are behind the flags where the scenario or the environment speaks of them, and else are there", () => {
    const flagsOf = (more: string, baseFlags = {}) => {
      const scenario = scenarioOf("workers: 2", "cache: { entries: 5 }", more);
      const { flags, resources } = planScenario(scenario, policy(), null, baseFlags);
      return [flags.concurrencyEnabled, flags.cacheEnabled, resources?.candidate.workers];
    };
    expect(flagsOf("")).toEqual([true, true, 2]);
    expect(flagsOf("flags: { cacheEnabled: false }\n")).toEqual([true, false, 2]);
    expect(flagsOf("flags: { concurrencyEnabled: true, workerPoolSize: 8 }\n")).toEqual([true, true, "by flag"]);
    expect(flagsOf("", { baseFlags: SAFE_FLAGS })).toEqual([false, false, 2]);
  });

  it("come with what goes wrong with them", () => {
    const faults = [
      "{ at: 1m, instance: 2, health: failing }",
      "{ at: 2m, for: 1m, leak: 6MB/min, latency: x 2 + 1ms, errors: + 5% }",
      "{ at: 3m, version: baseline, cache: flush }",
      "{ at: 4m, cache: 10% }",
    ];
    const { resourceFaults } = scenarioOf(
      "instances: 2, cache: { entries: 5 }, memory: { base: 1MB }",
      "",
      `resourceFaults: [${faults.join(", ")}]\n`,
    );
    expect(resourceFaults?.map((fault) => fault.name)).toEqual([
      "instance 2 of the candidate: health failing",
      "candidate: leak of 6MB/min, errors +5%, latency x2, latency +1ms",
      "baseline: cache flushed",
      "candidate: cache down to 10%",
    ]);
    expect(resourceFaults?.[0]).toMatchObject({ instance: 1, failsHealth: true, untilUs: Number.MAX_SAFE_INTEGER });
    expect(resourceFaults?.[1]).toMatchObject({ instance: null, leakBytesPerSecond: 100_000, errorPpm: 50_000 });
    expect(resourceFaults?.[2]).toMatchObject({ version: "baseline", flushesCache: true, cacheCapacityPpm: 1_000_000 });
    expect(resourceFaults?.[3]).toMatchObject({ flushesCache: false, cacheCapacityPpm: 100_000 });
  });

  it("may be of both versions: a cache that the candidate shares, and faults of each", () => {
    const { resources, resourceFaults } = scenarioOf(
      "instances: 2, cache: { entries: 5 }",
      "cache: { shared: true, hit: 1ms }",
      "resourceFaults: [{ at: 1m, version: both, health: failing }, { at: 2m, version: both, latency: x 2, name: slow }]\n",
    );
    expect(resources?.plan.candidate.cache).toMatchObject({ entries: "shared", hit: { kind: "constant", us: 1_000 } });
    expect(resources?.flags.cacheEnabled).toBe(true);
    expect(resourceFaults?.map(({ name, version }) => [name, version])).toEqual([
      ["baseline: health failing", "baseline"],
      ["candidate: health failing", "candidate"],
      ["slow (baseline)", "baseline"],
      ["slow (candidate)", "candidate"],
    ]);
    const said = problemsOf(
      "instances: 3, cache: { entries: 5, shared: true }",
      "instances: 2, cache: { shared: true, size: 1MB, entry: 1KB }",
      "resourceFaults: [{ at: 1m, cache: flush }, { at: 2m, version: both, instance: 3, errors: + 1% }]\n",
    );
    expect(said).toEqual([
      "baseline.cache.entries: a shared cache is the baseline's: its size stands there",
      "baseline.cache.shared: it is the candidate that shares the baseline's cache",
      "candidate.cache.size: a shared cache is the baseline's: its size stands there",
      "candidate.cache.entry: a shared cache is the baseline's: its size stands there",
      "resourceFaults[0].cache: the candidate shares the baseline's cache",
      "resourceFaults[1].instance: the candidate has no such instance",
    ]);
    expect(problemsOf("", "cache: { shared: true }")).toEqual([
      "candidate.cache.shared: the baseline has no cache to share",
    ]);
  });

  it("that contradict themselves are told, all at once", () => {
    expect(
      problemsOf(
        "instances: 2, weights: [1], queue: 5, cache: { hit: { p50: 1ms } }",
        "memory: { base: 1MB, garbage: 1KB }",
      ),
    ).toEqual([
      "baseline.weights: every instance has a weight",
      "baseline.queue: nobody waits where workers are never too few: give workers as well",
      "baseline.cache: how large an entry is must be known, or how many there are",
      "baseline.cache: how much the cache holds is missing",
      "baseline.cache.hit: at least two percentiles are needed",
      "candidate.memory: garbage and collectAt belong together",
    ]);
    expect(problemsOf("", "", "items: { by: user, count: 3 }\n")).toEqual([
      "items: items are what caches keep, and neither version has a cache",
      "items.by: an item of every user or route needs no count and no zipf",
    ]);
    expect(
      problemsOf(
        "",
        "workers: 3, cache: { entries: 1, size: 1MB }",
        "flags: { workerPoolSize: 4, maxCacheSize: 1MB }\n",
      ),
    ).toEqual([
      "candidate.workers: the flag workerPoolSize says already how many workers there are",
      "candidate.cache: a cache holds so many entries, or so much",
      "candidate.cache: the flag maxCacheSize says already how much the cache holds",
    ]);
    const faults = "[{ at: 1m, instance: 9, cache: flush, leak: 1MB/s }, { at: 2m }, { at: 3m, leak: 5MB }]";
    expect(problemsOf("workers: 1", "", `resourceFaults: ${faults}\n`)).toEqual([
      "resourceFaults[0].instance: the candidate has no such instance",
      "resourceFaults[0].instance: the cache is the whole version's: no single instance can lose it",
      "resourceFaults[0].cache: the candidate has no cache",
      "resourceFaults[0].leak: the memory of the candidate is not given",
      "resourceFaults[1]: a fault that does nothing",
      "resourceFaults[2].leak: this is not a size per time",
    ]);
    expect(problemsOf("", "", "resourceFaults: [{ at: 1m, errors: + 1% }]\n")).toEqual([
      "resourceFaults[0]: the scenario declares no resources",
    ]);
  });
});

describe("a rehearsal with resources", () => {
  it("raises the stated alerts on memory and on the cache, and says what the resources came to", () => {
    const scenario = scenarioOf(
      "workers: 4",
      "cache: { entries: 10 }, memory: { base: 10MB, leak: 1MB/s, limit: 100MB }",
      "items: { count: 1000, zipf: 0.5 }\nduration: 5m\nflags: { rolloutPercentage: 50%, useOptimizedAnalytics: true }\n" +
        "expect: [resources.candidate.cacheHitRate < 20%, resources.candidate.memoryShare > 80%, resources.retries is 0]\n",
    );
    const eager = policy();
    const [first, ...rest] = eager.phases;
    if (first === undefined) throw new Error("no phase");
    const half = { ...eager, phases: [{ ...first, trafficPpm: 500_000 }, ...rest] };
    const record = rehearseScenario(scenario, half, null);
    const alerts = record.decisions.filter((decision) => decision.kind === "alert");
    expect(alerts.map(({ atMs, evidence }) => [atMs, evidence?.metric])).toEqual([
      [expect.any(Number), "candidate.cache.hitRate"],
      [75_000, "candidate.memory.share"],
    ]);
    expect(record.expectations.every((expectation) => expectation.held)).toBe(true);
  });
});
