/** A plan made ready to run: everything about a rehearsal that never changes while it runs. */
import { createFaultEffects } from "./service/fault-effects.ts";
import { createBatch } from "./service/world.ts";
import { readyParity, type ReadyParity } from "./parity-plane.ts";
import { readyRestarts } from "./rollback-disruption.ts";
import { createKeyBits } from "./routing/key-bits.ts";
import { bucketsOfKeys } from "./routing/router.ts";
import type { DataPlane, RoutingWatch } from "./batch-stages.ts";
import type { FeatureFlags } from "./flags/feature-flags.ts";
import type { RehearsalPlan } from "./plan.ts";
import { readyRouting, type ReadyRouting } from "./routers-plane.ts";
import { readyMonitor, type ReadyMonitor } from "./monitoring-plan.ts";
import type { ResourcePlane } from "./resource-advance.ts";
import { readyResourcePlane } from "./resource-wiring.ts";
import { readyRules, type ReadyRules } from "./rules.ts";

/** A plan with its rules, its data plane and the instant at which its trace is over. */
export interface ReadyPlan {
  readonly plan: RehearsalPlan;
  readonly rules: ReadyRules;
  readonly plane: DataPlane;
  /** Null: one plain router. */
  readonly routing: ReadyRouting | null;
  readonly monitor: ReadyMonitor;
  /** What feeds back; absent: nothing does. */
  readonly resources?: ResourcePlane;
  /** Shadow traffic; absent: there is none. */
  readonly parity?: ReadyParity;
  /** The first tick at or after the end of the traffic; null when the traffic has no end before the horizon. */
  readonly trafficEndsUs: number | null;
}

/** The flags as they take effect: an operator's pins win over what is stored. */
export function effectiveFlags(ready: ReadyPlan, flags: FeatureFlags): FeatureFlags {
  return { ...flags, ...ready.plan.pinnedFlags };
}

/** Makes a plan ready. The plan must be valid: readers of files have checked it. `watch` sees every routed batch. */
export function readyPlan(plan: RehearsalPlan, watch?: RoutingWatch): ReadyPlan {
  const { policy, world, faults, seed, slowed } = plan;
  const routing = readyRouting(plan);
  const rules = readyRules(policy, [...plan.operator, ...(plan.reactions ?? [])]);
  const endsUs = world.endsAtUs === null ? null : Math.ceil(world.endsAtUs / policy.tickUs) * policy.tickUs;
  const monitor = readyMonitor(plan, rules);
  const buckets = bucketsOfKeys(world.keyHashes);
  return {
    plan,
    rules,
    monitor,
    plane: {
      world,
      buckets,
      keyBits: createKeyBits(buckets),
      faults: createFaultEffects(faults, world.routes, seed, world),
      restarts: readyRestarts(policy, seed),
      terms: { limitsUs: rules.limitsUs, slowedFactor: slowed.factor, slowedAddUs: slowed.addUs },
      batch: createBatch(),
      monitor,
      ...(routing === null ? {} : { routers: routing.plane }),
      ...(watch === undefined ? {} : { watch }),
    },
    routing,
    ...readyResourcePlane(plan, rules.limitsUs.length),
    ...readyParity(plan, rules.limitsUs.length),
    trafficEndsUs: endsUs !== null && endsUs < plan.horizonUs ? endsUs : null,
  };
}
