/**
 * Log-linear histogram of latencies in whole microseconds: values below 64 exactly, above in 64 bins per octave,
 * so that the middle of a bin is within 0.8 % of every value in it. Counts are cumulative over a run and wrap at
 * 2^32; differences of two states are right as long as one bin gains fewer than 2^32 in between.
 */

/** Number of bins: enough for 31 bits. */
export const HISTOGRAM_BINS = 26 * 64;
/** Bins per octave. */
const OCTAVE_BINS = 64;

/** Bin of a latency of 0 to 2^31 - 1 microseconds. */
export function histogramBin(us: number): number {
  if (us < 64) return us;
  const exponent = 31 - Math.clz32(us);
  return ((exponent - 5) << 6) | ((us >>> (exponent - 6)) & 63);
}

/** Middle of a bin, in microseconds. */
export function binMiddleUs(bin: number): number {
  if (bin < 64) return bin;
  const width = 1 << ((bin >>> 6) - 1);
  return (64 + (bin & 63)) * width + (width - 1) / 2;
}

/** Part of an array of histograms: `HISTOGRAM_BINS` counts from `offset` on. */
export interface HistogramPart {
  readonly bins: Uint32Array;
  readonly offset: number;
}

/**
 * Nearest-rank quantile, in parts per thousand, of the `total` values that several histograms together gained between
 * two states: within 1 %; null when they gained nothing.
 */
export function quantileBetween(
  from: readonly HistogramPart[],
  to: readonly HistogramPart[],
  total: number,
  permille: number,
): number | null {
  if (total === 0) return null;
  const rank = nearestRank(total, permille);
  let seen = 0;
  // By octaves first: most of them are passed over.
  for (let first = 0; first < HISTOGRAM_BINS; first += OCTAVE_BINS) {
    const inOctave = gainedIn(from, to, first, OCTAVE_BINS);
    if (seen + inOctave < rank) {
      seen += inOctave;
      continue;
    }
    for (let bin = first; bin < first + OCTAVE_BINS; bin++) {
      seen += gainedIn(from, to, bin, 1);
      if (seen >= rank) return binMiddleUs(bin);
    }
  }
  return null;
}

/** How many values the bins from `first` on gained, in all parts. */
function gainedIn(from: readonly HistogramPart[], to: readonly HistogramPart[], first: number, bins: number): number {
  let values = 0;
  for (let part = 0; part < to.length; part++) {
    const before = from[part];
    const after = to[part];
    if (before === undefined || after === undefined) continue;
    const { bins: counted, offset } = before;
    const { bins: counts, offset: at } = after;
    for (let bin = first; bin < first + bins; bin++) {
      values += ((counts[at + bin] as number) - (counted[offset + bin] as number)) >>> 0;
    }
  }
  return values;
}

/** How many of the values gained between two states are above a limit, by the middles of their bins. */
export function gainedAbove(from: readonly HistogramPart[], to: readonly HistogramPart[], limitUs: number): number {
  let above = 0;
  for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
    if (binMiddleUs(bin) <= limitUs) continue;
    above += gainedIn(from, to, bin, 1);
  }
  return above;
}

/** Nearest rank (from 1) of a quantile in parts per thousand among `count` values: ceil(q n), at least 1. */
export function nearestRank(count: number, permille: number): number {
  return Math.max(Math.ceil((count * permille) / 1000), 1);
}
