/** Invariants of the whole stack, checked at every state that a test visits and by `--check` on any run. */
import { invariant } from "./kernel/assert.ts";
import { TRANSITIONS, type ManagerStatus } from "./deployment/manager-state.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  DECLINES,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  REQUESTS,
  SAVED,
  SLOWED,
  USER_FAILURES,
  versionOffset,
} from "./monitor/counters.ts";
import { SAMPLE_CANDIDATE, SAMPLE_REQUEST, SAMPLE_USER_FAILED } from "./monitor/in-flight.ts";
import { checkDecisions, checkMoves } from "./decision-invariants.ts";
import { checkMonitoring } from "./monitoring-invariants.ts";
import { checkResourceInvariants } from "./resource-invariants.ts";
import {
  checkNewlyExposed,
  checkRouters,
  createRoutersMemory,
  type Exposure,
  type RoutersMemory,
} from "./routing-invariants.ts";
import type { RoutedCount } from "./routing-watch.ts";
import { nobodyIsSent } from "./routing/routers.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What has to be remembered between two states to compare them. */
export interface InvariantMemory {
  nowUs: number;
  status: ManagerStatus;
  /** Index of the manager's phase. */
  phase: number;
  /** Time that the stay in the phase was paused. */
  pausedForUs: number;
  decisions: number;
  rollbacks: number;
  counters: Float64Array;
  /** Requests of the candidate when the rollback had reached the last router; -1 before. */
  revertedCandidateRequests: number;
  /** What the plain router knew at the last state: what has been routed since went by it. */
  threshold: number;
  readonly exposure: Exposure;
  readonly routers: RoutersMemory;
  /** What a watch of the routing has counted by itself. */
  readonly watched: RoutedCount;
}

/** The memory before the first state; `watched` is counted by the watch that the stack was created with. */
export function createInvariantMemory(watched: RoutedCount): InvariantMemory {
  return {
    nowUs: 0,
    status: "idle",
    phase: -1,
    pausedForUs: 0,
    decisions: 0,
    rollbacks: 0,
    counters: new Float64Array(0),
    revertedCandidateRequests: -1,
    threshold: 0,
    exposure: { keys: new Uint8Array(0) },
    routers: createRoutersMemory(),
    watched,
  };
}

/** Throws `InvariantError` when a state contradicts itself or the one before it. */
export function checkInvariants(ready: ReadyPlan, state: StackState, memory: InvariantMemory): void {
  checkTime(state, memory);
  checkCounters(state, memory);
  checkConservation(state, memory);
  checkMonitoring(ready, state);
  checkExposure(ready, state, memory);
  checkStatus(state, memory);
  const taken = state.decisions.slice(memory.decisions);
  checkMoves(state, memory, taken);
  checkDecisions(ready, state, memory, taken);
  memory.decisions = state.decisions.length;
  memory.phase = state.manager.phase;
  memory.pausedForUs = state.manager.pausedForUs;
  checkRollback(state, memory);
  checkResourceInvariants(ready, state);
}

function checkTime(state: StackState, memory: InvariantMemory): void {
  invariant(state.kernel.nowUs >= memory.nowUs, "time went back");
  memory.nowUs = state.kernel.nowUs;
}

/**
 * Requests in = served + failed + in flight, per version and in all. Requests in are those that the watch saw routed;
 * served, failed and in flight are each added up by themselves.
 */
