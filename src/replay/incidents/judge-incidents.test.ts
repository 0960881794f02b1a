import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fasterReleaseCsv, FASTER_FROM_US, FASTER_TO_US } from "../../../test/traces/faster-release.ts";
import type { Policy } from "../../engine/deployment/policy.ts";
import type { Evidence } from "../../engine/result.ts";
import { loadPolicy } from "../../scenarios/built-in.ts";
import { readPolicy } from "../../scenarios/policy-file.ts";
import type { Trace } from "../columns.ts";
import { readImportSettings } from "../import-settings.ts";
import { importTrace } from "../import-trace.ts";
import { planReplay } from "../replay.ts";
import type { PlacedIncident } from "./incident-file.ts";
import { judgeRules, type RuleJudgement } from "./judge-incidents.ts";
import { watchOnly, watchRules, type WatchedRule } from "./watch-rules.ts";

const FASTER: PlacedIncident = { name: "faster", fromUs: FASTER_FROM_US, toUs: FASTER_TO_US };

async function traceOf(text: string): Promise<Trace> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  const trace = await importTrace(chunks(), { ...settings.value, source: "faster.csv" });
  if (!trace.ok) throw new Error(trace.problems[0]?.message);
  return trace.value;
}

function policyOf(triggers: readonly string[], more = ""): Policy {
  const rules = triggers.map((trigger, i) => `  - { name: t${i}, when: '${trigger}', action: rollback }`).join("\n");
  const read = readPolicy(
    `policy: p\nphases: [{ name: A, traffic: 20%, minDuration: 1h }]\ntriggers:\n${rules}\n${more}`,
    "p.yaml",
  );
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}

async function judged(policy: Policy, incidents = [FASTER]): Promise<readonly RuleJudgement[]> {
  const plan = planReplay(await traceOf(fasterReleaseCsv()), watchOnly(policy));
  if (!plan.ok) throw new Error(plan.problems[0]?.message);
  const { rules, untilUs } = watchRules(plan.value);
  expect(untilUs).toBeGreaterThanOrEqual(599_000_000);
  return judgeRules(policy, rules, incidents);
}

describe("a release that is broken and faster", () => {
  it.each(["setbull-v2", "ultra-fast-analyzer"])("is seen by no trigger and no alert of %s", async (name) => {
    const policy = loadPolicy(name);
    if (!policy.ok) throw new Error(name);
    const rules = await judged(policy.value);
    expect(rules).toHaveLength(policy.value.triggers.length + policy.value.alerts.length);
    for (const rule of rules) {
      expect([rule.name, rule.seen, rule.missed, rule.falseAlarmsAtMs]).toEqual([rule.name, 0, 1, []]);
      expect(rule.incidents[0]?.why).toMatch(/\w/u);
    }
    if (name !== "setbull-v2") return;
    const why = (rule: string): string => rules.find((one) => one.name === rule)?.incidents[0]?.why ?? "";
    expect(why("full-rollout-error-rate")).toMatch(/^not looked at in CANARY/u);
    expect(why("latency-p95")).toMatch(/^it does not show it: all\.latency\.p95 .* before; it fires > 1000$/u);
    expect(why("fallback-rate")).toMatch(/^at most \d+ of the 50 samples it needs$/u);
    expect(why("memory")).toBe("its metric had nothing to measure");
  });

  it("is seen by a two-sided comparison in time, and by no one-sided limit that is meant for slowness", async () => {
    const [change, slow, between] = await judged(
      policyOf([
        "all.latency.change < 0.0001% over 20s, at least 100",
        "all.latency.p50 > 300ms over 20s, at least 100",
        "latency.mannWhitney < 0.0001% over 20s, at least 50",
      ]),
    );
    expect(change).toMatchObject({ seen: 1, missed: 0, falseAlarmsAtMs: [], falseAlarmsPerHour: 0 });
    expect(change?.incidents[0]?.delayMs).toBeLessThanOrEqual(20_000);
    // It sees the end as well, which is no false alarm: its two windows still reach back.
    expect(change?.afterwardsAtMs).toHaveLength(1);
    expect(slow).toMatchObject({ seen: 0, missed: 1 });
    // Both versions are the same broken release.
    expect(between).toMatchObject({ seen: 0, missed: 1 });
  });

  it("is seen in a slice of the traffic as in all of it, and over both of two windows", async () => {
    const change = "all.latency.change < 0.0001% over 20s, at least 100";
    const [all, sliced, both] = await judged(
      policyOf([change, change.replace(" <", ' of "/cart" <'), change.replace("over 20s", "over 20s and 10s")]),
    );
    expect(sliced?.incidents).toEqual(all?.incidents);
    expect(sliced?.afterwardsAtMs).toEqual(all?.afterwardsAtMs);
    expect(both).toMatchObject({ seen: 1, falseAlarmsAtMs: [] });
  });

  it("is judged to the end though a trigger would have rolled back at once", async () => {
    const [always, change] = await judged(
      policyOf(["all.latency.p50 > 1ms over 10s, at least 10", "all.latency.change < 0.0001% over 20s, at least 100"]),
    );
    expect(always?.incidents).toEqual([{ incident: "faster", verdict: "already", delayMs: null, why: null }]);
    expect(always?.falseAlarmsAtMs).toHaveLength(1);
    expect(change?.seen).toBe(1);
  });
});

