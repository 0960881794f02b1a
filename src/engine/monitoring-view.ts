/**
 * What the monitor sees: the traffic's slice that a rule is about, and figures that may be late, stale or missing. A
 * window ends at the newest tick that the monitor knows of; when it knows of none, nothing is measured.
 */
import type { HealthReading, Span } from "./monitor/measure.ts";
import type { Evidence } from "./result.ts";
import type { VersionGauges } from "./monitor/resource-measure.ts";
import { sumTotals, type SliceRecording } from "./monitor/slice-recorder.ts";
import { totalsAtTick, totalsNow, type Totals } from "./monitor/totals.ts";
import { sliceIndex } from "./monitoring-plan.ts";
import { READING_NUMBERS } from "./monitoring-state.ts";
import { readResources } from "./resource-reading.ts";
import type { ReadyRule } from "./rules.ts";
import { pollsWithin } from "./health-polls.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/**
 * The span that a rule sees over so many ticks (0: the phase so far), where `span` is what it would see of all traffic
 * with the newest figures.
 */
export function seenSpan(ready: ReadyPlan, state: StackState, rule: ReadyRule, windowTicks: number, span: Span): Span {
  const { slice } = rule.condition;
  const { newestTick } = state.ring;
  const tick = seenTick(ready, state);
  if (slice === undefined && tick === newestTick) return span;
  const cells = slice === undefined ? null : cellsOf(ready, sliceIndex(ready.monitor.slices, slice));
  if (tick === null || cells?.length === 0) return blindSpan(span);
  const to = tick === newestTick ? now(state, cells) : atTick(ready, state, cells, tick);
  const from =
    windowTicks > 0
      ? atTick(ready, state, cells, tick - windowTicks)
      : cells === null
        ? state.phaseFrom
        : phaseFromOf(state, cells);
  if (to.atUs <= from.atUs) return blindSpan(span);
  const { before } = span;
  const moved = before === undefined ? {} : { before: atTick(ready, state, cells, tick - 2 * windowTicks) };
  const seen = { ...span, from, to, ...moved };
  if (tick === newestTick) return slice === undefined ? seen : { ...seen, split: null };
  return { ...seen, ...readingsAtTick(ready, state, tick, seen), split: null };
}

/** The span of a slice (by its index among the ready monitor's) from the current phase's beginning to now. */
export function slicePhaseSpan(ready: ReadyPlan, state: StackState, slice: number, span: Span): Span {
  const cells = cellsOf(ready, slice);
  return { ...span, from: phaseFromOf(state, cells), to: now(state, cells) };
}

/** The newest tick that the monitor knows the figures of; null: it knows none that it would use. */
export function seenTick({ plan }: Pick<ReadyPlan, "plan">, state: StackState): number | null {
  const { policy, monitorFaults } = plan;
  const { newestTick } = state.ring;
  const { monitor, tickUs } = policy;
  const { nowUs } = state.kernel;
  let tick = newestTick;
  for (const { atUs, untilUs, effect } of monitorFaults ?? []) {
    if (nowUs < atUs || nowUs >= untilUs) continue;
    switch (effect.kind) {
      case "blind":
        return null;
      case "late":
        tick = Math.min(tick, newestTick - Math.ceil(effect.lateUs / tickUs));
        break;
      case "stale":
        tick = Math.min(tick, Math.floor(atUs / tickUs));
        break;
    }
  }
  const scrapeTicks = (monitor?.scrapeEveryUs ?? tickUs) / tickUs;
  tick = Math.floor(tick / scrapeTicks) * scrapeTicks;
  if (tick < 0) return null;
  const isTooOld = monitor?.staleAfterUs !== undefined && (newestTick - tick) * tickUs > monitor.staleAfterUs;
  return isTooOld ? null : tick;
}

/** What a test that goes on from attempt to attempt is known to say: nothing while the monitor knows no figures. */
export function seenTest(ready: ReadyPlan, state: StackState, evidence: Evidence | null): Evidence | null {
  if (evidence === null || seenTick(ready, state) !== null) return evidence;
  return { ...evidence, value: null, samples: 0, holds: "not enough data" };
}

/** A span in which nothing was seen. */
function blindSpan({ to, publishesQuantiles }: Span): Span {
  const unpolled: HealthReading = { polls: 0, failedPolls: 0, ok: true };
  return { from: to, to, health: [unpolled, unpolled], publishesQuantiles, split: null };
}

