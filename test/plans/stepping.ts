/** A plan stepped by hand, with every invariant checked at every state. */
import { CONTROL_EVENT } from "../../src/engine/control-event.ts";
import { checkInvariants, createInvariantMemory, type InvariantMemory } from "../../src/engine/invariants.ts";
import { nextAtUs } from "../../src/engine/kernel/event-queue.ts";
import { step } from "../../src/engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { createRoutedCount, watchRouting } from "../../src/engine/routing-watch.ts";
import { createStack, startStack, type Stack } from "../../src/engine/stack.ts";
import type { StackState } from "../../src/engine/stack-state.ts";

/** A rehearsal under way. */
export interface Stepping {
  readonly stack: Stack;
  readonly state: StackState;
  readonly memory: InvariantMemory;
}

/** The start of a plan. */
export function begin(plan: RehearsalPlan): Stepping {
  const memory = createInvariantMemory(createRoutedCount());
  const stack = createStack(plan, watchRouting(memory.watched));
  const state = startStack(stack);
  checkInvariants(stack.ready, state, memory);
  return { stack, state, memory };
}

/** Takes one control event; false when the rehearsal is over. */
export function stepOnce({ stack, state, memory }: Stepping): boolean {
  if (!step(stack.model, state)) return false;
  checkInvariants(stack.ready, state, memory);
  return true;
}

/** Takes all control events before or at the time, and stops at the last of them. */
export function stepTo(stepping: Stepping, atUs: number): Stepping {
  const { queue } = stepping.state.kernel;
  while (nextAtUs(queue) <= atUs && stepOnce(stepping));
  return stepping;
}

/** Names of the kinds of all control events that happen at one instant, in their order. */
export function kindsAt(stepping: Stepping, atUs: number): string[] {
  const names = new Map<number, string>(Object.entries(CONTROL_EVENT).map(([name, kind]) => [kind, name]));
  const { state } = stepping;
  stepTo(stepping, atUs - 1);
  const kinds: string[] = [];
  while (stepOnce(stepping) && state.kernel.nowUs === atUs) kinds.push(names.get(state.kernel.current.kind) ?? "");
  return kinds;
}
