import { describe, expect, it } from "vitest";
import type { Condition } from "../engine/deployment/policy.ts";
import { conditionOf, parseRule, type RuleKind } from "./rule.ts";

function read(sentence: string, kind: RuleKind = "trigger") {
  const rule = parseRule(sentence, kind);
  if (!rule.ok) return rule.complaints;
  return { ...conditionOf(rule.value, kind), forUs: rule.value.forUs, phases: rule.value.phases };
}

function complaints(sentence: string, kind: RuleKind = "trigger"): string[] {
  const rule = parseRule(sentence, kind);
  return rule.ok ? [] : rule.complaints.map((complaint) => complaint.message);
}

const MINUTE: Condition["window"] = { kind: "sliding", lengthUs: 60_000_000 };

describe("rule sentences", () => {
  it("reads every part", () => {
    expect(read("latency.delta > 2s over 60s, at least 50 attempts, for 30s, in CANARY, TESTING")).toEqual({
      metric: "latency.delta",
      operator: ">",
      limit: 2_000_000,
      window: MINUTE,
      minSamples: 50,
      forUs: 30_000_000,
      phases: ["CANARY", "TESTING"],
    });
  });

  it("takes the parts in any order, and without commas", () => {
    const parts = read("errorRate > 10% over 5m, at least 200 requests, for 30s, in A, B");
    expect(read("errorRate > 10% in A, B, for 30s, at least 200, over 5m")).toEqual(parts);
    expect(read("errorRate>10% over 5 m at least 200 requests for 30s in A, B")).toEqual(parts);
  });

  it("fills in what is not said by the kind of rule", () => {
    expect(read("errorRate < 2%", "gate")).toMatchObject({
      metric: "candidate.errorRate",
      window: { kind: "phase" },
      minSamples: 100,
    });
    expect(read("errorRate > 2%", "trigger")).toMatchObject({
      metric: "candidate.errorRate",
      window: MINUTE,
      minSamples: 50,
    });
    expect(read("errorRate > 2%", "alert")).toMatchObject({ metric: "all.errorRate", window: MINUTE, minSamples: 50 });
    expect(read("health.ok < 1")).toMatchObject({ metric: "candidate.health.ok", limit: 1, minSamples: 1 });
    expect(read("requests >= 500 over the phase", "gate")).toMatchObject({ limit: 500, minSamples: 1 });
    expect(read("all.successRate >= 95 % over the phase", "gate")).toMatchObject({
      metric: "all.successRate",
      limit: 950_000,
    });
    expect(read("requestRate < 5")).toMatchObject({ limit: 5 });
    expect(read("requestRate < 300/min")).toMatchObject({ limit: 5 });
  });

  it("suggests the nearest metric", () => {
    expect(read("erorRate < 2%")).toEqual([
      {
        message: "unknown metric",
        found: "erorRate",
        allowed: "a name of rehearse list metrics",
        suggestion: "errorRate",
      },
    ]);
    expect(read("candidat.errorRate < 2%")).toMatchObject([{ suggestion: "candidate.errorRate" }]);
    expect(read("fallbackRate > 5%", "alert")).toMatchObject([{ allowed: "candidate.fallbackRate" }]);
  });

  it("sets a window against the one before it, which the phase has not", () => {
    const change = parseRule("all.latency.change < 0.1%", "gate");
    expect(change.ok && conditionOf(change.value, "gate").window).toEqual({ kind: "sliding", lengthUs: 60_000_000 });
    expect(parseRule("latency.change < 0.1% over the phase", "gate")).toMatchObject({
      ok: false,
      complaints: [{ found: "over the phase", allowed: "over 5m" }],
    });
  });

  it.each([
    ["", "this is not a rule"],
    ["errorRate", "this is not a rule"],
    ["errorRate == 2%", "unknown comparison"],
    ["errorRate <", "the limit is missing"],
    ["errorRate < 2", "the limit of errorRate: a share needs its percent sign, as in 2%"],
    ["errorRate < 101%", "the limit of errorRate: a share must be between 0% and 100%"],
    ["errorRate < 2s", "the limit of errorRate: this is not a share"],
    ["latency.p99 > 2%", "the limit of latency.p99: this is not a duration"],
    ["latency.p99 > -2s", "the limit of latency.p99: a duration must not be negative"],
    ["health.ok < 2", "the limit of health.ok: this is either 1 (true) or 0 (false)"],
    ["errorRate > 2% over 0s", '"over": a window must be longer than 0s'],
    ["errorRate > 2% over a while", '"over": this is not a duration'],
    ["errorRate > 2% over 5m over 6m", 'the rule says "over" twice'],
    ["errorRate > 2% at least 0", "a rule needs at least 1 sample"],
    ["errorRate > 2% at least many", "this is not a count"],
    ["errorRate > 2% in", "the rule goes on with something that cannot be read"],
    ["errorRate > 2% in , for 5s", '"in" is followed by the names of phases'],
    ["errorRate > 2% ovr 5m", "the rule goes on with something that cannot be read"],
  ])("complains of %j", (sentence, message) => {
    expect(complaints(sentence)).toContain(message);
  });

  it("complains of all mistakes of a sentence", () => {
    expect(complaints("erorRate = 5 over -5m at least 0")).toHaveLength(4);
  });

  it("keeps what only some rules have to those", () => {
    expect(complaints("errorRate < 2% for 5s", "gate")).toEqual([
      `a gate has no "for": it is looked at until it passes`,
    ]);
    expect(complaints("errorRate < 2% in A", "gate")).toEqual([`a gate has no "in": it is its own phase's`]);
  });
});
