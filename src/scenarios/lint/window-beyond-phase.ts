/** `window-beyond-phase`: a sliding window that is longer than the phase it judges. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { writeDuration } from "../quantity.ts";
import { placedRules, type Finding } from "./lint.ts";

/** Rules whose window reaches back into the phase before when the phase may first be left. */
export function lintWindows(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const { window } = rule.condition;
    // An alert decides nothing about a phase, and may look back as far as it likes.
    if (window.kind !== "sliding" || rule.kind === "alert") return [];
    const short = rule.phases.filter((index) => {
      const phase = policy.phases[index];
      return phase !== undefined && phase.minDurationUs < window.lengthUs;
    });
    const [index] = short;
    const phase = index === undefined ? undefined : policy.phases[index];
    if (index === undefined || phase === undefined) return [];
    const length = writeDuration(window.lengthUs);
    const beyond = writeDuration(window.lengthUs - phase.minDurationUs);
    const before = index === 0 ? "a time when nobody was on the candidate" : (policy.phases[index - 1]?.name ?? "");
    const more = short.length > 1 ? ` (and ${short.length - 1} more phases)` : "";
    const why =
      `the window of ${length} is longer than ${phase.name}${more}, which may be left after ` +
      `${writeDuration(phase.minDurationUs)}: then ${length} - ${writeDuration(phase.minDurationUs)} = ${beyond} of it ` +
      `are of ${before}`;
    const cure =
      rule.kind === "gate"
        ? `over the phase, a window of at most ${writeDuration(phase.minDurationUs)}, or a longer minDuration`
        : `a window of at most ${writeDuration(phase.minDurationUs)}, or a longer minDuration`;
    return [{ rule: "window-beyond-phase", path: rule.path, why, cure }];
  });
}
