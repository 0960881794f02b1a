/**
 * Where metrics of a world's own are counted: after all other counters and bins of a recording, so that windows,
 * phases, slices and snapshots come of the totals as they do for everything else.
 */
import type { OwnMetric } from "../service/own-metric.ts";
import { HISTOGRAM_BINS, binMiddleUs, histogramBin } from "./histogram.ts";

/** Samples of a metric and version. */
export const OWN_SAMPLES = 0;
/** Booleans: those that were true. */
export const OWN_TRUE = 1;
/** Numbers: the sum in three parts, of which the highest counts 2^34, */
export const OWN_HIGH = 1;
/** the middle one 2^17, */
export const OWN_MIDDLE = 2;
/** and the lowest 1: each part of a value is below 2^17, so 2^36 values are summed exactly in doubles. */
export const OWN_LOW = 3;
/** Counters per metric and version. */
export const OWN_COUNTERS = 4;

/** What the highest and the middle part of a sum count. */
export const HIGH_UNIT = 2 ** 34;
/** See `HIGH_UNIT`. */
export const MIDDLE_UNIT = 2 ** 17;

/** Octaves of values beyond the 31 bits of a latency. */
const MORE_OCTAVES = 20;
const BEYOND = 2 ** 31;
/** As a factor. */
const BEYOND_SCALE = 2 ** 20;
/** Bins of one metric and version: enough for 51 bits. */
export const OWN_BINS = HISTOGRAM_BINS + MORE_OCTAVES * 64;

/** Bin of a value: as a latency's, and on in the same way. */
export function ownBin(value: number): number {
  if (value < BEYOND) return histogramBin(value);
  return histogramBin(Math.floor(value / BEYOND_SCALE)) + MORE_OCTAVES * 64;
}

/** Middle of a bin, millionths. */
export function ownBinMiddle(bin: number): number {
  return bin < HISTOGRAM_BINS ? binMiddleUs(bin) : binMiddleUs(bin - MORE_OCTAVES * 64) * BEYOND_SCALE;
}

/** Where the metrics of a world are counted. Immutable. */
export interface OwnPlaces {
  readonly metrics: readonly OwnMetric[];
  /** Index of the first counter. */
  readonly countersAt: number;
  /** Index of the first bin of each metric; -1: it has none. */
  readonly binsAt: Int32Array;
  /** How many counters and bins there are. */
  readonly counters: number;
  readonly bins: number;
}

/** The places of some metrics, after so many counters and bins. */
export function placeOwnMetrics(metrics: readonly OwnMetric[], countersAt: number, binsAt: number): OwnPlaces {
  let bins = 0;
  const places = Int32Array.from(metrics, ({ kind }) => {
    if (kind === "boolean") return -1;
    bins += 2 * OWN_BINS;
    return binsAt + bins - 2 * OWN_BINS;
  });
  return { metrics, countersAt, binsAt: places, counters: metrics.length * 2 * OWN_COUNTERS, bins };
}

/** Index of the first counter of a metric and version. */
export function ownCounter(countersAt: number, metric: number, version: number): number {
  return countersAt + (2 * metric + version) * OWN_COUNTERS;
}
