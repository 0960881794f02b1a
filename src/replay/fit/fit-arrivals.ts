/**
 * The arrivals of a trace: at a constant rate where a dispersion test does not tell the steps apart, else at a rate by
 * steps. Gaps are measured on the fitted rate's own clock, where those of independent arrivals are exponential with
 * mean 1 and those of even ones are 1.
 */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { normalUpperTail } from "../../engine/statistics/normal.ts";
import type { ArrivalModel } from "../../engine/traffic/traffic.ts";
import { arrivalsOfTrace } from "../arrival-shape.ts";
import type { Trace } from "../columns.ts";
import type { GoodnessOfFit } from "./fitted.ts";
import { goodnessOf } from "./goodness.ts";
import { usualStepUs } from "./usual-steps.ts";

/** Steps of a steady rate are taken for unsteady with this chance. */
const FALSE_STEPS = 0.001;

/** Gaps of independent arrivals have a variance of 1 on their clock, even ones none: nearer to those, they are even. */
const EVEN_VARIANCE = 0.25;
const EVEN_RESOLUTION = 0.1;

/** What was fitted. */
export interface FittedArrivals {
  readonly arrivals: ArrivalModel;
  readonly stepUs: number | null;
  readonly fit: GoodnessOfFit | null;
  /** Share of the gaps that are nothing at all: times were rounded. */
  readonly withoutGap: number;
}

/** The arrivals of a trace with at least one row. */
export function fitArrivals(trace: Trace): FittedArrivals {
  const { startUs } = trace.columns;
  const spanUs = (startUs[trace.count - 1] as number) + 1;
  const stepUs = usualStepUs(trace.count, spanUs);
  const counts = countsOf(startUs, stepUs, Math.ceil(spanUs / stepUs));
  const perSecond = ((trace.count > 1 ? trace.count - 1 : 1) * SECOND_US) / Math.max(spanUs - 1, SECOND_US);
  const isSteady = spanUs < 2 * stepUs || isDispersedAsPoisson(counts, spanUs / stepUs);
  const rateAt = (step: number): number => {
    if (isSteady) return perSecond;
    const lengthUs = Math.min(stepUs, spanUs - step * stepUs);
    return ((counts[step] as number) * SECOND_US) / lengthUs;
  };
  const { gaps, withoutGap } = gapsOnClock(startUs, stepUs, rateAt);
  const compared = { what: "gaps between arrivals", unit: "mean gaps", scale: 1 } as const;
  const isEven = varianceOf(gaps) < EVEN_VARIANCE;
  const fit = isEven
    ? goodnessOf({
        ...compared,
        model: "even",
        // Times are whole microseconds at best: even gaps are so but for rounding.
        sorted: gaps.map((gap) => Math.round(gap / EVEN_RESOLUTION) * EVEN_RESOLUTION),
        shareUpTo: (gap) => (gap >= 1 ? 1 : 0),
        resolution: EVEN_RESOLUTION,
      })
    : goodnessOf({
        ...compared,
        model: "exponential",
        sorted: gaps,
        shareUpTo: (gap) => 1 - Math.exp(-gap),
        resolution: 0,
      });
  if (isSteady)
    return { arrivals: { kind: isEven ? "constant" : "poisson", perSecond }, stepUs: null, fit, withoutGap };
  const { points } = arrivalsOfTrace(trace, stepUs);
  const arrivals: ArrivalModel = {
    kind: "varying",
    // Without the end of the trace: the rates start again there.
    points: points.slice(0, -1),
    repeatUs: spanUs,
    spacing: isEven ? "even" : "poisson",
  };
  return { arrivals, stepUs, fit, withoutGap };
}

/** Of values whose mean is taken for 1; infinite for none. */
function varianceOf(values: Float64Array): number {
  if (values.length === 0) return Number.POSITIVE_INFINITY;
  return values.reduce((sum, value) => sum + (value - 1) * (value - 1), 0) / values.length;
}

function countsOf(startUs: Float64Array, stepUs: number, steps: number): Float64Array {
  const counts = new Float64Array(steps);
  for (const us of startUs) {
    const step = Math.floor(us / stepUs);
    counts[step] = (counts[step] as number) + 1;
  }
  return counts;
}

/** Whether whole steps' counts vary no more than a Poisson process's do: chi-square by Wilson and Hilferty's cube root. */
function isDispersedAsPoisson(counts: Float64Array, steps: number): boolean {
  const whole = counts.subarray(0, Math.floor(steps));
  const freedom = whole.length - 1;
  if (freedom < 1) return true;
  const mean = whole.reduce((sum, count) => sum + count, 0) / whole.length;
  if (mean === 0) return false;
  const chiSquare = whole.reduce((sum, count) => sum + (count - mean) * (count - mean), 0) / mean;
  const spread = 2 / (9 * freedom);
  return normalUpperTail((Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread)) >= FALSE_STEPS;
}

/** Gaps between arrivals, ascending, in requests expected meanwhile. */
function gapsOnClock(
  startUs: Float64Array,
  stepUs: number,
  rateAt: (step: number) => number,
): { readonly gaps: Float64Array; readonly withoutGap: number } {
  const gaps = new Float64Array(Math.max(startUs.length - 1, 0));
  let zeros = 0;
  for (let row = 1; row < startUs.length; row++) {
    let fromUs = startUs[row - 1] as number;
    const toUs = startUs[row] as number;
    if (fromUs === toUs) zeros++;
    let expected = 0;
    while (fromUs < toUs) {
      const step = Math.floor(fromUs / stepUs);
      const endUs = Math.min((step + 1) * stepUs, toUs);
      expected += (rateAt(step) * (endUs - fromUs)) / SECOND_US;
      fromUs = endUs;
    }
    gaps[row - 1] = expected;
  }
  return { gaps: gaps.sort(), withoutGap: gaps.length === 0 ? 0 : zeros / gaps.length };
}
