/** Holes in a trace: times without a request that are longer than chance leaves between requests. */
import { SECOND_US } from "../engine/kernel/units.ts";

/** A hole is at least this many times the mean distance between the other requests, however many there are. */
const MEAN_DISTANCES = 20;
/** And of fewer requests as long as chance leaves once in so many logs. */
const CHANCE = 1e-6;
/** And no shorter than this: many logs write whole seconds. */
const HOLE_US_MIN = 2 * SECOND_US;
/** How many are named; so many cannot hide one another, or shorter ones. */
const LONGEST = 3;
/** Pauses are counted by their length, in steps of 2.2 %. */
const STEPS_PER_OCTAVE = 32;
/** Steps up to ten thousand years. */
const STEPS = 38 * STEPS_PER_OCTAVE;

/** A time without a request. */
export interface Hole {
  /** Start of the last request before it, microseconds since the first one. */
  readonly fromUs: number;
  readonly us: number;
}

/** A search that goes on from block to block. */
export interface HoleSearch {
  /** How many distances there are between requests, and their sum. */
  readonly distances: number;
  readonly spanUs: number;
  /** Pauses by their length. */
  readonly byLength: Float64Array;
  /** The longest pauses, the longest first. */
  readonly longest: Hole[];
  firstUs: number;
  previousUs: number;
}

/** A search among so many rows, which span so much time. */
export function createHoleSearch(rows: number, spanUs: number): HoleSearch {
  const distances = Math.max(rows - 1, 0);
  return { distances, spanUs, byLength: new Float64Array(STEPS), longest: [], firstUs: -1, previousUs: -1 };
}

/** Goes on with the first `count` of ascending starts. */
export function searchHoles(search: HoleSearch, startUs: Float64Array, count: number): void {
  const { byLength, longest } = search;
  if (count > 0 && search.firstUs < 0) {
    search.firstUs = startUs[0] as number;
    search.previousUs = search.firstUs;
  }
  for (let i = 0; i < count; i++) {
    const fromUs = search.previousUs;
    search.previousUs = startUs[i] as number;
    const us = search.previousUs - fromUs;
    if (us < HOLE_US_MIN) continue;
    const step = Math.min(stepOf(us), STEPS - 1);
    byLength[step] = (byLength[step] as number) + 1;
    const place = longest.findIndex((hole) => hole.us < us);
    if (place === -1 && longest.length === LONGEST) continue;
    longest.splice(place === -1 ? longest.length : place, 0, { fromUs: fromUs - search.firstUs, us });
    if (longest.length > LONGEST) longest.pop();
  }
}

/** How many holes there are, and the longest. */
export function holesFound({ distances, spanUs, byLength, longest }: HoleSearch): {
  readonly count: number;
  readonly longest: readonly Hole[];
} {
  // From the shortest of the longest on, each against the distances that are no longer: so two long ones are seen, which
  // are not long beside each other.
  let sure = longest.length;
  let othersUs = spanUs - longest.reduce((sum, { us }) => sum + us, 0);
  for (; sure > 0; sure--) {
    const { us } = longest[sure - 1] as Hole;
    if (us >= (othersUs + us) * holeShare(distances - sure + 1)) break;
    othersUs += us;
  }
  const fromStep = Math.ceil(stepsTo(Math.max(othersUs * holeShare(distances - sure), HOLE_US_MIN)));
  const counted = byLength.subarray(fromStep).reduce((sum, pauses) => sum + pauses, 0);
  return { count: Math.max(counted, sure), longest: longest.slice(0, Math.max(counted, sure)) };
}

/**
 * The share of the time that a pause takes up at least to be a hole. Of n distances of a Poisson process the longest has
 * more than a share x with a probability of at most n (1 - x)^(n - 1).
 */
function holeShare(distances: number): number {
  if (distances < 2) return Infinity;
  return Math.min(MEAN_DISTANCES / distances, 1 - (CHANCE / distances) ** (1 / (distances - 1)));
}

function stepOf(us: number): number {
  return Math.floor(stepsTo(us));
}

function stepsTo(us: number): number {
  return Math.log2(us / HOLE_US_MIN) * STEPS_PER_OCTAVE;
}
