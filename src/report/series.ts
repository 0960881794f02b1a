/**
 * Series: every metric of the catalogue in every window between two ticks, as rows of CSV. Shares are fractions,
 * durations milliseconds; a cell is empty where nothing was measured.
 */
import { CONTROL_EVENT } from "../engine/control-event.ts";
import { spanFrom } from "../engine/looking.ts";
import { findMetric, fullMetricNames, type MetricUnit, type ScopedMetric } from "../engine/monitor/catalogue.ts";
import { definitionsOf } from "../engine/monitor/own-metric-catalogue.ts";
import { measure } from "../engine/monitor/measure.ts";
import { copyTotals, type Totals } from "../engine/monitor/totals.ts";
import { outward } from "../engine/rules.ts";
import type { ReadyPlan } from "../engine/stack-plan.ts";
import type { OwnMetric } from "../engine/service/own-metric.ts";
import type { StackState } from "../engine/stack-state.ts";
import { standingPhase } from "../engine/standing-phase.ts";

/** The first line of a file of series, with its line break. `own`: metrics that its scenarios have of their own. */
export function seriesHeader(own: readonly OwnMetric[] = []): string {
  return csvLine(["scenario", "seed", "atMs", "phase", ...namesWith(own)]);
}

/** The catalogue's names, then those of metrics of somebody's own, each once. */
function namesWith(own: readonly OwnMetric[]): string[] {
  return [...new Set([...fullMetricNames(), ...fullMetricNames(own.flatMap(definitionsOf))])];
}

/** Takes the series of one run. */
export interface Series {
  /** Shown a state after every control event: the row of the window that has just closed, else nothing. */
  readonly take: (ready: ReadyPlan, state: StackState) => string;
}

/** The series of a run that begins. It keeps the totals of one tick, however long the run is. */
export function createSeries(own: readonly OwnMetric[] = []): Series {
  const metrics = namesWith(own).flatMap((name): ScopedMetric[] => {
    const metric = findMetric(name);
    return metric === undefined ? [] : [metric];
  });
  let from: Totals | null = null;
  return {
    take: (ready, state) => {
      from ??= nothingYet(state);
      if (state.kernel.current.kind !== CONTROL_EVENT.windowClosed) return "";
      const span = spanFrom(ready, state, from);
      const { plan } = ready;
      const phase = standingPhase(ready, state);
      const values = metrics.map((metric) => writeValue(measure(metric, span).value, metric.metric.unit));
      from = copyTotals(state.recording, state.kernel.nowUs);
      return csvLine([plan.scenario, plan.seed, String(state.kernel.nowUs / 1_000), phase, ...values]);
    },
  };
}

/** The totals at the start of the run of which a state is given. */
function nothingYet({ recording }: StackState): Totals {
  return {
    atUs: 0,
    counters: new Float64Array(recording.counters.length),
    countersOffset: 0,
    histograms: new Uint32Array(recording.histograms.length),
    histogramsOffset: 0,
  };
}

function writeValue(value: number | null, unit: MetricUnit): string {
  if (value === null) return "";
  // Nine digits are more than any sample resolves, and hide the last bit of a division.
  return String(Number(outward(value, unit).toPrecision(9)));
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

/** RFC 4180: quoted where it holds a comma, a quote or a line break. */
function csvCell(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
