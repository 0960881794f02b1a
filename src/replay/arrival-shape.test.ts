import { describe, expect, it } from "vitest";
import { createRateCurve, moveOn } from "../engine/traffic/rate-curve.ts";
import { parseRateLines } from "../scenarios/traffic-rates.ts";
import { arrivalsOfTrace, writeRateLines } from "./arrival-shape.ts";
import type { Trace } from "./columns.ts";

const SECOND = 1_000_000;

/** A trace of which only the arrivals are known. */
function traceAt(startUs: readonly number[]): Trace {
  return { count: startUs.length, columns: { startUs: Float64Array.from(startUs) } } as unknown as Trace;
}

describe("the shape of a trace", () => {
  const starts = [0, 1, 2, 500_000, 2_100_000, 2_200_000, 3_100_000, 4_000_000, 4_250_000 - 1];
  const shape = arrivalsOfTrace(traceAt(starts), SECOND);

  it("makes up as many requests in every step as the trace has there, and none afterwards", () => {
    const curve = createRateCurve(shape);
    // Half a request on: each lies in the middle of what it takes to make it up, on no boundary of a step.
    const place = { cycleStartUs: 0, piece: 0, massInPiece: 0 };
    const arrivals = starts.map((_, i) => moveOn(curve, place, i === 0 ? 0.5 : 1));
    expect(arrivals.map((us) => Math.floor(us / SECOND))).toEqual(starts.map((us) => Math.floor(us / SECOND)));
    expect(moveOn(curve, place, 0.51)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("has a corner only where the rate changes", () => {
    expect(arrivalsOfTrace(traceAt([0, SECOND, 2 * SECOND - 1]), SECOND).points).toEqual([
      { atUs: 0, perSecond: 1 },
      { atUs: SECOND, perSecond: 1 },
      { atUs: SECOND, perSecond: 2 },
      { atUs: 2 * SECOND, perSecond: 2 },
      { atUs: 2 * SECOND, perSecond: 0 },
    ]);
    expect(arrivalsOfTrace(traceAt([0, SECOND, 3 * SECOND - 1]), SECOND).points).toHaveLength(3);
  });

  it("has in its last step, which the end of the trace cuts short, the rate of what is left of it", () => {
    const { points } = arrivalsOfTrace(traceAt([0, SECOND, 1_499_999]), SECOND);
    expect(points.slice(-3)).toEqual([
      { atUs: SECOND, perSecond: 4 },
      { atUs: 1_500_000, perSecond: 4 },
      { atUs: 1_500_000, perSecond: 0 },
    ]);
  });

  it("is written as a scenario reads it", () => {
    expect(parseRateLines(writeRateLines(shape.points))).toEqual({ ok: true, value: shape.points });
  });
});
