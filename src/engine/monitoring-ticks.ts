/** What the monitor does at a tick, and when phases begin and end: totals of slices, bursts, summary lines, reports. */
import { msFromUs } from "./kernel/units.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, FALLBACKS, REQUESTS, versionOffset } from "./monitor/counters.ts";
import { closeBurstTick } from "./monitor/error-bursts.ts";
import type { Span } from "./monitor/measure.ts";
import { writeLine } from "./monitor/monitor-log.ts";
import type { SliceRecord } from "./monitor/monitor-record.ts";
import { describeSlice } from "./monitor/slice-grid.ts";
import { enterPhaseInSlices, pushSliceTotals } from "./monitor/slice-recorder.ts";
import { stageLine, summaryLine } from "./monitor/summary-line.ts";
import { slicePhaseSpan } from "./monitoring-view.ts";
import { recordPhase } from "./phase-record.ts";
import { resourceSummary } from "./resource-summary.ts";
import type { PhaseRecord } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** A tick has been closed; `phaseSpan` is that of the current phase, which only a report looks at. */
export function closeMonitorTick(ready: ReadyPlan, state: StackState, phaseSpan: () => Span): void {
  const { monitoring, recording, kernel } = state;
  const { policy } = ready.plan;
  pushSliceTotals(monitoring.slices);
  if (monitoring.errors !== null) {
    const ticks = Math.max(1, Math.ceil(ready.plan.horizonUs / policy.tickUs));
    for (const version of [BASELINE, CANDIDATE] as const) {
      const at = versionOffset(version);
      const errors = recording.counters[at + ERRORS] as number;
      const attempts = recording.counters[at + ATTEMPTS] as number;
      closeBurstTick(monitoring.bursts[version], errors, attempts, kernel.nowUs, policy.tickUs, ticks);
    }
  }
  if (isDue(kernel.nowUs, policy.monitor?.summaryEveryUs)) {
    monitoring.summaries++;
    monitoring.lastSummary = summaryOf(ready, state);
    writeLine(monitoring.log, kernel.nowUs, monitoring.lastSummary);
  }
  const phase = policy.phases[state.openPhase];
  if (phase !== undefined && isDue(kernel.nowUs, policy.monitor?.reportEveryUs)) {
    monitoring.reports++;
    for (const line of stageLines(recordPhase(phase.name, phase.trafficPpm, "held", phaseSpan()))) {
      writeLine(monitoring.log, kernel.nowUs, line);
    }
  }
}

function isDue(nowUs: number, everyUs: number | undefined): boolean {
  return everyUs !== undefined && nowUs % everyUs === 0;
}

/** The summary line of a state. */
function summaryOf(ready: ReadyPlan, state: StackState): string {
  const { counters } = state.recording;
  const count = (version: number, counter: number): number => counters[versionOffset(version) + counter] as number;
  return summaryLine({
    baselineRequests: count(BASELINE, REQUESTS),
    candidateRequests: count(CANDIDATE, REQUESTS),
    errors: count(BASELINE, ERRORS) + count(CANDIDATE, ERRORS),
    fallbacks: count(CANDIDATE, FALLBACKS),
    ...resourceSummary(ready, state),
    uptimeUs: state.kernel.nowUs,
  });
}

/** The lines of a report about one stay in a phase. */
export function stageLines({ name, baseline, candidate, enteredAtMs, leftAtMs }: PhaseRecord): string[] {
  const durationUs = Math.round((leftAtMs - enteredAtMs) * 1_000);
  return [stageLine(name, "V1", baseline, durationUs), stageLine(name, "V2", candidate, durationUs)];
}

/** A phase is entered now. */
export function monitorPhaseEntered(state: StackState): void {
  enterPhaseInSlices(state.monitoring.slices, state.kernel.nowUs);
}

/** A phase is left now; its span is that of all traffic. */
export function monitorPhaseLeft(ready: ReadyPlan, state: StackState, phase: string, span: Span): void {
  state.monitoring.sliceRecords.push(...openSliceRecords(ready, state, phase, span));
}

/** The slices that the record is broken down by, in the stay in a phase that is going on. */
export function openSliceRecords(ready: ReadyPlan, state: StackState, phase: string, span: Span): SliceRecord[] {
  const { slices, ruleSlices } = ready.monitor;
  return slices.slice(ruleSlices).map((slice, i) => {
    const seen = slicePhaseSpan(ready, state, ruleSlices + i, span);
    const { baseline, candidate } = recordPhase(phase, 0, "held", seen);
    return { slice: describeSlice(slice), phase, enteredAtMs: msFromUs(state.phaseFrom.atUs), baseline, candidate };
  });
}
