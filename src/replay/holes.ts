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

/** A search that goes on from block to block. */
export interface HoleSearch {
  readonly shortestUs: number;
  count: number;
  /** The longest first. */
  readonly longest: Hole[];
  firstUs: number;
  previousUs: number;
}

/** A search among so many rows, which span so much time. */
export function createHoleSearch(rows: number, spanUs: number): HoleSearch {
  const meanUs = rows < 2 ? 0 : spanUs / (rows - 1);
  const shortestUs = Math.max(HOLE_US_MIN, MEAN_DISTANCES_MIN * meanUs);
  return { shortestUs, count: 0, longest: [], firstUs: -1, previousUs: -1 };
}

/** Goes on with the first `count` of ascending starts. */
export function searchHoles(search: HoleSearch, startUs: Float64Array, count: number): void {
  const { shortestUs, longest } = search;
  if (count > 0 && search.firstUs < 0) {
    search.firstUs = startUs[0] as number;
    search.previousUs = search.firstUs;
  }
  for (let i = 0; i < count; i++) {
    const fromUs = search.previousUs;
    search.previousUs = startUs[i] as number;
    const us = search.previousUs - fromUs;
    if (us < shortestUs) continue;
    search.count++;
    const place = longest.findIndex((hole) => hole.us < us);
    if (place === -1 && longest.length === LONGEST) continue;
    longest.splice(place === -1 ? longest.length : place, 0, { fromUs: fromUs - search.firstUs, us });
    if (longest.length > LONGEST) longest.pop();
  }
}
