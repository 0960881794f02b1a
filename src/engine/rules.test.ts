import { describe, expect, it } from "vitest";
import { PERCENT, QUICK_POLICY, gate, phase, trigger } from "../../test/plans/small-policy.ts";
import { handMadeSpan } from "../../test/plans/span.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { InvariantError } from "./kernel/assert.ts";
import { MILLISECOND_US, SECOND_US } from "./kernel/units.ts";
import {
  ATTEMPTS,
  CANDIDATE,
  ERRORS,
  LATENCY_SUM_US,
  REQUESTS,
  VERSION_COUNTERS,
  limitCounter,
} from "./monitor/counters.ts";
import { describeLimit, lookAt, readyRules, ruleAt, type ReadyRule } from "./rules.ts";

const sliding = (seconds: number) => ({ kind: "sliding", lengthUs: seconds * SECOND_US }) as const;

function policyOf(change: Partial<Policy>): Policy {
  return { ...QUICK_POLICY, triggers: [], alerts: [], ...change };
}

/** The one trigger of a policy, ready. */
function ready(
  metric: string,
  operator: "<" | "<=" | ">" | ">=",
  limit: number,
  minSamples = 1,
): [ReadyRule, Float64Array] {
  const rules = readyRules(policyOf({ triggers: [trigger("rule", metric, limit, { operator, minSamples })] }), []);
  return [rules.triggers[0]!, rules.limitsUs];
}

function adjust(target: string, limit: number): OperatorCommand {
  return { atUs: 0, by: "ann", reason: "why", action: { kind: "adjust", target, limit } };
}

describe("the rules of a policy", () => {
  it("count their windows in ticks, keep as many as the longest needs, and know the phase so far as 0", () => {
    const { triggers, gates, alerts, windowTicksMax, keepsHistograms, limitsUs } = readyRules(QUICK_POLICY, []);
    expect(triggers.map((rule) => [rule.name, rule.windowTicks])).toEqual([
      ["error-rate", 5],
      ["fallback-rate", 5],
      ["latency-delta", 5],
      ["health-ok", 5],
    ]);
    expect(gates.map((rules) => rules.map((rule) => rule.windowTicks))).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(alerts.map((rule) => rule.name)).toEqual(["all-error-rate"]);
    expect({ windowTicksMax, keepsHistograms, limits: [...limitsUs] }).toEqual({
      windowTicksMax: 5,
      keepsHistograms: false,
      limits: [],
    });
  });

  it("have the limits of every latency quantile counted exactly, those that the operator will set included", () => {
    const policy = policyOf({
      phases: [phase("A", 1, 1, [gate("candidate.latency.p99", "<", 200 * MILLISECOND_US)])],
      triggers: [
        trigger("tail", "candidate.latency.p999", 2 * SECOND_US, { window: sliding(7) }),
        trigger("mean", "latency.delta", 5 * SECOND_US),
      ],
    });
    const operator = [
      adjust("triggers.tail.limit", 3 * SECOND_US),
      adjust("phases.A.gates.candidate.latency.p99", 50 * MILLISECOND_US),
      adjust("triggers.mean", 77),
      adjust("triggers.unknown", 78),
    ];
    const rules = readyRules(policy, operator);
    // A limit of `<` is decided by the attempts above one microsecond less.
    expect([...rules.limitsUs]).toEqual([49_999, 199_999, 2_000_000, 3_000_000]);
    expect(rules).toMatchObject({ keepsHistograms: true, windowTicksMax: 7 });
  });

  it("keep no histograms of the past for a quantile over the phase", () => {
    const phases = [phase("A", 1, 1, [gate("candidate.latency.p99", "<", 1)])];
    expect(readyRules(policyOf({ phases }), [])).toMatchObject({ keepsHistograms: false, windowTicksMax: 1 });
  });

  it("are refused with an unknown metric, and with a window that is not made of ticks", () => {
    expect(() => readyRules(policyOf({ triggers: [trigger("x", "errorRate", 1)] }), [])).toThrow(InvariantError);
    const window = { kind: "sliding", lengthUs: 2_500_000 } as const;
    const uneven = [trigger("x", "candidate.errorRate", 1, { window })];
    expect(() => readyRules(policyOf({ triggers: uneven }), [])).toThrow(
      "the window of x is not a multiple of the tick",
    );
  });

  it("are found by the place of their limit", () => {
    const rules = readyRules(QUICK_POLICY, []);
    expect(ruleAt(rules, { kind: "trigger", trigger: 1 })?.name).toBe("fallback-rate");
    expect(ruleAt(rules, { kind: "gate", phase: 3, gate: 0 })).toBe(rules.gates[3]![0]);
    expect(ruleAt(rules, { kind: "gate", phase: 4, gate: 0 })).toBeUndefined();
  });
});

