/**
 * Bursts of failures, found at ticks: a version fails in a burst while at least five of a tick's attempts fail, and more
 * of them than is likely by luck at the version's rate outside bursts. How likely, is the exact conditional test of two
 * Poisson counts (Przyborowski and Wilenski 1940): of all failures of the calm ticks and this one, each fell into this
 * tick with the chance of its share of the attempts. So what is not yet known of the rate counts in, and few failures
 * are no worse than many. It is divided among all ticks of the run (Bonferroni): of a hundred versions that fail
 * independently at a steady rate, at most one has a burst at all, however long the run. Five and a hundredth are ours.
 */
import { binomialUpperTail } from "../statistics/binomial.ts";

/** Chance that a steady version has a burst anywhere in a run, at most. */
const FALSE_BURSTS = 0.01;
/** Fewer failures than this in a tick are no burst. */
const ERRORS_MIN = 5;
/** How many bursts of a version are kept one by one. */
const BURSTS_KEPT = 10;

/** One burst. Plain data. */
interface Burst {
  fromUs: number;
  toUs: number;
  errors: number;
  attempts: number;
}

/** Bursts of one version. Plain data. */
export interface BurstState {
  /** Errors and attempts up to the newest tick. */
  errors: number;
  attempts: number;
  /** Of these, outside bursts. */
  calmErrors: number;
  calmAttempts: number;
  isBurst: boolean;
  count: number;
  readonly first: Burst[];
}

/** No failures yet. */
export function createBurstState(): BurstState {
  return { errors: 0, attempts: 0, calmErrors: 0, calmAttempts: 0, isBurst: false, count: 0, first: [] };
}

/** A tick of a version, with its cumulative errors and attempts; `ticks`: how many the run has at most. */
export function closeBurstTick(
  state: BurstState,
  errorsTotal: number,
  attemptsTotal: number,
  nowUs: number,
  tickUs: number,
  ticks: number,
): void {
  const errors = errorsTotal - state.errors;
  const attempts = attemptsTotal - state.attempts;
  state.errors = errorsTotal;
  state.attempts = attemptsTotal;
  const isBurst = errors >= ERRORS_MIN && chanceOf(state, errors, attempts) * ticks < FALSE_BURSTS;
  if (!isBurst) {
    state.isBurst = false;
    state.calmErrors += errors;
    state.calmAttempts += attempts;
    return;
  }
  if (!state.isBurst) {
    state.isBurst = true;
    state.count++;
    if (state.count <= BURSTS_KEPT) state.first.push({ fromUs: nowUs - tickUs, toUs: nowUs, errors: 0, attempts: 0 });
  }
  const burst = state.first[state.count - 1];
  if (burst === undefined) return;
  burst.toUs = nowUs;
  burst.errors += errors;
  burst.attempts += attempts;
}

/** Chance of at least so many of all failures so far in a tick with so many attempts, if they fell anywhere alike. */
function chanceOf({ calmErrors, calmAttempts }: BurstState, errors: number, attempts: number): number {
  // Nothing is a burst before anything is known.
  if (calmAttempts === 0) return 1;
  return binomialUpperTail(errors, calmErrors + errors, attempts / (calmAttempts + attempts));
}
