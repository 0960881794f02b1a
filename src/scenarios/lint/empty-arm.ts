/** `empty-arm`: a comparison with the baseline in a phase in which nobody is on it. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { needsBaseline } from "./arm-share.ts";
import { phaseList, placedRules, type Finding } from "./lint.ts";

/** Rules that have nothing to compare with at 100 %. */
export function lintEmptyArms(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const { metric } = rule.condition;
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
