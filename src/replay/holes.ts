/** Holes in a trace: times without a request that are longer than chance leaves between requests. */
import { SECOND_US } from "../engine/kernel/units.ts";

/**
 * A hole is at least this many times the mean distance between requests. Among n distances of a Poisson process the
 * longest is about ln(n) times the mean: 16 times among ten million.
 */
const MEAN_DISTANCES_MIN = 20;
/** And no shorter than this: many logs write whole seconds. */
const HOLE_US_MIN = 2 * SECOND_US;
/** How many are named. */
const LONGEST = 3;

/** A time without a request. */
export interface Hole {
  /** Start of the last request before it, microseconds since the first one. */
  readonly fromUs: number;
  readonly us: number;
}

/** How many holes ascending starts have, and the longest three, the longest first. */
export function findHoles(startUs: Float64Array): { readonly count: number; readonly longest: readonly Hole[] } {
  const rows = startUs.length;
  if (rows < 2) return { count: 0, longest: [] };
  const mean = ((startUs[rows - 1] as number) - (startUs[0] as number)) / (rows - 1);
  const shortest = Math.max(HOLE_US_MIN, MEAN_DISTANCES_MIN * mean);
  const longest: Hole[] = [];
  let count = 0;
  for (let i = 1; i < rows; i++) {
    const us = (startUs[i] as number) - (startUs[i - 1] as number);
    if (us < shortest) continue;
    count++;
    const place = longest.findIndex((hole) => hole.us < us);
    if (place === -1 && longest.length === LONGEST) continue;
    longest.splice(place === -1 ? longest.length : place, 0, {
      fromUs: (startUs[i - 1] as number) - (startUs[0] as number),
      us,
    });
    if (longest.length > LONGEST) longest.pop();
  }
  return { count, longest };
}
