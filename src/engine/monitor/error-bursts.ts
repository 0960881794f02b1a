/**
 * Bursts of failures, found at ticks: a version fails in a burst while more of a tick's attempts fail than the version's
 * rate outside bursts leads to expect, by more than four standard deviations of a Poisson count, and at least five (both
 * ours). Of independent failures at a steady rate, one tick in thirty thousand is taken for a burst where a tick has many
 * failures, and one in nine hundred at most where it has few.
 */

/** Standard deviations above what is expected. */
const DEVIATIONS = 4;
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

/** A tick of a version, with its cumulative errors and attempts. */
export function closeBurstTick(
  state: BurstState,
  errorsTotal: number,
  attemptsTotal: number,
  nowUs: number,
  tickUs: number,
): void {
  const errors = errorsTotal - state.errors;
  const attempts = attemptsTotal - state.attempts;
  state.errors = errorsTotal;
  state.attempts = attemptsTotal;
  // One more failure and attempt than were seen: nothing is a burst before anything is known.
  const expected = (attempts * (state.calmErrors + 1)) / (state.calmAttempts + 1);
  const isBurst = errors >= ERRORS_MIN && errors > expected + DEVIATIONS * Math.sqrt(expected);
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
