/**
 * Counts of failures by steps of time as a hidden process of two states, calm and burst, each with a rate of its own: by
 * maximum likelihood (Baum and Welch 1970), from many guesses, since there may be many peaks. Every step is judged by all
 * that stand around it, so a long stretch is found by its whole, and a short one where it sticks out.
 */

/** What a step was, and the two rates. Lengths are in steps. */
export interface TwoRates {
  /** By step: the chance that it lay in a burst. */
  readonly inBurst: Float64Array;
  readonly calmRate: number;
  readonly burstRate: number;
  /** Expected number of bursts, one that the counts begin with included. */
  readonly bursts: number;
}

interface Guess {
  readonly calmRate: number;
  readonly burstRate: number;
  /** Chances to leave a state within a step. */
  readonly leaveCalm: number;
  readonly leaveBurst: number;
  /** Chance that the first step lies in a burst. */
  readonly first: number;
}

/** What a guess explains, and the better guess that follows from it. */
interface Pass {
  readonly logLikelihood: number;
  readonly next: Guess;
  readonly bursts: number;
}

/** Rates of the first guesses, in overall ones. */
const FIRST_RATES = [
  [0.5, 3],
  [0.9, 10],
] as const;
/** From one length of burst that is tried first to the next. */
const LENGTH_FACTOR = 4;
const PASSES_FIRST = 10;
const PASSES_MAX = 300;
/** Guesses that are followed to their peak. */
const GUESSES_KEPT = 3;
const GAIN_ENOUGH = 1e-4;
/**
 * Steady counts are taken for two rates with this chance at most: for any fixed pair of rates the likelihood ratio
 * exceeds 1 / chance that seldom (Ville), and the three parameters that were chosen after the counts cost half the
 * logarithm of their number each (Schwarz 1978).
 */
const FALSE_RATES = 0.01;
const PARAMETERS = 3;
const TINY = 1e-9;

/** The two rates of counts by step; null where they are no better than one rate. */
export function fitTwoRates(attempts: Float64Array, errors: Float64Array): TwoRates | null {
  const steps = attempts.length;
  const total = sumOf(attempts);
  const overall = sumOf(errors) / total;
  if (!(overall > 0 && overall < 1)) return null;
  const inBurst = new Float64Array(steps);
  const forward = new Float64Array(steps);
  const pass = (guess: Guess): Pass => improve(attempts, errors, guess, forward, inBurst);
  const guesses: { guess: Guess; logLikelihood: number }[] = [];
  for (let length = 1; length <= Math.max(steps / 2, 1); length *= LENGTH_FACTOR) {
    for (const [low, high] of FIRST_RATES) {
      let guess: Guess = {
        calmRate: overall * low,
        burstRate: Math.min(overall * high, (1 + overall) / 2),
        leaveCalm: within(0.1 / length),
        leaveBurst: within(1 / length),
        first: 0.1,
      };
      let logLikelihood = 0;
      for (let nth = 0; nth < PASSES_FIRST; nth++) ({ next: guess, logLikelihood } = pass(guess));
      guesses.push({ guess, logLikelihood });
    }
  }
  guesses.sort((one, other) => other.logLikelihood - one.logLikelihood);
  let best: { guess: Guess; logLikelihood: number } | null = null;
  for (const { guess: from } of guesses.slice(0, GUESSES_KEPT)) {
    let guess = from;
    let last = Number.NEGATIVE_INFINITY;
    for (let nth = 0; nth < PASSES_MAX; nth++) {
      const { next, logLikelihood } = pass(guess);
      const gain = logLikelihood - last;
      last = logLikelihood;
      if (gain < GAIN_ENOUGH) break;
      guess = next;
    }
    if (best === null || last > best.logLikelihood) best = { guess, logLikelihood: last };
  }
  if (best === null) return null;
  const oneRate = logChance(sumOf(errors), total, overall);
  if (best.logLikelihood - oneRate <= (PARAMETERS / 2) * Math.log(total) - Math.log(FALSE_RATES)) return null;
  const { bursts, next } = pass(best.guess);
  const { calmRate, burstRate } = next;
  if (burstRate >= calmRate) return { inBurst, calmRate, burstRate, bursts };
  // The names were the wrong way round: between the stretches of the lower rate lie those of the higher.
  const first = inBurst[0] as number;
  const last = inBurst[steps - 1] as number;
  return {
    inBurst: inBurst.map((chance) => 1 - chance),
    calmRate: burstRate,
    burstRate: calmRate,
    bursts: bursts - first + (1 - last),
  };
}

