/** What a scenario says that only its policy can confirm: rules that an operator adjusts, phases, triggers. */
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import type { Condition, Policy, Trigger } from "../engine/deployment/policy.ts";
import { whyNotTestable } from "../engine/deployment/sequential.ts";
import { SAFE_FLAGS } from "../engine/flags/feature-flags.ts";
import { validateFlags } from "../engine/flags/validation.ts";
import type { Problem } from "../engine/kernel/problem.ts";
import { WHOLE_PPM } from "../engine/kernel/units.ts";
import { findMetric } from "../engine/monitor/catalogue.ts";
import { OWN_VALUE_MAX, OWN_VALUE_UNIT } from "../engine/service/own-metric.ts";
import { alertOfPath } from "./alert-figure.ts";
import { complain, type Complaint } from "./complaint.ts";
import { phaseOfPath } from "./figure.ts";
import { flagKey } from "./flags-shape.ts";
import { checkCalendar } from "./manager-plan.ts";
import { nearestWord } from "./nearest-word.ts";
import { checkRollbackStep } from "./rollback-fault-text.ts";
import { unknownPhase } from "./policy-check.ts";
import { complainOfSlices } from "./slice-check.ts";
import { warnOfRouting } from "./routing-file.ts";
import { writeLimit } from "./rule-sentence.ts";
import { inFileOrder } from "./yaml-text.ts";
import type { FilePlace, Scenario, ScriptedCommand } from "./scenario.ts";

/**
 * Everything in a scenario that does not go with the policy it is to be rehearsed under, in the order of the file.
 * `policySource`: the policy's file as it is called in messages.
 */
export function checkAgainstPolicy(scenario: Scenario, policy: Policy, policySource = policy.name): Problem[] {
  const problems: Problem[] = [];
  const report = (place: FilePlace, path: string, complaint: Complaint): void => {
    problems.push({ source: scenario.file, line: place.line, column: place.column, path, ...complaint });
  };
  const reactions = (scenario.reactions ?? []).map(({ reaction, ...entry }) => ({ ...entry, command: reaction }));
  for (const [position, entry] of [...scenario.operator, ...reactions].entries()) {
    const complaint = checkAdjustment(entry, policy);
    if (complaint !== null) report(entry.place, `operator[${entry.index ?? position}]`, complaint);
  }
  for (const { reaction, place, index } of scenario.reactions ?? []) {
    const complaint = reaction.rule === null ? null : checkRuleName(reaction.rule, policy);
    if (complaint !== null) report(place, `operator[${index}].rule`, complaint);
  }
  for (const entry of scenario.rollbackFaults ?? []) {
    const complaint = checkRollbackStep(entry, policy);
    if (complaint !== null) report(entry.place, `faults[${entry.index}].rollbackStep`, complaint);
  }
  for (const complaint of complainOfSlices(policy, scenario.traffic)) {
    report(scenario.policy.kind === "reference" ? scenario.policy.place : { line: 1, column: 1 }, "policy", complaint);
  }
  const { place = { line: 1, column: 1 } } = scenario.policy.kind === "reference" ? scenario.policy : {};
  for (const complaint of complainOfMissingMetrics(policy, policySource, scenario)) report(place, "policy", complaint);
  const undated = checkCalendar(scenario, policy);
  if (undated !== null) report({ line: 1, column: 1 }, "calendar", undated);
  const phaseNames = policy.phases.map((phase) => phase.name);
  for (const [index, expectation] of scenario.expectations.entries()) {
    const named = phaseOfPath(expectation.path) ?? (expectation.path === "phase" ? expectation.expected : null);
    if (typeof named === "string" && expectation.operator !== "contains" && !phaseNames.includes(named)) {
      report(expectation, `expect[${index}]`, unknownPhase(named, phaseNames));
    }
    const alert = alertOfPath(expectation.path);
    const unknownAlert = alert === null ? null : checkAlertName(alert, policy);
    if (unknownAlert !== null) report(expectation, `expect[${index}]`, unknownAlert);
    if (expectation.path === "rollback.trigger" && typeof expectation.expected === "string") {
      const complaint = checkTriggerName(expectation.expected, policy, scenario);
      if (complaint !== null && expectation.operator !== "contains") report(expectation, `expect[${index}]`, complaint);
    }
  }
  return inFileOrder(problems);
}

/** Metrics that the policy speaks of, and the scenario has not of its own. */
function complainOfMissingMetrics(policy: Policy, source: string, { metrics = [], file }: Scenario): Complaint[] {
  return Object.entries(policy.metrics ?? {}).flatMap(([name, kind]) => {
    const has = metrics.find((metric) => metric.name === name);
    if (has?.kind === kind) return [];
    const says = has === undefined ? `has no metric ${name} of its own` : `has ${name} as a ${has.kind}`;
    const ours = metrics.map((metric) => metric.name);
    return [
      complain(`the policy ${source} speaks of the ${kind} ${name}, and the scenario ${file} ${says}`, {
        found: name,
        allowed: ours.join(", ") || `metrics: { ${name}: { kind: ${kind}, ... } } in the scenario`,
        suggestion: has === undefined ? nearestWord(name, ours) : null,
      }),
    ];
  });
}

