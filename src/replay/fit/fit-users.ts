/**
 * Users of a trace: how many there are, those never seen included, and how unevenly busy, by maximum likelihood. Nobody
 * knows which rank a user has, so a user's requests are Poisson with a mean that is that of any rank alike, by Zipf's
 * law; the population and the exponent are those under which the seen requests per user are likeliest.
 */
import type { FittedUsers, GoodnessOfFit } from "./fitted.ts";
import { isUnnamedKey } from "../unnamed-key.ts";
import { goodnessOf } from "./goodness.ts";

/** Ranks from this on are taken together in groups, each an eighth wider than its first rank. */
const SINGLE_RANKS = 64;
const POPULATION_MAX = 20_000_000;
const EXPONENT_MAX = 3;
const SEARCH_STEPS = 26;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** How much likelier an exponent must be than none: the usual 5 % of a likelihood ratio, halved in the logarithm. */
const LIKELIER = 1.92;
/** Users of so many requests are ranked by them, where there are so many of these users. */
const RANKED_REQUESTS_MIN = 20;
const RANKED_USERS_MIN = 5;
/** Exponents that are looked at to either side of the ranked one, at least so far apart. */
const RANKED_STEPS = 12;
const RANKED_STEP_MIN = 0.002;
/** Terms below this (as a logarithm) add nothing to a chance; most are. */
const TERM_MIN = -60;
/** One standard error from its peak the logarithm of a likelihood is lower by so much. */
const HALF_DROP = 0.5;
const ERROR_STEP = 0.000_25;
/** So many standard errors around the exponent are looked at beside another population. */
const ERRORS_NEARBY = 6;

/** How many users have how many requests. */
interface Frequencies {
  readonly requests: readonly number[];
  readonly users: readonly number[];
  readonly seen: number;
  readonly total: number;
  /** Logarithms of factorials of `requests`. */
  readonly logFactorials: readonly number[];
}

/** A group of ranks with nearly the same mean. */
interface RankGroup {
  readonly share: number;
  readonly mean: number;
}

/** The users behind the keys of those rows that name one; of `keys` the names. */
export function fitUsers(
  key: Uint32Array,
  keys: readonly string[],
): { readonly users: FittedUsers; readonly fit: GoodnessOfFit | null } {
  const named = key.filter((one) => !isUnnamedKey(keys[one] ?? ""));
  const unnamed = key.length - named.length;
  if (named.length === 0) {
    // Each is somebody else, as in a replay.
    const population = Math.min(unnamed, POPULATION_MAX);
    const users = { population, populationError: null, seen: 0, unnamed, zipf: 0, zipfError: null };
    return { users, fit: null };
  }
  const counts = requestsPerKey(named);
  const frequencies = frequenciesOf(counts);
  const { seen } = frequencies;
  const from = Math.log(seen);
  const to = Math.log(Math.min(POPULATION_MAX, seen * 100));
  const populationAt = (exponent: number): Peak =>
    greatest(from, to, (log) => logLikelihood(frequencies, Math.exp(log), exponent));
  const profileAt = (exponent: number): number => populationAt(exponent).value;
  const even = populationAt(0);
  const uneven = likeliestExponent(counts, profileAt);
  const isUneven = seen > 2 && uneven.value > even.value + LIKELIER;
  const zipf = isUneven ? Math.max(Math.round(uneven.at * 1_000) / 1_000, 0.001) : 0;
  const zipfError = isUneven ? standardError(uneven, 0, EXPONENT_MAX, profileAt) : null;
  const nearby = ERRORS_NEARBY * (zipfError ?? 0);
  // The exponent goes along with the population: few users who are uneven have made the requests, or many.
  const likeliestWith = (logPopulation: number): number =>
    greatest(Math.max(zipf - nearby, 0), Math.min(zipf + nearby, EXPONENT_MAX), (exponent) =>
      logLikelihood(frequencies, Math.exp(logPopulation), exponent),
    ).value;
  const { at: logPopulation } = populationAt(zipf);
  const population = Math.round(Math.exp(logPopulation));
  const likeliest = { at: logPopulation, value: likeliestWith(logPopulation) };
  const populationError = standardError(likeliest, from, to, likeliestWith);
  const groups = rankGroups(population, zipf, frequencies.total);
  return {
    users: {
      population,
      populationError: Math.ceil(population * populationError),
      seen,
      unnamed,
      zipf,
      zipfError,
    },
    fit: goodnessOf({
      what: "requests per user",
      model: zipf === 0 ? "Poisson, all users alike" : `Poisson by Zipf's law with ${zipf}`,
      unit: "requests",
      sorted: counts,
      shareUpTo: seenShareUpTo(groups),
      resolution: 1,
      scale: 1,
    }),
  };
}

