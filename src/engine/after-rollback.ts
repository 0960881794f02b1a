/** What comes after a verified rollback: the run ends, or goes on for a while with what people then do. */
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import type { Policy } from "./deployment/policy.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { StackState } from "./stack-state.ts";

/** The rollback has been verified now. */
export function beginAftermath(plan: RehearsalPlan, state: StackState): void {
  const { kernel } = state;
  const { afterRollbackUs = 0, policy } = plan;
  if (afterRollbackUs <= 0) {
    state.ending = "the rollback is verified";
    return;
  }
  const at = (afterUs: number, entry: number): void => {
    if (afterUs > afterRollbackUs) return;
    scheduleControl(kernel, kernel.nowUs + afterUs, CONTROL_EVENT.aftermathReached, entry);
  };
  policy.rollback.aftermath?.forEach(({ fromUs, toUs }, i) => {
    at(fromUs, 2 * i);
    if (toUs !== null) at(toUs, 2 * i + 1);
  });
  scheduleControl(kernel, kernel.nowUs + afterRollbackUs, CONTROL_EVENT.afterRollbackEnded);
}

/** What people do at an instant of the aftermath, in words. */
export function describeAftermath(policy: Policy, entry: number): string {
  const name = policy.rollback.aftermath?.[Math.floor(entry / 2)]?.name ?? "";
  return entry % 2 === 0 ? `${name} begins` : `${name} is due`;
}
