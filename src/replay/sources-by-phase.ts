/** Where the candidate's outcomes were from, stay by stay: counted at the control event that ends the stay. */
import type { PhaseRecord, TracePhase } from "../engine/result.ts";
import type { WorldState } from "../engine/service/world.ts";
import type { StackState } from "../engine/stack-state.ts";
import type { OutcomeSources } from "./trace-outcomes.ts";
import { outcomeSources } from "./trace-world.ts";

/** Counts while a replay runs. */
export interface SourcesByPhase {
  /** To be called after every control event. */
  readonly see: (state: StackState) => void;
  /** The counts of the record's phases, of which the last may be open, at the run's end. */
  readonly phases: (phases: readonly PhaseRecord[], end: WorldState) => readonly TracePhase[];
}

const NONE: OutcomeSources = { recorded: 0, resampled: 0, modelled: 0 };

/** Nothing counted yet. */
export function createSourcesByPhase(): SourcesByPhase {
  const closed: OutcomeSources[] = [];
  let before = NONE;
  let wasOpen = false;
  const since = (now: OutcomeSources): OutcomeSources => ({
    recorded: now.recorded - before.recorded,
    resampled: now.resampled - before.resampled,
    modelled: now.modelled - before.modelled,
  });
  return {
    see: (state) => {
      // Phases are left and entered at control events: all requests between two of them belong to one stay, or to none.
      const isOpen = state.openPhase !== -1;
      const hasMoved = state.phases.length > closed.length || isOpen !== wasOpen;
      if (!hasMoved) return;
      const now = outcomeSources(state.world);
      while (closed.length < state.phases.length) {
        closed.push(since(now));
        before = now;
      }
      before = now;
      wasOpen = isOpen;
    },
    phases: (phases, end) =>
      phases.map(({ name }, stay) => ({ phase: name, ...(closed[stay] ?? since(outcomeSources(end))) })),
  };
}
