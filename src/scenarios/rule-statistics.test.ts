import { describe, expect, it } from "vitest";
import { readPolicy } from "./policy-file.ts";
import { conditionOf, parseRule, type RuleKind } from "./rule.ts";

function read(sentence: string, kind: RuleKind = "trigger") {
  const rule = parseRule(sentence, kind);
  if (!rule.ok) throw new Error(JSON.stringify(rule.complaints));
  return { ...conditionOf(rule.value, kind), sequential: rule.value.statistics?.sequential ?? null };
}

function complaints(sentence: string, kind: RuleKind = "trigger"): string[] {
  const rule = parseRule(sentence, kind);
  return rule.ok ? [] : rule.complaints.map((complaint) => complaint.message);
}

describe("rules that have to be sure", () => {
  it("say with how much confidence, and how it is computed where there is a choice", () => {
    const plain = read("errorRate < 2%", "gate");
    expect(read("errorRate < 2% with 95% confidence", "gate")).toEqual({
      metric: "candidate.errorRate",
      operator: "<",
      limit: 20_000,
      window: plain.window,
      minSamples: 1,
      bound: { method: "wilson", confidencePpm: 950_000 },
      sequential: null,
    });
    expect(read("errorRate < 2% with 99.9 % confidence (Clopper-Pearson), at least 30 over 5m", "gate")).toMatchObject({
      bound: { method: "clopper-pearson", confidencePpm: 999_000 },
      minSamples: 30,
      window: { kind: "sliding" },
    });
    expect(read("latency.p99 < 200ms with 90% confidence (Wilson)").bound).toMatchObject({ method: "wilson" });
    expect(read("errorRate.delta > 1% with 95% confidence").bound).toMatchObject({ method: "newcombe" });
    expect(read("latency.shift > 20ms with 95% confidence").bound).toMatchObject({ method: "hodges-lehmann" });
  });

  it.each([
    ["errorRate < 2% with 50% confidence", "a confidence is more than 50% and less than 100%"],
    ["errorRate < 2% with 100% confidence", "a confidence is more than 50% and less than 100%"],
    ["errorRate < 2% with 95%", '"with" is followed by a confidence'],
    ["errorRate < 2% with confidence", '"with": this is not a share'],
    ["errorRate < 2% with 95% confidence (Wald)", "this is no way to bound errorRate"],
    ["errorRate.delta > 2% with 95% confidence (Wilson)", "this is no way to bound errorRate.delta"],
    ["latency.mean > 2s with 95% confidence", "there is no bound for latency.mean"],
    ["errorRate > 2% with 95% confidence with 96% confidence", 'the rule says "with" twice'],
    ["errorRate > 2% over 5m and 1m with 95% confidence", 'a rule over two windows has no "with ... confidence"'],
  ])("%s: %s", (sentence, message) => {
    expect(complaints(sentence)).toContain(message);
  });
});

describe("rules that go on from attempt to attempt", () => {
  it("say from which rate towards which, and when they fire", () => {
    expect(read("errorRate > 1% towards 5%, CUSUM alarm at 97")).toEqual({
      metric: "candidate.errorRate",
      operator: ">",
      limit: 10_000,
      window: { kind: "phase" },
      minSamples: 1,
      sequential: { kind: "cusum", badPpm: 50_000, alarm: 97 },
    });
    const sprt = { kind: "sprt", badPpm: 50_000, falseAlarmPpm: 10_000, missPpm: 200_000 };
    expect(read("all.errorRate > 1% SPRT with 1% false alarms and 20% misses towards 5%").sequential).toEqual(sprt);
    const usual = { kind: "sprt", badPpm: 50_000, falseAlarmPpm: 50_000, missPpm: 100_000 };
    expect(read("errorRate > 1% towards 5%, SPRT").sequential).toEqual(usual);
    const parsed = parseRule("errorRate > 1% towards 5%, in CANARY, TESTING, CUSUM alarm at 97", "trigger");
    expect(parsed).toMatchObject({
      value: { phases: ["CANARY", "TESTING"], statistics: { sequential: { alarm: 97 } } },
    });
  });

  it.each([
    ["errorRate > 1% towards 5%", '"towards" goes with either a CUSUM or an SPRT'],
    ["errorRate > 1% towards 5%, CUSUM alarm at 9, SPRT", '"towards" goes with either a CUSUM or an SPRT'],
    ["errorRate > 1% CUSUM alarm at 97", "the rate that is to be found is missing"],
    [
      "errorRate > 5% towards 1%, SPRT",
      "the rate that is to be found must be more than the limit, which is more than 0%",
    ],
    [
      "errorRate > 0% towards 1%, SPRT",
      "the rate that is to be found must be more than the limit, which is more than 0%",
    ],
    ["errorRate >= 1% towards 5%, SPRT", "a CUSUM or an SPRT looks for an errorRate that has risen"],
    ["fallbackRate > 1% towards 5%, SPRT", "a CUSUM or an SPRT looks for an errorRate that has risen"],
    ["errorRate > 1% towards 5%, CUSUM", "a CUSUM needs its alarm line, at least 1"],
    ["errorRate > 1% towards 5%, CUSUM alarm at 0", "a CUSUM needs its alarm line, at least 1"],
    ["errorRate > 1% towards 5%, SPRT with 5% misses", "this does not say how often the test may be wrong"],
    [
      "errorRate > 1% towards 5%, SPRT with 60% false alarms and 1% misses",
      "both chances of an error are more than 0% and less than 50%",
    ],
    [
      "errorRate > 1% towards 5%, SPRT, with 95% confidence",
      'CUSUM and SPRT state no confidence: leave out "with ... confidence"',
    ],
    [
      "errorRate > 1% towards 5%, SPRT over 5m",
      'a CUSUM or an SPRT has no "over": it goes on from attempt to attempt until it is sure',
    ],
    [
      "errorRate > 1% towards 5%, SPRT at least 5",
      'a CUSUM or an SPRT has no "at least": it goes on from attempt to attempt until it is sure',
    ],
    [
      "errorRate > 1% towards 5%, SPRT for 5s",
      'a CUSUM or an SPRT has no "for": it goes on from attempt to attempt until it is sure',
    ],
  ])("%s: %s", (sentence, message) => {
    expect(complaints(sentence)).toContain(message);
  });

  it.each(["gate", "alert"] as const)("are no %s", (kind) => {
    expect(complaints("candidate.errorRate > 1% towards 5%, SPRT", kind)).toContain(
      "only a trigger can have a CUSUM or an SPRT",
    );
  });
});

