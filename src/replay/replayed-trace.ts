/** What a replay says of its trace: the record of it, and what was assumed of what the trace does not tell. */
import type { TracePhase, TraceRecord } from "../engine/trace-record.ts";
import type { WorldState } from "../engine/service/world.ts";
import { answeredBy, unansweredRows } from "./answered-by.ts";
import type { Trace } from "./columns.ts";
import { defaultBaseline } from "./default-baseline.ts";
import { STATUS_NOT_STATED } from "./failure.ts";
import { importRecord } from "./import-record.ts";
import { outcomeSources } from "./outcome-sources.ts";
import type { ReplayOptions } from "./replay.ts";

/** What the import saw and where outcomes are from, in the shape of `--json`. */
export function recordTrace(
  trace: Trace,
  { rate = 1, amplify = 1 }: ReplayOptions,
  worldState: WorldState,
  phases: readonly TracePhase[],
): TraceRecord {
  return { ...importRecord(trace), rate, amplify, ...outcomeSources(worldState), phases };
}

/** What a reader of the result has to know of its assumptions, in sentences. */
export function replayNotes(trace: Trace, options: ReplayOptions): readonly string[] {
  const { report } = trace;
  const notes = [...report.notes];
  if ((options.candidate ?? null) === null) {
    notes.push(
      "no model of the candidate was given: where its outcomes were not recorded it does as the baseline does",
    );
  }
  if ((options.baseline ?? null) === null && (report.withoutLatency > 0 || answeredBy(trace) !== null)) {
    const { fitted } = defaultBaseline(trace);
    const model = fitted
      ? "a lognormal fitted to the trace's recorded ones"
      : "a lognormal with P50 100 ms and P99 1 s";
    notes.push(`baseline latencies that were not recorded are drawn from ${model}`);
  }
  if (report.onCandidate > 0) {
    notes.push(
      "the policy decides about shares that the log did not have: what the candidate did with requests that the log has " +
        "on the baseline is counterfactual, resampled from others of the same route near in time, or modelled",
    );
  }
  const unanswered = unansweredRows(trace);
  if (unanswered > 0) {
    notes.push(
      `${unanswered} rows do not say which of the two versions answered them: what either did with these requests is ` +
        "resampled from rows that do, or modelled",
    );
  }
  const { amplify = 1 } = options;
  if (amplify > 1 && hasRecordedOutcomes(trace)) {
    notes.push(
      "each clone has its row's recorded latency and status; " +
        "only keys, arrival offsets and what is modelled are drawn anew",
    );
  }
  return notes;
}

/** Whether the trace says of any row how long its answer took, or which it was. */
function hasRecordedOutcomes(trace: Trace): boolean {
  return (
    trace.report.withoutLatency < trace.count || trace.columns.status.some((status) => status !== STATUS_NOT_STATED)
  );
}
