/**
 * Which of many items is asked for: Zipf's law by inversion, one 32-bit draw, one guess from a guide table and a step
 * or two. Monotone in the draw: the smallest draws ask for the most popular item.
 */
import { invariant } from "../kernel/assert.ts";

/** A law made ready for drawing. Immutable. */
export interface ItemPopularity {
  /** By item: the draws below it ask for this item or a more popular one. The last is 2^32. */
  readonly upTo: Float64Array;
  /** By the upper bits of a draw: the first item that such a draw can ask for. */
  readonly guide: Int32Array;
  /** How far to shift a draw to get these bits. */
  readonly guideShift: number;
}

const DRAWS = 2 ** 32;
/** Items that a law can have: its tables are 12 bytes per item. */
const ITEMS_MAX = 20_000_000;

/** Item k (from 1) in proportion to 1 / k^exponent; exponent 0 is all alike. */
export function createZipf(items: number, exponent: number): ItemPopularity {
  invariant(items >= 1 && items <= ITEMS_MAX, `${items} items`);
  const upTo = new Float64Array(items);
  let sum = 0;
  for (let item = 0; item < items; item++) {
    sum += Math.exp(-exponent * Math.log(item + 1));
    upTo[item] = sum;
  }
  for (let item = 0; item < items; item++) upTo[item] = Math.round(((upTo[item] as number) / sum) * DRAWS);
  upTo[items - 1] = DRAWS;
  const bits = Math.min(Math.max(32 - Math.clz32(items), 4), 20);
  const guideShift = 32 - bits;
  const guide = new Int32Array(1 << bits);
  let item = 0;
  for (let part = 0; part < guide.length; part++) {
    const least = part * (DRAWS / guide.length);
    while ((upTo[item] as number) <= least) item++;
    guide[part] = item;
  }
  return { upTo, guide, guideShift };
}

/** The item (from 0) that a 32-bit draw asks for. */
export function itemOfDraw(popularity: ItemPopularity, draw: number): number {
  const { upTo, guide, guideShift } = popularity;
  let item = guide[draw >>> guideShift] as number;
  while ((upTo[item] as number) <= draw) item++;
  return item;
}
