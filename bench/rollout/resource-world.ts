/** The world of the end-to-end rows with finite worker pools, and with caches and clients that retry besides. */
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { ResourcePlan, VersionResources } from "../../src/engine/resources/resource-plan.ts";
import { planOf, type WorldFacts } from "./bench-world.ts";

const INSTANCES = 20;
/** Mean service time of the slower version, seconds, and how busy its workers are to be. */
const SERVICE_SECONDS = 0.11;
const LOAD = 0.7;

/** The plain plan on 20 instances of each version whose workers are seven tenths busy with all traffic. */
export function pooledPlanOf(facts: WorldFacts): RehearsalPlan {
  const plan = planOf(facts);
  const resources = {
    ...resourcesFor(facts),
    items: { kind: "user" },
    clients: { retries: 0, backoffUs: 200_000 },
  } as const;
  return { ...plan, flags: { ...plan.flags, concurrencyEnabled: true }, resources };
}

/** The same with caches of 10,000 out of 100,000 items, and clients that try twice more. */
export function cachedPlanOf(facts: WorldFacts): RehearsalPlan {
  const plan = pooledPlanOf(facts);
  const pools = resourcesFor(facts);
  const cache = { entries: 10_000, entryBytes: 0, hit: { kind: "relative", factor: 0.1, addUs: 0 } } as const;
  const resources: ResourcePlan = {
    baseline: { ...pools.baseline, cache },
    candidate: { ...pools.candidate, cache },
    items: { kind: "zipf", items: 100_000, exponent: 0.9 },
    clients: { retries: 2, backoffUs: 200_000 },
  };
  return { ...plan, flags: { ...plan.flags, cacheEnabled: true }, resources };
}

function resourcesFor({ perSecond }: WorldFacts): Pick<ResourcePlan, "baseline" | "candidate"> {
  const workers = Math.ceil((perSecond * SERVICE_SECONDS) / LOAD / INSTANCES);
  const version: VersionResources = {
    instances: INSTANCES,
    weights: null,
    workers,
    queue: 100,
    cache: null,
    memory: null,
  };
  return { baseline: version, candidate: version };
}
