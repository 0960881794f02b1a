/** What the data plane shows the monitor besides the whole: slices and failures, where a plan asks for them. */
import { cutOffCandidate } from "./monitor/cut-off.ts";
import { completeErrors, cutOffErrors, noteErrors } from "./monitor/error-log.ts";
import type { RecordingTerms } from "./monitor/recording.ts";
import { completeSlices, recordSlices } from "./monitor/slice-recorder.ts";
import type { ReadyMonitor } from "./monitoring-plan.ts";
import { completeOwnMetrics, cutOffOwnMetrics, observeOwnMetrics } from "./own-metrics.ts";
import type { Batch } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** Counts in the slices what waited in flight; before the arrivals up to `toUs`. */
export function beginObserving(monitor: ReadyMonitor, state: StackState, terms: RecordingTerms, toUs: number): void {
  const { slices, own } = state.monitoring;
  completeSlices(slices, terms, toUs);
  if (monitor.own !== null && own !== null) completeOwnMetrics(monitor.own, state, own, toUs);
}

/** Observes a routed batch with its outcomes, after it was recorded. */
export function observeBatch(
  monitor: ReadyMonitor,
  state: StackState,
  terms: RecordingTerms,
  batch: Batch,
  toUs: number,
): void {
  const { errors, slices, own } = state.monitoring;
  if (errors !== null) noteErrors(errors, batch);
  if (monitor.own !== null && own !== null) observeOwnMetrics(monitor.own, state, own, batch, toUs);
  if (monitor.observed === null) return;
  const { grid, scratch, keySegment } = monitor.observed;
  recordSlices(grid, scratch, slices, terms, batch, keySegment, toUs, state.router.fallsBack);
}

/** Counts the failures that completed before `toUs`; after the arrivals up to it. */
export function endObserving(state: StackState, toUs: number): void {
  const { errors } = state.monitoring;
  if (errors !== null) completeErrors(errors, toUs);
}

/** The candidate's requests in flight have been cut off now; `cutOff` of them it would have served. */
export function cutOffObserved(state: StackState, cutOff: number): void {
  const { errors, slices, own } = state.monitoring;
  const { nowUs } = state.kernel;
  if (own !== null) cutOffOwnMetrics(state, own);
  for (const { recording } of slices) cutOffCandidate(recording, nowUs, state.router.fallsBack);
  if (errors !== null) cutOffErrors(errors, cutOff, nowUs);
}
