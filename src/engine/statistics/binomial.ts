/**
 * The binomial distribution in closed form: probabilities by Loader's saddle point, so that large counts lose no
 * digits, and tails by the incomplete beta function.
 */

const LN_TWO_PI = 1.837_877_066_409_345_3;

/** What Stirling's formula leaves out of ln n!, for n = 0 (unused) to 15, from the factorials, which are exact. */
const STIRLING_REST: readonly number[] = Array.from({ length: 16 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return n === 0 ? 0 : Math.log(factorial) - ((n + 0.5) * Math.log(n) - n + LN_TWO_PI / 2);
});

/** ln n! - (n + 1/2) ln n + n - ln(2 pi) / 2 for a whole n >= 1: a table, then the asymptotic series. */
function stirlingRest(n: number): number {
  if (n < STIRLING_REST.length) return STIRLING_REST[n] ?? 0;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x ln(x / mean) + mean - x without cancellation where x is near its mean. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = difference / (x + mean);
  let sum = difference * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * Chance of exactly k successes in n trials, 0 < p < 1: C. Loader, Fast and Accurate Computation of Binomial
 * Probabilities (2000).
 */
function binomialProbability(k: number, n: number, p: number): number {
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const exponent =
    stirlingRest(n) - stirlingRest(k) - stirlingRest(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/**
 * Chance of at least k successes in n trials, for whole 1 <= k <= n and 0 < p < 1: the regularised incomplete beta
 * function I_p(k, n - k + 1) (DLMF 8.17.5).
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  // The fraction converges fast below the mean of the beta distribution; beyond it, its mirror image does.
  if (p <= (k + 1) / (n + 3)) return binomialProbability(k, n, p) * (1 - p) * betaFraction(k, n - k + 1, p);
  return 1 - binomialLowerSum(k - 1, n, p);
}

/**
 * Chance of at most k successes in n trials, for whole 0 <= k < n and 0 < p < 1.
 */
export function binomialLowerTail(k: number, n: number, p: number): number {
  if (p > (k + 2) / (n + 3)) return binomialLowerSum(k, n, p);
  return 1 - binomialUpperTail(k + 1, n, p);
}

/** I_q(n - k, k + 1) with q = 1 - p by its own fraction. */
function binomialLowerSum(k: number, n: number, p: number): number {
  return binomialProbability(k, n, p) * p * betaFraction(n - k, k + 1, 1 - p);
}

/** Steps of the fraction that are plenty: it needs about the square root of the greater count. */
const STEPS_MAX = 1_000_000;
const TINY = 1e-300;

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method, without its first factor. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m < STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    product *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    const factor = d * c;
    product *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return product;
}

function apart(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
