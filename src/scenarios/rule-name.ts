/** Names of rules that were not given one: the metric's, made readable, and unique in its list. */
import { invariant } from "../engine/kernel/assert.ts";
import { findMetric, type MetricScope } from "../engine/monitor/catalogue.ts";

/** A rule before it has a name: the name it was given, or null, and its metric's full name. */
export interface UnnamedRule {
  readonly name: string | null;
  readonly metric: string;
}

/**
 * A name for each rule of a list, in order. A rule without a name is called after its metric (`error-rate`,
 * `latency-delta`); where that is taken, and the scope is not the list's usual one, after its scope as well
 * (`all-error-rate`). Names that are still not unique are left so: the reader complains of them.
 */
export function nameRules(rules: readonly UnnamedRule[], usualScope: MetricScope): string[] {
  const short = rules.map((rule) => rule.name ?? readableName(rule.metric, false));
  return rules.map((rule, index) => {
    const name = short[index] ?? "";
    const taken = short.filter((other) => other === name).length > 1;
    if (rule.name !== null || !taken || rule.metric.startsWith(`${usualScope}.`)) return name;
    return readableName(rule.metric, true);
  });
}

function readableName(metric: string, withScope: boolean): string {
  const found = findMetric(metric);
  invariant(found !== undefined, `the rule's metric ${metric} is not in the catalogue`);
  return (withScope ? metric : found.metric.name)
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/\./g, "-")
    .toLowerCase();
}