describe("burn rates", () => {
  it("are rates of failed users, over a long and a short window", () => {
    expect(read("burnRate of 99.9% > 14.4 over 1h and 5m")).toEqual({
      metric: "candidate.userErrorRate",
      operator: ">",
      limit: 14_400,
      window: { kind: "sliding", lengthUs: 3_600_000_000 },
      alsoOverUs: 300_000_000,
      objectivePpm: 999_000,
      minSamples: 50,
      sequential: null,
    });
    expect(read("all.burnRate of 99.95 % > 6x over 6h and 30m, at least 1000")).toMatchObject({
      metric: "all.userErrorRate",
      limit: 3_000,
      minSamples: 1_000,
    });
    expect(read("burnRate of 99.9% > 1 over 3d and 6h", "alert")).toMatchObject({
      metric: "all.userErrorRate",
      limit: 1_000,
    });
  });

  it.each([
    ["burnRate > 14.4 over 1h and 5m", "the objective of the burn rate is missing"],
    ["burnRate of 100% > 14.4", "an objective is between 0% and 100%, and neither of them"],
    ["burnRate of 99.9% > 14.4444", "this is no burn rate"],
    ["burnRate of 99.9% > 2%", "this is no burn rate"],
    ["burnRate of 99% > 101", "an error budget cannot burn so fast"],
    ["burnRate of 99.9% = 14", "unknown comparison"],
    ["burnRate of 99.9% > 14 over 5m and 1h", "the second window must be shorter than the first"],
    ["burnRate of 99.9% > 14 over 1h and 1h", "the second window must be shorter than the first"],
    ["burnRate of 99.9% > 14 over 5m and 0s", '"over": a window must be longer than 0s'],
  ])("%s: %s", (sentence, message) => {
    expect(complaints(sentence)).toContain(message);
  });
});

describe("the split of the phase", () => {
  it("is looked at over the phase, and over nothing else", () => {
    expect(read("split.mismatch < 0.1%")).toMatchObject({
      metric: "split.mismatch",
      limit: 1_000,
      window: { kind: "phase" },
    });
    expect(complaints("split.mismatch < 0.1% over 5m")).toEqual([
      "split.mismatch is of the phase so far: it has no other window",
    ]);
  });
});

describe("policies with such rules", () => {
  const policyOf = (trigger: string) =>
    `policy: p\ntick: 5s\nphases: [{ name: A, traffic: 10%, minDuration: 1m }]\ntriggers:\n  - ${trigger}\n`;
  const problems = (trigger: string): string[] => {
    const policy = readPolicy(policyOf(trigger), "p.yaml");
    return policy.ok ? [] : policy.problems.map((problem) => problem.message);
  };

  it("name a burn rate after itself, and carry the test into the trigger", () => {
    const burn = readPolicy(policyOf("burnRate of 99.9% > 14.4 over 1h and 5m"), "p.yaml");
    expect(burn).toMatchObject({ ok: true, value: { triggers: [{ name: "burn-rate", alsoOverUs: 300_000_000 }] } });
    const test = readPolicy(policyOf("errorRate > 1% towards 5%, CUSUM alarm at 97"), "p.yaml");
    expect(test).toMatchObject({
      ok: true,
      value: { triggers: [{ sequential: { kind: "cusum", alarm: 97 }, forUs: 0 }] },
    });
  });

  it.each([
    [`{ when: "errorRate > 1% towards 5%, SPRT", over: 5m }`, 'a CUSUM or an SPRT has no "over"'],
    [`{ when: "errorRate > 1% towards 5%, SPRT", minSamples: 5 }`, 'a CUSUM or an SPRT has no "minSamples"'],
    [`{ when: "errorRate > 1% towards 5%, SPRT", for: 5s }`, 'a CUSUM or an SPRT has no "for"'],
    [`{ when: split.mismatch < 1%, over: 5m }`, "split.mismatch is of the phase so far"],
    [`burnRate of 99.9% > 14 over 1h and 7s`, "the window does not consist of whole ticks"],
    [
      `{ when: "burnRate of 99.9% > 14 over 1h and 5m", over: 2h }`,
      'over says again what the sentence says with "over"',
    ],
  ])("%s: %s", (trigger, message) => {
    expect(problems(trigger).join()).toContain(message);
  });
});
