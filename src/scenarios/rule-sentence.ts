/** Writes a rule back as the sentence that `rule.ts` reads: for reports, and for policies written back to files. */
import type { Condition, Trigger } from "../engine/deployment/policy.ts";
import { invariant } from "../engine/kernel/assert.ts";
import { findMetric, type MetricUnit } from "../engine/monitor/catalogue.ts";
import { writeDuration, writeShare } from "./quantity.ts";

/**
 * The sentence of a rule, with nothing left to defaults: `candidate.errorRate > 10% over 1m, at least 50 attempts`.
 * `forUs` and `phases` are a trigger's; without them they are left out.
 */
export function writeRule(rule: Condition & Partial<Pick<Trigger, "forUs" | "phases">>): string {
  const found = findMetric(rule.metric);
  invariant(found !== undefined, `the rule's metric ${rule.metric} is not in the catalogue`);
  const window = rule.window.kind === "phase" ? "the phase" : writeDuration(rule.window.lengthUs);
  const limit = writeLimit(rule.limit, found.metric.unit);
  let text = `${rule.metric} ${rule.operator} ${limit} over ${window}, at least ${rule.minSamples} ${noun(found.metric.samples)}`;
  if (rule.forUs !== undefined && rule.forUs > 0) text += `, for ${writeDuration(rule.forUs)}`;
  if (rule.phases !== undefined && rule.phases !== null) text += `, in ${rule.phases.join(", ")}`;
  return text;
}

/** A limit in the unit of its metric, as it would be written in a rule. */
export function writeLimit(limit: number, unit: MetricUnit): string {
  switch (unit) {
    case "rate":
      return writeShare(limit);
    case "duration":
      return writeDuration(limit);
    case "perSecond":
      return `${limit}/s`;
    case "count":
    case "boolean":
      return String(limit);
  }
}

function noun(samples: string): string {
  if (samples.includes("attempts")) return "attempts";
  return samples.includes("requests") ? "requests" : "samples";
}
