/**
 * A distribution as a table of its quantiles, so that a sample costs one 32-bit draw, two loads and a
 * multiplication: no logarithm on the hot path. Monotone in the draw, so the same draw under two distributions
 * gives the same rank. 1,024 cells of equal probability (8 kB: three tables fit the first-level cache); the last one
 * is divided into 1,024 again, and the last of those too, so that the far tail (one in a billion) is resolved;
 * linear within a cell.
 */
import { invariant } from "../kernel/assert.ts";
import { normalQuantile } from "../kernel/normal-quantile.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { mixtureQuantile, type QuantileCurve } from "./mixture.ts";
import type { LatencyModel } from "./version-model.ts";

const CELLS = 1024;
const LEVELS = 3;
/** Edges of one level. */
const EDGES = CELLS + 1;
/** Length of a table: edges of the cells of each level, one after the other. */
export const QUANTILE_TABLE_LENGTH = LEVELS * EDGES;

/** Edges of 1,024 cells, then of the 1,024 cells of the last of them, and so once more. */
export type QuantileTable = Float64Array;

/** Tabulates a quantile function (defined on 0 < p < 1, not descending, never negative). */
export function tabulateQuantiles(quantileAt: (probability: number) => number): QuantileTable {
  const table = new Float64Array(QUANTILE_TABLE_LENGTH);
  let start = 0;
  let width = 1;
  for (let level = 0; level < LEVELS; level++) {
    const cellWidth = width / CELLS;
    for (let i = 0; i < CELLS; i++) {
      // The distribution may have no quantile at 0: the first edge stands a quarter of a cell further.
      table[level * EDGES + i] = quantileAt(start + (level === 0 && i === 0 ? 0.25 : i) * cellWidth);
    }
    start += (CELLS - 1) * cellWidth;
    width = cellWidth;
  }
  const last = quantileAt(1 - width / 4);
  for (let level = 0; level < LEVELS; level++) table[level * EDGES + CELLS] = last;
  return table;
}

/** Mean of what sampling the table gives, exactly: cells are linear, so each contributes the mean of its edges. */
export function tableMean(table: QuantileTable): number {
  let mean = 0;
  let cellWidth = 1;
  for (let level = 0; level < LEVELS; level++) {
    cellWidth /= CELLS;
    // The last cell of every level but the last one is resolved by the next level.
    const cells = level === LEVELS - 1 ? CELLS : CELLS - 1;
    for (let i = 0; i < cells; i++) {
      const edge = level * EDGES + i;
      mean += (((table[edge] ?? 0) + (table[edge + 1] ?? 0)) / 2) * cellWidth;
    }
  }
  return mean;
}

/** A table as one curve: values at ascending probabilities from 0 to 1, neither of which descends. */
function curveOf(table: QuantileTable): QuantileCurve {
  const points = LEVELS * (CELLS - 1) + 2;
  const probabilities = new Float64Array(points);
  const values = new Float64Array(points);
  let at = 0;
  let start = 0;
  let cellWidth = 1;
  for (let level = 0; level < LEVELS; level++) {
    cellWidth /= CELLS;
    // The last cell of every level but the last one is resolved by the next level.
    const edges = level === LEVELS - 1 ? CELLS + 1 : CELLS - 1;
    for (let i = 0; i < edges; i++) {
      probabilities[at] = start + i * cellWidth;
      values[at++] = table[level * EDGES + i] ?? 0;
    }
    start += (CELLS - 1) * cellWidth;
  }
  return { probabilities, values };
}

/** The value at a 32-bit draw in the table that starts at `offset`, not rounded. */
export function sampleTable(tables: Float64Array, offset: number, draw: number): number {
  const cell = draw >>> 22;
  if (cell === CELLS - 1) return sampleTail(tables, offset, draw);
  const low = tables[offset + cell] as number;
  return low + ((tables[offset + cell + 1] as number) - low) * ((draw & 0x3f_ffff) * 2 ** -22);
}

/**
 * The values at a column of draws, not rounded: a loop of its own, so that it is compiled with all that it calls
 * in one piece, whatever calls it.
 */
export function sampleColumn(table: Float64Array, draws: Uint32Array, into: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const draw = draws[i] as number;
    const cell = draw >>> 22;
    if (cell === CELLS - 1) {
      into[i] = sampleTail(table, 0, draw);
      continue;
    }
    const low = table[cell] as number;
    into[i] = low + ((table[cell + 1] as number) - low) * ((draw & 0x3f_ffff) * 2 ** -22);
  }
}

