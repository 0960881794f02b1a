/** What spans several fields of a scenario's resources. */
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import type { FlagsText } from "./flags-shape.ts";
import { hasResources, type ResourcesText } from "./resource-file.ts";
import type { ResourceFaultText, VersionResourcesText } from "./resource-shape.ts";
import type { NodePath } from "./yaml-text.ts";
import { checkLatency } from "./version-latency.ts";

/** Places in the queues of one version, all instances together. */
const PLACES_MAX = 20_000_000;

/** The fields of a scenario that resources bear on. */
export interface CheckedResources {
  readonly baseline?: Partly<VersionResourcesText>;
  readonly candidate?: Partly<VersionResourcesText>;
  readonly items?: Partly<ResourcesText["items"]>;
  readonly clients?: Partly<ResourcesText["clients"]>;
  readonly resourceFaults?: Partly<readonly ResourceFaultText[]>;
  readonly flags?: Partly<FlagsText>;
  readonly duration?: number | undefined;
}

/** Complains of everything that is wrong between the fields of a scenario's resources. */
export function checkResources(scenario: CheckedResources, report: Report): void {
  const { baseline, candidate, items, flags } = scenario;
  checkVersionResources("baseline", baseline, undefined, scenario, report);
  checkVersionResources("candidate", candidate, baseline, scenario, report);
  const hasCache = baseline?.cache !== undefined || candidate?.cache !== undefined;
  if (items !== undefined && !hasCache) {
    report(["items"], complain("items are what caches keep, and neither version has a cache"));
  }
  if (items?.by !== undefined && (items.count !== undefined || items.zipf !== undefined)) {
    report(["items", "by"], complain("an item of every user or route needs no count and no zipf", { found: items.by }));
  }
  if (candidate?.workers !== undefined && flags?.workerPoolSize !== undefined) {
    report(["candidate", "workers"], complain("the flag workerPoolSize says already how many workers there are"));
  }
  const { cache } = candidate ?? {};
  if (flags?.maxCacheSize !== undefined && (cache?.entries !== undefined || cache?.size !== undefined)) {
    report(["candidate", "cache"], complain("the flag maxCacheSize says already how much the cache holds"));
  }
  if (cache?.shared === true && baseline?.cache === undefined) {
    report(["candidate", "cache", "shared"], complain("the baseline has no cache to share"));
  }
  for (const [index, fault] of (scenario.resourceFaults ?? []).entries()) checkFault(fault, index, scenario, report);
}

function checkVersionResources(
  name: "baseline" | "candidate",
  version: Partly<VersionResourcesText>,
  inherited: Partly<VersionResourcesText>,
  { flags }: CheckedResources,
  report: Report,
): void {
  if (version === undefined) return;
  const instances = version.instances ?? inherited?.instances ?? 1;
  const hasWorkers =
    (version.workers ?? inherited?.workers) !== undefined ||
    (name === "candidate" && flags?.concurrencyEnabled !== undefined);
  if (version.weights !== undefined && version.weights.length !== instances) {
    const found = String(version.weights.length);
    report([name, "weights"], complain("every instance has a weight", { found, allowed: String(instances) }));
  }
  if (version.queue !== undefined) {
    if (!hasWorkers) {
      report([name, "queue"], complain("nobody waits where workers are never too few: give workers as well"));
    }
    if (version.queue * instances > PLACES_MAX) {
      const allowed = `at most ${PLACES_MAX} places in all`;
      report(
        [name, "queue"],
        complain("the queues of all instances are too long", { found: String(version.queue), allowed }),
      );
    }
  }
  checkCache(name, version.cache, report);
  const { memory } = version;
  if (memory === undefined) return;
  if ((memory.garbage === undefined) !== (memory.collectAt === undefined)) {
    report([name, "memory"], complain("garbage and collectAt belong together"));
  }
  if (memory.collectAt !== undefined && memory.collectAt === 0) {
    report(
      [name, "memory", "collectAt"],
      complain("garbage is collected when it reaches a size above 0", { found: "0" }),
    );
  }
  if (memory.perAttempt !== undefined && !hasWorkers) {
    report(
      [name, "memory", "perAttempt"],
      complain("attempts in flight are counted where there are workers: give workers"),
    );
  }
}

