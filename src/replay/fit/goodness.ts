/** How far a distribution is from the values that it was fitted to. */
import { criticalDistance, greatestDistance } from "../../engine/statistics/kolmogorov-smirnov.ts";
import type { GoodnessOfFit } from "./fitted.ts";

/** Points of a plotted curve. */
const CURVE_POINTS = 60;

/** A distance that is worth a warning where it is more than chance: with very many rows any model is told from them. */
const POOR_DISTANCE = 0.05;

/** A distribution beside the values. */
export interface Compared {
  readonly what: string;
  readonly model: string;
  readonly unit: GoodnessOfFit["unit"];
  /** Ascending. */
  readonly sorted: Float64Array;
  readonly shareUpTo: (value: number) => number;
  /** Values were rounded to multiples of this; 0: they were not. */
  readonly resolution: number;
  /** By which values are divided where they are shown. */
  readonly scale: number;
}

/** Distance, critical distance and curve; null where there are no values. */
export function goodnessOf(compared: Compared): GoodnessOfFit | null {
  const { what, model, unit, sorted, shareUpTo, resolution, scale } = compared;
  const distance = greatestDistance(sorted, shareUpTo, resolution);
  if (distance === null) return null;
  const curve: { value: number; seen: number; fitted: number }[] = [];
  for (let point = 0; point <= CURVE_POINTS; point++) {
    const value = sorted[Math.round((point / CURVE_POINTS) * (sorted.length - 1))] as number;
    if (curve.at(-1)?.value === value / scale) continue;
    const seen = upperBound(sorted, value) / sorted.length;
    curve.push({ value: value / scale, seen, fitted: shareUpTo(value + resolution / 2) });
  }
  return { what, model, unit, values: sorted.length, distance, critical: criticalDistance(sorted.length), curve };
}

/** Whether it is so far from the values that people are to be warned. */
export function isPoor({ distance, critical }: Pick<GoodnessOfFit, "distance" | "critical">): boolean {
  return distance > Math.max(critical, POOR_DISTANCE);
}

/** How many sorted values are at most this. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
