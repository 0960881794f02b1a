/** The resources of a plan put into the stack: made ready, started, their faults scheduled and carried out, their instances polled. */
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import type { Kernel } from "./kernel/simulation.ts";
import { counterCount } from "./monitor/counters.ts";
import type { RehearsalPlan } from "./plan.ts";
import { createResourcePlane, type ResourcePlane } from "./resource-advance.ts";
import { pollInstance } from "./resources/balancer.ts";
import { flushCache, limitCache } from "./resources/lru-cache.ts";
import type { ResourceFault } from "./resources/resource-plan.ts";
import { createResourceState, readyResources, type ResourceState } from "./resources/resource-state.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The plane of a plan with resources; nothing for a plan without. `limits`: how many limits are counted exactly. */
export function readyResourcePlane(plan: RehearsalPlan, limits: number): { readonly resources?: ResourcePlane } {
  if (plan.resources === undefined) return {};
  const flags = { ...plan.flags, ...plan.pinnedFlags };
  const ready = readyResources(plan.resources, plan.resourceFaults ?? [], flags, plan.world, plan.seed);
  return { resources: createResourcePlane(ready, plan.world, counterCount(limits)) };
}

/** The resources at the start; nothing for a plan without. */
export function startResources({ resources }: ReadyPlan): { readonly resources?: ResourceState } {
  return resources === undefined ? {} : { resources: createResourceState(resources.ready) };
}

/** Schedules the beginnings and ends of the faults of resources: they come after the plan's other faults in number. */
export function scheduleResourceFaults(plan: RehearsalPlan, kernel: Kernel): void {
  if (plan.resources === undefined) return;
  (plan.resourceFaults ?? []).forEach((fault, i) => {
    if (fault.untilUs <= fault.atUs) return;
    scheduleControl(kernel, fault.atUs, CONTROL_EVENT.faultStarted, plan.faults.length + i);
    scheduleControl(kernel, fault.untilUs, CONTROL_EVENT.faultEnded, plan.faults.length + i);
  });
}

/** The fault of resources with this number, see `scheduleResourceFaults`, begins or ends. Its name; undefined for the number of another fault. */
export function setResourceFault(
  { plan, resources: plane }: ReadyPlan,
  { resources }: StackState,
  number: number,
  isActive: boolean,
): string | undefined {
  const index = number - plan.faults.length;
  const fault = plan.resourceFaults?.[index];
  if (index < 0 || fault === undefined || plane === undefined || resources === undefined) return undefined;
  resources.activeFaults[index] = isActive ? 1 : 0;
  if (isActive && fault.flushesCache) {
    for (const { cache } of versionsOf(resources, fault)) if (cache !== null) flushCache(cache);
  }
  if (fault.cacheCapacityPpm !== 1_000_000) {
    const ready = plane.ready[fault.version];
    const entries = Math.floor((ready.cacheEntries * capacityPpm(plan, resources, fault.version)) / 1_000_000);
    for (const { cache } of versionsOf(resources, fault)) if (cache !== null) limitCache(cache, entries);
  }
  return fault.name;
}

/** The least that active faults leave of a version's cache. */
function capacityPpm(plan: RehearsalPlan, resources: ResourceState, version: ResourceFault["version"]): number {
  let least = 1_000_000;
  (plan.resourceFaults ?? []).forEach((fault, i) => {
    if (fault.version === version && resources.activeFaults[i] === 1) least = Math.min(least, fault.cacheCapacityPpm);
  });
  return least;
}

/** What a fault strikes: the baseline's also strikes the shadow, which is a baseline as well. */
function versionsOf(resources: ResourceState, { version }: ResourceFault): ResourceState["baseline"][] {
  return version === "candidate" ? [resources.candidate] : [resources.baseline, resources.shadow];
}

/** When the newest fault of resources that is active began; -1: there is none. */
export function newestResourceFaultUs({ plan }: ReadyPlan, { resources }: StackState): number {
  let newest = -1;
  if (resources === undefined) return newest;
  (plan.resourceFaults ?? []).forEach((fault, i) => {
    if (resources.activeFaults[i] === 1) newest = Math.max(newest, fault.atUs);
  });
  return newest;
}

/** What came of polling the instances of a version. */
export interface InstancePolls {
  /** No instance answered well: the version as a whole fails its poll. */
  readonly allFail: boolean;
  /** What is to be said of instances that left the balancer or came back. */
  readonly news: readonly string[];
}

/** Polls every instance of a version; `fails`: they all fail, whatever each would say of itself. */
export function pollInstances(
  { plan, resources: plane }: ReadyPlan,
  { resources }: StackState,
  version: 0 | 1,
  fails: boolean,
): InstancePolls {
  if (plane === undefined || resources === undefined) return { allFail: fails, news: [] };
  const name = version === 0 ? "baseline" : "candidate";
  const health = resources.health[version];
  const { failures } = plan.policy.health;
  const news: string[] = [];
  let allFail = true;
  for (let instance = 0; instance < health.out.length; instance++) {
    const failsHere =
      fails ||
      plane.ready.faults.some(
        (fault, i) =>
          fault.failsHealth &&
          fault.version === name &&
          resources.activeFaults[i] === 1 &&
          (fault.instance === null || fault.instance === instance),
      );
    if (!failsHere) allFail = false;
    if (!pollInstance(health, instance, failsHere, failures) || health.out.length === 1) continue;
    const isOut = health.out[instance] === 1;
    const what = isOut ? `leaves the balancer: it failed ${failures} health polls` : "is back in the balancer";
    news.push(`instance ${instance + 1} of the ${name} ${what}`);
  }
  return { allFail, news };
}