function cellsOf(ready: ReadyPlan, slice: number): Uint32Array {
  return ready.monitor.observed?.grid.cellsOfSlice[slice] ?? new Uint32Array(0);
}

function now(state: StackState, cells: Uint32Array | null): Totals {
  const { nowUs } = state.kernel;
  if (cells === null) return totalsNow(state.recording, nowUs);
  return sumOver(state, cells, nowUs, (cell) => totalsNow(cell.recording, nowUs));
}

function atTick({ plan }: ReadyPlan, state: StackState, cells: Uint32Array | null, tick: number): Totals {
  const { tickUs } = plan.policy;
  if (cells === null) return totalsAtTick(state.ring, tick, tickUs);
  return sumOver(state, cells, Math.max(tick, 0) * tickUs, (cell) => totalsAtTick(cell.ring, tick, tickUs));
}

function phaseFromOf(state: StackState, cells: Uint32Array): Totals {
  return sumOver(state, cells, state.phaseFrom.atUs, (cell) => cell.phaseFrom);
}

function sumOver(
  state: StackState,
  cells: Uint32Array,
  atUs: number,
  totalsOf: (cell: SliceRecording[number]) => Totals,
): Totals {
  const { slices } = state.monitoring;
  const parts = Array.from(cells, (cell) => totalsOf(slices[cell] as SliceRecording[number]));
  const { counters, histograms } = slices[0]?.recording ?? {};
  return sumTotals(parts, atUs, counters?.length ?? 0, histograms?.length ?? 0);
}

/** Keeps the readings of a tick, its health polls included, where the monitor may see them later. */
export function keepReadings(ready: ReadyPlan, state: StackState): void {
  const { readings } = state.monitoring;
  if (readings.length === 0) return;
  const { resources } = readResources(ready.resources, state);
  state.health.forEach(({ polls, failedPolls, ok }, version) => {
    const { memoryBytes, memoryLimitBytes, busyWorkers, workers, queueLength } =
      resources?.gauges[version === 0 ? 0 : 1] ?? NO_GAUGES;
    const gauges = [memoryBytes, memoryLimitBytes, busyWorkers, workers, queueLength].map(
      (gauge) => gauge ?? NOT_THERE,
    );
    readings.set([polls, failedPolls, ok ? 1 : 0, ...gauges], slotOf(readings, state.ring.newestTick, version));
  });
}

/** Stands for a gauge that there is none of; none is below 0. */
const NOT_THERE = -1;
const NO_GAUGES: VersionGauges = {
  memoryBytes: null,
  memoryLimitBytes: null,
  busyWorkers: null,
  workers: null,
  queueLength: null,
};

/** Health and gauges as they were at a tick. */
function readingsAtTick(
  ready: ReadyPlan,
  state: StackState,
  tick: number,
  span: Span,
): Pick<Span, "health" | "resources"> {
  const polls = pollsWithin(ready, span.from.atUs, span.to.atUs);
  const { readings } = state.monitoring;
  const numberAt = (version: number, offset: number): number => readings[slotOf(readings, tick, version) + offset] ?? 0;
  const health = (version: number): HealthReading => {
    const isPolled = numberAt(version, 0) > 0;
    return { polls, failedPolls: numberAt(version, 1), ok: !isPolled || numberAt(version, 2) === 1 };
  };
  const gauges = (version: number): VersionGauges => {
    const [memoryBytes, memoryLimitBytes, busyWorkers, workers, queueLength] = [3, 4, 5, 6, 7].map((offset) => {
      const gauge = tick === 0 ? NOT_THERE : numberAt(version, offset);
      return gauge === NOT_THERE ? null : gauge;
    }) as [number | null, number | null, number | null, number | null, number | null];
    return { memoryBytes, memoryLimitBytes, busyWorkers, workers, queueLength };
  };
  const { resources } = span;
  return {
    health: [health(0), health(1)],
    ...(resources === undefined ? {} : { resources: { ...resources, gauges: [gauges(0), gauges(1)] } }),
  };
}

function slotOf(readings: Float64Array, tick: number, version: number): number {
  const ticks = readings.length / READING_NUMBERS / 2;
  return ((tick % ticks) * 2 + version) * READING_NUMBERS;
}
