/** Random rehearsals for property tests: small worlds, short phases, every kind of rule, fault and operator command. */
import fc from "fast-check";
import type { OperatorCommand } from "../../src/engine/deployment/operator.ts";
import type { Condition, Gate, Phase, Policy, SequentialTest, Trigger } from "../../src/engine/deployment/policy.ts";
import { SAFE_FLAGS } from "../../src/engine/flags/feature-flags.ts";
import { METRICS, findMetric, fullMetricName, type MetricDefinition } from "../../src/engine/monitor/catalogue.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { Fault } from "../../src/engine/service/fault.ts";
import type { VersionModel } from "../../src/engine/service/version-model.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import { arbitraryFaultManner, arbitraryWorld } from "./arbitrary-world.ts";
import { arbitraryResources } from "../plans/arbitrary-resources.ts";
import { arbitraryRouting } from "../plans/arbitrary-routing.ts";

const SECOND = 1_000_000;
const TICK_US = SECOND;

const limitOf = (metric: MetricDefinition): fc.Arbitrary<number> => {
  switch (metric.unit) {
    case "rate":
      return fc.integer({ min: 0, max: 400_000 });
    case "duration":
      return fc.integer({ min: 1, max: 2_000_000 });
    case "count":
    case "perSecond":
      return fc.integer({ min: 0, max: 50 });
    case "size":
      return fc.integer({ min: 0, max: 200_000_000 });
    case "boolean":
      return fc.constant(1);
    case "number":
      return fc.integer({ min: 0, max: 60_000_000 });
  }
};

/** Sometimes a bound that the metric has, sometimes a second window. */
function askingMore(one: Condition, chosen: number): Condition {
  const methods = findMetric(one.metric)?.metric.bounds ?? [];
  const method = methods[chosen % Math.max(methods.length, 1)];
  const isLong = one.window.kind === "sliding" && one.window.lengthUs > TICK_US;
  if (chosen % 3 === 1 && method !== undefined)
    return { ...one, bound: { method, confidencePpm: 600_000 + 1_000 * chosen } };
  return chosen % 3 === 2 && isLong ? { ...one, alsoOverUs: TICK_US } : one;
}

const plainCondition: fc.Arbitrary<Condition> = fc.constantFrom(...METRICS).chain((metric) =>
  fc.record({
    metric: fc.constantFrom(...metric.scopes).map((scope) => fullMetricName(metric, scope)),
    operator: fc.constantFrom("<", "<=", ">", ">="),
    limit: limitOf(metric),
    window: fc.oneof(
      fc.constant({ kind: "phase" } as const),
      fc.integer({ min: 1, max: 12 }).map((ticks) => ({ kind: "sliding", lengthUs: ticks * TICK_US }) as const),
    ),
    minSamples: fc.integer({ min: 1, max: 60 }),
  }),
);

const condition: fc.Arbitrary<Condition> = fc
  .tuple(plainCondition, fc.nat(300))
  .map(([one, chosen]) => askingMore(one, chosen));

const testingTrigger: fc.Arbitrary<Condition & Pick<Trigger, "sequential">> = fc
  .record({
    metric: fc.constantFrom("candidate.errorRate", "baseline.errorRate", "all.errorRate"),
    limit: fc.integer({ min: 1_000, max: 100_000 }),
    sequential: fc.constantFrom<SequentialTest>(
      { kind: "cusum", badPpm: 300_000, alarm: 20 },
      { kind: "sprt", badPpm: 200_000, falseAlarmPpm: 50_000, missPpm: 100_000 },
    ),
  })
  .map((one) => ({ ...one, operator: ">", window: { kind: "phase" }, minSamples: 1 }));

const easyGate: fc.Arbitrary<Condition> = fc.record({
  metric: fc.constantFrom("candidate.errorRate", "all.userErrorRate"),
  operator: fc.constant("<"),
  limit: fc.integer({ min: 100_000, max: 900_000 }),
  window: fc.constant({ kind: "phase" }),
  minSamples: fc.integer({ min: 1, max: 20 }),
});

