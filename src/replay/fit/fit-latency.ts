/**
 * A latency from recorded ones: lognormal through percentiles, or the quantiles themselves. The lognormal is taken where
 * it cannot be told from the rows, or is nearer to them (Kolmogorov-Smirnov); else the quantiles.
 */
import { createQuantileTable, sampleTable } from "../../engine/service/quantile-table.ts";
import type { LatencyModel } from "../../engine/service/version-model.ts";
import type { GoodnessOfFit } from "./fitted.ts";
import { goodnessOf } from "./goodness.ts";

const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
/** Few enough to be read and changed by hand. */
const QUANTILES = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1] as const;
/** A percentile is asked for where so many rows lie beyond it. */
const ROWS_BEYOND = 5;
const RESOLUTIONS_US = [1_000_000, 100_000, 10_000, 1_000, 100, 10] as const;

/** A model, and how far it is from the rows. */
export interface FittedLatency {
  readonly model: LatencyModel;
  readonly fit: GoodnessOfFit | null;
}

/** The model of at least one sorted latency, in microseconds; `of` names them in reports. */
export function fitLatency(sorted: Float64Array, of: string): FittedLatency {
  const lognormal = lognormalThrough(sorted);
  const measured = quantilesOf(sorted);
  const resolution = RESOLUTIONS_US.find((us) => sorted.every((value) => value % us === 0)) ?? 0;
  const judge = (model: LatencyModel, words: string): FittedLatency => ({
    model,
    fit: goodnessOf({
      what: `latency of ${of}`,
      model: words,
      unit: "ms",
      sorted,
      shareUpTo: shareUpToOf(model),
      resolution,
      scale: 1_000,
    }),
  });
  const byQuantiles = judge(measured, measured.kind === "constant" ? "constant" : "quantiles");
  if (lognormal === null) return byQuantiles;
  const byPercentiles = judge(lognormal, "lognormal through percentiles");
  const [one, other] = [byPercentiles.fit, byQuantiles.fit];
  if (one === null || other === null) return byQuantiles;
  return one.distance <= Math.max(other.distance, one.critical) ? byPercentiles : byQuantiles;
}

function at(sorted: Float64Array, quantile: number): number {
  const rank = Math.min(Math.max(Math.ceil(quantile * sorted.length), 1), sorted.length);
  return Math.max(sorted[rank - 1] as number, 1);
}

/** Null where percentiles do not ascend. */
function lognormalThrough(sorted: Float64Array): LatencyModel | null {
  const points: { readonly quantile: number; readonly us: number }[] = [];
  for (const quantile of PERCENTILES) {
    if ((1 - quantile) * sorted.length < ROWS_BEYOND) continue;
    const us = at(sorted, quantile);
    if (us > (points.at(-1)?.us ?? 0)) points.push({ quantile, us });
  }
  return points.length < 2 ? null : { kind: "lognormal", points };
}

function quantilesOf(sorted: Float64Array): LatencyModel {
  const points = QUANTILES.filter(
    (quantile) => quantile === 1 || quantile === 0 || Math.min(quantile, 1 - quantile) * sorted.length >= 1,
  ).map((quantile) => ({ quantile, us: at(sorted, quantile) }));
  const [first] = points;
  const isConstant = points.every(({ us }) => us === first?.us);
  return isConstant ? { kind: "constant", us: first?.us ?? 1 } : { kind: "empirical", points };
}

/** The share of a model's latencies up to a value, by halving over the very table that the engine draws from. */
function shareUpToOf(model: LatencyModel): (us: number) => number {
  const table = createQuantileTable(model);
  return (us) => {
    let low = 0;
    let high = 2 ** 32;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (sampleTable(table, 0, middle) <= us) low = middle + 1;
      else high = middle;
    }
    return low / 2 ** 32;
  };
}
