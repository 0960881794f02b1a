/** Distributions of a number metric as tables of their quantiles, on the tables of latencies. */
import { QUANTILE_TABLE_LENGTH, createQuantileTable } from "./quantile-table.ts";
import type { LatencyModel } from "./version-model.ts";

/** A distribution of values: a latency model whose microseconds are millionths, and which stands for itself. */
export type ValueDistribution = Exclude<LatencyModel, { readonly kind: "relative" }>;

/** Room that a table of latencies leaves above the greatest value that a distribution is given by: its tail. */
const TAIL_ROOM = 1_024;
/** Tables of latencies reach so far. */
const TABLE_MAX = 2 ** 31 - 1;

/** The table of a distribution, in millionths; what lies below a table's resolution is 0. */
export function createValueTable(distribution: ValueDistribution): Float64Array {
  if (distribution.kind === "constant") return new Float64Array(QUANTILE_TABLE_LENGTH).fill(distribution.us);
  let scale = 1;
  while ((greatestOf(distribution) * TAIL_ROOM) / scale > TABLE_MAX) scale *= 2;
  const table = createQuantileTable(scaled(distribution, scale));
  // Tables of latencies begin at 1; scaling by a power of two is exact.
  return table.map((value) => (value <= 1 ? 0 : value * scale));
}

function greatestOf(model: LatencyModel): number {
  switch (model.kind) {
    case "constant":
      return model.us;
    case "exponential":
      return model.meanUs;
    case "lognormal":
    case "empirical":
      return Math.max(...model.points.map((point) => point.us));
    case "mixture":
      return Math.max(...model.parts.map((part) => greatestOf(part.latency)));
    case "relative":
      return 0;
  }
}

function scaled(model: LatencyModel, scale: number): LatencyModel {
  switch (model.kind) {
    case "constant":
      return { ...model, us: model.us / scale };
    case "exponential":
      return { ...model, meanUs: model.meanUs / scale };
    case "lognormal":
    case "empirical":
      return { ...model, points: model.points.map((point) => ({ ...point, us: point.us / scale })) };
    case "mixture":
      return { ...model, parts: model.parts.map((part) => ({ ...part, latency: scaled(part.latency, scale) })) };
    case "relative":
      return model;
  }
}
