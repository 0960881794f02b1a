/** The rollout policy that tests run, with the phases, gates and triggers of `setbull-v2`, at any length of a minute. */
import type { Gate, Phase, Policy, Trigger } from "../../src/engine/deployment/policy.ts";
import { MILLISECOND_US, MINUTE_US, SECOND_US } from "../../src/engine/kernel/units.ts";

/** One percent in parts per million. */
export const PERCENT = 10_000;

/** A gate over the phase so far, at least 100 samples; its name is its metric. */
export function gate(metric: string, operator: Gate["operator"], limit: number, change: Partial<Gate> = {}): Gate {
  return { name: metric, metric, operator, limit, window: { kind: "phase" }, minSamples: 100, ...change };
}

/** A trigger that rolls back when its metric is above the limit over a window, at least 50 samples. */
export function trigger(name: string, metric: string, limit: number, change: Partial<Trigger> = {}): Trigger {
  return {
    name,
    metric,
    operator: ">",
    limit,
    window: { kind: "sliding", lengthUs: 5 * SECOND_US },
    minSamples: 50,
    forUs: 0,
    severity: "critical",
    action: "rollback",
    phases: null,
    ...change,
  };
}

/** A phase without a maximum duration that waits for its data. */
export function phase(name: string, trafficPpm: number, minDurationUs: number, gates: readonly Gate[]): Phase {
  return {
    name,
    trafficPpm,
    minDurationUs,
    maxDurationUs: null,
    onMaxDuration: "rollback",
    onNotEnoughData: "wait",
    gates,
  };
}

/** The policy with its minutes, tick and sliding windows as long as given. */
function setbullPolicy(minuteUs: number, tickUs: number, windowUs: number): Policy {
  const gates = (success: number, errors: number): Gate[] => [
    gate("all.successRate", ">=", success * PERCENT),
    gate("candidate.errorRate", "<", errors * PERCENT),
  ];
  const window = { kind: "sliding", lengthUs: windowUs } as const;
  return {
    name: "setbull-v2",
    description: "",
    tickUs,
    disabledName: "DISABLED",
    phases: [
      phase("CANARY", 1 * PERCENT, 10 * minuteUs, gates(95, 2)),
      phase("TESTING", 10 * PERCENT, 30 * minuteUs, gates(95, 3)),
      phase("VALIDATION", 50 * PERCENT, 60 * minuteUs, gates(97, 2)),
      phase("FULL_ROLLOUT", 100 * PERCENT, 30 * minuteUs, gates(98, 1)),
    ],
    triggers: [
      trigger("error-rate", "candidate.errorRate", 10 * PERCENT, { window }),
      trigger("fallback-rate", "candidate.fallbackRate", 25 * PERCENT, { window }),
      trigger("latency-delta", "latency.delta", 2_000 * MILLISECOND_US, { window }),
      trigger("health-ok", "candidate.health.ok", 1, { window, operator: "<", minSamples: 1 }),
    ],
    alerts: [
      {
        name: "all-error-rate",
        metric: "all.errorRate",
        operator: ">",
        limit: 5 * PERCENT,
        window,
        minSamples: 50,
        forUs: 0,
        severity: "warning",
      },
    ],
    rollback: {
      steps: [{ name: "revert flags", does: "revert-flags", durationUs: SECOND_US }],
      verifyUs: 2 * SECOND_US,
    },
    health: { pollUs: 10 * SECOND_US, failures: 3 },
  };
}

/** The real figures: minutes are minutes, a tick of 5 s, windows of 60 s. */
export const SETBULL_POLICY: Policy = setbullPolicy(MINUTE_US, 5 * SECOND_US, 60 * SECOND_US);

/** The same shares, limits and samples with a second for every minute, a tick of 1 s, windows of 5 s, a poll a second. */
export const QUICK_POLICY: Policy = {
  ...setbullPolicy(SECOND_US, SECOND_US, 5 * SECOND_US),
  health: { pollUs: SECOND_US, failures: 3 },
};