/** Latencies in whole microseconds at a column of draws; a loop of its own, as `sampleColumn`. */
export function sampleLatencies(table: Float64Array, draws: Uint32Array, into: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const draw = draws[i] as number;
    const cell = draw >>> 22;
    if (cell === CELLS - 1) {
      into[i] = sampleTail(table, 0, draw) | 0;
      continue;
    }
    const low = table[cell] as number;
    into[i] = (low + ((table[cell + 1] as number) - low) * ((draw & 0x3f_ffff) * 2 ** -22)) | 0;
  }
}

/** As `sampleLatencies`, of the first `count` of some rows. */
export function sampleLatenciesAt(
  table: Float64Array,
  draws: Uint32Array,
  into: Int32Array,
  rows: Uint16Array,
  count: number,
): void {
  for (let row = 0; row < count; row++) {
    const i = rows[row] as number;
    const draw = draws[i] as number;
    const cell = draw >>> 22;
    if (cell === CELLS - 1) {
      into[i] = sampleTail(table, 0, draw) | 0;
      continue;
    }
    const low = table[cell] as number;
    into[i] = (low + ((table[cell + 1] as number) - low) * ((draw & 0x3f_ffff) * 2 ** -22)) | 0;
  }
}

/** The last cell: the next 10 bits of the draw choose among its cells, and the 10 after them in the last of these. */
function sampleTail(tables: Float64Array, offset: number, draw: number): number {
  const cell = (draw >>> 12) & 0x3ff;
  if (cell !== CELLS - 1) {
    const low = tables[offset + EDGES + cell] as number;
    return low + ((tables[offset + EDGES + cell + 1] as number) - low) * ((draw & 0xfff) * 2 ** -12);
  }
  const low = tables[offset + 2 * EDGES + ((draw >>> 2) & 0x3ff)] as number;
  const high = tables[offset + 2 * EDGES + ((draw >>> 2) & 0x3ff) + 1] as number;
  return low + (high - low) * ((draw & 3) * 2 ** -2);
}

/** A latency in whole microseconds from a table and a 32-bit draw. */
export function sampleQuantile(table: QuantileTable, draw: number): number {
  return sampleTable(table, 0, draw) | 0;
}

/** Table of a latency model of its own (not a relative one); values in microseconds, at least 1. */
export function createQuantileTable(model: LatencyModel): QuantileTable {
  switch (model.kind) {
    case "constant":
      return new Float64Array(QUANTILE_TABLE_LENGTH).fill(model.us);
    case "lognormal":
      return tabulateQuantiles(lognormalQuantile(model.points));
    case "exponential":
      return tabulateQuantiles((probability) => withinLatency(-model.meanUs * Math.log1p(-probability)));
    case "empirical":
      return tabulateQuantiles((probability) => withinLatency(interpolate(model.points, probability)));
    case "mixture":
      return tabulateQuantiles(
        mixtureQuantile(
          model.parts.map(({ weight, latency }) => ({ weight, curve: curveOf(createQuantileTable(latency)) })),
        ),
      );
    case "relative":
      invariant(false, "a relative latency has no distribution of its own");
  }
}

function lognormalQuantile(
  points: readonly { readonly quantile: number; readonly us: number }[],
): (probability: number) => number {
  const knots = points.map((point) => ({ z: normalQuantile(point.quantile), log: Math.log(point.us) }));
  invariant(knots.length >= 2, "a lognormal latency needs at least two percentiles");
  return (probability) => {
    const z = normalQuantile(probability);
    let upper = 1;
    while (upper < knots.length - 1 && z > (knots[upper]?.z ?? 0)) upper++;
    const a = knots[upper - 1] ?? { z: 0, log: 0 };
    const b = knots[upper] ?? { z: 1, log: 0 };
    const log = a.log + ((b.log - a.log) * (z - a.z)) / (b.z - a.z);
    return withinLatency(Math.exp(log));
  };
}

/** The latency at a probability between given points; that of the outer ones beyond them. */
function interpolate(
  points: readonly { readonly quantile: number; readonly us: number }[],
  probability: number,
): number {
  const upper = points.findIndex((point) => point.quantile >= probability);
  const high = points[upper === -1 ? points.length - 1 : upper];
  invariant(high !== undefined, "an empirical latency needs at least one point");
  const low = upper <= 0 ? high : (points[upper - 1] ?? high);
  if (low === high) return high.us;
  return low.us + ((high.us - low.us) * (probability - low.quantile)) / (high.quantile - low.quantile);
}

function withinLatency(us: number): number {
  return Math.min(Math.max(us, 1), LATENCY_US_MAX);
}
