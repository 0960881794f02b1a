/** When an alert goes on though its condition has ceased, when a version is healthy, and alerts as library users see them. */
import type { AlertRule, Policy, Severity } from "./deployment/policy.ts";
import type { Decision, Evidence } from "./result.ts";
import type { AlertState, HealthState } from "./stack-state.ts";

/** Whether a raised alert whose condition does not hold now is not resolved yet. */
export function keepsFiring({ keepFiringUs }: AlertRule, { lastHeldUs }: AlertState, nowUs: number): boolean {
  return keepFiringUs !== undefined && lastHeldUs !== undefined && nowUs - lastHeldUs < keepFiringUs;
}

/** Takes the answer to a poll into account (`failedPolls` is counted already): whether the version is healthy now. */
export function isHealthy(
  health: HealthState,
  hasFailed: boolean,
  { failures, recoveries }: Policy["health"],
): boolean {
  health.answeredPolls = hasFailed ? 0 : (health.answeredPolls ?? 0) + 1;
  if (health.ok) return health.failedPolls < failures;
  return health.answeredPolls >= (recoveries ?? 1);
}

/** An alert that is raised or resolved. */
export interface AlertNotice {
  readonly atMs: number;
  readonly name: string;
  readonly severity: Severity;
  readonly change: "raised" | "resolved";
  /** What it saw. */
  readonly evidence: Evidence;
}

/** What a decision says of an alert; null where it is about something else. */
export function alertNoticeOf(decision: Decision, policy: Policy): AlertNotice | null {
  const { kind, evidence, atMs } = decision;
  if (kind !== "alert" || evidence === null) return null;
  const alert = policy.alerts.find(({ name }) => name === evidence.rule);
  if (alert === undefined) return null;
  const change = evidence.holds === "yes" ? "raised" : "resolved";
  return { atMs, name: alert.name, severity: alert.severity, change, evidence };
}
