/**
 * The data plane: requests, which are not events. Between two control events it draws arrivals, routes them, draws
 * their outcomes and records them, batch by batch.
 */
import { invariant } from "./kernel/assert.ts";
import { CANDIDATE } from "./monitor/counters.ts";
import { completeInFlight, recordBatch, type RecordingTerms } from "./monitor/recorder.ts";
import { routeBatch } from "./routing/router.ts";
import { applyFault, declineAll, type FaultEffect } from "./service/fault-effects.ts";
import type { Batch, World } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** What the data plane works with; immutable but for the batch, which is scratch space. */
export interface DataPlane {
  readonly world: World;
  /** By key index. */
  readonly buckets: Uint32Array;
  readonly faults: readonly FaultEffect[];
  readonly terms: RecordingTerms;
  readonly batch: Batch;
}

/** Runs all requests that arrive before `toUs`, and completes what completes before it. */
export function advanceDataPlane(plane: DataPlane, state: StackState, toUs: number): void {
  const { world, batch, buckets, faults, terms } = plane;
  const { recording, router, activeFaults } = state;
  completeInFlight(recording, terms, toUs);
  for (;;) {
    world.arrivals(state.world, batch, toUs);
    if (batch.count === 0) return;
    invariant((batch.atUs[batch.count - 1] as number) < toUs, "a world gave a request from the future");
    routeBatch(batch, buckets, router.threshold);
    world.outcomes(state.world, batch);
    for (let i = 0; i < faults.length; i++) {
      const effect = faults[i];
      if (activeFaults[i] === 1 && effect !== undefined) applyFault(effect, batch);
    }
    if (!state.health[CANDIDATE].ok) declineAll(batch);
    recordBatch(recording, terms, batch, toUs, router.fallsBack);
  }
}
