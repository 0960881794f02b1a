/** The warm-up of a candidate that was just started: slow at first, then as its model says. */
import { LATENCY_US_MAX } from "../kernel/units.ts";
import type { WarmUp } from "./version-model.ts";
import type { Batch, WorldState } from "./world.ts";

/** Tells a world that the candidate's instances have been started; the control plane knows when. */
export function startCandidate(state: WorldState, nowUs: number): void {
  state.candidateStartedUs = nowUs;
}

/**
 * Multiplies the candidate's latencies by the factor at each request's arrival: `factor` at the start, evenly falling
 * to 1. A candidate that nobody has started yet has been running all along, and is warm.
 */
export function applyWarmUp({ factor, overUs }: WarmUp, state: WorldState, batch: Batch): void {
  const startedUs = state.candidateStartedUs as number | undefined;
  if (startedUs === undefined) return;
  const { atUs, candidateUs, candidateRows, candidateCount } = batch;
  const endsUs = startedUs + overUs;
  if (batch.count === 0 || (atUs[0] as number) >= endsUs) return;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const leftUs = endsUs - (atUs[i] as number);
    if (leftUs <= 0) return;
    const us = (candidateUs[i] as number) * (1 + ((factor - 1) * leftUs) / overUs);
    candidateUs[i] = us > LATENCY_US_MAX ? LATENCY_US_MAX : us < 1 ? 1 : us;
  }
}
