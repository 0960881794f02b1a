/** Limits of alerts set from the environment (requirement A2), laid over a policy's own. */
import type { AlertRule, Policy } from "../engine/deployment/policy.ts";
import type { AlertThresholds } from "../engine/flags/environment.ts";
import type { Problem } from "../engine/kernel/problem.ts";

/**
 * The policy with its alerts on the error rate of all traffic at the threshold's limit. Warns of a threshold that no
 * alert of the policy measures: it changes nothing.
 */
export function applyThresholds(
  policy: Policy,
  thresholds: AlertThresholds,
): { readonly policy: Policy; readonly warnings: readonly Problem[] } {
  const warnings: Problem[] = [];
  const { errorRatePpm } = thresholds;
  const onErrorRate = (alert: AlertRule): boolean => alert.metric === "all.errorRate" && alert.operator.startsWith(">");
  let alerts = policy.alerts;
  if (errorRatePpm !== null) {
    if (!alerts.some(onErrorRate)) warnings.push(unused("ERROR_RATE_THRESHOLD", `an alert on all.errorRate`, policy));
    alerts = alerts.map((alert) => (onErrorRate(alert) ? { ...alert, limit: errorRatePpm } : alert));
  }
  if (thresholds.cacheHitRatePpm !== null) {
    warnings.push(unused("CACHE_HIT_RATE_THRESHOLD", "an alert on the cache, which is not simulated", policy));
  }
  if (thresholds.memoryUsagePpm !== null) {
    warnings.push(unused("MEMORY_USAGE_THRESHOLD", "an alert on memory, which is not simulated", policy));
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
