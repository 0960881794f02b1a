/** Rollbacks that are under way when the traffic ends. */
import type { Evidence } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Why a run ends whose traffic was over before it was known whether the rollback succeeds. */
export const TRACE_ENDED_UNVERIFIED = "trace ended, before the rollback was verified";

/** Whether a rollback is under way while the traffic is over: how it ends would say nothing of the policy. */
export function isCutShort({ trafficEndsUs }: ReadyPlan, { manager, kernel }: StackState): boolean {
  return manager.status === "rolling-back" && trafficEndsUs !== null && kernel.nowUs >= trafficEndsUs;
}

/** Ends the run where a check of the rollback waits for what does not come any more. */
export function endWhereCutShort(ready: ReadyPlan, state: StackState, looks: readonly Evidence[]): void {
  const lacksData = looks.some((look) => look.holds === "not enough data");
  if (lacksData && isCutShort(ready, state)) state.ending = TRACE_ENDED_UNVERIFIED;
}
