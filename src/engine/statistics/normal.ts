/** The standard normal distribution: tails without cancellation, to about 1e-15 of themselves. */

/** 1 / sqrt(2 pi). */
const DENSITY_AT_ZERO = 0.398_942_280_401_432_7;
/** Beyond this the tail is a continued fraction, below it a power series; either converges fast on its side. */
const TAIL_FROM = 2.5;

/**
 * P(Z > z) of a standard normal Z, also far out, where 1 - P(Z <= z) would have no digits left. Near 0 by the series
 * of Abramowitz and Stegun 26.2.11, whose terms are all positive; in the tail by their continued fraction 26.2.14,
 * evaluated from its end.
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  if (z > 40) return 0;
  const density = DENSITY_AT_ZERO * Math.exp((-z * z) / 2);
  if (z < TAIL_FROM) {
    let term = z;
    let sum = z;
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (z * z) / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 120; k >= 1; k--) fraction = k / (z + fraction);
  return density / (z + fraction);
}

/** The chance that a standard normal Z is at least as far from 0 as z, on either side. */
export function normalBothTails(z: number): number {
  return Math.min(1, 2 * normalUpperTail(Math.abs(z)));
}
