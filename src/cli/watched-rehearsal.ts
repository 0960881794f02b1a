/** Runs a plan in slices, so that signals are heard and a bar can be drawn on the way. Slices change no result. */
import { setImmediate } from "node:timers/promises";
import { checkInvariants, createInvariantMemory } from "../engine/invariants.ts";
import type { RoutingWatch } from "../engine/batch-stages.ts";
import { createRoutedCount, watchRouting } from "../engine/routing-watch.ts";
import { step } from "../engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import type { RunRecord } from "../engine/result.ts";
import { createStack, recordStack, startStack } from "../engine/stack.ts";
import type { ReadyPlan } from "../engine/stack-plan.ts";
import type { StackState } from "../engine/stack-state.ts";

/** How long a slice takes, in milliseconds of wall time. */
const SLICE_MS = 50;

/** How a rehearsal is watched. */
export interface Watching {
  /** Check the invariants at every state; a broken one throws. */
  readonly check: boolean;
  readonly nowMs: () => number;
  /** Told after every slice what share of the longest possible run is over. */
  readonly onProgress: (doneShare: number) => void;
  /** True: give up. */
  readonly isInterrupted: () => boolean;
  /** Shown the state after every control event; must leave it as it is. */
  readonly onStep?: (ready: ReadyPlan, state: StackState) => void;
  /** Shown every batch that has been routed; absent: nobody looks. */
  readonly onRouted?: RoutingWatch;
}

/** The record of the run; null when it was interrupted. */
export async function rehearseWatched(plan: RehearsalPlan, watching: Watching): Promise<RunRecord | null> {
  const memory = watching.check ? createInvariantMemory(createRoutedCount()) : null;
  const stack = createStack(plan, bothWatches(memory === null ? undefined : watchRouting(memory.watched), watching));
  const state = startStack(stack);
  let sliceEndsMs = watching.nowMs() + SLICE_MS;
  while (step(stack.model, state)) {
    if (memory !== null) checkInvariants(stack.ready, state, memory);
    watching.onStep?.(stack.ready, state);
    if (watching.nowMs() < sliceEndsMs) continue;
    watching.onProgress(state.kernel.nowUs / plan.horizonUs);
    await setImmediate();
    if (watching.isInterrupted()) return null;
    sliceEndsMs = watching.nowMs() + SLICE_MS;
  }
  return recordStack(stack, state);
}

function bothWatches(checking: RoutingWatch | undefined, { onRouted }: Watching): RoutingWatch | undefined {
  if (checking === undefined || onRouted === undefined) return checking ?? onRouted;
  return (plane, state, batch) => {
    checking(plane, state, batch);
    onRouted(plane, state, batch);
  };
}