/**
 * The likeliest exponent. Where users have few requests the likelihood has one peak. Where they have many, each count
 * all but tells its rank, and the likelihood has a narrow peak wherever some of the counts meet the means of ranks: the
 * highest is looked for near the exponent at which the busiest users, ranked by their counts, are likeliest.
 */
function likeliestExponent(ascending: Float64Array, profileAt: (exponent: number) => number): Peak {
  const overAll = greatest(0, EXPONENT_MAX, profileAt);
  const ranked = rankedExponent(ascending);
  if (ranked === null) return overAll;
  const step = Math.max(ranked.error, RANKED_STEP_MIN);
  let near: Peak = { at: ranked.exponent, value: profileAt(ranked.exponent) };
  for (let i = -RANKED_STEPS; i <= RANKED_STEPS; i++) {
    const at = Math.min(Math.max(ranked.exponent + i * step, 0), EXPONENT_MAX);
    const value = profileAt(at);
    if (value > near.value) near = { at, value };
  }
  const peak = greatest(Math.max(near.at - step, 0), Math.min(near.at + step, EXPONENT_MAX), profileAt);
  return peak.value > overAll.value ? peak : overAll;
}

/**
 * The exponent of the users who have so many requests that their counts tell their ranks, by maximum likelihood, and its
 * standard error: as if nobody else were there. Null: there are too few of them.
 */
function rankedExponent(ascending: Float64Array): { readonly exponent: number; readonly error: number } | null {
  const ranked = ascending.filter((count) => count >= RANKED_REQUESTS_MIN).reverse();
  if (ranked.length < RANKED_USERS_MIN) return null;
  const logRanks = ranked.map((_, i) => Math.log(i + 1));
  const total = ranked.reduce((sum, count) => sum + count, 0);
  const logSum = ranked.reduce((sum, count, i) => sum + count * (logRanks[i] as number), 0);
  const weights = (exponent: number): Float64Array => logRanks.map((log) => Math.exp(-exponent * log));
  const sumOf = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0);
  const { at } = greatest(
    0,
    EXPONENT_MAX,
    (exponent) => -exponent * logSum - total * Math.log(sumOf(weights(exponent))),
  );
  const weight = weights(at);
  const mean = sumOf(weight.map((one, i) => one * (logRanks[i] as number))) / sumOf(weight);
  const variance = sumOf(weight.map((one, i) => one * ((logRanks[i] as number) - mean) ** 2)) / sumOf(weight);
  return { exponent: at, error: 1 / Math.sqrt(total * variance) };
}

/**
 * The standard error at a peak of a logarithmic likelihood: half of how far apart the places are where it is lower by a
 * half, as it is one standard error from the peak of a normal one.
 */
function standardError(peak: Peak, from: number, to: number, valueAt: (at: number) => number): number {
  const sides = [-1, 1].map((side) => {
    for (let distance = ERROR_STEP; ; distance *= 2) {
      const at = Math.min(Math.max(peak.at + side * distance, from), to);
      const drop = peak.value - valueAt(at);
      // Nearby, a likelihood is a parabola.
      if (drop >= HALF_DROP) return Math.abs(at - peak.at) * Math.sqrt(HALF_DROP / drop);
      if (at === from || at === to) return Math.abs(at - peak.at);
    }
  });
  return ((sides[0] as number) + (sides[1] as number)) / 2;
}

/** Ascending. */
function requestsPerKey(key: Uint32Array): Float64Array {
  const counts = new Map<number, number>();
  for (const one of key) counts.set(one, (counts.get(one) ?? 0) + 1);
  return Float64Array.from(counts.values()).sort();
}

function frequenciesOf(sorted: Float64Array): Frequencies {
  const requests: number[] = [];
  const users: number[] = [];
  let total = 0;
  for (const count of sorted) {
    total += count;
    if (requests.at(-1) === count) users[users.length - 1] = (users.at(-1) ?? 0) + 1;
    else {
      requests.push(count);
      users.push(1);
    }
  }
  return { requests, users, seen: sorted.length, total, logFactorials: requests.map((count) => logGamma(count + 1)) };
}

