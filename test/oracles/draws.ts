/** Times drawn for the oracles, as whole microseconds: the draw at an index of a stream of its own. */
import { normalQuantile } from "../../src/engine/kernel/normal-quantile.ts";
import { DRAW_UNIT, deriveStream, draw32 } from "../../src/engine/kernel/random.ts";

/** A time for every index. */
export type DurationDraw = (index: number) => number;

/** Exponential by inversion, with the given mean. */
export function exponentialUs(seed: string, purpose: string, meanUs: number): DurationDraw {
  const { a, b } = deriveStream(seed, purpose);
  return (index) => Math.round(-meanUs * Math.log((draw32(a, b, index) + 0.5) * DRAW_UNIT));
}

/** Lognormal by inversion, with the given mean and coefficient of variation (standard deviation / mean). */
export function lognormalUs(seed: string, purpose: string, meanUs: number, variation: number): DurationDraw {
  const { a, b } = deriveStream(seed, purpose);
  const variance = Math.log(1 + variation * variation);
  const location = Math.log(meanUs) - variance / 2;
  const scale = Math.sqrt(variance);
  return (index) => Math.round(Math.exp(location + scale * normalQuantile((draw32(a, b, index) + 0.5) * DRAW_UNIT)));
}

/** Always the same. */
export function constantUs(us: number): DurationDraw {
  return () => us;
}

/** Whole multiples of a grain, 0 to `most` of them, evenly: many events fall on one microsecond. */
export function grainsUs(seed: string, purpose: string, grainUs: number, most: number): DurationDraw {
  const { a, b } = deriveStream(seed, purpose);
  return (index) => (draw32(a, b, index) % (most + 1)) * grainUs;
}
