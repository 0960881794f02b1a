/** From a scenario and a policy to a rehearsal, and from its record to what became of the expectations. */
import type { Policy } from "../engine/deployment/policy.ts";
import { SAFE_FLAGS, type FeatureFlags } from "../engine/flags/feature-flags.ts";
import { MINUTE_US } from "../engine/kernel/units.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import { OVERLOADED } from "../engine/resource-advance.ts";
import { rehearse } from "../engine/stack.ts";
import { createSyntheticWorld } from "../engine/traffic/synthetic-world.ts";
import { evaluateExpectation } from "./expectation.ts";
import { fitLimit, managerPlan, waitUs } from "./manager-plan.ts";
import { pipelineUs } from "./pipeline-shape.ts";
import type { Scenario } from "./scenario.ts";

/** The seed where neither an option nor the scenario names one. */
const DEFAULT_SEED = "1";

/** What the command line decides instead of the scenario. */
export interface PlanOverrides {
  /** The flags that the scenario's own are laid over; without it the safe ones (requirement A2). */
  readonly baseFlags?: FeatureFlags;
}

/** How a rehearsal is watched. */
export interface RehearseOptions {
  /** Told now and then which time of the run has been reached, in microseconds. */
  readonly onProgress?: (atUs: number) => void;
  /** True: the engine's invariants are checked at every state; a broken one throws. */
  readonly check?: boolean;
}

/** The seed of a run: the option's, else the scenario's, else `1`. */
export function seedOf(scenario: Scenario, option: string | null): string {
  return option ?? scenario.seed ?? DEFAULT_SEED;
}

/**
 * How long a scenario without a duration runs: twice the shortest time in which the policy can complete (the sum of
 * its minimum durations), and no less than ten minutes; and as long as the policy waits for the starts of its phases.
 */
export function defaultHorizonUs(policy: Policy, calendarStartMs: number | null = null): number {
  const shortestUs = policy.phases.reduce((sum, phase) => sum + phase.minDurationUs, 0);
  return Math.max(2 * shortestUs, 10 * MINUTE_US) + waitUs(policy, calendarStartMs);
}

/** The plan of a scenario under a policy. `seed` null: the scenario's own, else `1`. */
export function planScenario(
  scenario: Scenario,
  policy: Policy,
  seed: string | null,
  overrides: PlanOverrides = {},
): RehearsalPlan {
  const seedUsed = seedOf(scenario, seed);
  const { traffic, baseline, candidate } = scenario;
  return {
    scenario: scenario.name,
    seed: seedUsed,
    horizonUs:
      scenario.durationUs ??
      defaultHorizonUs(policy, scenario.calendarStart?.epochMs ?? null) + pipelineUs(scenario.pipeline),
    policy,
    flags: { ...(overrides.baseFlags ?? { ...SAFE_FLAGS, ...scenario.resources?.flags }), ...scenario.flags },
    pinnedFlags: scenario.pinnedFlags,
    propagationUs: scenario.propagationUs,
    ...(scenario.routing === undefined ? {} : { routing: scenario.routing }),
    faults: scenario.faults,
    ...(scenario.resources === undefined ? {} : { resources: scenario.resources.plan }),
    ...(scenario.resourceFaults === undefined ? {} : { resourceFaults: scenario.resourceFaults }),
    ...(scenario.monitorFaults === undefined ? {} : { monitorFaults: scenario.monitorFaults }),
    operator: scenario.operator.map((entry) => fitLimit(entry.command, policy)),
    ...managerPlan(scenario, policy),
    slowed: scenario.slowed,
    world: createSyntheticWorld(
      { traffic, baseline, candidate, errorKinds: kindsOfFaults(scenario), metrics: scenario.metrics ?? [] },
      seedUsed,
    ),
  };
}

/** Kinds of failure that no version causes by itself: those of faults, and of a baseline that has no room. */
function kindsOfFaults({ faults, resources }: Scenario): string[] {
  const kinds = faults.flatMap((fault) => fault.errorKind ?? []);
  return resources === undefined ? kinds : [...kinds, OVERLOADED];
}

/** Rehearses a scenario under a policy and says how its expectations fared. */
export function rehearseScenario(
  scenario: Scenario,
  policy: Policy,
  seed: string | null,
  overrides: PlanOverrides = {},
  options: RehearseOptions = {},
): ScenarioRecord {
  const record = rehearse(planScenario(scenario, policy, seed, overrides), options);
  const expectations = scenario.expectations.map((expectation) => evaluateExpectation(expectation, record));
  return { ...record, trace: null, expectations };
}