describe("a look at a rule", () => {
  const counters = {
    [VERSION_COUNTERS + ATTEMPTS]: 200,
    [VERSION_COUNTERS + ERRORS]: 30,
    [VERSION_COUNTERS + REQUESTS]: 200,
  };
  const span = handMadeSpan({ fromUs: 10 * SECOND_US, toUs: 12_500_000, counters });

  it("shows rates as fractions, with the limit as it is now", () => {
    const [rule, limitsUs] = ready("candidate.errorRate", ">", 99 * PERCENT, 50);
    expect(lookAt(rule, 10 * PERCENT, span, limitsUs)).toEqual({
      rule: "rule",
      metric: "candidate.errorRate",
      value: 0.15,
      operator: ">",
      limit: 0.1,
      windowMs: 2_500,
      window: "sliding",
      samples: 200,
      minSamples: 50,
      holds: "yes",
      approximate: false,
    });
  });

  it("tells a limit that is met from one that is passed, exactly", () => {
    for (const [operator, holds] of [
      [">", "no"],
      [">=", "yes"],
      ["<", "no"],
      ["<=", "yes"],
    ] as const) {
      const [rule, limitsUs] = ready("candidate.errorRate", operator, 15 * PERCENT);
      expect(lookAt(rule, 15 * PERCENT, span, limitsUs).holds, operator).toBe(holds);
    }
  });

  it("shows durations in milliseconds, and other numbers as they are", () => {
    const sums = {
      ...counters,
      [ATTEMPTS]: 100,
      [LATENCY_SUM_US]: 100 * 80_000,
      [VERSION_COUNTERS + LATENCY_SUM_US]: 200 * 95_500,
    };
    const slow = handMadeSpan({ fromUs: 0, toUs: 2_000_000, counters: sums });
    const [delta, limitsUs] = ready("latency.delta", ">", 2_000_000);
    expect(lookAt(delta, 2_000_000, slow, limitsUs)).toMatchObject({
      value: 15.5,
      limit: 2_000,
      samples: 100,
      holds: "no",
    });
    const [rate, none] = ready("candidate.requestRate", "<", 60);
    expect(lookAt(rate, 60, span, none)).toMatchObject({ value: 80, limit: 60, holds: "no" });
    const [health] = ready("candidate.health.ok", "<", 1);
    expect(lookAt(health, 1, span, none)).toMatchObject({ value: 1, limit: 1, samples: 4, holds: "no" });
  });

  it("has not enough data one sample below the minimum", () => {
    const [enough, limitsUs] = ready("candidate.errorRate", ">", 1, 200);
    expect(lookAt(enough, 1, span, limitsUs).holds).toBe("yes");
    const [few] = ready("candidate.errorRate", ">", 1, 201);
    expect(lookAt(few, 1, span, limitsUs)).toMatchObject({ value: 0.15, holds: "not enough data" });
    const [absent] = ready("baseline.errorRate", "<", 1);
    expect(lookAt(absent, 1, span, limitsUs)).toMatchObject({ value: null, samples: 0, holds: "not enough data" });
  });

  it("decides a quantile by the exact count of its limit, and by the histogram where the limit is not counted", () => {
    const attempts = Array.from({ length: 100 }, (_, i) => (i < 99 ? 10_000 : 900_000));
    const facts = { fromUs: 0, toUs: SECOND_US, latenciesUs: [[], attempts] as const, limits: 1 };
    const [rule, limitsUs] = ready("candidate.latency.p99", ">", 200_000);
    const of = (aboveLimit: number) =>
      handMadeSpan({
        ...facts,
        counters: { [VERSION_COUNTERS + ATTEMPTS]: 100, [limitCounter(0, CANDIDATE)]: aboveLimit },
      });
    expect(lookAt(rule, 200_000, of(1), limitsUs)).toMatchObject({ holds: "no", approximate: true, samples: 100 });
    expect(lookAt(rule, 200_000, of(2), limitsUs).holds).toBe("yes");
    // Not among the counted limits: the histogram says that 99 % are at most 10 ms.
    expect(lookAt(rule, 9_000, of(0), limitsUs).holds).toBe("yes");
    expect(lookAt(rule, 11_000, of(99), limitsUs).holds).toBe("no");
  });
});

describe("a limit in words", () => {
  it("has the metric's unit", () => {
    const words = (metric: string, limit: number): string => describeLimit(ready(metric, ">", limit)[0], limit);
    expect(words("candidate.errorRate", 13_000)).toBe("1.3 %");
    expect(words("latency.delta", 2_000_500)).toBe("2000.5 ms");
    expect(words("all.requestRate", 70)).toBe("70/s");
    expect(words("candidate.health.ok", 1)).toBe("1");
    expect(words("candidate.health.failedPolls", 3)).toBe("3");
  });
});
