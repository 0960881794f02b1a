/** The distance between what was seen and a distribution: the Kolmogorov-Smirnov statistic, and when it is large. */

/**
 * The greatest difference between the share of sorted values up to x and the distribution's, over all x; null for no
 * values. With a resolution (values were rounded to multiples of it) both are compared only half of it beyond each value.
 */
export function greatestDistance(
  sorted: Float64Array,
  shareUpTo: (value: number) => number,
  resolution = 0,
): number | null {
  const count = sorted.length;
  if (count === 0) return null;
  let distance = 0;
  for (let from = 0; from < count;) {
    const value = sorted[from] as number;
    let to = from + 1;
    while (to < count && sorted[to] === value) to++;
    const expected = shareUpTo(value + resolution / 2);
    distance = Math.max(distance, Math.abs(to / count - expected));
    if (resolution === 0) distance = Math.max(distance, Math.abs(from / count - expected));
    from = to;
  }
  return distance;
}

/**
 * The distance that so many independent values of the distribution itself exceed with a chance of 5 % (M. A. Stephens,
 * Journal of the American Statistical Association 69, 1974). Where the distribution was fitted to the same values,
 * less is exceeded as seldom.
 */
export function criticalDistance(count: number): number {
  const root = Math.sqrt(count);
  return Math.min(1, 1.358 / (root + 0.12 + 0.11 / root));
}
