import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, Condition, RuleBound, SequentialTest } from "../engine/deployment/policy.ts";
import { findMetric, fullMetricNames, type MetricUnit } from "../engine/monitor/catalogue.ts";
import { definitionsOf } from "../engine/monitor/own-metric-catalogue.ts";
import { conditionOf, parseRule, RULE_KEYWORDS } from "./rule.ts";
import { writeRule } from "./rule-sentence.ts";

function limitOf(unit: MetricUnit): fc.Arbitrary<number> {
  switch (unit) {
    case "rate":
      return fc.integer({ min: 0, max: 1_000_000 });
    case "duration":
      return fc.integer({ min: 0, max: 100_000_000_000 });
    case "count":
      return fc.integer({ min: 0, max: 1_000_000_000 });
    case "perSecond":
      return fc.oneof(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 3600),
      );
    case "size":
      return fc.integer({ min: 0, max: 1_000_000_000_000 });
    case "boolean":
      return fc.constantFrom(0, 1);
    case "number":
      return fc.integer({ min: 0, max: 1_000_000_000_000_000 });
  }
}

const phaseName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/).filter((name) => !RULE_KEYWORDS.includes(name));

const overPhase = fc.constant<Condition["window"]>({ kind: "phase" });
const sliding = fc
  .integer({ min: 1, max: 100_000_000_000 })
  .map((lengthUs): Condition["window"] => ({ kind: "sliding", lengthUs }));

/** The windows that rules on a metric can have. */
function windowOf(name: string): fc.Arbitrary<Condition["window"]> {
  const metric = findMetric(name)?.metric;
  if (metric?.ofPhase === true) return overPhase;
  return metric?.readsWindowBefore === true ? sliding : fc.oneof(overPhase, sliding);
}

const phases = fc.option(fc.array(phaseName, { minLength: 1, maxLength: 4 }));

const own = [
  { name: "conversion", kind: "boolean" },
  { name: "basket.value", kind: "number" },
] as const;
const names = [...fullMetricNames(), ...fullMetricNames(own.flatMap(definitionsOf))];

const rule = fc.constantFrom(...names).chain((metric) =>
  fc.record({
    metric: fc.constant(metric),
    operator: fc.constantFrom<Comparison>("<", "<=", ">", ">="),
    limit: limitOf(findMetric(metric)?.metric.unit ?? "count"),
    window: windowOf(metric),
    minSamples: fc.integer({ min: 1, max: 1_000_000 }),
    forUs: fc.integer({ min: 0, max: 100_000_000_000 }),
    phases,
  }),
);

/** Any rule with a bound, in the ways in which its metric can have one. */
const sureRule = rule
  .filter(({ metric }) => findMetric(metric)?.metric.bounds !== undefined)
  .chain((original) =>
    fc
      .record({
        method: fc.constantFrom(...(findMetric(original.metric)?.metric.bounds ?? [])),
        confidencePpm: fc.integer({ min: 500_001, max: 999_999 }),
      })
      .map((bound: RuleBound) => ({ ...original, bound })),
  );

/** Any rule over two windows, as a burn rate or not. */
const burningRule = fc
  .record({
    scope: fc.constantFrom("candidate", "baseline", "all"),
    operator: fc.constantFrom<Comparison>("<", "<=", ">", ">="),
    limit: fc.integer({ min: 0, max: 1_000_000 }),
    lengthUs: fc.integer({ min: 2, max: 100_000_000_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    objectivePpm: fc.constantFrom(undefined, 999_000, 990_000, 999_500, 500_000),
    minSamples: fc.integer({ min: 1, max: 1_000_000 }),
    forUs: fc.integer({ min: 0, max: 100_000_000_000 }),
    phases,
  })
  .map(({ scope, lengthUs, part, objectivePpm, ...rest }) => ({
    ...rest,
    metric: `${scope}.userErrorRate`,
    window: { kind: "sliding" as const, lengthUs },
    alsoOverUs: 1 + Math.floor(part * (lengthUs - 2)),
    ...(objectivePpm === undefined ? {} : { objectivePpm }),
  }));

const testingRule = fc
  .record({
    metric: fc.constantFrom("candidate.errorRate", "baseline.errorRate", "all.errorRate"),
    limit: fc.integer({ min: 1, max: 400_000 }),
    sequential: fc.oneof(
      fc.record({
        kind: fc.constant("cusum" as const),
        badPpm: fc.integer({ min: 400_001, max: 999_999 }),
        alarm: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      fc.record({
        kind: fc.constant("sprt" as const),
        badPpm: fc.integer({ min: 400_001, max: 999_999 }),
        falseAlarmPpm: fc.integer({ min: 1, max: 499_999 }),
        missPpm: fc.integer({ min: 1, max: 499_999 }),
      }),
    ),
    phases,
  })
  .map((facts): Condition & { sequential: SequentialTest; phases: readonly string[] | null; forUs: number } => ({
    ...facts,
    operator: ">",
    window: { kind: "phase" },
    minSamples: 1,
    forUs: 0,
  }));

describe("rules written back", () => {
  it("read as the same rule", () => {
    fc.assert(
      fc.property(fc.oneof(rule, sureRule, burningRule, testingRule), (original) => {
        const read = parseRule(writeRule(original), "trigger");
        if (!read.ok) throw new Error(JSON.stringify(read.complaints));
        const { forUs, statistics } = read.value;
        const sequential = statistics?.sequential ?? undefined;
        const again = {
          ...conditionOf(read.value, "trigger"),
          forUs: forUs ?? 0,
          phases: read.value.phases,
          ...(sequential === undefined ? {} : { sequential }),
        };
        // A limit that is no burn rate of three decimals is written as the rate that it is.
        const plain = { ...original, objectivePpm: undefined };
        if (again.objectivePpm === undefined) expect(again).toEqual(plain);
        else expect(again).toEqual(original);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "candidate.errorRate < 2% with 95% confidence over the phase, at least 1 attempts",
    "all.successRate >= 99% with 99.9% confidence (Clopper-Pearson) over 5m, at least 30 requests",
    "candidate.errorRate > 1% towards 5%, CUSUM alarm at 97",
    "candidate.errorRate > 1% towards 5%, SPRT with 5% false alarms and 10% misses, in CANARY, TESTING",
    "all.burnRate of 99.9% > 14.4 over 1h and 5m, at least 50 requests",
    "split.mismatch < 0.1% over the phase, at least 50 samples",
  ])("reads as itself: %s", (sentence) => {
    const read = parseRule(sentence, "trigger");
    if (!read.ok) throw new Error(JSON.stringify(read.complaints));
    const { phases: inPhases, statistics } = read.value;
    const sequential = statistics?.sequential ?? null;
    const written = { ...conditionOf(read.value, "trigger"), phases: inPhases };
    expect(writeRule(sequential === null ? written : { ...written, sequential })).toBe(sentence);
  });

  it("leave nothing to defaults", () => {
    const read = parseRule("errorRate > 10%", "trigger");
    expect(read.ok && writeRule(conditionOf(read.value, "trigger"))).toBe(
      "candidate.errorRate > 10% over 1m, at least 50 attempts",
    );
  });
});
