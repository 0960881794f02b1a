/** The operator script of a plan: commands at their times, and commands that answer decisions. */
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import type { ManagerState, ManagerTerms } from "./deployment/manager-state.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import { invariant } from "./kernel/assert.ts";
import type { Kernel } from "./kernel/simulation.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { DecisionKind } from "./result.ts";

/** What the manager is told of its plan. */
export function managerTerms(plan: RehearsalPlan): ManagerTerms {
  return {
    seed: plan.seed,
    rollbackFaults: plan.rollbackFaults ?? [],
    calendarStartMs: plan.calendarStartMs ?? null,
  };
}

/** The command behind a control event: first come those with a time of their own, then the reactions. */
export function commandOf(plan: RehearsalPlan, manager: ManagerState, index: number, nowUs: number): OperatorCommand {
  const command = plan.operator[index];
  if (command !== undefined) return command;
  const place = index - plan.operator.length;
  const reaction = plan.reactions?.[place];
  invariant(reaction !== undefined, "an operator command is not in the script");
  manager.reacting = manager.reacting.filter((one) => one !== place);
  const { by, reason, action } = reaction;
  return { atUs: nowUs, by, reason, action };
}

/**
 * A decision was taken, by a rule or without one: schedules the commands of all who react to it. Who is about to react
 * already does not begin anew: otherwise two who react to each other's refusals would double with every answer.
 */
export function reactTo(
  plan: RehearsalPlan,
  manager: ManagerState,
  kernel: Kernel,
  kind: DecisionKind,
  rule: string | null,
): void {
  plan.reactions?.forEach((reaction, i) => {
    if (reaction.on !== kind || (reaction.rule !== null && reaction.rule !== rule)) return;
    if (manager.reacting.includes(i)) return;
    manager.reacting.push(i);
    scheduleControl(kernel, kernel.nowUs + reaction.afterUs, CONTROL_EVENT.operatorCommanded, plan.operator.length + i);
  });
}

/** Whether anybody may still take a failed rollback up again. */
export function mayRetry(plan: RehearsalPlan, nowUs: number): boolean {
  const isLater = plan.operator.some(({ action, atUs }) => action.kind === "retry" && atUs >= nowUs);
  return isLater || (plan.reactions ?? []).some(({ action }) => action.kind === "retry");
}
