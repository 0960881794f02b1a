/** Invariants of resources: attempts are conserved, pools and caches keep within their bounds, nothing is left over. */
import { invariant } from "./kernel/assert.ts";
import { ATTEMPTS, CANDIDATE, versionOffset } from "./monitor/counters.ts";
import { SAMPLE_ATTEMPT, SAMPLE_CANDIDATE } from "./monitor/in-flight.ts";
import { ASKED, HITS, TAKEN, type ReadyVersion, type VersionState } from "./resources/attempt.ts";
import type { InstanceHealth } from "./resources/balancer.ts";
import { FALLBACK, nextPendingUs } from "./resources/pending.ts";
import { busyWorkers, waitingAt } from "./resources/worker-pool.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Throws `InvariantError` when the resources of a state contradict themselves or what was recorded. */
export function checkResourceInvariants({ resources: plane }: ReadyPlan, state: StackState): void {
  const { resources, recording, kernel } = state;
  if (plane === undefined || resources === undefined) return;
  const { baseline, candidate } = plane.ready;
  checkVersion(baseline, resources.baseline, resources.health[0], kernel.nowUs);
  checkVersion(baseline, resources.shadow, resources.health[0], kernel.nowUs);
  checkVersion(candidate, resources.candidate, resources.health[1], kernel.nowUs);

  const { pending } = resources;
  let fallbacks = 0;
  for (let i = 0; i < pending.count; i++) {
    if (pending.kind[pending.order[i] as number] === FALLBACK) fallbacks++;
  }
  invariant(fallbacks === resources.pendingFallbacks, "fallbacks that wait are miscounted");
  invariant(nextPendingUs(pending) >= resources.nowUs, "an attempt of the past still waits");

  // What the candidate took has completed, is in flight, or has failed and waits to be recorded with its fallback.
  let inFlight = 0;
  const ofCandidate = SAMPLE_ATTEMPT | SAMPLE_CANDIDATE;
  for (let i = 0; i < recording.inFlight.count; i++) {
    if (((recording.inFlight.bits[i] as number) & ofCandidate) === ofCandidate) inFlight++;
  }
  const completed = recording.counters[versionOffset(CANDIDATE) + ATTEMPTS] as number;
  const taken = resources.candidate.counts[TAKEN] as number;
  invariant(
    taken === completed + inFlight + fallbacks,
    `${taken} attempts taken, ${completed} + ${inFlight} + ${fallbacks}`,
  );
}

function checkVersion(
  version: ReadyVersion,
  { pool, counts, cache }: VersionState,
  health: InstanceHealth,
  nowUs: number,
): void {
  const { shape } = version;
  let taken = 0;
  let isIn = 0;
  for (let instance = 0; instance < shape.instances; instance++) {
    taken += pool.taken[instance] as number;
    isIn += 1 - (health.out[instance] as number);
    const waiting = waitingAt(shape, pool, instance, nowUs);
    const busy = busyWorkers(shape, pool, instance, nowUs);
    invariant(waiting <= shape.queue, `${waiting} wait where ${shape.queue} may`);
    invariant(waiting === 0 || busy === shape.workers, "attempts wait while a worker is free");
  }
  invariant(taken === counts[TAKEN], "attempts of the instances are not those of the version");
  invariant(isIn === health.inCount, "instances in the balancer are miscounted");
  invariant((counts[HITS] as number) <= (counts[ASKED] as number), "more hits than asked for");
  invariant(cache === null || cache.size <= cache.limit, "the cache holds more than it may");
}
