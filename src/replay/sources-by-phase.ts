/** Where outcomes were from, stay by stay: counted at the control event that ends the stay. */
import type { PhaseRecord } from "../engine/result.ts";
import type { TracePhase } from "../engine/trace-record.ts";
import type { WorldState } from "../engine/service/world.ts";
import type { StackState } from "../engine/stack-state.ts";
import { describeSources, startSources, type SourceState } from "./outcome-sources.ts";

/** Counts while a replay runs. */
export interface SourcesByPhase {
  /** To be called after every control event. */
  readonly see: (state: StackState) => void;
  /** The counts of the record's phases, of which the last may be open, at the run's end. */
  readonly phases: (phases: readonly Pick<PhaseRecord, "name">[], end: WorldState) => readonly TracePhase[];
}

/** Nothing counted yet. */
export function createSourcesByPhase(): SourcesByPhase {
  const closed: Float64Array[] = [];
  let before = startSources();
  let wasOpen = false;
  const countsOf = (state: WorldState): Float64Array => (state as SourceState).sources.slice();
  const since = (now: Float64Array): Float64Array => now.map((count, i) => count - (before[i] as number));
  return {
    see: (state) => {
      // Phases are left and entered at control events: all requests between two of them belong to one stay, or to none.
      const isOpen = state.openPhase !== -1;
      const hasMoved = state.phases.length > closed.length || isOpen !== wasOpen;
      if (!hasMoved) return;
      const now = countsOf(state.world);
      while (closed.length < state.phases.length) {
        closed.push(since(now));
        before = now;
      }
      before = now;
      wasOpen = isOpen;
    },
    phases: (phases, end) =>
      phases.map(({ name }, stay) => ({
        phase: name,
        ...describeSources(closed[stay] ?? since(countsOf(end))),
      })),
  };
}
