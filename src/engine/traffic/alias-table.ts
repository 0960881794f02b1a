/**
 * Draws from weights in constant time: the alias method (A. J. Walker 1977, laid out as by M. D. Vose, IEEE
 * Transactions on Software Engineering 17, 1991). Every entry has a cell of equal probability, which it shares with at
 * most one other; one draw chooses the cell, another the entry in it.
 */
import { invariant } from "../kernel/assert.ts";

/** Two numbers per entry: the threshold of its own draws, and the entry that has the other draws. */
export type AliasTable = Uint32Array;

/** The table of at least one weight, none of them negative, not all of them 0. */
export function createAliasTable(weights: Float64Array): AliasTable {
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  invariant(count > 0 && total > 0, "nothing can be drawn from these weights");
  const table = new Uint32Array(2 * count);
  const heights = weights.map((weight) => (weight * count) / total);
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  let lows = 0;
  let highs = 0;
  for (let i = 0; i < count; i++) {
    table[2 * i + 1] = i;
    if ((heights[i] as number) < 1) low[lows++] = i;
    else high[highs++] = i;
  }
  while (lows > 0 && highs > 0) {
    const poor = low[--lows] as number;
    const rich = high[highs - 1] as number;
    table[2 * poor] = Math.floor((heights[poor] as number) * 2 ** 32);
    table[2 * poor + 1] = rich;
    heights[rich] = (heights[rich] as number) - (1 - (heights[poor] as number));
    if (heights[rich] < 1) {
      highs--;
      low[lows++] = rich;
    }
  }
  // What is left is 1 but for rounding, and is its own alias.
  return table;
}

/** The entry that two 32-bit draws choose. `scale` is the number of entries times 2^-32. */
export function drawAlias(table: AliasTable, scale: number, cellDraw: number, entryDraw: number): number {
  const cell = 2 * Math.floor(cellDraw * scale);
  return entryDraw < (table[cell] as number) ? cell >>> 1 : (table[cell + 1] as number);
}

/** Weights of Zipf's law for so many entries, the busiest first: `rank ^ -exponent`. */
export function zipfWeights(count: number, exponent: number): Float64Array {
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) weights[i] = Math.exp(-exponent * Math.log(i + 1));
  return weights;
}
