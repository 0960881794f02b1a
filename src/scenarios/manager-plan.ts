/** What a scenario tells the deployment manager besides its policy: reactions, faults of the way back, the calendar. */
import { speaksOfCalendar } from "../engine/deployment/schedule.ts";
import { findLimit } from "../engine/deployment/commands.ts";
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import { findMetric } from "../engine/monitor/catalogue.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import { OWN_VALUE_UNIT } from "../engine/service/own-metric.ts";
import { complain, type Complaint } from "./complaint.ts";
import type { Scenario } from "./scenario.ts";

/** These fields of a scenario's plan. */
export function managerPlan(
  scenario: Scenario,
  policy: Policy,
): Pick<RehearsalPlan, "reactions" | "rollbackFaults" | "calendarStartMs" | "afterRollbackUs" | "parity" | "pipeline"> {
  const { reactions = [], rollbackFaults = [], calendarStart, afterRollbackUs, parity, pipeline } = scenario;
  return {
    reactions: reactions.map((entry) => fitLimit(entry.reaction, policy)),
    rollbackFaults: rollbackFaults.map((entry) => entry.fault),
    ...(calendarStart === undefined ? {} : { calendarStartMs: calendarStart.epochMs }),
    ...(afterRollbackUs === undefined ? {} : { afterRollbackUs }),
    ...(parity === undefined ? {} : { parity }),
    ...(pipeline === undefined ? {} : { pipeline }),
  };
}

/** The command with the limit that it sets in the base unit of the policy's metric: a plain number may be any unit. */
export function fitLimit<Command extends Pick<OperatorCommand, "action">>(command: Command, policy: Policy): Command {
  const { action } = command;
  if (action.kind !== "adjust") return command;
  const place = findLimit(policy, action.target);
  if (place === null) return command;
  const rule =
    place.kind === "trigger" ? policy.triggers[place.trigger] : policy.phases[place.phase]?.gates[place.gate];
  const isNumber = rule !== undefined && findMetric(rule.metric)?.metric.unit === "number";
  if (!isNumber) return command;
  return { ...command, action: { ...action, limit: Math.round(action.limit * OWN_VALUE_UNIT) } };
}

/** How long a rollout that never stops waits for the starts of its phases, beyond their minimum durations. */
export function waitUs(policy: Policy, calendarStartMs: number | null): number {
  if (calendarStartMs === null) return 0;
  let nowUs = 0;
  let waitedUs = 0;
  for (const { startsAt, minDurationUs } of policy.phases) {
    const startUs = startsAt === undefined ? 0 : (startsAt.epochMs - calendarStartMs) * 1_000;
    waitedUs += Math.max(startUs - nowUs, 0);
    nowUs = Math.max(nowUs, startUs) + minDurationUs;
  }
  return waitedUs;
}

/** A policy that speaks of the calendar under a scenario that has no date; null: all is well. */
export function checkCalendar(scenario: Scenario, policy: Policy): Complaint | null {
  if (scenario.calendarStart !== undefined || !speaksOfCalendar(policy)) return null;
  const message = `the policy ${policy.name} speaks of the calendar: the scenario must say its date`;
  return complain(message, { allowed: "calendar: 2025-10-31T14:00:00Z" });
}