function rankGroups(population: number, exponent: number, total: number): RankGroup[] {
  const groups: { readonly ranks: number; readonly weight: number }[] = [];
  let sum = 0;
  for (let rank = 1; rank <= population;) {
    const ranks = Math.min(rank < SINGLE_RANKS ? 1 : Math.ceil(rank / 8), population - rank + 1);
    const weight = Math.exp(-exponent * Math.log(rank + (ranks - 1) / 2));
    groups.push({ ranks, weight });
    sum += ranks * weight;
    rank += ranks;
  }
  const size = groups.reduce((ranks, group) => ranks + group.ranks, 0);
  return groups.map(({ ranks, weight }) => ({ share: ranks / size, mean: (total * weight) / sum }));
}

function logLikelihood(frequencies: Frequencies, population: number, exponent: number): number {
  const { requests, users, seen, total, logFactorials } = frequencies;
  const groups = rankGroups(population, exponent, total);
  const logMeans = groups.map(({ mean }) => Math.log(mean));
  const logChanceOf = (count: number, logFactorial: number): number => {
    let chance = 0;
    let greatestTerm = -Infinity;
    for (let i = 0; i < groups.length; i++) {
      const { share, mean } = groups[i] as RankGroup;
      const term = count * (logMeans[i] as number) - mean - logFactorial;
      if (term > greatestTerm) greatestTerm = term;
      if (term > TERM_MIN) chance += share * Math.exp(term);
    }
    // Where all terms are as small, the greatest is nearly all of it.
    return chance > 0 ? Math.log(chance) : greatestTerm - Math.log(population);
  };
  const unseen = population - seen;
  let likelihood = logGamma(population + 1) - logGamma(unseen + 1) + unseen * logChanceOf(0, 0);
  for (let i = 0; i < requests.length; i++) {
    likelihood += (users[i] as number) * logChanceOf(requests[i] as number, logFactorials[i] as number);
  }
  return likelihood;
}

/** The share of the users with at least one request that have up to so many. */
function seenShareUpTo(groups: readonly RankGroup[]): (requests: number) => number {
  const unseen = groups.reduce((sum, { share, mean }) => sum + share * Math.exp(-mean), 0);
  return (requests) => {
    const most = Math.floor(requests);
    const upTo = groups.reduce((sum, { share, mean }) => sum + share * poissonUpTo(most, mean), 0);
    return Math.min(Math.max((upTo - unseen) / (1 - unseen), 0), 1);
  };
}

/** P(X <= most) of a Poisson X: terms from the most likely one that counts, down to where nothing more is added. */
function poissonUpTo(most: number, mean: number): number {
  if (most > mean + 40 + 12 * Math.sqrt(mean)) return 1;
  let sum = 0;
  let term = Math.exp(most * Math.log(mean) - mean - logGamma(most + 1));
  for (let count = most; count >= 0; count--) {
    sum += term;
    if (count < mean && term < sum * 1e-12) break;
    term *= count / mean;
  }
  return Math.min(sum, 1);
}

/** Where a function is greatest, and how great. */
interface Peak {
  readonly at: number;
  readonly value: number;
}

/** Where a function with one peak is greatest between two ends: golden section. */
function greatest(from: number, to: number, valueAt: (at: number) => number): Peak {
  let [low, high] = [from, to];
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [leftValue, rightValue] = [valueAt(left), valueAt(right)];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    if (leftValue >= rightValue) {
      high = right;
      [right, rightValue] = [left, leftValue];
      left = high - GOLDEN * (high - low);
      leftValue = valueAt(left);
    } else {
      low = left;
      [left, leftValue] = [right, rightValue];
      right = low + GOLDEN * (high - low);
      rightValue = valueAt(right);
    }
  }
  const ends = [from, to, (low + high) / 2].map((at) => ({ at, value: valueAt(at) }));
  return ends.reduce((best, end) => (end.value > best.value ? end : best));
}

/** The logarithm of the gamma function from 1 on: Stirling's series, shifted up to where it is exact. */
function logGamma(value: number): number {
  let shift = 0;
  let x = value;
  while (x < 10) {
    shift -= Math.log(x);
    x++;
  }
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse / 1_260)) / x;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
