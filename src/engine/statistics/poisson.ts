/** The Poisson distribution: the chance of many arrivals where few are expected. */

/** Chance of at least k arrivals where `mean` are expected; k a whole number, mean >= 0. Sums its terms from k on. */
export function poissonUpperTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  let term = Math.exp(k * Math.log(mean) - mean - logFactorial(k));
  let sum = term;
  for (let n = k + 1; n < mean || term > sum * 1e-17; n++) {
    term *= mean / n;
    sum += term;
    // Far below the mean the first terms vanish, and with them the sum: then nearly all of the chance is above k.
    if (term === 0) break;
  }
  return term === 0 && k < mean ? 1 : Math.min(1, sum);
}

/** ln n!: the sum of logarithms, then Stirling's series. */
function logFactorial(n: number): number {
  if (n < 20) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  const square = n * n;
  const rest = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / n;
  return (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + rest;
}
