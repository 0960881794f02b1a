/**
 * The policy of the end-to-end rows: the phases, gates, triggers and way back of `setbull-v2`, on a tick of 30 s, with
 * P50, P95 and P99 of either version over every 30 s watched by alerts that never go off.
 */
import type { AlertRule, Gate, Phase, Policy, Trigger } from "../../src/engine/deployment/policy.ts";
import { MILLISECOND_US, MINUTE_US, SECOND_US } from "../../src/engine/kernel/units.ts";

const PERCENT_PPM = 10_000;

function gate(metric: string, operator: ">=" | "<", limitPpm: number): Gate {
  return { name: metric, metric, operator, limit: limitPpm, window: { kind: "phase" }, minSamples: 100 };
}

function phase(
  name: string,
  trafficPercent: number,
  minMinutes: number,
  successPercent: number,
  errorPercent: number,
): Phase {
  return {
    name,
    trafficPpm: trafficPercent * PERCENT_PPM,
    minDurationUs: minMinutes * MINUTE_US,
    maxDurationUs: null,
    onMaxDuration: "rollback",
    onNotEnoughData: "wait",
    gates: [
      gate("all.successRate", ">=", successPercent * PERCENT_PPM),
      gate("candidate.errorRate", "<", errorPercent * PERCENT_PPM),
    ],
  };
}

function trigger(name: string, metric: string, limit: number): Trigger {
  return {
    name,
    metric,
    operator: ">",
    limit,
    window: { kind: "sliding", lengthUs: 60 * SECOND_US },
    minSamples: 50,
    forUs: 0,
    severity: "critical",
    action: "rollback",
    phases: null,
  };
}

function quantileAlert(metric: string): AlertRule {
  return {
    name: metric,
    metric,
    operator: ">",
    limit: 10 * SECOND_US,
    window: { kind: "sliding", lengthUs: 30 * SECOND_US },
    minSamples: 1,
    forUs: 0,
    severity: "warning",
  };
}

/** The policy; the same for both engines. */
export const BENCH_POLICY: Policy = {
  name: "setbull-v2 on a tick of 30 s",
  description: "",
  tickUs: 30 * SECOND_US,
  disabledName: "DISABLED",
  phases: [
    phase("CANARY", 1, 10, 95, 2),
    phase("TESTING", 10, 30, 95, 3),
    phase("VALIDATION", 50, 60, 97, 2),
    phase("FULL_ROLLOUT", 100, 30, 98, 1),
  ],
  triggers: [
    trigger("error-rate", "candidate.errorRate", 10 * PERCENT_PPM),
    trigger("fallback-rate", "candidate.fallbackRate", 25 * PERCENT_PPM),
    trigger("latency-delta", "latency.delta", 2_000 * MILLISECOND_US),
  ],
  alerts: ["baseline", "candidate"].flatMap((version) =>
    ["p50", "p95", "p99"].map((quantile) => quantileAlert(`${version}.latency.${quantile}`)),
  ),
  rollback: {
    steps: [{ name: "revert flags", does: "revert-flags", durationUs: SECOND_US }],
    verifyUs: 3 * SECOND_US,
  },
  health: { pollUs: 10 * SECOND_US, failures: 3 },
};
