/** What spans several fields of a policy file: unique names, windows and ticks, phases that rules speak of. */
import { FALLTHROUGH_CAUSES } from "../engine/deployment/gates.ts";
import { MINUTE_US } from "../engine/kernel/units.ts";
import { fullMetricName } from "../engine/monitor/catalogue.ts";
import type { OwnMetricKind } from "../engine/service/own-metric.ts";
import { complain, type Complaint } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { checkMonitor } from "./monitor-shape.ts";
import { nearestWord } from "./nearest-word.ts";
import { complainOfOwnMetric, complainOfOwnName, type OwnKinds } from "./own-metric-name.ts";
import type { PolicyText } from "./policy-shape.ts";
import { writeDuration } from "./quantity.ts";
import { nameRules } from "./rule-name.ts";
import { complainBeside, usualName } from "./rule-statistics.ts";
import { checkRollback } from "./rollback-shape.ts";
import { checkSchedule } from "./schedule-shape.ts";
import { defaultScope, type RuleKind, type RuleSentence } from "./rule.ts";
import { checkPools, checkShare } from "./weights-shape.ts";
import type { NodePath } from "./yaml-text.ts";

/** A rule as the checks see it, and where it stands. */
interface CheckedRule {
  readonly path: NodePath;
  readonly name: string | undefined;
  readonly sentence: Partly<RuleSentence>;
  readonly over: number | undefined;
  readonly minSamples: number | undefined;
  readonly forUs: number | undefined;
  readonly phases: Partly<string[]>;
}

/**
 * Complains of everything that is wrong between the fields of a policy; `above` is where the policy stands, `own` what
 * the scenario around it has of its own.
 */
export function checkPolicy(policy: Partly<PolicyText>, above: NodePath, report: Report, own: OwnKinds = {}): void {
  checkOwnNames(policy, above, report, own);
  const phases = policy?.phases ?? [];
  const phaseNames = phases.map((phase) => phase?.name);
  reportRepeated(phaseNames, (index) => [...above, "phases", index, "name"], "phases are", report);
  checkPools(policy?.pools, [...above, "pools"], report);
  for (const [index, phase] of phases.entries()) {
    const path = [...above, "phases", index];
    checkShare(phase, policy?.pools, path, report);
    const { minDuration: least, maxDuration: most } = phase ?? {};
    if (least !== undefined && most !== undefined && least > most) {
      const allowed = `at least minDuration, ${writeDuration(least)}`;
      report(
        [...path, "maxDuration"],
        complain("a phase cannot end before its minimum duration", { found: writeDuration(most), allowed }),
      );
    }
    if (phase?.onMaxDuration !== undefined && most === undefined) {
      report([...path, "onMaxDuration"], complain("onMaxDuration needs a maxDuration beside it"));
    }
    const gates = (phase?.gates ?? []).map((gate, position): CheckedRule => ({
      path: [...path, "gates", position],
      name: gate?.name,
      sentence: gate?.require,
      over: gate?.over,
      minSamples: gate?.minSamples,
      forUs: undefined,
      phases: undefined,
    }));
    checkRules(gates, "gate", policy?.tick, phaseNames, report);
  }
  const triggers = (policy?.triggers ?? []).map((trigger, index): CheckedRule => ({
    path: [...above, "triggers", index],
    name: trigger?.name,
    sentence: trigger?.when,
    over: trigger?.over,
    minSamples: trigger?.minSamples,
    forUs: trigger?.for,
    phases: trigger?.phases,
  }));
  checkRules(triggers, "trigger", policy?.tick, phaseNames, report);
  checkCauses(triggers, report);
  const alerts = (policy?.alerts ?? []).map((alert, index): CheckedRule => ({
    path: [...above, "alerts", index],
    name: alert?.name,
    sentence: alert?.when,
    over: alert?.over,
    minSamples: alert?.minSamples,
    forUs: alert?.for,
    phases: alert?.phases,
  }));
  checkRules(alerts, "alert", policy?.tick, phaseNames, report);
  checkRollback(policy?.rollback, policy?.tick, above, report);
  checkMonitor(policy?.monitor, policy?.tick, above, report);
  checkSchedule(
    policy?.schedule,
    phases.map((phase) => phase?.approval),
    above,
    report,
  );
}

/** Metrics of a scenario's own are declared, by the policy or by the scenario that it stands in. */
function checkOwnNames(policy: Partly<PolicyText>, above: NodePath, report: Report, own: OwnKinds): void {
  const kinds: Record<string, OwnMetricKind> = { ...own };
  for (const [name, kind] of Object.entries(policy?.metrics ?? {})) {
    const complaint = complainOfOwnName(name);
    if (complaint !== null) report([...above, "metrics", name], complaint);
    if (kind !== undefined) kinds[name] = kind;
  }
  const check = (sentence: Partly<RuleSentence>, path: NodePath): void => {
    const metric = (sentence as RuleSentence | undefined)?.metric.metric;
    const complaint = metric === undefined ? null : complainOfOwnMetric(metric, kinds);
    if (complaint !== null) report([...above, ...path], complaint);
  };
  for (const [index, phase] of (policy?.phases ?? []).entries()) {
    for (const [position, gate] of (phase?.gates ?? []).entries()) {
      check(gate?.require, ["phases", index, "gates", position]);
    }
  }
  for (const [index, trigger] of (policy?.triggers ?? []).entries()) check(trigger?.when, ["triggers", index]);
  for (const [index, alert] of (policy?.alerts ?? []).entries()) check(alert?.when, ["alerts", index]);
  for (const [index, one] of (policy?.rollback?.checks ?? []).entries()) check(one, ["rollback", "checks", index]);
}