const gates: fc.Arbitrary<Gate[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: easyGate }, { weight: 1, arbitrary: condition }), { maxLength: 2 })
  .map((all) => all.map((one, i) => ({ ...one, name: `gate-${i}` })));

const phases: fc.Arbitrary<Phase[]> = fc
  .array(
    fc.record({
      trafficPpm: fc.constantFrom(10_000, 100_000, 500_000, 1_000_000),
      minDurationUs: fc.integer({ min: 1, max: 20 * SECOND }),
      maxDurationUs: fc.option(fc.integer({ min: 20 * SECOND, max: 40 * SECOND })),
      onMaxDuration: fc.constantFrom("pause", "rollback"),
      onNotEnoughData: fc.constantFrom("wait", "wait", "pause", "rollback"),
      gates,
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.map((one, i) => ({ ...one, name: `PHASE-${i}` })));

const triggers: fc.Arbitrary<Trigger[]> = fc
  .array(
    fc.record({
      condition: fc.oneof({ weight: 3, arbitrary: condition }, { weight: 1, arbitrary: testingTrigger }),
      forUs: fc.constantFrom(0, 0, 3 * SECOND, 7 * SECOND),
      severity: fc.constantFrom("warning", "critical"),
      action: fc.constantFrom("rollback", "pause", "investigate", "notify"),
      phases: fc.constantFrom(null, ["PHASE-0"], ["PHASE-1", "PHASE-2"]),
    }),
    { maxLength: 3 },
  )
  .map((all) => all.map(({ condition: one, ...rest }, i) => ({ ...one, ...rest, name: `trigger-${i}` })));

const policy: fc.Arbitrary<Policy> = fc.record({
  name: fc.constant("random"),
  description: fc.constant(""),
  tickUs: fc.constant(TICK_US),
  disabledName: fc.constant("DISABLED"),
  phases,
  triggers,
  alerts: fc
    .array(condition, { maxLength: 2 })
    .map((all) => all.map((one, i) => ({ ...one, name: `alert-${i}`, forUs: 2 * SECOND, severity: "warning" }))),
  rollback: fc.record({
    steps: fc.constantFrom(
      [{ name: "revert", does: "revert-flags", durationUs: 500_000 } as const],
      [
        { name: "say so", does: "nothing", durationUs: 1_300_000 } as const,
        { name: "revert", does: "revert-flags", durationUs: 0 } as const,
        { name: "look", does: "nothing", durationUs: 2 * SECOND } as const,
      ],
    ),
    verifyUs: fc.constantFrom(0, 3 * SECOND),
  }),
  health: fc.record({ pollUs: fc.constantFrom(2 * SECOND, 3_500_000), failures: fc.integer({ min: 1, max: 3 }) }),
});

const version: fc.Arbitrary<VersionModel> = fc.record({
  latency: fc.oneof(
    fc.record({ kind: fc.constant("constant"), us: fc.integer({ min: 1, max: 3 * SECOND }) }),
    fc.integer({ min: 1000, max: SECOND }).map((us) => ({
      kind: "lognormal" as const,
      points: [
        { quantile: 0.5, us },
        { quantile: 0.99, us: us * 8 },
      ],
    })),
  ),
  errors: fc.integer({ min: 0, max: 300_000 }).map((ppm) => ({ kind: "own" as const, ppm })),
  declinePpm: fc.constant(0),
  routes: fc.constant({}),
});

const candidate: fc.Arbitrary<VersionModel> = fc.oneof(
  version,
  fc.record({
    latency: fc.record({ kind: fc.constant("relative"), factor: fc.constantFrom(0.5, 1, 3), addUs: fc.nat(SECOND) }),
    errors: fc.nat(200_000).map((addPpm) => ({ kind: "relative" as const, addPpm })),
    declinePpm: fc.constantFrom(0, 0, 200_000),
    routes: fc.constant({ "/b": { declinePpm: 500_000 } }),
  }),
);

const fault: fc.Arbitrary<Fault> = fc
  .record({
    version: fc.constantFrom("baseline", "candidate"),
    atUs: fc.nat(60 * SECOND),
    lengthUs: fc.integer({ min: 1, max: 30 * SECOND }),
    errorPpm: fc.constantFrom(0, 100_000, 900_000),
    declinePpm: fc.constantFrom(0, 300_000),
    latencyFactor: fc.constantFrom(1, 4),
    latencyAddUs: fc.constantFrom(0, SECOND),
    failsHealth: fc.boolean(),
    route: fc.constantFrom(null, "/b"),
  })
  .map(({ lengthUs, ...rest }) => ({
    ...rest,
    declinePpm: rest.version === "candidate" ? rest.declinePpm : 0,
    name: `${rest.version} fault`,
    untilUs: rest.atUs + lengthUs,
  }));

const command: fc.Arbitrary<OperatorCommand> = fc.record({
  atUs: fc.oneof(
    fc.nat(60 * SECOND),
    fc.nat(60).map((second) => second * SECOND),
  ),
  by: fc.constant("tester"),
  reason: fc.constant("a property test"),
  action: fc.oneof(
    fc.constantFrom<OperatorCommand["action"]>(
      { kind: "pause" },
      { kind: "resume" },
      { kind: "advance" },
      { kind: "go-back" },
      { kind: "roll-back" },
    ),
    fc.record({ kind: fc.constant("adjust"), target: fc.constant("triggers.trigger-0"), limit: fc.nat(500_000) }),
  ),
});

/** A random plan, with the recipe of its world apart, so that a failing one is printed whole. */
export const arbitraryPlan: fc.Arbitrary<RehearsalPlan> = fc
  .record({
    seed: fc.string({ maxLength: 4 }),
    policy,
    horizonUs: fc.integer({ min: 20 * SECOND, max: 90 * SECOND }),
    flags: fc.record({ fallbackToV1OnError: fc.boolean(), enableDetailedMetrics: fc.boolean() }),
    pinned: fc.constantFrom({}, {}, {}, { useOptimizedAnalytics: false }),
    propagationUs: fc.constantFrom(0, 700_000, 2 * SECOND),
    faults: fc.array(fault, { maxLength: 3 }),
    operator: fc.array(command, { maxLength: 4 }),
    arrivals: fc.record({
      kind: fc.constantFrom("poisson", "constant"),
      perSecond: fc.constantFrom(0.5, 20, 60),
    }),
    population: fc.constantFrom(1, 50, 1000),
    baseline: version,
    candidate,
    wide: fc.option(
      fc.record({ world: arbitraryWorld, manners: fc.array(arbitraryFaultManner, { minLength: 3, maxLength: 3 }) }),
    ),
    routing: fc.option(arbitraryRouting),
    fed: fc.option(arbitraryResources),
    optimisations: fc.record({ cacheEnabled: fc.boolean(), concurrencyEnabled: fc.boolean() }),
  })
  .map(
    ({
      arrivals,
      population,
      baseline,
      candidate: candidateModel,
      flags,
      pinned,
      wide,
      routing,
      fed,
      optimisations,
      ...rest
    }) => ({
      ...rest,
      scenario: "random",
      flags: { ...SAFE_FLAGS, ...flags, ...optimisations },
      pinnedFlags: pinned,
      ...(routing === null ? {} : { routing }),
      ...fed,
      slowed: { factor: 2, addUs: 100_000 },
      faults: wide === null ? rest.faults : rest.faults.map((one, i) => widen(one, wide.manners[i] ?? {})),
      world:
        wide?.world(rest.seed) ??
        createSyntheticWorld(
          {
            traffic: {
              arrivals,
              users: { population },
              routes: [
                { name: "/a", weight: 2 },
                { name: "/b", weight: 1 },
              ],
            },
            baseline,
            candidate: candidateModel,
          },
          rest.seed,
        ),
    }),
  );

/** A fault of a world of `arbitraryWorld`; a spike has to grow before it ends. */
function widen(fault: Fault, manner: Partial<Fault>): Fault {
  const { declinePpm, ...rest } = { ...fault, ...manner };
  const isShort = rest.shape?.kind === "spike" && rest.untilUs - rest.atUs <= rest.shape.riseUs;
  return {
    ...rest,
    declinePpm: rest.version === "baseline" ? 0 : declinePpm,
    ...(isShort ? { shape: { kind: "step" } } : {}),
  };
}
