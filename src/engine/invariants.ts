/** Invariants of the whole stack, checked at every state that a test visits and by `--check` on any run. */
import { invariant } from "./kernel/assert.ts";
import { TRANSITIONS, phaseClockUs, type ManagerStatus } from "./deployment/manager-state.ts";
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
  USERS_EXPOSED,
  USER_FAILURES,
  versionOffset,
} from "./monitor/counters.ts";
import { SAMPLE_CANDIDATE, SAMPLE_REQUEST } from "./monitor/in-flight.ts";
import { checkMonitoring } from "./monitoring-invariants.ts";
import { checkResourceInvariants } from "./resource-invariants.ts";
import type { Evidence } from "./result.ts";
import { checkRouters, createRoutersMemory, type RoutersMemory } from "./routing-invariants.ts";
import { nobodyIsSent } from "./routing/routers.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What has to be remembered between two states to compare them. */
export interface InvariantMemory {
  nowUs: number;
  status: ManagerStatus;
  /** Time that the stay in the phase was paused. */
  pausedForUs: number;
  decisions: number;
  rollbacks: number;
  counters: Float64Array;
  /** Requests of the candidate when the rollback had reached the last router; -1 before. */
  revertedCandidateRequests: number;
  /** The largest threshold that the router ever knew. */
  thresholdMax: number;
  readonly routers: RoutersMemory;
}

/** The memory before the first state. */
export function createInvariantMemory(): InvariantMemory {
  return {
    nowUs: 0,
    status: "idle",
    pausedForUs: 0,
    decisions: 0,
    rollbacks: 0,
    counters: new Float64Array(0),
    revertedCandidateRequests: -1,
    thresholdMax: 0,
    routers: createRoutersMemory(),
  };
}

/** Throws `InvariantError` when a state contradicts itself or the one before it. */
export function checkInvariants(ready: ReadyPlan, state: StackState, memory: InvariantMemory): void {
  checkTime(state, memory);
  checkConservation(state);
  checkCounters(state, memory);
  checkMonitoring(ready, state);
  checkExposure(ready, state, memory);
  checkStatus(state, memory);
  checkDecisions(ready, state, memory);
  checkRollback(state, memory);
  checkResourceInvariants(ready, state);
}

function checkTime(state: StackState, memory: InvariantMemory): void {
  invariant(state.kernel.nowUs >= memory.nowUs, "time went back");
  memory.nowUs = state.kernel.nowUs;
}

/** Requests in = completed + in flight, per version and in all. */
function checkConservation(state: StackState): void {
  const { counters, inFlight } = state.recording;
  // A request whose fallback has yet to begin is in flight as well.
  const waiting = [0, state.resources?.pendingFallbacks ?? 0];
  for (let i = 0; i < inFlight.count; i++) {
    const bits = inFlight.bits[i] as number;
    if ((bits & SAMPLE_REQUEST) === 0) continue;
    const version = (bits & SAMPLE_CANDIDATE) === 0 ? BASELINE : CANDIDATE;
    waiting[version] = (waiting[version] ?? 0) + 1;
  }
  const arrivedCandidate = counters[ARRIVED_CANDIDATE] as number;
  const arrivedBaseline = (counters[ARRIVED] as number) - arrivedCandidate;
  for (const [version, arrived] of [
    [BASELINE, arrivedBaseline],
    [CANDIDATE, arrivedCandidate],
  ] as const) {
    const completed = counters[versionOffset(version) + REQUESTS] as number;
    invariant(
      arrived === completed + (waiting[version] ?? 0),
      `requests of version ${version}: ${arrived} arrived, ${completed} completed, ${waiting[version]} in flight`,
    );
  }
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

/** Every exposed key is within the largest share that the router ever knew; each is counted once. */
function checkExposure(ready: ReadyPlan, state: StackState, memory: InvariantMemory): void {
  if (ready.routing !== null) return checkRouters(ready, state, memory.routers);
  const { exposed, counters } = state.recording;
  if (state.router.threshold === memory.thresholdMax && state.ending === "") return;
  let total = 0;
  for (let key = 0; key < exposed.length; key++) {
    if (exposed[key] === 0) continue;
    total++;
    invariant((ready.plane.buckets[key] as number) < memory.thresholdMax, "a key was routed beyond the share");
  }
  invariant(total === counters[USERS_EXPOSED], "exposed users are miscounted");
  memory.thresholdMax = Math.max(memory.thresholdMax, state.router.threshold);
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

/** No gate passes before its time or without its samples; a rollback has one cause, with evidence that held. */
function checkDecisions(ready: ReadyPlan, state: StackState, memory: InvariantMemory): void {
  const { phases } = ready.plan.policy;
  const { nowUs } = state.kernel;
  for (const decision of state.decisions.slice(memory.decisions)) {
    const { by, reason, evidence } = decision;
    invariant(by !== "" && reason !== "", `a ${decision.kind} without who or why`);
    invariant(Math.round(decision.atMs * 1_000) === nowUs, `a ${decision.kind} at another time than it was taken`);
    if (decision.kind === "advance" || decision.kind === "complete") {
      for (const look of decision.looked) {
        invariant(look.holds === "yes" && look.value !== null, `gate ${look.rule} did not pass`);
        invariant(look.samples >= look.minSamples, `gate ${look.rule} passed without its samples`);
      }
      // Before the first phase there is none to be left.
      if (decision.phase === ready.plan.policy.disabledName) continue;
      const stay = state.phases.at(-1);
      const phase = phases.find((one) => one.name === stay?.name);
      invariant(stay !== undefined && phase !== undefined, "an advance without a phase");
      const stayedUs = Math.round((stay.leftAtMs - stay.enteredAtMs) * 1_000) - memory.pausedForUs;
      invariant(stayedUs >= phase.minDurationUs, `${phase.name} was left before its minimum duration`);
    }
    if (decision.kind === "rollback") {
      memory.rollbacks++;
      invariant(memory.rollbacks === 1, "a second rollback");
      // A stage of the pipeline that failed is its own evidence: it stands in the pipeline's record.
      const failedStage = by === "pipeline" && state.pipeline?.ended.at(-1)?.failed === true;
      invariant(by.startsWith("operator:") || failedStage || evidence !== null, "a rollback without evidence");
      if (evidence !== null) checkRollbackEvidence(evidence, state.manager.rollback?.cause ?? "");
    }
  }
  memory.decisions = state.decisions.length;
  memory.pausedForUs = state.manager.pausedForUs;
  if (state.manager.status === "running") {
    invariant(phaseClockUs(state.manager, state.kernel.nowUs) >= 0, "a phase's clock is negative");
  }
}

/** A trigger holds on enough samples; a gate that was not passed in time does not hold. */
function checkRollbackEvidence(evidence: Evidence, cause: string): void {
  const { rule, holds, value, samples, minSamples } = evidence;
  if (holds === "yes") {
    invariant(rule === cause, `${cause} is not the rule that held`);
    invariant(value !== null && samples >= minSamples, `trigger ${rule} fired without its samples`);
  } else {
    invariant(cause === "max-duration" || cause === "not-enough-data", `${cause} fired though it did not hold`);
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
