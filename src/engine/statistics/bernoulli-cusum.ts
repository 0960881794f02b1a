/**
 * The one-sided Bernoulli CUSUM (M. R. Reynolds and Z. G. Stoumbos, Journal of Quality Technology 31, 1999): every
 * failure adds a weight, every success takes 1 away, never below 0; at the alarm line the rate counts as risen. The
 * weight makes the steps those of the likelihood ratio of the bad rate against the good one, in whole numbers.
 */

/** A CUSUM that goes on. Plain data. */
export interface CusumState {
  score: number;
  /** Failures and trials since the score last stood at 0. */
  failures: number;
  trials: number;
}

/** What a failure adds where a success takes 1 away: ln(bad / good) / ln((1 - good) / (1 - bad)), rounded, at least 1. */
export function cusumWeight(goodRate: number, badRate: number): number {
  const perSuccess = Math.log1p(-goodRate) - Math.log1p(-badRate);
  return Math.max(1, Math.round(Math.log(badRate / goodRate) / perSuccess));
}

/** Takes so many successes, and then, if asked, one failure; true when the alarm line has been reached. */
export function stepCusum(
  state: CusumState,
  weight: number,
  alarm: number,
  successes: number,
  thenFails: boolean,
): boolean {
  if (successes >= state.score) {
    state.score = 0;
    state.failures = 0;
    state.trials = 0;
  } else {
    state.score -= successes;
    state.trials += successes;
  }
  if (!thenFails) return false;
  state.score += weight;
  state.failures++;
  state.trials++;
  return state.score >= alarm;
}
