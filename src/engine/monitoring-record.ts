/** What the monitor says in the record of a run. */
import type { Span } from "./monitor/measure.ts";
import { recordErrors } from "./monitor/error-record.ts";
import { openSliceRecords, stageLines } from "./monitoring-ticks.ts";
import type { PhaseRecord, RunRecord } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The fields of the record that the policy's monitor asks for; none where it has no monitor. */
export function recordMonitoring(
  ready: ReadyPlan,
  state: StackState,
  phases: readonly PhaseRecord[],
  phaseSpan: () => Span,
): Pick<RunRecord, "errors" | "slices" | "monitor"> {
  const { monitor, phases: policyPhases } = ready.plan.policy;
  if (monitor === undefined) return {};
  const { errors, bursts, sliceRecords, summaries, reports, lastSummary } = state.monitoring;
  const open = policyPhases[state.openPhase];
  const slices = open === undefined ? [] : openSliceRecords(ready, state, open.name, phaseSpan());
  return {
    ...(errors === null ? {} : { errors: recordErrors(errors, bursts, ready.plan.world) }),
    ...(monitor.by.length === 0 ? {} : { slices: [...sliceRecords, ...slices] }),
    monitor: {
      summaries,
      lastSummary: lastSummary === "" ? null : lastSummary,
      reports,
      finalReport: monitor.reportEveryUs === undefined ? [] : phases.flatMap(stageLines),
    },
  };
}