function checkConservation(state: StackState, { watched }: InvariantMemory): void {
  const { counters, inFlight } = state.recording;
  // A request whose fallback has yet to begin is in flight as well.
  const waiting: [number, number] = [0, state.resources?.pendingFallbacks ?? 0];
  let goingToFail = 0;
  for (let i = 0; i < inFlight.count; i++) {
    const bits = inFlight.bits[i] as number;
    if ((bits & SAMPLE_REQUEST) === 0) continue;
    waiting[(bits & SAMPLE_CANDIDATE) === 0 ? BASELINE : CANDIDATE]++;
    if ((bits & SAMPLE_USER_FAILED) !== 0) goingToFail++;
  }
  const count = (index: number): number => counters[index] as number;
  let served = 0;
  let failed = 0;
  for (const version of [BASELINE, CANDIDATE] as const) {
    const arrived = version === CANDIDATE ? watched.candidate : watched.requests - watched.candidate;
    const ofFailed = count(versionOffset(version) + USER_FAILURES);
    const ofServed = count(versionOffset(version) + REQUESTS) - ofFailed;
    const accounted = ofServed + ofFailed + waiting[version];
    invariant(
      arrived === accounted,
      `requests of version ${version}: ${arrived} arrived, ${ofServed} served, ${ofFailed} failed, ${waiting[version]} in flight`,
    );
    served += ofServed;
    failed += ofFailed;
  }
  const inAll = served + failed + waiting[BASELINE] + waiting[CANDIDATE];
  invariant(count(ARRIVED) === inAll, `${count(ARRIVED)} requests arrived, ${inAll} are accounted for`);
  invariant(count(ARRIVED_CANDIDATE) === watched.candidate, "requests routed to the candidate are miscounted");
  // Where resources feed back, impact counts calls, of which a request may be one of several.
  if (state.resources !== undefined) return;
  const failing = failed + goingToFail;
  invariant(count(FAILED) === failing, `${count(FAILED)} users fail, ${failed} have and ${goingToFail} will`);
}

function checkCounters(state: StackState, memory: InvariantMemory): void {
  const { counters } = state.recording;
  const count = (index: number): number => counters[index] as number;
  for (const version of [BASELINE, CANDIDATE]) {
    const at = versionOffset(version);
    invariant(count(at + ERRORS) <= count(at + ATTEMPTS), "more errors than attempts");
    invariant(count(at + USER_FAILURES) <= count(at + REQUESTS), "more failed users than requests");
    invariant(count(at + DECLINES) <= count(at + REQUESTS), "more declines than requests");
  }
  const candidate = versionOffset(CANDIDATE);
  invariant(count(candidate + FALLBACKS) <= count(candidate + REQUESTS), "more fallbacks than requests");
  invariant(count(candidate + FALLBACKS) === count(FALLBACKS), "fallbacks of one version are not those of the other");
  invariant(count(HARMED) <= count(FAILED), "more harmed than failed");
  // A rollback that restarts the baseline harms users who were never routed to the candidate.
  const harmedByRestart = state.manager.rollback?.harmedByRestart ?? 0;
  // Where resources feed back, the candidate's users slow and harm those of the baseline.
  const affected = state.resources === undefined ? count(ARRIVED_CANDIDATE) : count(ARRIVED);
  const routed = affected + harmedByRestart;
  invariant(count(SAVED) + count(HARMED) <= routed, "more saved and harmed than routed");
  invariant(count(SLOWED) <= affected, "more slowed than routed to the candidate");
  memory.counters.forEach((before, i) => invariant(count(i) >= before, `counter ${i} went back`));
  memory.counters = counters.slice();
}

/** Whoever was exposed since the router last learned of another share was within the one that it knew until then. */
function checkExposure(ready: ReadyPlan, state: StackState, memory: InvariantMemory): void {
  if (ready.routing !== null) return checkRouters(ready, state, memory.routers, memory.exposure);
  const { threshold } = state.router;
  if (threshold === memory.threshold && state.ending === "") return;
  const { buckets } = ready.plane;
  checkNewlyExposed(state, memory.exposure, (key) => (buckets[key] as number) < memory.threshold);
  memory.threshold = threshold;
}

/** Statuses only move along the listed transitions. */
function checkStatus(state: StackState, memory: InvariantMemory): void {
  const { status } = state.manager;
  if (status !== memory.status) {
    const isListed = TRANSITIONS.some(([from, , to]) => from === memory.status && to === status);
    invariant(isListed, `the manager went from ${memory.status} to ${status}`);
    memory.status = status;
  }
}

/** After the rollback has propagated, no request reaches the candidate. */
function checkRollback(state: StackState, memory: InvariantMemory): void {
  const { rollback } = state.manager;
  // A kill switch that is taken back over pinned flags may bring traffic back.
  if (rollback === null || rollback.revertedAtUs < 0 || (state.routers !== undefined && !nobodyIsSent(state.routers))) {
    memory.revertedCandidateRequests = -1;
    return;
  }
  const routed = state.recording.counters[ARRIVED_CANDIDATE] as number;
  if (memory.revertedCandidateRequests < 0) memory.revertedCandidateRequests = routed;
  invariant(routed === memory.revertedCandidateRequests, "a request reached the candidate after the rollback");
}
