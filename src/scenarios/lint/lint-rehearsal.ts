/** All lints that need the scenario as well as the policy. */
import type { Policy } from "../../engine/deployment/policy.ts";
import type { Problem } from "../../engine/kernel/problem.ts";
import type { Scenario } from "../scenario.ts";
import { lintBlindRules } from "./blind-rule.ts";
import { problemOf } from "./lint.ts";

/**
 * What is unwise in rehearsing a scenario under a policy. It is neither file's fault alone: the findings stand at the
 * scenario's traffic, and name the policy. `durationUs` is how long the run lasts at most.
 */
export function lintRehearsal(scenario: Scenario, policy: Policy, durationUs: number): Problem[] {
  const { traffic, file, trafficPlace } = scenario;
  const place = { line: trafficPlace?.line ?? 0, column: trafficPlace?.column ?? 0 };
  return lintBlindRules(policy, { traffic, durationUs }).map((finding) => problemOf(finding, file, place, "traffic"));
}
