/** What the steps of a rollback do to the requests: a stopped candidate declines, a restarting baseline fails a share. */
import { draw32, deriveStream, drawThresholdFromPpm, streamEpoch, type Stream } from "./kernel/random.ts";
import type { RollbackProgress } from "./deployment/manager-state.ts";
import type { Policy } from "./deployment/policy.ts";
import { HARMED } from "./monitor/counters.ts";
import { cutOffCandidate } from "./monitor/cut-off.ts";
import { cutOffObserved } from "./observing.ts";
import { declineAll } from "./service/fault-effects.ts";
import { SERVED, type Batch } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** A step that restarts the baseline, made ready for drawing. Immutable. */
export interface BaselineRestart {
  /** Index of the step. */
  readonly step: number;
  /** Requests whose draw is below it meet an instance that is being restarted. */
  readonly threshold: number;
  readonly stream: Stream;
}

/** The steps of a policy's rollback that take a share of the baseline away; each has its own luck. */
export function readyRestarts(policy: Policy, seed: string): BaselineRestart[] {
  return policy.rollback.steps.flatMap(({ does, name, downPpm = 0 }, step) =>
    does === "restart-baseline" && downPpm > 0
      ? [{ step, threshold: drawThresholdFromPpm(downPpm), stream: deriveStream(seed, `rollback/${name}/down`) }]
      : [],
  );
}

/** The candidate is stopped: its requests in flight are cut off, at the manager's word. */
export function stopCandidate(state: StackState): void {
  const { rollback } = state.manager;
  if (rollback === null) return;
  rollback.cutOff = cutOffCandidate(state.recording, state.kernel.nowUs, state.router.fallsBack);
  cutOffObserved(state, rollback.cutOff);
}

/**
 * Changes a batch as far as the rollback under way has: the candidate declines once it is stopped; while a step that
 * restarts the baseline lasts (or has failed), the share of the baseline that is down answers with a failure. A user
 * who got one of these is harmed: without the rollout nothing would have been restarted.
 */
export function disruptBatch(
  restarts: readonly BaselineRestart[],
  rollback: RollbackProgress,
  state: StackState,
  batch: Batch,
): void {
  if (rollback.candidateStopped === 1) declineAll(batch);
  for (const restart of restarts) {
    if (restart.step !== rollback.step || rollback.verifiedAtUs >= 0) continue;
    rollback.harmedByRestart ??= 0;
    rollback.harmedByRestart += failShare(restart, batch, state.router.fallsBack, state.recording.counters);
  }
}

/** Fails the share of the baseline's attempts; returns how many users that hurt who would have been served. */
function failShare(
  { threshold, stream }: BaselineRestart,
  batch: Batch,
  fallsBack: boolean,
  counters: Float64Array,
): number {
  const { a, b } = streamEpoch(stream, batch.drawEpoch);
  const { count, draw, routed, baselineCode, candidateCode } = batch;
  let harmed = 0;
  let harmedByCandidate = 0;
  for (let i = 0; i < count; i++) {
    if (baselineCode[i] !== SERVED || draw32(a, b, draw[i] as number) >= threshold) continue;
    baselineCode[i] = 1;
    if (routed[i] === 0) harmed++;
    else if (candidateCode[i] === SERVED) continue;
    else if (fallsBack) harmed++;
    else harmedByCandidate++;
  }
  // The recorder takes the baseline as it finds it: it does not see that an undisturbed one would have served these.
  counters[HARMED] = (counters[HARMED] as number) + harmed + harmedByCandidate;
  return harmed;
}
