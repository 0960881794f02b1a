/**
 * Wald's sequential probability ratio test (1945) of a bad rate against a good one, after every trial: as soon as the
 * evidence for one of them is strong enough, it stops.
 */

/** What is tested, as fractions: 0 < good < bad < 1. */
export interface RatioTest {
  readonly goodRate: number;
  readonly badRate: number;
  /** Chance of calling a good rate bad, and of calling a bad rate good, that is aimed at. */
  readonly falseAlarm: number;
  readonly miss: number;
}

/** The lines and steps of a test, in logarithms of the likelihood ratio bad : good. */
export interface RatioLines {
  readonly perFailure: number;
  /** Negative. */
  readonly perSuccess: number;
  /** At or above it the rate is called bad. */
  readonly bad: number;
  /** At or below it the rate is called good; negative. */
  readonly good: number;
}

/** Wald's lines for a test. */
export function ratioLines({ goodRate, badRate, falseAlarm, miss }: RatioTest): RatioLines {
  return {
    perFailure: Math.log(badRate / goodRate),
    perSuccess: Math.log1p(-badRate) - Math.log1p(-goodRate),
    bad: Math.log((1 - miss) / falseAlarm),
    good: Math.log(miss / (1 - falseAlarm)),
  };
}

/** The logarithm of the likelihood ratio after so many failures among so many trials: from counts, so nothing adds up. */
export function logRatio(lines: RatioLines, failures: number, trials: number): number {
  return failures * lines.perFailure + (trials - failures) * lines.perSuccess;
}

/** How many successes in a row, after such counts, make the test call the rate good; at least 1. */
export function successesUntilGood(lines: RatioLines, failures: number, trials: number): number {
  const needed = Math.max(1, Math.floor((logRatio(lines, failures, trials) - lines.good) / -lines.perSuccess));
  // The division may be off by one in its last bit: step to where the line is reached in just this arithmetic.
  let successes = needed > 2 ? needed - 2 : 1;
  while (logRatio(lines, failures, trials + successes) > lines.good) successes++;
  return successes;
}
