/**
 * Metrics of a world's own: what a served request is worth beside its latency, under either version. A world names
 * them and gives their values; everything else (faults, windows, rules) is the engine's.
 */

/** `boolean`: true or not, its share counts. `number`: a quantity, its mean and quantiles count. */
export type OwnMetricKind = "boolean" | "number";

/** One of them. */
export interface OwnMetric {
  /** `conversion`, `basket.value`. */
  readonly name: string;
  readonly kind: OwnMetricKind;
  /** Shown beside its values; absent: nothing is. */
  readonly unit?: string;
}

/** Values are whole numbers of millionths, so that sums do not hang on the order of adding. */
export const OWN_VALUE_UNIT = 1_000_000;
/** The greatest value, millionths: a thousand million. Sums of 2^36 such values are exact, see `own-metric-counters.ts`. */
export const OWN_VALUE_MAX = 1_000_000_000 * OWN_VALUE_UNIT;
/** Stands where a request has no value. */
export const NO_VALUE = -1;

/**
 * Values of a batch as columns, by metric: 0 or 1 of a boolean, millionths from 0 to `OWN_VALUE_MAX` of a number, whole;
 * `NO_VALUE` where there is none.
 */
export interface OwnValues {
  /** What each request is worth if the baseline serves it; of all rows. */
  readonly baseline: readonly Float64Array[];
  /** Likewise the candidate; valid only where the request is routed to it. */
  readonly candidate: readonly Float64Array[];
}

/** How a fault changes a metric. `add`: parts per million of a boolean, millionths of a number. */
export interface OwnMetricChange {
  readonly factor: number;
  readonly add: number;
}

/** Columns for so many metrics and rows. */
export function createOwnValues(metrics: number, rows: number): OwnValues {
  const columns = (): Float64Array[] => Array.from({ length: metrics }, () => new Float64Array(rows));
  return { baseline: columns(), candidate: columns() };
}

/** A value within what is allowed, whole. */
export function wholeValue(value: number): number {
  return value <= 0 ? 0 : value >= OWN_VALUE_MAX ? OWN_VALUE_MAX : Math.round(value);
}
