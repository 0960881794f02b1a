/** `unreachable-rate`: a trigger on a rate of all traffic that the candidate's share cannot lift to its limit. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Policy } from "../../engine/deployment/policy.ts";
import { writeShare } from "../quantity.ts";
import { phaseList, placedRules, type Finding, type PlacedRule } from "./lint.ts";

/** Triggers and alerts that stay silent in some phase although every single attempt of the candidate fails. */
export function lintUnreachableRates(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const neededPpm = rule.kind === "trigger" || rule.kind === "alert" ? failuresNeeded(rule) : null;
    if (neededPpm === null) return [];
    const { metric, operator, limit } = rule.condition;
    const isStrict = operator.length === 1;
    const blind = rule.phases.filter((index) => {
      const trafficPpm = policy.phases[index]?.trafficPpm ?? 0;
      return trafficPpm > 0 && (isStrict ? trafficPpm <= neededPpm : trafficPpm < neededPpm);
    });
    if (blind.length === 0) return [];
    const shares = blind.map((index) => writeShare(policy.phases[index]?.trafficPpm ?? 0)).join(", ");
    const why =
      `in ${phaseList(policy, blind)} the candidate has ${shares} of the traffic: though every one of its requests ` +
      `failed, it would add ${shares} x 100% = ${shares} to the failures of all traffic, and ${metric} ${operator} ` +
      `${writeShare(limit)} needs ${isStrict ? "more than" : "at least"} ${writeShare(neededPpm)}`;
    const own = metric.replace("all.", "candidate.");
    const others = rule.phases.filter((index) => !blind.includes(index));
    const there = others.length === 0 ? "" : `, and keep this one for ${phaseList(policy, others)}`;
    return [
      {
        rule: "unreachable-rate",
        path: rule.path,
        why,
        cure: `${rule.kind === "alert" ? "an alert" : "a trigger"} on ${own}${there}`,
      },
    ];
  });
}

/** The share of all requests that must fail for the trigger to fire, parts per million; null: it is no such rate. */
function failuresNeeded({ condition }: PlacedRule): number | null {
  const { metric, operator, limit } = condition;
  const rises = operator.startsWith(">");
  if ((metric === "all.errorRate" || metric === "all.userErrorRate") && rises) return limit;
  return metric === "all.successRate" && !rises ? WHOLE_PPM - limit : null;
}
