/**
 * A rate that changes with time, as a clock of expected requests: between two points it ticks quadratically, and the
 * inverse needs a square root (which is exact to the last bit everywhere). An arrival process of any such rate is one
 * of rate 1 on this clock (Cinlar, "Introduction to Stochastic Processes", 1975: inversion of the cumulative rate).
 */
import { invariant } from "../kernel/assert.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { RatePoint, VaryingArrivals } from "./traffic.ts";

/** Pieces of the curve, one after the other; the last one of a curve that does not repeat has no end. */
export interface RateCurve {
  readonly startUs: Float64Array;
  readonly lengthUs: Float64Array;
  /** Requests per second at the start of the piece. */
  readonly perSecond: Float64Array;
  /** Change of that per microsecond. */
  readonly slope: Float64Array;
  /** Requests that the piece makes up. */
  readonly mass: Float64Array;
  /** 0: it does not repeat. */
  readonly repeatUs: number;
  /** Requests of all pieces. */
  readonly cycleMass: number;
}

/** Where on a curve: so many requests into a piece of a cycle. Part of a state: plain numbers. */
export interface CurvePlace {
  cycleStartUs: number;
  piece: number;
  massInPiece: number;
}

/** The time of a place that is never reached: later than any run. */
export const NEVER_US = Number.MAX_SAFE_INTEGER;

/** The clock of a model with at least one point. A curve that repeats must not be 0 throughout. */
export function createRateCurve({ points, repeatUs }: VaryingArrivals): RateCurve {
  const first = points[0];
  const last = points.at(-1);
  invariant(first !== undefined && last !== undefined, "a curve of rates has no points");
  invariant(repeatUs === null || (repeatUs > 0 && repeatUs >= last.atUs), "a curve repeats before it is over");
  const endUs = repeatUs ?? Number.POSITIVE_INFINITY;
  const corners: RatePoint[] = [{ ...first, atUs: 0 }, ...points, { ...last, atUs: endUs }];
  const pieces = corners.flatMap((from, i) => {
    const to = corners[i + 1];
    if (to === undefined || to.atUs <= from.atUs) return [];
    const lengthUs = to.atUs - from.atUs;
    const { perSecond } = from;
    const isEndless = lengthUs === Number.POSITIVE_INFINITY;
    const slope = isEndless ? 0 : (to.perSecond - perSecond) / lengthUs;
    const mass = isEndless ? lengthUs : (((perSecond + to.perSecond) / 2) * lengthUs) / SECOND_US;
    return [{ startUs: from.atUs, lengthUs, perSecond, slope, mass }];
  });
  const cycleMass = pieces.reduce((sum, piece) => sum + piece.mass, 0);
  invariant(cycleMass > 0, "a curve that repeats has no requests");
  return {
    startUs: Float64Array.from(pieces, (piece) => piece.startUs),
    lengthUs: Float64Array.from(pieces, (piece) => piece.lengthUs),
    perSecond: Float64Array.from(pieces, (piece) => piece.perSecond),
    slope: Float64Array.from(pieces, (piece) => piece.slope),
    mass: Float64Array.from(pieces, (piece) => piece.mass),
    repeatUs: repeatUs ?? 0,
    cycleMass,
  };
}

/** Moves a place on by so many requests, and gives its time, in microseconds and not rounded. */
export function moveOn(curve: RateCurve, place: CurvePlace, requests: number): number {
  const { mass } = curve;
  let { piece } = place;
  let within = place.massInPiece + requests;
  if (within >= curve.cycleMass) {
    const cycles = Math.floor(within / curve.cycleMass);
    place.cycleStartUs += cycles * curve.repeatUs;
    within -= cycles * curve.cycleMass;
  }
  while (within >= (mass[piece] as number)) {
    within -= mass[piece] as number;
    piece++;
    if (piece < mass.length) continue;
    piece = 0;
    place.cycleStartUs += curve.repeatUs;
  }
  place.piece = piece;
  place.massInPiece = within;
  return Math.min(place.cycleStartUs + (curve.startUs[piece] as number) + timeWithin(curve, piece, within), NEVER_US);
}

/** When a piece has made up so many requests: the root of `rate t + slope t^2 / 2 = mass`, without cancellation. */
function timeWithin(curve: RateCurve, piece: number, mass: number): number {
  const rate = curve.perSecond[piece] as number;
  const slope = curve.slope[piece] as number;
  const doubled = 2 * mass * SECOND_US;
  const under = rate * rate + slope * doubled;
  const sum = rate + Math.sqrt(under > 0 ? under : 0);
  if (sum === 0) return slope === 0 ? NEVER_US : 0;
  const us = doubled / sum;
  const lengthUs = curve.lengthUs[piece] as number;
  return us < lengthUs ? us : lengthUs;
}
