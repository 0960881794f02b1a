/** Limits of alerts set from the environment (requirement A2), laid over a policy's own. */
import type { AlertRule, Policy } from "../engine/deployment/policy.ts";
import type { AlertThresholds } from "../engine/flags/environment.ts";
import type { Problem } from "../engine/kernel/problem.ts";

/** A threshold: its variable, the alerts that it is the limit of, and how these are called where there is none. */
interface Threshold {
  readonly variable: string;
  readonly limitPpm: number | null;
  readonly isOn: (alert: AlertRule) => boolean;
  readonly needed: string;
}

/**
 * The policy with its alerts on the error rate of all traffic, on memory and on caches at the thresholds' limits. Warns
 * of a threshold that no alert of the policy measures: it changes nothing.
 */
export function applyThresholds(
  policy: Policy,
  thresholds: AlertThresholds,
): { readonly policy: Policy; readonly warnings: readonly Problem[] } {
  const all: readonly Threshold[] = [
    {
      variable: "ERROR_RATE_THRESHOLD",
      limitPpm: thresholds.errorRatePpm,
      isOn: ({ metric, operator }) => metric === "all.errorRate" && operator.startsWith(">"),
      needed: "an alert on all.errorRate",
    },
    {
      variable: "CACHE_HIT_RATE_THRESHOLD",
      limitPpm: thresholds.cacheHitRatePpm,
      isOn: ({ metric, operator }) => metric.endsWith(".cache.hitRate") && operator.startsWith("<"),
      needed: "an alert on the cache, such as candidate.cache.hitRate < 70%",
    },
    {
      variable: "MEMORY_USAGE_THRESHOLD",
      limitPpm: thresholds.memoryUsagePpm,
      isOn: ({ metric, operator }) => metric.endsWith(".memory.share") && operator.startsWith(">"),
      needed: "an alert on memory, such as candidate.memory.share > 80%",
    },
  ];
  const warnings: Problem[] = [];
  let { alerts } = policy;
  for (const { variable, limitPpm, isOn, needed } of all) {
    if (limitPpm === null) continue;
    if (!alerts.some(isOn)) warnings.push(unused(variable, needed, policy));
    alerts = alerts.map((alert) => (isOn(alert) ? { ...alert, limit: limitPpm } : alert));
  }
  return { policy: { ...policy, alerts }, warnings };
}

function unused(variable: string, needed: string, policy: Policy): Problem {
  const message = `set, but it changes nothing: policy ${policy.name} has not ${needed}`;
  return {
    source: "environment",
    line: 0,
    column: 0,
    path: variable,
    message,
    found: null,
    allowed: null,
    suggestion: null,
  };
}
