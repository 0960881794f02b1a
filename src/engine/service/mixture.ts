/**
 * The quantile function of a mixture. Each part is a curve of quantiles, linear between its points; so the mixture's
 * distribution function is a weighted sum of functions that are linear between the values of all parts: it is known
 * exactly at every such value, on both sides of its jumps, and inverted between them.
 */
import { invariant } from "../kernel/assert.ts";

/** Values at ascending probabilities from 0 to 1; neither descends. */
export interface QuantileCurve {
  readonly probabilities: Float64Array;
  readonly values: Float64Array;
}

/** A part and its weight among the parts; more than 0. */
export interface MixturePart {
  readonly weight: number;
  readonly curve: QuantileCurve;
}

/** The quantile function of a mixture of at least one part. */
export function mixtureQuantile(parts: readonly MixturePart[]): (probability: number) => number {
  const { probabilities, values } = distributionOf(parts);
  return (probability) => {
    let below = 0;
    let upTo = probabilities.length - 1;
    while (below < upTo) {
      const middle = (below + upTo) >> 1;
      if ((probabilities[middle] as number) < probability) below = middle + 1;
      else upTo = middle;
    }
    const high = values[upTo] as number;
    if (upTo === 0) return high;
    const [low, from] = [values[upTo - 1] as number, probabilities[upTo - 1] as number];
    return low + ((high - low) * (probability - from)) / Math.max((probabilities[upTo] as number) - from, 2 ** -60);
  };
}

/** The distribution function at every value of a part: just below it, and at it. */
function distributionOf(parts: readonly MixturePart[]): QuantileCurve {
  invariant(parts.length > 0, "a mixture has no parts");
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const distinct = Float64Array.from(new Set(parts.flatMap(({ curve }) => [...curve.values]))).sort();
  const probabilities = new Float64Array(2 * distinct.length);
  const values = new Float64Array(2 * distinct.length);
  const cursors = parts.map(() => 0);
  let highest = 0;
  distinct.forEach((value, nth) => {
    let below = 0;
    let upTo = 0;
    for (const [i, { weight, curve }] of parts.entries()) {
      let cursor = cursors[i] ?? 0;
      below += (weight / total) * probabilityAt(curve, cursor, value);
      while (cursor < curve.values.length && (curve.values[cursor] as number) <= value) cursor++;
      cursors[i] = cursor;
      upTo += (weight / total) * probabilityAt(curve, cursor, value);
    }
    for (const [side, probability] of [below, upTo].entries()) {
      // Sums of the same shares may differ in their last bit; a distribution function does not descend.
      highest = Math.max(highest, probability);
      probabilities[2 * nth + side] = highest;
      values[2 * nth + side] = value;
    }
  });
  return { probabilities, values };
}

/** Probability up to a value; `cursor` is the curve's first point at or above it (to stop below it), or above it. */
function probabilityAt({ probabilities, values }: QuantileCurve, cursor: number, value: number): number {
  if (cursor === 0) return 0;
  if (cursor === values.length) return 1;
  const [low, high] = [values[cursor - 1] as number, values[cursor] as number];
  const [from, to] = [probabilities[cursor - 1] as number, probabilities[cursor] as number];
  return from + ((to - from) * (value - low)) / (high - low);
}
