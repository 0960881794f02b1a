import { describe, expect, it } from "vitest";
import { candidateFault, CLOCKWORK, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, gate, phase, trigger } from "../../test/plans/small-policy.ts";
import { withOwnMetrics } from "../../test/plans/own-metrics.ts";
import { SECOND_US } from "./kernel/units.ts";
import { rehearse } from "./stack.ts";
import type { OwnMetricModel } from "./service/own-metric-model.ts";
import type { RunRecord } from "./result.ts";

const constant = (us: number) => ({ kind: "distribution", distribution: { kind: "constant", us } }) as const;
const basket: OwnMetricModel = {
  name: "basket.value",
  kind: "number",
  unit: "EUR",
  baseline: constant(20_000_000),
  candidate: { kind: "relative", factor: 0.9, add: 0 },
  overrides: [],
};
const conversion: OwnMetricModel = {
  name: "conversion",
  kind: "boolean",
  baseline: { kind: "share", ppm: 50_000 },
  candidate: { kind: "relative", factor: 1, add: 0 },
  overrides: [],
};
const HALF = {
  ...QUICK_POLICY,
  phases: [phase("HALF", 50 * PERCENT, 20 * SECOND_US, [gate("candidate.requests", ">=", 1_000_000_000)])],
};

function run(facts: PlanFacts, models: readonly OwnMetricModel[] = [basket, conversion]): RunRecord {
  const plan = smallPlan({ ...CLOCKWORK, users: 200, policy: HALF, horizonUs: 30 * SECOND_US, ...facts });
  return rehearse(withOwnMetrics(plan, models), { check: true });
}

describe("metrics of a world's own", () => {
  it("are of every served request, in the phase in which it completes, exactly", () => {
    const { phases } = run({});
    const [half] = phases;
    expect(half?.candidate.metrics?.["basket.value"]).toMatchObject({ unit: "EUR", mean: 18 });
    expect(half?.baseline.metrics?.["basket.value"]).toMatchObject({ mean: 20 });
    for (const version of [half!.baseline, half!.candidate]) {
      expect(version.metrics?.["basket.value"]?.samples).toBe(version.requests);
      expect(version.metrics?.conversion?.samples).toBe(version.requests);
    }
  });

  it("are the baseline's where it serves in the candidate's place", () => {
    const { phases } = run({
      candidate: { p50Ms: 5, p95Ms: 5, errorPpm: 1_000_000 },
      policy: { ...HALF, triggers: [] },
    });
    const [half] = phases;
    expect(half!.candidate.metrics?.["basket.value"]).toMatchObject({ samples: 0, mean: null, p50: null });
    expect(half!.baseline.metrics?.["basket.value"]?.samples).toBe(half!.baseline.requests + half!.candidate.fallbacks);
    expect(half!.candidate.fallbacks).toBeGreaterThan(1_000);
  });

  it("decide rules: a trigger fires once a fault has struck, a bound and a difference likewise", () => {
    const fault = candidateFault(10 * SECOND_US, 30 * SECOND_US, {
      metrics: { "basket.value": { factor: 0.5, add: 0 }, conversion: { factor: 1, add: 50 * PERCENT } },
    });
    const window = { kind: "sliding", lengthUs: SECOND_US } as const;
    for (const [metric, operator, limit, more] of [
      ["candidate.basket.value.mean", "<", 10_000_000, {}],
      ["basket.value.mean.delta", "<", -5_000_000, {}],
      ["candidate.basket.value.p95", "<", 10_000_000, {}],
      ["candidate.conversion.rate", ">", 40 * PERCENT, { bound: { method: "wilson", confidencePpm: 950_000 } }],
      ["conversion.rate.delta", ">", 30 * PERCENT, { bound: { method: "newcombe", confidencePpm: 950_000 } }],
    ] as const) {
      const one = trigger("own", metric, limit, { operator, window, minSamples: 50, ...more });
      const record = run({ faults: [fault], policy: { ...HALF, triggers: [one] } });
      expect(record.rollback, metric).toMatchObject({ trigger: "own", onsetAtMs: 10_000, detectedAtMs: 11_000 });
      const quiet = run({ policy: { ...HALF, triggers: [one] } });
      expect(quiet.rollback, metric).toBeNull();
    }
  });

  it("are measured on slices, which together are the whole", () => {
    const plan = smallPlan({ ...CLOCKWORK, users: 200, horizonUs: 20 * SECOND_US });
    const slice = { route: "GET /" };
    const watched = trigger("own", "candidate.basket.value.mean", 1, { operator: "<", slice });
    const record = rehearse(
      withOwnMetrics({ ...plan, policy: { ...HALF, triggers: [watched], monitor: { ...MONITOR, by: ["route"] } } }, [
        basket,
      ]),
      { check: true },
    );
    expect(record.slices?.[0]).toMatchObject({
      slice: 'of "GET /"',
      candidate: { metrics: record.phases[0]!.candidate.metrics },
    });
  });

  it("are absent, and fire nothing, where the world has none", () => {
    const one = trigger("own", "candidate.conversion.rate", 99 * PERCENT, { operator: "<", minSamples: 1 });
    const record = run({ policy: { ...HALF, triggers: [one] } }, []);
    expect(record.rollback).toBeNull();
    expect(record.phases[0]?.candidate.metrics).toBeUndefined();
  });
});

const MONITOR = {
  recentErrors: 0,
  by: [],
  health: {
    errors: { degradedPpm: 50_000, unhealthyPpm: 100_000 },
    cpu: { degradedPpm: 800_000, unhealthyPpm: 950_000 },
    memory: { degradedPpm: 800_000, unhealthyPpm: 950_000 },
    workers: { degradedPpm: 800_000, unhealthyPpm: 990_000 },
  },
};
