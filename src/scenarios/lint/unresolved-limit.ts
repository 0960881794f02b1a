/** `unresolved-limit`: a limit finer than the fewest samples with which a rule may decide can tell. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Policy } from "../../engine/deployment/policy.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import { writeShare } from "../quantity.ts";
import { placedRules, type Finding, type PlacedRule } from "./lint.ts";

/** Rules on rates that a single failure decides, and on quantiles that are but the slowest attempt. */
export function lintUnresolvedLimits(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    // A bound, and a test that goes on from attempt to attempt, weigh how many samples there are.
    if (rule.condition.bound !== undefined || rule.condition.sequential !== undefined) return [];
    const found = unresolvedRate(rule) ?? unresolvedQuantile(rule);
    return found === null ? [] : [{ rule: "unresolved-limit", path: rule.path, ...found }];
  });
}

function unresolvedRate(rule: PlacedRule): Pick<Finding, "why" | "cure"> | null {
  const { metric, limit, minSamples } = rule.condition;
  const finePpm = failuresAllowed(metric, limit);
  if (finePpm === null || finePpm === 0 || WHOLE_PPM <= finePpm * minSamples) return null;
  // None among n: the greatest rate that this happens under with a chance of 5 %, 1 - 0.05^(1/n).
  const proven = 1 - Math.exp(Math.log(0.05) / minSamples);
  const one = `1/${minSamples} = ${percent(1 / minSamples)}`;
  const decides =
    rule.kind === "gate" || rule.kind === "check"
      ? `one failure holds the ${rule.kind}, and none`
      : "one failure fires it, and none";
  const why =
    `with ${minSamples} samples, the fewest it decides on, the smallest rate above 0 is ${one}, more than the ` +
    `${writeShare(finePpm)} that it is about: ${decides} proves only a rate below ${percent(proven)} (at 95%)`;
  return { why, cure: `at least ${Math.ceil(WHOLE_PPM / finePpm)} samples, or a coarser limit` };
}

function unresolvedQuantile(rule: PlacedRule): Pick<Finding, "why" | "cure"> | null {
  const { metric, minSamples } = rule.condition;
  const permille = findMetric(metric)?.metric.quantilePermille ?? null;
  if (permille === null || minSamples > Math.ceil((minSamples * permille) / 1000)) return null;
  const name = `P${permille / 10}`;
  const rank = `rank ceil(${permille / 1000} x ${minSamples}) = ${minSamples}`;
  const why = `${name} of ${minSamples} samples, the fewest it decides on, is ${rank}: the slowest attempt alone decides`;
  return { why, cure: `at least ${Math.ceil(1000 / (1000 - permille))} samples, or a lower quantile` };
}

/** The share of failures that a rule on a rate is about, parts per million; null: the rule is on no such rate. */
function failuresAllowed(metric: string, limit: number): number | null {
  const name = metric.split(".").at(-1) ?? "";
  if (name === "successRate") return WHOLE_PPM - limit;
  return ["errorRate", "userErrorRate", "fallbackRate", "declineRate"].includes(name) ? limit : null;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
