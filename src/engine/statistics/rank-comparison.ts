/**
 * Two samples compared by ranks, from counts of equal values: Mann-Whitney with the correction for ties, the effect
 * size that goes with it, and the Hodges-Lehmann shift with its bounds.
 */
import { normalQuantile } from "../kernel/normal-quantile.ts";
import type { Ends } from "./interval.ts";
import { normalBothTails } from "./normal.ts";

/** Distinct values of both samples, ascending, and how often each sample has them. */
export interface TwoSamples {
  readonly values: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** How the second sample stands to the first. */
export interface RankComparison {
  readonly firstCount: number;
  readonly secondCount: number;
  /** Chance of ranks at least as uneven on either side, were both samples of one distribution; normal approximation. */
  readonly pValue: number;
  /** Standard score: positive where the second sample is the greater one. */
  readonly z: number;
  /** Share of all pairs in which the second is the greater one, ties counted half (Vargha and Delaney's A). */
  readonly superiority: number;
}

/**
 * The rank sum test of Mann and Whitney (1947), two-sided, variance corrected for ties, with continuity correction;
 * null when a sample is empty.
 */
export function compareRanks({ values, first, second }: TwoSamples): RankComparison | null {
  let firstCount = 0;
  let secondCount = 0;
  // Twice U, which is whole: pairs in which the second is greater count 2, ties 1.
  let twiceU = 0;
  let ties = 0;
  for (let i = 0; i < values.length; i++) {
    const ones = first[i] ?? 0;
    const twos = second[i] ?? 0;
    twiceU += twos * (2 * firstCount + ones);
    firstCount += ones;
    secondCount += twos;
    const both = ones + twos;
    ties += both * (both * both - 1);
  }
  if (firstCount === 0 || secondCount === 0) return null;
  const pairs = firstCount * secondCount;
  const deviation = Math.sqrt(rankVariance(firstCount, secondCount, ties));
  const off = twiceU / 2 - pairs / 2;
  const z = deviation === 0 ? 0 : (Math.sign(off) * Math.max(0, Math.abs(off) - 0.5)) / deviation;
  return { firstCount, secondCount, pValue: normalBothTails(z), z, superiority: twiceU / 2 / pairs };
}

/** Variance of U where ties take `ties` = sum of t (t^2 - 1) over groups of t equal values. */
function rankVariance(first: number, second: number, ties: number): number {
  const all = first + second;
  if (all < 2) return 0;
  return ((first * second) / 12) * (all + 1 - ties / (all * (all - 1)));
}

/** How much greater the second sample is than the first. */
export interface Shift extends Ends {
  /** The median of all differences second - first. */
  readonly estimate: number;
}

/**
 * The shift of Hodges and Lehmann (1963): the median of all pairwise differences, and the one-sided bounds of Moses,
 * order statistics of the differences at ranks from the normal approximation with ties. Values must be multiples of
 * one half. Null when a sample is empty.
 */
export function estimateShift(samples: TwoSamples, confidence: number): Shift | null {
  const { values, first, second } = samples;
  let firstCount = 0;
  let secondCount = 0;
  let ties = 0;
  for (let i = 0; i < values.length; i++) {
    const both = (first[i] ?? 0) + (second[i] ?? 0);
    firstCount += first[i] ?? 0;
    secondCount += second[i] ?? 0;
    ties += both * (both * both - 1);
  }
  const pairs = firstCount * secondCount;
  if (pairs === 0) return null;
  const spread = normalQuantile(confidence) * Math.sqrt(rankVariance(firstCount, secondCount, ties));
  const outer = Math.max(1, Math.floor(pairs / 2 - spread));
  const differenceAt = (rank: number): number => pairwiseDifference(samples, rank);
  const middle = differenceAt(Math.ceil(pairs / 2));
  return {
    // Adding 0 makes one zero of the two.
    estimate: (pairs % 2 === 1 ? middle : (middle + differenceAt(pairs / 2 + 1)) / 2) + 0,
    low: differenceAt(outer) + 0,
    high: differenceAt(pairs + 1 - outer) + 0,
  };
}

/** The difference second - first of the given rank (from 1) among all pairs: found by halving, never listed. */
function pairwiseDifference(samples: TwoSamples, rank: number): number {
  const { values } = samples;
  const range = (values.at(-1) ?? 0) - (values[0] ?? 0);
  // Differences are multiples of one half: halve over whole numbers of halves.
  let low = -2 * range;
  let high = 2 * range;
  while (low < high) {
    const between = Math.floor((low + high) / 2);
    if (pairsUpTo(samples, between / 2) >= rank) high = between;
    else low = between + 1;
  }
  return low / 2;
}

/** Number of pairs with second - first <= difference. */
function pairsUpTo({ values, first, second }: TwoSamples, difference: number): number {
  let pairs = 0;
  let seconds = 0;
  let next = 0;
  for (let i = 0; i < values.length; i++) {
    const ones = first[i] ?? 0;
    if (ones === 0) continue;
    const most = (values[i] ?? 0) + difference;
    while (next < values.length && (values[next] ?? 0) <= most) seconds += second[next++] ?? 0;
    pairs += ones * seconds;
  }
  return pairs;
}