/** What goes with the policy but is unwise: a policy that reaches all traffic, and no fallback. */
export function warnAgainstPolicy(scenario: Scenario, policy: Policy): Problem[] {
  const rolloutPpm = policy.phases.reduce((most, phase) => Math.max(most, phase.trafficPpm), 0);
  const flags = { ...SAFE_FLAGS, ...scenario.flags, ...scenario.pinnedFlags, rolloutPpm };
  return [...validateFlags(flags, scenario.file, flagKey).warnings, ...warnOfRouting(scenario, policy)];
}

function checkTriggerName(name: string, policy: Policy, { pipeline }: Scenario): Complaint | null {
  const stages = (pipeline?.stages ?? []).filter((stage) => stage.onFailure === "rollback");
  const names = [...policy.triggers.map((trigger) => trigger.name), ...stages.map((stage) => `pipeline:${stage.name}`)];
  if (names.includes(name) || name.startsWith("operator:")) return null;
  const allowed = [...names, "operator:NAME"].join(", ");
  return complain("the policy has no trigger of this name", {
    found: name,
    allowed,
    suggestion: nearestWord(name, names),
  });
}

function checkAlertName(name: string, { alerts }: Policy): Complaint | null {
  const names = alerts.map((alert) => alert.name);
  if (names.includes(name)) return null;
  const [allowed, suggestion] = [names.join(", ") || "none: it has no alerts", nearestWord(name, names)];
  return complain("the policy has no alert of this name", { found: name, allowed, suggestion });
}

/** The name of any rule of the policy whose evidence a decision can rest on. */
function checkRuleName(name: string, policy: Policy): Complaint | null {
  const gates = policy.phases.flatMap((phase) => phase.gates);
  const checks = policy.rollback.checks ?? [];
  const names = [...new Set([...policy.triggers, ...policy.alerts, ...gates, ...checks].map((rule) => rule.name))];
  if (names.includes(name)) return null;
  const suggestion = nearestWord(name, names);
  return complain("the policy has no rule of this name", { found: name, allowed: names.join(", "), suggestion });
}

function checkAdjustment(
  entry: Pick<ScriptedCommand, "limitUnit"> & { readonly command: Pick<OperatorCommand, "action"> },
  policy: Policy,
): Complaint | null {
  const { action } = entry.command;
  if (action.kind !== "adjust") return null;
  const rule = findRule(policy, action.target);
  if (rule === undefined) {
    const targets = ruleTargets(policy);
    const suggestion = nearestWord(action.target, targets);
    return complain("the policy has no rule of this name", {
      found: action.target,
      allowed: targets.join(", "),
      suggestion,
    });
  }
  return checkLimit(action, entry.limitUnit, rule);
}

function checkLimit(
  action: Extract<OperatorCommand["action"], { kind: "adjust" }>,
  written: ScriptedCommand["limitUnit"],
  rule: Condition,
): Complaint | null {
  const unit = findMetric(rule.metric)?.metric.unit ?? "count";
  const fits =
    written === unit || (written === "number" && (unit === "count" || unit === "perSecond" || unit === "boolean"));
  const inRange =
    (unit !== "boolean" || action.limit === 0 || action.limit === 1) &&
    (unit !== "count" || Number.isInteger(action.limit)) &&
    (unit !== "rate" || action.limit <= WHOLE_PPM) &&
    (unit !== "number" || action.limit * OWN_VALUE_UNIT <= OWN_VALUE_MAX) &&
    whyNotTestable((rule as Partial<Trigger>).sequential, action.limit) === null;
  if (fits && inRange) return null;
  const found = written === null || written === "number" ? String(action.limit) : writeLimit(action.limit, written);
  const allowed = `a limit such as the present one, ${writeLimit(rule.limit, unit)}`;
  return complain(`this is not a limit for ${rule.metric}`, { found, allowed });
}

/** The rule that `triggers.NAME` or `phases.PHASE.gates.NAME` names. */
function findRule(policy: Policy, target: string): Condition | undefined {
  const [list, first, , second] = target.split(".");
  if (list === "triggers") return policy.triggers.find((trigger) => trigger.name === first);
  const phase = policy.phases.find((candidate) => candidate.name === first);
  return phase?.gates.find((gate) => gate.name === second);
}

function ruleTargets(policy: Policy): string[] {
  return [
    ...policy.triggers.map((trigger) => `triggers.${trigger.name}`),
    ...policy.phases.flatMap((phase) => phase.gates.map((gate) => `phases.${phase.name}.gates.${gate.name}`)),
  ];
}