describe("judging", () => {
  const policy = policyOf(["errorRate > 10% over 60s, at least 50"]);
  const MINUTE_US = 60_000_000;
  const SEEN: Evidence = {
    rule: "r",
    metric: "candidate.errorRate",
    value: null,
    operator: ">",
    limit: 0.1,
    windowMs: 60_000,
    window: "sliding",
    samples: 0,
    minSamples: 50,
    holds: "not enough data",
    approximate: false,
  };
  /** A rule that is looked at every minute; of these minutes, those that are `isLooked`. */
  const rule = (
    firedAtUs: readonly number[],
    ceasedAtUs: readonly number[],
    minutes: number,
    isLooked: (minute: number) => boolean = () => true,
  ): WatchedRule => ({
    kind: "trigger",
    name: "r",
    firedAtUs,
    ceasedAtUs,
    looks: Array.from({ length: minutes }, (_, minute) => ({
      atUs: (minute + 1) * MINUTE_US,
      evidence: isLooked(minute) ? SEEN : null,
      phase: "A",
    })),
  });
  const at = (from: number, to: number, name = "i"): PlacedIncident => ({
    name,
    fromUs: from * MINUTE_US,
    toUs: to * MINUTE_US,
  });

  it("counts firings in, right after, and outside of incidents, and false alarms by the hour outside", () => {
    const fired = [5, 11, 20.5, 30].map((minutes) => minutes * MINUTE_US);
    const ceased = fired.map((us) => us + 1);
    const [judgement] = judgeRules(policy, [rule(fired, ceased, 60)], [at(10, 12), at(18, 20, "late")]);
    expect(judgement).toMatchObject({
      seen: 1,
      missed: 1,
      incidents: [
        { incident: "i", verdict: "seen", delayMs: 60_000 },
        { incident: "late", verdict: "missed", why: "its metric had nothing to measure" },
      ],
      falseAlarmsAtMs: [300_000, 1_800_000],
      afterwardsAtMs: [1_230_000],
      lookedAtMs: 3_600_000,
    });
    // 60 minutes without 2 + 1 and 2 + 1.
    expect(judgement?.falseAlarmsPerHour).toBeCloseTo((2 * 60) / 54, 9);
    const [unlooked] = judgeRules(policy, [rule([], [], 0)], [at(18, 20)]);
    expect(unlooked?.incidents).toMatchObject([{ why: "no tick of the rollout is within the incident" }]);
  });

  it("leaves open what fired before and went on, and counts overlapping incidents once", () => {
    const [judgement] = judgeRules(policy, [rule([MINUTE_US], [], 11)], [at(2, 5), at(3, 9, "within")]);
    expect(judgement?.incidents.map(({ verdict }) => verdict)).toEqual(["already", "already"]);
    expect(judgement?.falseAlarmsPerHour).toBeCloseTo(60 / 3, 9);
  });

  it("counts false alarms by the hour in which the rule was looked at, and by none where it never was", () => {
    const minute = fc.integer({ min: -5, max: 70 });
    const incident = fc.tuple(minute, fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), fc.array(incident), (looked, known) => {
        const incidents = known.map(([from, minutes], i) => at(from, from + minutes, `i${i}`));
        const isQuiet = (one: number): boolean =>
          looked[one] === true && !known.some(([from, minutes]) => one >= from && one < from + minutes + 1);
        const quiet = looked.filter((_, one) => isQuiet(one)).length;
        const fired = [...looked.keys()].filter((one) => isQuiet(one)).map((one) => (one + 0.5) * MINUTE_US);
        const watched = rule(fired, fired, looked.length, (one) => looked[one] === true);
        const [judgement] = judgeRules(policy, [watched], incidents);
        expect(judgement?.falseAlarmsAtMs).toHaveLength(quiet);
        expect(judgement?.falseAlarmsPerHour).toBe(quiet === 0 ? null : 60);
        expect(judgement?.lookedAtMs).toBe(looked.filter(Boolean).length * 60_000);
      }),
    );
  });

  it("counts the delay of an incident that was there before the trace from the first row", () => {
    const [judgement] = judgeRules(policy, [rule([2 * MINUTE_US], [], 10)], [at(-30, 5)]);
    expect(judgement?.incidents).toMatchObject([{ verdict: "seen", delayMs: 120_000 }]);
  });

  it("takes no firing for a false alarm that a comparison with the window before makes, up to two windows after it", () => {
    const change = policyOf(["all.latency.change < 0.1% over 60s, at least 50"]);
    const atUs = [13.99, 14].map((minutes) => minutes * MINUTE_US);
    const [judgement] = judgeRules(change, [rule(atUs, atUs, 60)], [at(10, 12)]);
    expect(judgement).toMatchObject({ falseAlarmsAtMs: [840_000], afterwardsAtMs: [839_400] });
  });

  it("takes no firing for a false alarm that comes of figures which were fetched seldom", () => {
    const seldom = policyOf(["errorRate > 10% over 60s, at least 50"], "monitor: { scrapeEvery: 30s }\n");
    // Until 12:00 and then as long as the window reaches back, and as long as it takes until the figures are there.
    const atUs = [13.4, 13.5].map((minutes) => minutes * MINUTE_US - seldom.tickUs);
    const judgedBy = (one: Policy) => judgeRules(one, [rule(atUs, atUs, 60)], [at(10, 12)])[0];
    expect(judgedBy(seldom)).toMatchObject({ falseAlarmsAtMs: [atUs[1]! / 1_000], afterwardsAtMs: [atUs[0]! / 1_000] });
    expect(judgedBy(policy)?.falseAlarmsAtMs).toHaveLength(2);
  });
});
