import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, Condition } from "../engine/deployment/policy.ts";
import { findMetric, fullMetricNames, type MetricUnit } from "../engine/monitor/catalogue.ts";
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
    case "boolean":
      return fc.constantFrom(0, 1);
  }
}

const phaseName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/).filter((name) => !RULE_KEYWORDS.includes(name));

const rule = fc.constantFrom(...fullMetricNames()).chain((metric) =>
  fc.record({
    metric: fc.constant(metric),
    operator: fc.constantFrom<Comparison>("<", "<=", ">", ">="),
    limit: limitOf(findMetric(metric)?.metric.unit ?? "count"),
    window: fc.oneof(
      fc.constant<Condition["window"]>({ kind: "phase" }),
      fc
        .integer({ min: 1, max: 100_000_000_000 })
        .map((lengthUs): Condition["window"] => ({ kind: "sliding", lengthUs })),
    ),
    minSamples: fc.integer({ min: 1, max: 1_000_000 }),
    forUs: fc.integer({ min: 0, max: 100_000_000_000 }),
    phases: fc.option(fc.array(phaseName, { minLength: 1, maxLength: 4 })),
  }),
);

describe("rules written back", () => {
  it("read as the same rule", () => {
    fc.assert(
      fc.property(rule, (original) => {
        const read = parseRule(writeRule(original), "trigger");
        if (!read.ok) throw new Error(JSON.stringify(read.complaints));
        const { forUs, phases } = read.value;
        expect({ ...conditionOf(read.value, "trigger"), forUs: forUs ?? 0, phases }).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  it("leave nothing to defaults", () => {
    const read = parseRule("errorRate > 10%", "trigger");
    expect(read.ok && writeRule(conditionOf(read.value, "trigger"))).toBe(
      "candidate.errorRate > 10% over 1m, at least 50 attempts",
    );
  });
});