/** One pass forwards and backwards; leaves the chances of bursts in `inBurst`. */
function improve(
  attempts: Float64Array,
  errors: Float64Array,
  guess: Guess,
  forward: Float64Array,
  inBurst: Float64Array,
): Pass {
  const steps = attempts.length;
  const { leaveCalm, leaveBurst } = guess;
  const ofError = Math.log(guess.burstRate / guess.calmRate);
  const ofSuccess = Math.log((1 - guess.burstRate) / (1 - guess.calmRate));
  let logLikelihood = 0;
  let burst = guess.first;
  for (let step = 0; step < steps; step++) {
    const failed = errors[step] as number;
    const ratio = failed * ofError + ((attempts[step] as number) - failed) * ofSuccess;
    // The greater of both is 1, so that neither overflows.
    const asBurst = ratio > 0 ? burst : burst * Math.exp(ratio);
    const asCalm = ratio > 0 ? (1 - burst) * Math.exp(-ratio) : 1 - burst;
    logLikelihood += Math.log(asBurst + asCalm) + Math.max(ratio, 0);
    const now = asBurst / (asBurst + asCalm);
    forward[step] = now;
    burst = now * (1 - leaveBurst) + (1 - now) * leaveCalm;
  }
  logLikelihood += logChance(sumOf(errors), sumOf(attempts), guess.calmRate);

  let after = forward[steps - 1] as number;
  inBurst[steps - 1] = after;
  let begun = 0;
  let ended = 0;
  for (let step = steps - 2; step >= 0; step--) {
    const now = forward[step] as number;
    const ahead = now * (1 - leaveBurst) + (1 - now) * leaveCalm;
    const begins = (after * (1 - now) * leaveCalm) / ahead;
    const ends = ((1 - after) * now * leaveBurst) / (1 - ahead);
    begun += begins;
    ended += ends;
    after = after - begins + ends;
    inBurst[step] = after;
  }

  let burstAttempts = 0;
  let burstErrors = 0;
  for (let step = 0; step < steps; step++) {
    burstAttempts += (inBurst[step] as number) * (attempts[step] as number);
    burstErrors += (inBurst[step] as number) * (errors[step] as number);
  }
  const calmAttempts = sumOf(attempts) - burstAttempts;
  const calmErrors = sumOf(errors) - burstErrors;
  const burstSteps = sumOf(inBurst);
  return {
    logLikelihood,
    next: {
      calmRate: within(calmErrors / Math.max(calmAttempts, TINY)),
      burstRate: within(burstErrors / Math.max(burstAttempts, TINY)),
      leaveCalm: within(begun / Math.max(steps - burstSteps, TINY)),
      leaveBurst: within(ended / Math.max(burstSteps, TINY)),
      first: within(inBurst[0] as number),
    },
    bursts: begun + (inBurst[0] as number),
  };
}

/** But for the number of ways, which is the same for every rate. */
function logChance(errors: number, attempts: number, rate: number): number {
  return errors * Math.log(rate) + (attempts - errors) * Math.log1p(-rate);
}

/** A chance that is neither certain nor impossible, so that its logarithm is a number. */
function within(chance: number): number {
  return Math.min(Math.max(chance, TINY), 1 - TINY);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