function checkRules(
  rules: readonly CheckedRule[],
  kind: RuleKind,
  tickUs: number | undefined,
  phaseNames: readonly (string | undefined)[],
  report: Report,
): void {
  const read = rules.filter((rule) => rule.sentence !== undefined);
  const unnamed = read.map((rule) => ({
    name: rule.name ?? usualName(rule.sentence as RuleSentence),
    metric: metricName(rule.sentence),
  }));
  const names = nameRules(unnamed, defaultScope(kind));
  reportRepeated(
    names,
    (index) => read[index]?.path ?? [],
    `${kind}s without a name of their own are called after their metric; all are`,
    report,
  );
  for (const rule of rules) {
    checkWindow(rule, kind, tickUs, report);
    checkBeside(rule, report);
    reportTwice(rule, report);
    for (const name of [...(rule.sentence?.phases ?? []), ...(rule.phases ?? [])]) {
      if (name === undefined || phaseNames.includes(name) || phaseNames.includes(undefined)) continue;
      report(rule.path, unknownPhase(name, phaseNames));
    }
  }
}

/** A rollback that no trigger caused is called after what did: a trigger of that name could not be told from it. */
function checkCauses(triggers: readonly CheckedRule[], report: Report): void {
  for (const { name, path } of triggers) {
    const taken = FALLTHROUGH_CAUSES.find((cause) => cause === name);
    if (taken === undefined) continue;
    report([...path, "name"], complain("the manager itself calls rollbacks and pauses so", { found: taken }));
  }
}

/** Windows are whole numbers of ticks. */
function checkWindow(rule: CheckedRule, kind: RuleKind, tickUs: number | undefined, report: Report): void {
  if (tickUs === undefined || rule.sentence === undefined) return;
  checkTicks(rule.path, rule.sentence.statistics?.alsoOverUs ?? undefined, tickUs, report);
  if ((rule.sentence.statistics?.sequential ?? null) !== null || isOfPhase(rule.sentence)) return;
  const window = rule.sentence.window;
  const { metric } = (rule.sentence as RuleSentence).metric;
  const usual = kind === "gate" && metric.readsWindowBefore !== true ? undefined : MINUTE_US;
  const lengthUs = rule.over ?? (window?.kind === "sliding" ? window.lengthUs : window === null ? usual : undefined);
  checkTicks(rule.path, lengthUs, tickUs, report);
}

function isOfPhase(sentence: Partly<RuleSentence>): boolean {
  return (sentence as RuleSentence).metric.metric.ofPhase === true;
}

/** What a sentence asks for may leave no room for what stands beside it. */
function checkBeside({ path, sentence, over, minSamples, forUs }: CheckedRule, report: Report): void {
  if (sentence === undefined) return;
  const complaint = complainBeside(sentence as RuleSentence, { over, minSamples, for: forUs });
  if (complaint !== null) report(path, complaint);
}

function checkTicks(path: NodePath, lengthUs: number | undefined, tickUs: number, report: Report): void {
  if (lengthUs === undefined || lengthUs % tickUs === 0) return;
  const tick = writeDuration(tickUs);
  const allowed = `multiples of the tick, ${tick}`;
  report(path, complain("the window does not consist of whole ticks", { found: writeDuration(lengthUs), allowed }));
}

/** What stands in the sentence may not stand beside it as well. */
function reportTwice(rule: CheckedRule, report: Report): void {
  const said: readonly (readonly [word: string, key: string, inSentence: unknown, beside: unknown])[] = [
    ["over", "over", rule.sentence?.window, rule.over],
    ["at least", "minSamples", rule.sentence?.minSamples, rule.minSamples],
    ["for", "for", rule.sentence?.forUs, rule.forUs],
    ["in", "phases", rule.sentence?.phases, rule.phases],
  ];
  for (const [word, key, inSentence, beside] of said) {
    if (inSentence === undefined || inSentence === null || beside === undefined) continue;
    report([...rule.path, key], complain(`${key} says again what the sentence says with "${word}"`));
  }
}

function metricName(sentence: Partly<RuleSentence>): string {
  const metric = (sentence as RuleSentence).metric;
  return fullMetricName(metric.metric, metric.scope);
}

function reportRepeated(
  names: readonly (string | undefined)[],
  pathOf: (index: number) => NodePath,
  what: string,
  report: Report,
): void {
  for (const [index, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === index) continue;
    report(pathOf(index), complain(`this name is taken: ${what} told apart by their names`, { found: name }));
  }
}

/** A phase that the policy has not. */
export function unknownPhase(name: string, phaseNames: readonly (string | undefined)[]): Complaint {
  const known = [...new Set(phaseNames.filter((phase) => phase !== undefined))];
  const suggestion = nearestWord(name, known);
  return complain("the policy has no phase of this name", { found: name, allowed: known.join(", "), suggestion });
}
