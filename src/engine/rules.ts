/**
 * A policy's rules made ready for looking: metrics found in the catalogue, windows counted in ticks, and the limits of
 * latency rules that are counted exactly.
 */
import { invariant } from "./kernel/assert.ts";
import { msFromUs } from "./kernel/units.ts";
import { findLimit } from "./deployment/commands.ts";
import type { LimitPlace } from "./deployment/effect.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Condition, Policy } from "./deployment/policy.ts";
import { findMetric, type MetricUnit, type ScopedMetric } from "./monitor/catalogue.ts";
import { exceedanceLimit, judge, type Span } from "./monitor/measure.ts";
import { describeSlice } from "./monitor/slice-grid.ts";
import type { Evidence } from "./result.ts";
import { confidenceOf, decide } from "./statistical-look.ts";

/** A condition with its metric found. */
export interface ReadyRule {
  readonly name: string;
  readonly condition: Condition;
  readonly metric: ScopedMetric;
  /** Length of a sliding window; 0 for the phase so far. */
  readonly windowTicks: number;
}

/** All rules of a policy. Immutable. */
export interface ReadyRules {
  readonly triggers: readonly ReadyRule[];
  readonly gates: readonly (readonly ReadyRule[])[];
  readonly alerts: readonly ReadyRule[];
  /** What must hold for a rollback to be verified. */
  readonly checks: readonly ReadyRule[];
  /** Limits whose exceedances are counted exactly, microseconds, ascending. */
  readonly limitsUs: Float64Array;
  readonly windowTicksMax: number;
  /** Some sliding rule reads a quantile, so past histograms have to be kept. */
  readonly keepsHistograms: boolean;
  /** Some rule looks at how the keys of a phase are split. */
  readonly readsSplit: boolean;
}

/** Makes the rules of a valid policy ready; limits that the operator script will set are counted exactly as well. */
export function readyRules(policy: Policy, operator: readonly Pick<OperatorCommand, "action">[]): ReadyRules {
  const ready = (rule: Condition & { readonly name: string }): ReadyRule => {
    const metric = findMetric(rule.metric);
    invariant(metric !== undefined, `the policy ${policy.name} uses an unknown metric ${rule.metric}`);
    const { window } = rule;
    const windowTicks = window.kind === "sliding" ? window.lengthUs / policy.tickUs : 0;
    invariant(Number.isInteger(windowTicks), `the window of ${rule.name} is not a multiple of the tick`);
    return { name: rule.name, condition: rule, metric, windowTicks };
  };
  const triggers = policy.triggers.map(ready);
  const gates = policy.phases.map((phase) => phase.gates.map(ready));
  const alerts = policy.alerts.map(ready);
  const checks = (policy.rollback.checks ?? []).map(ready);
  const all = [...triggers, ...gates.flat(), ...alerts, ...checks];
  const limits = new Set<number>();
  const countExactly = (rule: ReadyRule, limit: number): void => {
    if (rule.metric.metric.quantilePermille !== null) limits.add(exceedanceLimit(rule.condition.operator, limit));
  };
  for (const rule of all) countExactly(rule, rule.condition.limit);
  for (const { action } of operator) {
    if (action.kind !== "adjust") continue;
    const place = findLimit(policy, action.target);
    if (place === null) continue;
    const rule = ruleAt({ triggers, gates }, place);
    if (rule !== undefined) countExactly(rule, action.limit);
  }
  const sliding = all.filter((rule) => rule.windowTicks > 0);
  return {
    triggers,
    gates,
    alerts,
    checks,
    limitsUs: Float64Array.from(limits).sort(),
    windowTicksMax: Math.max(1, ...sliding.map(reachTicksOf)),
    keepsHistograms: sliding.some((rule) => rule.metric.metric.readsHistograms === true),
    readsSplit: all.some((rule) => rule.metric.metric.name === "split.mismatch"),
  };
}

/** How many ticks a sliding rule looks back: twice its window where it is set against the one before. */
function reachTicksOf({ windowTicks, metric }: ReadyRule): number {
  return metric.metric.readsWindowBefore === true ? 2 * windowTicks : windowTicks;
}

/** The rule whose limit stands at a place. */
export function ruleAt(rules: Pick<ReadyRules, "triggers" | "gates">, place: LimitPlace): ReadyRule | undefined {
  return place.kind === "trigger" ? rules.triggers[place.trigger] : rules.gates[place.phase]?.[place.gate];
}

/** Looks at a rule: what it sees of a span, with the limit as it is now, as evidence. */
export function lookAt(rule: ReadyRule, limit: number, span: Span, limitsUs: Float64Array): Evidence {
  const { condition, metric } = rule;
  const isQuantile = metric.metric.quantilePermille !== null;
  const limitIndex = isQuantile ? limitsUs.indexOf(exceedanceLimit(condition.operator, limit)) : -1;
  const { operator, minSamples } = condition;
  const verdict = judge({ metric, operator, limit, minSamples, limitIndex }, span, confidenceOf(condition));
  const { unit } = metric.metric;
  return {
    rule: rule.name,
    metric: condition.metric,
    ...(condition.slice === undefined ? {} : { slice: describeSlice(condition.slice) }),
    value: verdict.value === null ? null : outward(verdict.value, unit),
    operator,
    limit: outward(limit, unit),
    windowMs: msFromUs(span.to.atUs - span.from.atUs),
    window: condition.window.kind,
    samples: verdict.samples,
    minSamples,
    approximate: verdict.approximate,
    ...decide(condition, metric, limit, verdict, span),
  };
}

/** A rule's limit in words: `1.3 %`, `2000 ms`, `1`. */
export function describeLimit(rule: ReadyRule, limit: number): string {
  const { unit } = rule.metric.metric;
  switch (unit) {
    case "rate":
      return `${limit / 10_000} %`;
    case "duration":
      return `${msFromUs(limit)} ms`;
    case "perSecond":
      return `${limit}/s`;
    case "size":
      return `${limit / 1_000_000} MB`;
    case "number":
      return String(limit / 1_000_000);
    case "count":
    case "boolean":
      return String(limit);
  }
}

/** A value in its metric's base unit as it is shown: rates as fractions, durations in milliseconds. */
export function outward(value: number, unit: MetricUnit): number {
  switch (unit) {
    case "rate":
    case "number":
      return value / 1_000_000;
    case "duration":
      return value / 1_000;
    case "count":
    case "perSecond":
    case "boolean":
    case "size":
      return value;
  }
}
