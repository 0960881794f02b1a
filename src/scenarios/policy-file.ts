/** Policy files: YAML to a `Policy`, or everything that is wrong with it. */
import type { AlertRule, Condition, Gate, Phase, Policy, Trigger } from "../engine/deployment/policy.ts";
import type { Read } from "../engine/kernel/problem.ts";
import { readDocument } from "./document.ts";
import { placeFindings } from "./lint/lint.ts";
import { lintPolicy } from "./lint/lint-policy.ts";
import { checkPolicy } from "./policy-check.ts";
import { buildMonitor } from "./monitor-shape.ts";
import { buildRollback } from "./rollback-shape.ts";
import { policyShape, type GateText, type PolicyText } from "./policy-shape.ts";
import { nameRules } from "./rule-name.ts";
import { usualName } from "./rule-statistics.ts";
import { shareOf } from "./weights-shape.ts";
import { conditionOf, defaultScope, type RuleKind, type RuleSentence } from "./rule.ts";

/** Reads a policy file. `file` is its name as typed, for messages. */
export function readPolicy(text: string, file: string): Read<Policy> {
  const read = readDocument(text, file, "a policy", policyShape, (value, report) => checkPolicy(value, [], report));
  if (!read.ok) return read;
  const policy = buildPolicy(read.value.value);
  return { ...read, value: policy, lints: placeFindings(lintPolicy(policy), file, read.value.placeOf, []) };
}

/** The policy that a policy file's values stand for; they have been checked. */
export function buildPolicy(text: PolicyText): Policy {
  const triggers = namedConditions(text.triggers, (trigger) => trigger.when, "trigger");
  const alerts = namedConditions(text.alerts, (alert) => alert.when, "alert");
  return {
    name: text.policy,
    description: text.description.trim(),
    tickUs: text.tick,
    disabledName: text.disabled,
    phases: text.phases.map((phase) => buildPhase(phase, text.pools)),
    triggers: text.triggers.map((trigger, index): Trigger => ({
      ...at(triggers, index),
      forUs: trigger.for ?? trigger.when.forUs ?? 0,
      severity: trigger.severity,
      action: trigger.action,
      phases: trigger.phases ?? trigger.when.phases,
      ...sequentialOf(trigger.when),
    })),
    alerts: text.alerts.map((alert, index): AlertRule => ({
      ...at(alerts, index),
      forUs: alert.for ?? alert.when.forUs ?? 0,
      ...(alert.keepFiring === undefined ? {} : { keepFiringUs: alert.keepFiring }),
      severity: alert.severity,
      phases: alert.phases ?? alert.when.phases,
    })),
    rollback: buildRollback(text.rollback),
    health: { pollUs: text.health.poll, failures: text.health.failures, ...recoveriesOf(text.health.recoveries) },
    ...(text.monitor === undefined ? {} : { monitor: buildMonitor(text.monitor) }),
    ...(text.metrics === undefined ? {} : { metrics: text.metrics }),
    ...(text.schedule === undefined ? {} : { schedule: text.schedule }),
  };
}

/** One answered poll is what a policy means that does not say. */
function recoveriesOf(recoveries: number): Pick<Policy["health"], "recoveries"> {
  return recoveries === 1 ? {} : { recoveries };
}

function sequentialOf({ statistics }: RuleSentence): Pick<Trigger, "sequential"> {
  const sequential = statistics?.sequential ?? null;
  return sequential === null ? {} : { sequential };
}

function buildPhase(phase: PolicyText["phases"][number], pools: PolicyText["pools"]): Phase {
  return {
    name: phase.name,
    trafficPpm: shareOf(phase, pools),
    minDurationUs: phase.minDuration,
    maxDurationUs: phase.maxDuration ?? null,
    onMaxDuration: phase.onMaxDuration ?? "pause",
    onNotEnoughData: phase.onNotEnoughData,
    gates: namedConditions(phase.gates, (gate) => gate.require, "gate"),
    ...(phase.approval === undefined ? {} : { approval: phase.approval }),
    ...(phase.startsAt === undefined ? {} : { startsAt: phase.startsAt }),
  };
}

/** What gates, triggers and alerts have in common in a file. */
type RuleText = Pick<GateText, "name" | "over" | "minSamples">;

function namedConditions<Text extends RuleText>(
  rules: readonly Text[],
  sentenceOf: (rule: Text) => RuleSentence,
  kind: RuleKind,
): Gate[] {
  const conditions = rules.map((rule): Condition => {
    const condition = conditionOf(sentenceOf(rule), kind);
    return {
      ...condition,
      window: rule.over === undefined ? condition.window : { kind: "sliding", lengthUs: rule.over },
      minSamples: rule.minSamples ?? condition.minSamples,
    };
  });
  const unnamed = rules.map((rule, index) => ({
    name: rule.name ?? usualName(sentenceOf(rule)),
    metric: at(conditions, index).metric,
  }));
  const names = nameRules(unnamed, defaultScope(kind));
  return conditions.map((condition, index) => ({ name: at(names, index), ...condition }));
}

function at<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}
