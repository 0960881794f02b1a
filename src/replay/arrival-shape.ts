/** The shape of a trace's arrivals, for synthetic traffic that is as busy as the recorded one when it was. */
import { invariant } from "../engine/kernel/assert.ts";
import { DAY_US, SECOND_US } from "../engine/kernel/units.ts";
import type { RatePoint, VaryingArrivals } from "../engine/traffic/traffic.ts";
import { writeDuration } from "../scenarios/quantity.ts";
import type { Trace } from "./columns.ts";

/**
 * Arrivals at the trace's own rate, constant within every step (longer than nothing, at most a day) and none after the
 * trace's last request. As many are expected in each step as the trace has there.
 */
export function arrivalsOfTrace(trace: Trace, stepUs: number): VaryingArrivals {
  invariant(Number.isInteger(stepUs) && stepUs > 0 && stepUs <= DAY_US, "a step is from 1 us to a day");
  invariant(trace.count > 0, "a trace without rows has no shape");
  const { startUs } = trace.columns;
  const endUs = (startUs[trace.count - 1] as number) + 1;
  const counts = new Float64Array(Math.ceil(endUs / stepUs));
  for (let row = 0; row < trace.count; row++) {
    const step = Math.floor((startUs[row] as number) / stepUs);
    counts[step] = (counts[step] as number) + 1;
  }
  const points: RatePoint[] = [];
  counts.forEach((count, step) => {
    const atUs = step * stepUs;
    const untilUs = Math.min(atUs + stepUs, endUs);
    const perSecond = (count * SECOND_US) / (untilUs - atUs);
    // A step that goes on at the rate of the one before needs no corner.
    if (points.at(-1)?.perSecond === perSecond) points.pop();
    else points.push({ atUs, perSecond });
    points.push({ atUs: untilUs, perSecond });
  });
  return { kind: "varying", points: [...points, { atUs: endUs, perSecond: 0 }], repeatUs: null, spacing: "poisson" };
}

/** Points as the lines that `traffic.rates` of a scenario file reads: `10m,300/s`. */
export function writeRateLines(points: readonly RatePoint[]): string {
  const lines = points.map(({ atUs, perSecond }) => `${writeDuration(atUs)},${perSecond}/s`);
  return `at,rate\n${lines.join("\n")}\n`;
}
