/** What the monitor remembers during a run besides the totals of all traffic. Plain data. */
import { createBurstState, type BurstState } from "./monitor/error-bursts.ts";
import { createErrorLog, type ErrorLog } from "./monitor/error-log.ts";
import { createMonitorLog, type MonitorLog } from "./monitor/monitor-log.ts";
import type { SliceRecord } from "./monitor/monitor-record.ts";
import { createOwnInFlight, type OwnInFlight } from "./monitor/own-metric-recorder.ts";
import { createSliceRecording, type SliceRecording } from "./monitor/slice-recorder.ts";
import { moreRecordedOfSlices } from "./recorded-places.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { ReadyMonitor } from "./monitoring-plan.ts";

/** Numbers of a version's readings at a tick: polls, failed polls, 1 while healthy, and five gauges of its resources. */
export const READING_NUMBERS = 8;

/** The monitor's memory. */
export interface MonitoringState {
  /** Empty where nobody asks for slices. */
  readonly slices: SliceRecording;
  /** Figures of slices in the stays that are over. */
  readonly sliceRecords: SliceRecord[];
  /** Null: failures are not recorded one by one. */
  readonly errors: ErrorLog | null;
  /** By version. */
  readonly bursts: readonly [BurstState, BurstState];
  readonly log: MonitorLog;
  summaries: number;
  lastSummary: string;
  reports: number;
  /** Readings of past ticks, tick n at n modulo the number of ticks; empty where the monitor sees the newest. */
  readonly readings: Float64Array;
  /** Served requests in flight with their values; null where the world has no metrics of its own. */
  readonly own: OwnInFlight | null;
}

/** The monitor's memory at time 0. */
export function createMonitoringState(plan: RehearsalPlan, ready: ReadyMonitor, limits: number): MonitoringState {
  const { policy, world } = plan;
  const { observed, ringTicks, keepsSliceHistograms } = ready;
  const recent = policy.monitor?.recentErrors ?? 0;
  const looksBack = policy.monitor?.scrapeEveryUs !== undefined || (plan.monitorFaults ?? []).length > 0;
  return {
    slices:
      observed === null
        ? []
        : createSliceRecording(
            observed.grid,
            limits,
            ringTicks,
            keepsSliceHistograms,
            moreRecordedOfSlices(plan, limits),
          ),
    sliceRecords: [],
    errors: recent > 0 ? createErrorLog(world.routes.length, recent) : null,
    bursts: [createBurstState(), createBurstState()],
    log: createMonitorLog(),
    summaries: 0,
    lastSummary: "",
    reports: 0,
    readings: new Float64Array(looksBack ? (ringTicks + 1) * 2 * READING_NUMBERS : 0),
    own: ready.own === null ? null : createOwnInFlight(ready.own.places.metrics.length),
  };
}
