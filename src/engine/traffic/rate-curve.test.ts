import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEVER_US, createRateCurve, moveOn, type CurvePlace } from "./rate-curve.ts";
import type { RatePoint, VaryingArrivals } from "./traffic.ts";

const model = (points: readonly RatePoint[], repeatUs: number | null = null): VaryingArrivals => ({
  kind: "varying",
  points,
  repeatUs,
  spacing: "even",
});
const start = (): CurvePlace => ({ cycleStartUs: 0, piece: 0, massInPiece: 0 });

/** Expected requests up to a time, by the trapezoids themselves. */
function requestsBy(points: readonly RatePoint[], repeatUs: number | null, atUs: number): number {
  const rateAt = (us: number): number => {
    const upper = points.findIndex((point) => point.atUs > us);
    const high = points[upper === -1 ? points.length - 1 : upper];
    const low = upper === -1 ? high : upper === 0 ? high : points[upper - 1];
    if (high === undefined || low === undefined) return 0;
    if (low === high) return low.perSecond;
    return low.perSecond + ((high.perSecond - low.perSecond) * (us - low.atUs)) / (high.atUs - low.atUs);
  };
  const within = (us: number): number => {
    const cuts = [0, ...points.map((point) => point.atUs).filter((cut) => cut < us), us];
    let sum = 0;
    cuts.forEach((cut, i) => {
      const next = cuts[i + 1];
      // Just inside both ends: the rate may jump at them.
      if (next !== undefined && next > cut) sum += ((rateAt(cut) + rateAt(next - 1e-6)) / 2) * (next - cut);
    });
    return sum / 1e6;
  };
  if (repeatUs === null) return within(atUs);
  const cycles = Math.floor(atUs / repeatUs);
  return cycles * within(repeatUs) + within(atUs - cycles * repeatUs);
}

const curve = fc
  .array(fc.record({ gapUs: fc.constantFrom(0, 400_000, 1_000_000), perSecond: fc.constantFrom(0, 1, 50, 1000) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps) => {
    let atUs = 0;
    return steps.map(({ gapUs, perSecond }): RatePoint => ({ atUs: (atUs += gapUs), perSecond }));
  });

describe("a curve of rates", () => {
  it("has made up just the requests that it is asked for when it says so", () => {
    const repeats = fc.constantFrom(null, 0, 700_000);
    const moves = fc.array(fc.double({ min: 0.01, max: 900, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(curve, repeats, moves, (points, extraUs, steps) => {
        const lastUs = points.at(-1)?.atUs ?? 0;
        const repeatUs = extraUs === null ? null : Math.max(1, lastUs + extraUs);
        fc.pre(repeatUs === null || requestsBy(points, repeatUs, repeatUs) > 0.01);
        const made = createRateCurve(model(points, repeatUs));
        const place = start();
        let total = 0;
        let beforeUs = 0;
        for (const step of steps) {
          total += step;
          const atUs = moveOn(made, place, step);
          if (atUs === NEVER_US) {
            expect(points.at(-1)?.perSecond).toBe(0);
            expect(requestsBy(points, repeatUs, lastUs)).toBeLessThanOrEqual(total + 1e-6);
            return;
          }
          expect(atUs).toBeGreaterThanOrEqual(beforeUs);
          expect(Math.abs(requestsBy(points, repeatUs, atUs) - total)).toBeLessThan(1e-4 * (1 + total));
          beforeUs = atUs;
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("keeps its outer rates before the first point and after the last", () => {
    const made = createRateCurve(model([{ atUs: 2_000_000, perSecond: 10 }]));
    const place = start();
    expect([moveOn(made, place, 5), moveOn(made, place, 995)]).toEqual([500_000, 100_000_000]);
  });

  it("jumps where two points stand at one time", () => {
    const points = [
      { atUs: 1_000_000, perSecond: 10 },
      { atUs: 1_000_000, perSecond: 1_000 },
    ];
    const made = createRateCurve(model(points));
    const place = start();
    expect([9, 1, 1].map((more) => moveOn(made, place, more))).toEqual([900_000, 1_000_000, 1_001_000]);
  });

  it("does not drift over many cycles", () => {
    const made = createRateCurve(
      model(
        [
          { atUs: 0, perSecond: 0 },
          { atUs: 10, perSecond: 100_000 },
        ],
        10,
      ),
    );
    const place = start();
    for (let i = 0; i < 99_999; i++) moveOn(made, place, 0.5);
    expect(place.cycleStartUs).toBe(999_990);
    expect(moveOn(made, place, 2e9)).toBe(40_000_999_990);
  });

  it("that repeats without any request is a mistake of ours", () => {
    expect(() => createRateCurve(model([{ atUs: 0, perSecond: 0 }], 5))).toThrow("no requests");
    expect(() => createRateCurve(model([{ atUs: 9, perSecond: 1 }], 5))).toThrow("repeats before it is over");
  });
});
