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
import type { Expectation } from "./expectation.ts";
import { nearestWord } from "./nearest-word.ts";
import { checkRollbackStep } from "./rollback-fault-text.ts";
import { stepWord } from "./rollback-figure.ts";
import { unknownPhase } from "./policy-check.ts";
import { complainOfSlices } from "./slice-check.ts";
import { warnOfRouting } from "./routing-file.ts";
import { writeLimit } from "./rule-sentence.ts";
import { inFileOrder } from "./yaml-text.ts";
import type { FilePlace, Scenario, ScriptedCommand } from "./scenario.ts";

/** What a scenario says that its policy has to have. */
export interface ScenarioClaims extends Pick<
  Scenario,
  "file" | "operator" | "reactions" | "rollbackFaults" | "pipeline"
> {
  /** `index`: its place in the file's list; absent: that in this one. */
  readonly expectations: readonly (Expectation & { readonly index?: number })[];
}

/**
 * A scenario as it can be rehearsed under a policy that is not its own: expectations that name what this policy does
 * not have are left out, for they could be neither met nor failed. A warning says which.
 */
export function meetPolicy(
  scenario: Scenario,
  policy: Policy,
): { readonly scenario: Scenario; readonly warnings: readonly Problem[] } {
  const warnings: Problem[] = [];
  const expectations = scenario.expectations.filter((expectation, position) => {
    const [complaint] = complainOfPolicyNames(expectation, policy, scenario);
    if (complaint === undefined) return true;
    const { text, line, column } = expectation;
    const message = `left out: ${text}: ${complaint.message}`;
    const found = complaint.found;
    const place = { source: scenario.file, line, column, path: `expect[${position}]` };
    warnings.push({ ...place, message, found, allowed: null, suggestion: null });
    return false;
  });
  return { scenario: warnings.length === 0 ? scenario : { ...scenario, expectations }, warnings };
}

/**
 * Everything in a scenario that does not go with the policy it is to be rehearsed under, in the order of the file.
 * `policySource`: the policy's file as it is called in messages.
 */
export function checkAgainstPolicy(scenario: Scenario, policy: Policy, policySource = policy.name): Problem[] {
  const problems = checkClaims(scenario, policy);
  const { place = { line: 1, column: 1 } } = scenario.policy.kind === "reference" ? scenario.policy : {};
  const report = (at: FilePlace, path: string, complaint: Complaint): void => {
    problems.push({ source: scenario.file, line: at.line, column: at.column, path, ...complaint });
  };
  for (const complaint of complainOfSlices(policy, scenario.traffic)) report(place, "policy", complaint);
  for (const complaint of complainOfMissingMetrics(policy, policySource, scenario)) report(place, "policy", complaint);
  const undated = checkCalendar(scenario, policy);
  if (undated !== null) report({ line: 1, column: 1 }, "calendar", undated);
  return inFileOrder(problems);
}

/** What a scenario claims of its policy and is not so: commands, reactions, steps, expectations. */
export function checkClaims(claims: ScenarioClaims, policy: Policy): Problem[] {
  const problems: Problem[] = [];
  const report = ({ line, column }: FilePlace, path: string, complaint: Complaint | null): void => {
    if (complaint !== null) problems.push({ source: claims.file, line, column, path, ...complaint });
  };
  const reactions = (claims.reactions ?? []).map(({ reaction, ...entry }) => ({ ...entry, command: reaction }));
  for (const [position, entry] of [...claims.operator, ...reactions].entries()) {
    report(entry.place, `operator[${entry.index ?? position}]`, checkAdjustment(entry, policy));
  }
  for (const { reaction, place, index } of claims.reactions ?? []) {
    if (reaction.rule !== null) report(place, `operator[${index}].rule`, checkRuleName(reaction.rule, policy));
  }
  for (const entry of claims.rollbackFaults ?? []) {
    report(entry.place, `faults[${entry.index}].rollbackStep`, checkRollbackStep(entry, policy));
  }
  for (const [position, expectation] of claims.expectations.entries()) {
    for (const complaint of complainOfNames(expectation, policy, claims)) {
      report(expectation, `expect[${expectation.index ?? position}]`, complaint);
    }
  }
  return inFileOrder(problems);
}

/** Names in an expectation that neither the policy nor the scenario has: one that is not there fails no expectation. */
function complainOfNames(expectation: Expectation, policy: Policy, claims: ScenarioClaims): Complaint[] {
  const stage = checkStageName(expectation.path, claims);
  return [...complainOfPolicyNames(expectation, policy, claims), ...(stage === null ? [] : [stage])];
}

/** Those of them that are the policy's. */
function complainOfPolicyNames(
  { path, operator, expected }: Expectation,
  policy: Policy,
  claims: Pick<ScenarioClaims, "pipeline">,
): Complaint[] {
  const phaseNames = policy.phases.map((phase) => phase.name);
  const isWhole = typeof expected === "string" && operator !== "contains";
  const phase = phaseOfPath(path) ?? (path === "phase" && isWhole ? expected : null);
  const alert = alertOfPath(path);
  const complaints = [
    phase === null || phaseNames.includes(phase) ? null : unknownPhase(phase, phaseNames),
    alert === null ? null : checkAlertName(alert, policy),
    path === "rollback.trigger" && isWhole ? checkTriggerName(expected, policy, claims) : null,
    checkStepName(path, policy),
  ];
  return complaints.filter((complaint) => complaint !== null);
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

/** A step of the way back that a path speaks of, and the policy has not; null: it has, or the path is of none. */
function checkStepName(path: string, { rollback }: Policy): Complaint | null {
  const [head, part, name = ""] = path.split(".");
  if (head !== "rollback" || part !== "steps") return null;
  const { steps, verifyStep } = rollback;
  const names = [...steps, ...(verifyStep === undefined ? [] : [verifyStep])].map((step) => stepWord(step.name));
  if (names.includes(name)) return null;
  const [allowed, suggestion] = [names.join(", "), nearestWord(name, names)];
  return complain("the policy's rollback has no step of this name", { found: name, allowed, suggestion });
}

/** Likewise a stage of the scenario's pipeline. */
function checkStageName(path: string, { pipeline }: Pick<ScenarioClaims, "pipeline">): Complaint | null {
  const [head, part, name = ""] = path.split(".");
  if (head !== "pipeline" || part !== "stages") return null;
  const names = (pipeline?.stages ?? []).map((stage) => stepWord(stage.name));
  if (names.includes(name)) return null;
  const [allowed, suggestion] = [names.join(", ") || "none: it has no pipeline", nearestWord(name, names)];
  return complain("the scenario's pipeline has no stage of this name", { found: name, allowed, suggestion });
}

function checkTriggerName(
  name: string,
  policy: Policy,
  { pipeline }: Pick<ScenarioClaims, "pipeline">,
): Complaint | null {
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
