/** Writes a rule back as the sentence that `rule.ts` reads: for reports, and for policies written back to files. */
import type { Condition, Trigger } from "../engine/deployment/policy.ts";
import { BURNT_METRIC, burnRateOf, limitOfBurnRate } from "../engine/deployment/burn-rate.ts";
import { invariant } from "../engine/kernel/assert.ts";
import { findMetric, type MetricUnit } from "../engine/monitor/catalogue.ts";
import type { BoundMethod } from "../engine/statistics/evidence.ts";
import { writeSlice } from "./rule-slice.ts";
import { writeAmount, writeDuration, writeShare, writeSize } from "./quantity.ts";

/** What there is of a rule to write: the parts that only triggers have may be left out. */
type WrittenRule = Condition & Partial<Pick<Trigger, "forUs" | "phases" | "sequential">>;

/**
 * The sentence of a rule, with nothing left to defaults: `candidate.errorRate > 10% over 1m, at least 50 attempts`.
 * `forUs` and `phases` are a trigger's; without them they are left out.
 */
export function writeRule(rule: WrittenRule): string {
  const found = findMetric(rule.metric);
  invariant(found !== undefined, `the rule's metric ${rule.metric} is not in the catalogue`);
  const window = rule.window.kind === "phase" ? "the phase" : writeDuration(rule.window.lengthUs);
  let text = writeClaim(rule, found.metric.unit);
  if (rule.sequential === undefined) {
    const also = rule.alsoOverUs === undefined ? "" : ` and ${writeDuration(rule.alsoOverUs)}`;
    text += ` over ${window}${also}, at least ${rule.minSamples} ${noun(found.metric.samples)}`;
  }
  if (rule.forUs !== undefined && rule.forUs > 0) text += `, for ${writeDuration(rule.forUs)}`;
  if (rule.phases !== undefined && rule.phases !== null) text += `, in ${rule.phases.join(", ")}`;
  return text;
}

/** What a rule claims, and how it is to be made sure of. */
function writeClaim(rule: WrittenRule, unit: MetricUnit): string {
  const { metric, operator, limit, bound, sequential, objectivePpm } = rule;
  if (objectivePpm !== undefined && metric.endsWith(`.${BURNT_METRIC}`)) {
    const milli = Math.round(burnRateOf(limit, objectivePpm) * 1_000);
    const burnt = `${metric.slice(0, -BURNT_METRIC.length)}burnRate of ${writeShare(objectivePpm)}`;
    // An adjusted limit may be no burn rate of three decimals: then it stays the rate that it is.
    if (limitOfBurnRate(milli, objectivePpm) === limit) return `${burnt} ${operator} ${milli / 1_000}`;
  }
  const claim = `${metric}${writeSlice(rule.slice)} ${operator} ${writeLimit(limit, unit)}`;
  if (bound !== undefined)
    return `${claim} with ${writeShare(bound.confidencePpm)} confidence${METHOD_WORDS[bound.method]}`;
  switch (sequential?.kind) {
    case undefined:
      return claim;
    case "cusum":
      return `${claim} towards ${writeShare(sequential.badPpm)}, CUSUM alarm at ${sequential.alarm}`;
    case "sprt": {
      const { badPpm, falseAlarmPpm, missPpm } = sequential;
      const errors = `${writeShare(falseAlarmPpm)} false alarms and ${writeShare(missPpm)} misses`;
      return `${claim} towards ${writeShare(badPpm)}, SPRT with ${errors}`;
    }
  }
}

/** How a bound's method is written; the usual one of each metric is not. */
const METHOD_WORDS: Readonly<Record<BoundMethod, string>> = {
  wilson: "",
  "clopper-pearson": " (Clopper-Pearson)",
  newcombe: "",
  "hodges-lehmann": "",
};

/** A limit in the unit of its metric, as it would be written in a rule. */
export function writeLimit(limit: number, unit: MetricUnit): string {
  switch (unit) {
    case "rate":
      return limit < 0 ? `-${writeShare(-limit)}` : writeShare(limit);
    case "duration":
      return writeDuration(limit);
    case "perSecond":
      return `${limit}/s`;
    case "size":
      return writeSize(limit);
    case "count":
    case "boolean":
      return String(limit);
    case "number":
      return writeAmount(limit);
  }
}

function noun(samples: string): string {
  if (samples.includes("attempts")) return "attempts";
  return samples.includes("requests") ? "requests" : "samples";
}
