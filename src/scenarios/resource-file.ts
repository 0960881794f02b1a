/** The resources of a scenario file: what is left out filled in, the candidate from the baseline. */
import type { VersionName } from "../engine/service/fault.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { z } from "zod";
import type {
  CacheModel,
  ItemModel,
  MemoryModel,
  ResourceFault,
  ResourcePlan,
  VersionResources,
} from "../engine/resources/resource-plan.ts";
import { writeDuration, writeShare, writeSize } from "./quantity.ts";
import {
  resourceKeys,
  type ResourceFaultText,
  type VersionResourcesText,
  type clientsShape,
  type itemsShape,
} from "./resource-shape.ts";
import { buildLatency } from "./version-latency.ts";

/** Default room in a queue. */
const QUEUE = 100;
const ITEMS = 10_000;

/** What a scenario file says that bears on resources. */
export interface ResourcesText {
  readonly baseline: VersionResourcesText;
  readonly candidate: VersionResourcesText;
  readonly items?: z.output<typeof itemsShape> | undefined;
  readonly clients?: z.output<typeof clientsShape> | undefined;
}

/** The resources of a scenario, and the flags that it sets by giving the candidate workers or a cache. */
export interface ScenarioResources {
  readonly plan: ResourcePlan;
  /** For flags that the scenario does not name and nobody else sets. */
  readonly flags: Partial<FeatureFlags>;
}

/** Whether a version of a file says anything of resources. */
export function hasResources(version: object | undefined): boolean {
  return version !== undefined && Object.keys(resourceKeys).some((key) => key in version);
}

/** The resources that a file declares; undefined when it says nothing of any. `named`: the flags that the scenario names. */
export function buildResources(text: ResourcesText, named: Partial<FeatureFlags>): ScenarioResources | undefined {
  const { baseline, candidate, items, clients } = text;
  if (!hasResources(baseline) && !hasResources(candidate) && clients === undefined) return undefined;
  const own = buildVersion(baseline, null, false);
  const next = buildVersion(candidate, own, Object.hasOwn(named, "concurrencyEnabled"));
  return {
    plan: {
      baseline: own,
      candidate: next,
      items: buildItems(items),
      clients: { retries: clients?.retries ?? 0, backoffUs: clients?.backoff ?? 200_000 },
    },
    flags: { concurrencyEnabled: next.workers !== "unlimited", cacheEnabled: next.cache !== null },
  };
}

function buildVersion(
  text: VersionResourcesText,
  baseline: VersionResources | null,
  workersByFlag: boolean,
): VersionResources {
  const left = workersByFlag ? "by flag" : (baseline?.workers ?? "unlimited");
  return {
    instances: text.instances ?? baseline?.instances ?? 1,
    weights: text.weights ?? (text.instances === undefined ? (baseline?.weights ?? null) : null),
    workers: text.workers ?? left,
    queue: text.queue ?? baseline?.queue ?? QUEUE,
    cache: text.cache === undefined ? (baseline?.cache ?? null) : buildCache(text.cache),
    memory: text.memory === undefined ? (baseline?.memory ?? null) : buildMemory(text.memory),
  };
}

function buildCache({ entries, size, entry, shared, hit }: NonNullable<VersionResourcesText["cache"]>): CacheModel {
  const entryBytes = entry ?? 0;
  const bySize = size === undefined ? ("by flag" as const) : Math.max(Math.floor(size / entryBytes), 1);
  return {
    entries: shared === true ? "shared" : (entries ?? bySize),
    entryBytes,
    hit: hit === undefined ? { kind: "relative", factor: 0.1, addUs: 0 } : buildLatency(hit),
  };
}

function buildMemory(text: NonNullable<VersionResourcesText["memory"]>): MemoryModel {
  return {
    baseBytes: text.base,
    leakBytesPerSecond: text.leak ?? 0,
    leakBytesPerAttempt: text.leakPerAttempt ?? 0,
    garbageBytesPerAttempt: text.garbage ?? 0,
    collectAtBytes: text.collectAt ?? 0,
    bytesPerAttemptInFlight: text.perAttempt ?? 0,
    limitBytes: text.limit ?? null,
  };
}

function buildItems(text: ResourcesText["items"]): ItemModel {
  if (text?.by !== undefined) return { kind: text.by };
  return { kind: "zipf", items: text?.count ?? ITEMS, exponent: text?.zipf ?? 1 };
}

/** The fault of resources that a file describes; one of both versions is one of each. */
export function buildResourceFaults(text: ResourceFaultText): ResourceFault[] {
  if (text.version !== "both") return [buildResourceFault(text, text.version, text.name)];
  return (["baseline", "candidate"] as const).map((version) => {
    return buildResourceFault(text, version, text.name === undefined ? undefined : `${text.name} (${version})`);
  });
}

function buildResourceFault(text: ResourceFaultText, version: VersionName, name: string | undefined): ResourceFault {
  return {
    name: name ?? faultName(text, version),
    version,
    atUs: text.at,
    untilUs: text.for === undefined ? Number.MAX_SAFE_INTEGER : text.at + text.for,
    instance: text.instance === undefined ? null : text.instance - 1,
    leakBytesPerSecond: text.leak ?? 0,
    flushesCache: text.cache === "flush",
    cacheCapacityPpm: typeof text.cache === "number" ? text.cache : 1_000_000,
    failsHealth: text.health === "failing",
    errorPpm: text.errors ?? 0,
    latencyFactor: text.latency?.factor ?? 1,
    latencyAddUs: text.latency?.addUs ?? 0,
  };
}

/** `instance 3 of the candidate: health failing`. */
function faultName(text: ResourceFaultText, version: VersionName): string {
  const effects: string[] = [];
  if (text.leak !== undefined) effects.push(`leak of ${writeSize(Math.round(text.leak * 60))}/min`);
  if (text.cache !== undefined) {
    effects.push(text.cache === "flush" ? "cache flushed" : `cache down to ${writeShare(text.cache)}`);
  }
  if (text.errors !== undefined) effects.push(`errors +${writeShare(text.errors)}`);
  if (text.latency !== undefined && text.latency.factor !== 1) effects.push(`latency x${text.latency.factor}`);
  if (text.latency !== undefined && text.latency.addUs > 0)
    effects.push(`latency +${writeDuration(text.latency.addUs)}`);
  if (text.health !== undefined) effects.push(`health ${text.health}`);
  const where = text.instance === undefined ? version : `instance ${text.instance} of the ${version}`;
  return `${where}: ${effects.join(", ")}`;
}
