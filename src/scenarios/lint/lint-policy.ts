/** All lints that need nothing but the policy. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { lintTicks } from "./coarse-tick.ts";
import { lintEmptyArms } from "./empty-arm.ts";
import { lintChances } from "./fires-by-chance.ts";
import type { Finding } from "./lint.ts";
import { lintLooserGates } from "./looser-gate.ts";
import { lintSuccessRates } from "./success-rate.ts";
import { lintUnmeasuredPhases } from "./unmeasured-phase.ts";
import { lintUnreachableRates } from "./unreachable-rate.ts";
import { lintUnresolvedLimits } from "./unresolved-limit.ts";
import { lintWindows } from "./window-beyond-phase.ts";

/** What is legal in a policy, but unwise. */
export function lintPolicy(policy: Policy): Finding[] {
  return [
    ...lintTicks(policy),
    ...lintEmptyArms(policy),
    ...lintChances(policy),
    ...lintLooserGates(policy),
    ...lintSuccessRates(policy),
    ...lintUnmeasuredPhases(policy),
    ...lintUnreachableRates(policy),
    ...lintUnresolvedLimits(policy),
    ...lintWindows(policy),
  ];
}
