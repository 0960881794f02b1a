/** The record of a run: what its final state says, in the words and units that others rely on. */
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
import { recordPhase } from "./phase-record.ts";
import { DECISION_KINDS } from "./result.ts";
import type { Impact, Outcome, PhaseRecord, RollbackRecord, RunRecord } from "./result.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

const IS_DECISION: ReadonlySet<string> = new Set(DECISION_KINDS);

/** Makes the record of a state, over or not; the state is left as it is. */
export function recordRun(ready: ReadyPlan, state: StackState): RunRecord {
  const { plan } = ready;
  const { counters } = state.recording;
  const completed =
    (counters[versionOffset(BASELINE) + REQUESTS] as number) +
    (counters[versionOffset(CANDIDATE) + REQUESTS] as number);
  const record = {
    scenario: plan.scenario,
    policy: plan.policy.name,
    seed: plan.seed,
    outcome: outcomeOf(state),
    endedAtMs: msFromUs(state.kernel.nowUs),
    ending: state.ending,
    phases: phasesOf(ready, state),
    decisions: state.decisions.filter(({ kind }) => IS_DECISION.has(kind)),
    events: state.decisions.filter(({ kind }) => !IS_DECISION.has(kind)),
    rollback: rollbackOf(state),
    impact: impactOf(counters),
    inFlight: (counters[ARRIVED] as number) - completed,
    notes: notesOf(ready, state),
  };
  const digest = { ...state.kernel.digest };
  digestNumber(digest, state.kernel.nowUs);
  for (const counter of counters) digestNumber(digest, counter);
  digestText(digest, JSON.stringify(record));
  return { ...record, digest: digestHex(digest) };
}

function outcomeOf(state: StackState): Outcome {
  switch (state.manager.status) {
    case "completed":
    case "rolled-back":
    case "paused":
    case "awaiting-approval":
      return state.manager.status;
    case "failed":
    case "rolling-back":
      return "rollback-failed";
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

function rollbackOf(state: StackState): RollbackRecord | null {
  const { rollback } = state.manager;
  if (rollback === null) return null;
  const orNull = (us: number): number | null => (us < 0 ? null : msFromUs(us));
  return {
    trigger: rollback.cause,
    onsetAtMs: orNull(state.onsetUs),
    detectedAtMs: msFromUs(rollback.detectedAtUs),
    revertedAtMs: orNull(rollback.revertedAtUs),
    verifiedAtMs: orNull(rollback.verifiedAtUs),
    steps: rollback.steps.map((step) => ({
      name: step.name,
      startedAtMs: msFromUs(step.startedAtUs),
      endedAtMs: msFromUs(step.endedAtUs),
      result: "done",
    })),
  };
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
  const unsimulated: string[] = [];
  if (flags.cacheEnabled) unsimulated.push("CacheEnabled");
  if (flags.concurrencyEnabled) unsimulated.push("ConcurrencyEnabled");
  if (unsimulated.length > 0) {
    notes.push(`${unsimulated.join(" and ")}: caches and worker pools are not simulated yet; the version models stand`);
  }
  if (!flags.enableDetailedMetrics) notes.push("EnableDetailedMetrics is off: no latency quantiles are published");
  return notes;
}