function checkCache(
  name: "baseline" | "candidate",
  cache: Partly<VersionResourcesText["cache"]>,
  report: Report,
): void {
  if (cache === undefined) return;
  const path = [name, "cache"];
  checkLatency(cache.hit, [...path, "hit"], report);
  if (cache.shared !== undefined) return checkSharedCache(name, cache, path, report);
  if (cache.entries !== undefined && cache.size !== undefined) {
    report(path, complain("a cache holds so many entries, or so much", { found: "both", allowed: "entries, or size" }));
  }
  if (cache.entries !== undefined) return;
  if (cache.entry === undefined || cache.entry === 0) {
    report(
      path,
      complain("how large an entry is must be known, or how many there are", { allowed: "entry, or entries" }),
    );
  }
  if (cache.size === undefined && name === "baseline") {
    report(path, complain("how much the cache holds is missing", { allowed: "entries, or size and entry" }));
  }
}

function checkSharedCache(
  name: "baseline" | "candidate",
  cache: Partly<VersionResourcesText["cache"]>,
  path: NodePath,
  report: Report,
): void {
  if (name === "baseline")
    report([...path, "shared"], complain("it is the candidate that shares the baseline's cache"));
  for (const key of ["entries", "size", "entry"] as const) {
    if (cache?.[key] === undefined) continue;
    report([...path, key], complain("a shared cache is the baseline's: its size stands there"));
  }
}

function checkFault(fault: Partly<ResourceFaultText>, index: number, scenario: CheckedResources, report: Report): void {
  if (fault === undefined) return;
  const path = ["resourceFaults", index];
  const { version = "candidate", instance } = fault;
  const effects = ["health", "errors", "latency", "leak", "cache"];
  if (!effects.some((effect) => effect in fault)) {
    report(path, complain("a fault that does nothing", { found: "none of its effects", allowed: effects.join(", ") }));
  }
  const { baseline } = scenario;
  if (!hasResources(baseline) && !hasResources(scenario.candidate) && scenario.clients === undefined) {
    report(
      path,
      complain("the scenario declares no resources", { allowed: "instances, workers, cache or memory of a version" }),
    );
  }
  for (const name of version === "both" ? (["baseline", "candidate"] as const) : [version]) {
    checkFaultOf(name, fault, path, scenario, report);
  }
  if (fault.cache !== undefined && instance !== undefined) {
    report([...path, "instance"], complain("the cache is the whole version's: no single instance can lose it"));
  }
  if (fault.at !== undefined && scenario.duration !== undefined && fault.at >= scenario.duration) {
    report([...path, "at"], complain("the fault begins when the run is over"));
  }
}

/** What a version has to have for a fault of it. */
function checkFaultOf(
  name: "baseline" | "candidate",
  fault: Partly<ResourceFaultText> & object,
  path: NodePath,
  { baseline, candidate }: CheckedResources,
  report: Report,
): void {
  const given = <Key extends keyof VersionResourcesText>(key: Key) => {
    const own = name === "candidate" ? candidate?.[key] : undefined;
    return own ?? baseline?.[key];
  };
  const { instance } = fault;
  const instances = given("instances") ?? 1;
  if (instance !== undefined && instance > instances) {
    const found = String(instance);
    report(
      [...path, "instance"],
      complain(`the ${name} has no such instance`, { found, allowed: `1 to ${instances}` }),
    );
  }
  if (fault.cache !== undefined && given("cache") === undefined) {
    report([...path, "cache"], complain(`the ${name} has no cache`));
  }
  if (fault.cache !== undefined && fault.version === "candidate" && candidate?.cache?.shared === true) {
    report([...path, "cache"], complain("the candidate shares the baseline's cache", { allowed: "version: baseline" }));
  }
  if (fault.leak !== undefined && given("memory") === undefined) {
    report([...path, "leak"], complain(`the memory of the ${name} is not given`));
  }
}
