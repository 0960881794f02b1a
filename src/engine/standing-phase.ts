/**
 * The phase that the traffic stands in. A stay ends where its rollback begins; where the rollback fails before the last
 * router has turned back, users go on meeting the candidate, and so a stay in the same phase goes on being recorded until
 * they no longer do, or somebody takes the rollback up again.
 */
import type { Effect } from "./deployment/effect.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The phase's name: the open one; while a rollback has not reached all routers, the one it left; else the disabled one. */
export function standingPhase({ plan }: ReadyPlan, { manager, openPhase }: StackState): string {
  const { status, rollback, phase } = manager;
  const isLeft = openPhase < 0 && (status === "rolling-back" || status === "failed");
  const index = isLeft && rollback !== null && rollback.revertedAtUs < 0 ? phase : openPhase;
  return plan.policy.phases[index]?.name ?? plan.policy.disabledName;
}

/** What has to be done so that a stay is open just where a failed rollback leaves traffic on the candidate. */
export function stayOfFailedRollback({ manager, openPhase, ending }: StackState): Effect[] {
  const { status, rollback, phase } = manager;
  if (rollback === null || (status !== "failed" && status !== "rolling-back") || phase < 0) return [];
  const goesOn = status === "failed" && rollback.revertedAtUs < 0;
  // Where the failure ends the run as well, no time is left to record.
  if (goesOn && openPhase < 0 && ending === "") return [{ kind: "phase.entered", phase }];
  return !goesOn && openPhase >= 0 ? [{ kind: "phase.left", verdict: "rolled-back" }] : [];
}
