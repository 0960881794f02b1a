/** The record of a run: what its final state says, in the words and units that others rely on. */
import { isCutShort } from "./cut-short.ts";
import { digestHex, digestNumber, digestText } from "./kernel/digest.ts";
import { msFromUs } from "./kernel/units.ts";
import { phaseSpan } from "./looking.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  BASELINE,
  CANDIDATE,
  FAILED,
  HARMED,
  REQUESTS,
  SAVED,
  SLOWED,
  USERS_EXPOSED,
  versionOffset,
} from "./monitor/counters.ts";
import { recordMonitoring } from "./monitoring-record.ts";
import { parityNotes, recordParity } from "./parity-plane.ts";
import { recordPhase } from "./phase-record.ts";
import { recordPipeline } from "./pipeline/pipeline-state.ts";
import { recordResources, resourceNotes } from "./resource-record.ts";
import { splitNotes } from "./phase-split.ts";
import type { Impact, Outcome, PhaseRecord, RunRecord } from "./result.ts";
import { calendarStartOf, managerNotes, recordRollback } from "./rollback-record.ts";
import { recordRouting } from "./routing-record.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Makes the record of a state, over or not; the state is left as it is. */
export function recordRun(ready: ReadyPlan, state: StackState): RunRecord {
  const { plan } = ready;
  const { counters } = state.recording;
  const completed =
    (counters[versionOffset(BASELINE) + REQUESTS] as number) +
    (counters[versionOffset(CANDIDATE) + REQUESTS] as number);
  const routing = recordRouting(ready, state);
  const phases = phasesOf(ready, state);
  const record = {
    scenario: plan.scenario,
    policy: plan.policy.name,
    seed: plan.seed,
    outcome: outcomeOf(ready, state),
    endedAtMs: msFromUs(state.kernel.nowUs),
    ...calendarStartOf(plan),
    ending: state.ending,
    phases,
    decisions: state.decisions.slice(),
    rollback: recordRollback(plan.policy, state),
    impact: impactOf(counters),
    inFlight: (counters[ARRIVED] as number) - completed,
    ...recordMonitoring(ready, state, phases, () => phaseSpan(ready, state)),
    ...(routing === null ? {} : { routing }),
    ...recordResources(ready, state),
    ...recordParity(ready, state),
    ...recordPipeline(plan.pipeline, state.pipeline),
    notes: notesOf(ready, state),
  };
  const digest = { ...state.kernel.digest };
  digestNumber(digest, state.kernel.nowUs);
  for (const counter of counters) digestNumber(digest, counter);
  // How it went, whatever it is called: a recorded run and its replay have the same digest.
  digestText(digest, JSON.stringify({ ...record, scenario: "", notes: [] }));
  return { ...record, digest: digestHex(digest) };
}

function outcomeOf(ready: ReadyPlan, state: StackState): Outcome {
  switch (state.manager.status) {
    case "completed":
    case "rolled-back":
    case "paused":
    case "awaiting-approval":
      return state.manager.status;
    case "failed":
      return "rollback-failed";
    case "rolling-back":
      // Nobody knows how it would have gone on once the trace had ended.
      return isCutShort(ready, state) ? "stalled" : "rollback-failed";
    case "idle":
    case "running":
      return "stalled";
  }
}

function phasesOf(ready: ReadyPlan, state: StackState): PhaseRecord[] {
  const open = ready.plan.policy.phases[state.openPhase];
  if (open === undefined) return state.phases.slice();
  return [...state.phases, recordPhase(open.name, open.trafficPpm, "held", phaseSpan(ready, state))];
}

function impactOf(counters: Float64Array): Impact {
  const count = (index: number): number => counters[index] as number;
  return {
    requests: count(ARRIVED),
    candidateRequests: count(ARRIVED_CANDIDATE),
    failedRequests: count(FAILED),
    harmedRequests: count(HARMED),
    slowedRequests: count(SLOWED),
    savedByFallback: count(SAVED),
    usersExposed: count(USERS_EXPOSED),
  };
}

/** What was asked and is not simulated, or takes something away from what is shown. */
function notesOf(ready: ReadyPlan, state: StackState): string[] {
  const flags = effectiveFlags(ready, state.flags);
  const notes: string[] = [];
  notes.push(...resourceNotes(ready.plan.resources, flags, state.resources));
  notes.push(...ready.monitor.notes);
  notes.push(...parityNotes(ready.plan));
  notes.push(...managerNotes(ready.plan, state));
  if (ready.routing !== null) notes.push(...ready.routing.notes);
  notes.push(...splitNotes(ready, state));
  if (!flags.enableDetailedMetrics) notes.push("EnableDetailedMetrics is off: no latency quantiles are published");
  return notes;
}
