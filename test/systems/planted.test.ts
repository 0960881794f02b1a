/**
 * Every built-in scenario of setbull-v2 notices a change of what it shows: one is planted for each, in the text of its
 * file or of its policy, and its expectations fail.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findBuiltInScenarios } from "../../src/scenarios/built-in.ts";
import { readPolicy } from "../../src/scenarios/policy-file.ts";
import { rehearseScenario } from "../../src/scenarios/runner.ts";
import { readScenario } from "../../src/scenarios/scenario-file.ts";
import { ROOT } from "../cli/rehearse.ts";

/** What is planted: text that is replaced in the scenario, or in the policy setbull-v2. */
interface Planted {
  readonly scenario: string;
  readonly where: "scenario" | "policy";
  readonly text: string;
  readonly by: string;
  /** An expectation that fails because of it. */
  readonly fails: string;
}

function inPolicy(scenario: string, text: string, by: string, fails: string): Planted {
  return { scenario, where: "policy", text, by, fails };
}

function inScenario(scenario: string, text: string, by: string, fails: string): Planted {
  return { scenario, where: "scenario", text, by, fails };
}

const ERROR_TRIGGER = "errorRate > 10% over 60s";
const FALLBACK_TRIGGER = "fallbackRate > 25% over 60s";
const P95_ALERT = "all.latency.p95 > 1s over 60s";

const PLANTED: readonly Planted[] = [
  inPolicy(
    "alert-errors",
    "all.errorRate > 5% over 60s",
    "all.errorRate > 20% over 60s",
    "alerts.error-rate.raised is 1",
  ),
  inPolicy("alert-latency", P95_ALERT, "all.latency.p95 > 3s over 60s", "alerts.latency-p95.raised is 1"),
  inPolicy("alert-memory", "memory.share > 80%", "memory.share > 99%", "alerts.memory.raised >= 1"),
  inPolicy("always-available", ERROR_TRIGGER, "errorRate > 99.9% over 60s", "rollback.trigger is error-rate"),
  inPolicy("bad-candidate", ERROR_TRIGGER, "errorRate > 40% over 60s", "rollback.trigger is error-rate"),
  inPolicy("blinking-health", "failures: 3", "failures: 2", "rollback is absent"),
  inPolicy("breaker-open", FALLBACK_TRIGGER, "fallbackRate > 15% over 60s", "rollback is absent"),
  inPolicy("cache-collapse", "cache.hitRate < 70%", "cache.hitRate < 30%", "alerts.cache-hit-rate.raised is 2"),
  inPolicy("declining-candidate", FALLBACK_TRIGGER, "fallbackRate > 50% over 60s", "outcome is rolled-back"),
  inScenario("deployed-by-hand", "do: build", "do: status", "pipeline.stages.build.attempts is 2"),
  inScenario("errors-by-kind", "timeout: 1s", "timeout: 30m", "errors.kinds.timeout > 0"),
  inPolicy("failing-health", "failures: 3", "failures: 5", "rollback.detectedAt is 15m20s"),
  inScenario("fractional-share", "traffic: 0.25%", "traffic: 0.5%", "phases.TRICKLE.trafficPercent is 0.25%"),
  inPolicy("full-queue", FALLBACK_TRIGGER, "fallbackRate > 90% over 60s", "outcome is rolled-back"),
  inPolicy("good-candidate", "minDuration: 1h", "minDuration: 59m", "phases.VALIDATION.duration is 1h"),
  inPolicy("held-by-errors", "errorRate < 3%", "errorRate < 9%", "phases.TESTING.duration > 31m"),
  inPolicy("held-by-users", "all.successRate >= 97%", "all.successRate >= 90%", "phases.VALIDATION.duration > 61m"),
  inPolicy("memory-leak", "keepFiring: 2m", "keepFiring: 0s", "alerts.memory.raised is 1"),
  inScenario("operator-loosens", "limit 4%", "limit 2.1%", "phases.CANARY.duration is 20m5s"),
  inScenario("operator-overrides", "do: advance", "do: review", "decisions.override is 2"),
  inScenario("operator-pauses", "do: pause, why: me too", "do: review", "decisions.refused is 1"),
  inScenario("operator-pins-off", "pin: {", "flags: {", "impact.candidateRequests is 0"),
  inPolicy("operator-rolls-back", "takes: 1s", "takes: 9s", "rollback.duration <= 5s"),
  inScenario("operator-tightens", "limit 2%", "limit 9%", "outcome is rolled-back"),
  inPolicy("paused-and-broken", ERROR_TRIGGER, "errorRate > 70% over 60s", "rollback.trigger is error-rate"),
  inScenario(
    "plain-metrics",
    "enableDetailedMetrics: false",
    "enableDetailedMetrics: true",
    "alerts.latency-p95.raised is 0",
  ),
  inScenario("shared-fault", "version: both", "version: candidate", "impact.failedRequests > 100"),
  inPolicy("slow-candidate", "latency.delta > 2s", "latency.delta > 3s", "outcome is rolled-back"),
  inPolicy("stalling-candidate", "errorRate < 2%", "errorRate < 9%", "phase is CANARY"),
  inScenario("stalling-with-deadline", "onMaxDuration: rollback", "onMaxDuration: pause", "outcome is rolled-back"),
  inPolicy("summary-line", "summaryEvery: 30s", "summaryEvery: 40s", "monitor.summaries is 24"),
  inScenario("too-little-traffic", "30/min", "30/s", "phase is CANARY"),
  inPolicy("unhealthy-instances", FALLBACK_TRIGGER, "fallbackRate > 99.9% over 60s", "rollback.detectedAt < 23m"),
  inScenario("v2-as-expected", "entries: 9000", "entries: 900", "resources.candidate.cacheHitRate >= 70%"),
  inScenario(
    "without-fallback",
    "fallbackToV1OnError: false",
    "fallbackToV1OnError: true",
    "impact.harmedRequests > 5",
  ),
];

const POLICY = readFileSync(join(ROOT, "fixtures/policies/setbull-v2.yaml"), "utf8");

/** The expectations that fail with a change, each as it is written. */
function failuresOf({ scenario, where, text, by }: Planted): string[] {
  const [builtIn] = findBuiltInScenarios(`setbull-v2/${scenario}`);
  const file = readFileSync(builtIn?.path ?? "", "utf8");
  expect((where === "policy" ? POLICY : file).includes(text)).toBe(true);
  const read = readScenario(where === "scenario" ? file.replaceAll(text, by) : file, scenario);
  const policy = readPolicy(where === "policy" ? POLICY.replaceAll(text, by) : POLICY, "setbull-v2");
  if (!read.ok || !policy.ok) throw new Error(`the change of ${scenario} does not read`);
  const own = read.value.policy.kind === "inline" ? read.value.policy.policy : policy.value;
  const { expectations } = rehearseScenario(read.value, own, null);
  return expectations.filter(({ held }) => !held).map((one) => one.text);
}

describe("a planted change", () => {
  it("is there for every scenario of the suite", () => {
    const names = findBuiltInScenarios("setbull-v2").map(({ name }) => name.replace("setbull-v2/", ""));
    expect(PLANTED.map(({ scenario }) => scenario)).toEqual(names);
  });

  it.each(PLANTED)("is noticed by $scenario: $by for $text", (planted) => {
    expect(failuresOf(planted)).toContain(planted.fails);
  });
});
