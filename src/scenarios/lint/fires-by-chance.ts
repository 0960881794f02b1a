/** `fires-by-chance`: a trigger or alert on a p-value that is looked at so often that it fires where nothing is wrong. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import { placedRules, type Finding } from "./lint.ts";

/** Firings for nothing, of a rollout without delays, from which on a rule is called so: as likely as not. Ours. */
const FIRINGS = 0.5;

/**
 * Rules `p < LIMIT` over a sliding window. Windows that do not overlap are looked at independently, and each is below
 * the limit with its chance: the expected number of firings is at least windows x limit, whatever the tick.
 */
export function lintChances(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const { metric, window, operator, limit } = rule.condition;
    const isBelow = operator === "<" || operator === "<=";
    if (rule.kind === "gate" || rule.kind === "check" || !isBelow || window.kind !== "sliding") return [];
    if (findMetric(metric)?.metric.isChance !== true) return [];
    const lengthUs = rule.phases.reduce((sum, index) => sum + (policy.phases[index]?.minDurationUs ?? 0), 0);
    const windows = Math.floor(lengthUs / window.lengthUs);
    const firings = (windows * limit) / WHOLE_PPM;
    if (firings < FIRINGS) return [];
    const most = Math.max(Math.floor((0.05 * WHOLE_PPM) / windows), 1);
    const why =
      `${rule.name} fires though nothing is wrong: ${metric} is below ${writeShare(limit)} by chance alone in ` +
      `${writeShare(limit)} of the windows, and ${writeDuration(lengthUs)} at least have ${windows} of ` +
      `${writeDuration(window.lengthUs)}: ${windows} x ${writeShare(limit)} = ${firings.toPrecision(2)} firings`;
    return [{ rule: "fires-by-chance", path: rule.path, why, cure: `a limit of at most ${writeShare(most)}` }];
  });
}
