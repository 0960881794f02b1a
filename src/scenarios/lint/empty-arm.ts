/** `empty-arm`: a rule on a version that nobody is on: the baseline at 100 %, the candidate after a rollback. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { writeDuration } from "../quantity.ts";
import { needsBaseline, needsCandidate } from "./arm-share.ts";
import { phaseList, placedRules, type Finding, type PlacedRule } from "./lint.ts";

/** Rules that have nothing to compare with at 100 %, and checks of a rollback that look at who is gone by then. */
export function lintEmptyArms(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const { metric } = rule.condition;
    if (rule.kind === "check") return needsCandidate(metric) ? [afterRevert(rule)] : [];
    const empty = rule.phases.filter((index) => policy.phases[index]?.trafficPpm === WHOLE_PPM);
    if (empty.length === 0 || !needsBaseline(metric)) return [];
    const names = phaseList(policy, empty);
    const others = rule.phases.filter((index) => !empty.includes(index));
    const what =
      rule.kind === "gate" ? "it never has data there, and the phase never passes" : "it can never fire there";
    const rest = others.length === 0 ? "" : `say "in ${phaseList(policy, others)}", and `;
    const why = `${metric} needs the baseline's attempts, and in ${names} 100% - 100% = 0% of the requests are on it: ${what}`;
    return [
      { rule: "empty-arm", path: rule.path, why, cure: `${rest}guard ${names} with a limit on the candidate alone` },
    ];
  });
}

function afterRevert({ path, name, condition }: PlacedRule): Finding {
  const { metric, window } = condition;
  const past = window.kind === "sliding" ? `as soon as its window of ${writeDuration(window.lengthUs)} is past, ` : "";
  const why =
    `${name} needs the candidate's attempts, and after the revert nobody is on it: ${past}it has no data, and a check ` +
    `without data keeps the rollback from being verified (${metric})`;
  return { rule: "empty-arm", path, why, cure: "a check on the baseline or on all traffic" };
}
