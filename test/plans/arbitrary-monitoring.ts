/** Random things that a monitor is asked for, and random faults of it, laid over a plan for property tests. */
import fc from "fast-check";
import type { Condition } from "../../src/engine/deployment/policy.ts";
import { findMetric } from "../../src/engine/monitor/catalogue.ts";
import { HEALTH_LIMITS, type MonitorFault, type MonitorPolicy } from "../../src/engine/monitor/monitor-policy.ts";
import { isSliced } from "../../src/engine/monitor/sliced-metrics.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";

const SECOND = 1_000_000;

/** What is laid over a plan. */
interface Monitoring {
  readonly monitor: MonitorPolicy;
  readonly monitorFaults: readonly MonitorFault[];
  readonly slices: readonly (Condition["slice"] | null)[];
  readonly keepFiringUs: number;
  readonly recoveries: number;
}

const monitorFault: fc.Arbitrary<MonitorFault> = fc
  .record({
    atUs: fc.oneof(
      fc.nat(60 * SECOND),
      fc.nat(60).map((second) => second * SECOND),
    ),
    lengthUs: fc.integer({ min: 1, max: 30 * SECOND }),
    effect: fc.oneof(
      fc.constant({ kind: "blind" } as const),
      fc.constant({ kind: "stale" } as const),
      fc.integer({ min: 1, max: 20 * SECOND }).map((lateUs) => ({ kind: "late", lateUs }) as const),
    ),
  })
  .map(({ atUs, lengthUs, effect }) => ({ name: `monitor ${effect.kind}`, atUs, untilUs: atUs + lengthUs, effect }));

/** Whole ticks of one second. */
const ticks = fc.integer({ min: 1, max: 7 }).map((count) => count * SECOND);

/** Anything that a monitor can be asked for. */
export const arbitraryMonitoring: fc.Arbitrary<Monitoring> = fc.record({
  monitor: fc.record(
    {
      summaryEveryUs: ticks,
      reportEveryUs: ticks,
      recentErrors: fc.constantFrom(0, 1, 8),
      by: fc.constantFrom([], ["route"], ["route", "nothing"]),
      scrapeEveryUs: ticks,
      staleAfterUs: fc.integer({ min: 0, max: 12 * SECOND }),
      health: fc.constant(HEALTH_LIMITS),
    },
    { requiredKeys: ["recentErrors", "by", "health"] },
  ),
  monitorFaults: fc.array(monitorFault, { maxLength: 3 }),
  slices: fc.array(
    fc.oneof(
      fc.constant(null),
      fc.constantFrom({ route: "/b" }, { route: "/a" }, { route: "/none" }, { route: "/b", segment: "region=eu" }),
    ),
    { minLength: 1, maxLength: 5 },
  ),
  keepFiringUs: fc.constantFrom(0, 3 * SECOND),
  recoveries: fc.integer({ min: 1, max: 3 }),
});

/** The plan, watched in this way: every rule whose metric has slices is given the next of them. */
export function watched(plan: RehearsalPlan, monitoring: Monitoring): RehearsalPlan {
  const { monitor, monitorFaults, slices, keepFiringUs, recoveries } = monitoring;
  let next = 0;
  const sliced = <Rule extends Condition>(rule: Rule): Rule => {
    const slice = slices[next++ % slices.length] ?? null;
    const metric = findMetric(rule.metric)?.metric;
    const isSequential = "sequential" in rule && rule.sequential !== undefined;
    return slice === null || metric === undefined || !isSliced(metric) || isSequential ? rule : { ...rule, slice };
  };
  const { policy } = plan;
  return {
    ...plan,
    monitorFaults,
    policy: {
      ...policy,
      phases: policy.phases.map((phase) => ({ ...phase, gates: phase.gates.map(sliced) })),
      triggers: policy.triggers.map(sliced),
      alerts: policy.alerts.map((alert) => ({ ...sliced(alert), keepFiringUs })),
      health: { ...policy.health, recoveries },
      monitor,
    },
  };
}
