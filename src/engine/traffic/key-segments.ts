/**
 * The segment of every key: a hash of the key under the dimension's name, against the shares. It does not hang on the
 * seed, as who is routed where does not: the same user is in the same region in every run and every scenario.
 */
import { invariant } from "../kernel/assert.ts";
import { drawThresholdFromPpm } from "../kernel/random.ts";
import { bucketOf, flagSalt } from "../flags/bucketing.ts";
import { SEGMENTS_MAX, segmentCount } from "../service/segments.ts";
import type { SegmentDimension } from "../service/world.ts";
import type { SegmentShares } from "./traffic.ts";

/** The dimensions as a world describes them, without the shares. */
export function dimensionsOf(shares: readonly SegmentShares[]): readonly SegmentDimension[] {
  return shares.map(({ name, values }) => ({ name, values: values.map((value) => value.name) }));
}

/** Segment of every key by key index, see `service/segments.ts`. Dimensions are independent of each other. */
export function segmentsOfKeys(keyHashes: Uint32Array, shares: readonly SegmentShares[]): Uint8Array {
  invariant(segmentCount(dimensionsOf(shares)) <= SEGMENTS_MAX, "there are too many combinations of segments");
  const segments = new Uint8Array(keyHashes.length);
  for (const { name, values } of shares) {
    const salt = flagSalt(`segment/${name}`);
    let sum = 0;
    const thresholds = Float64Array.from(values, ({ ppm }) => drawThresholdFromPpm((sum += ppm)));
    thresholds[thresholds.length - 1] = 2 ** 32;
    for (let i = 0; i < keyHashes.length; i++) {
      const bucket = bucketOf(keyHashes[i] as number, salt);
      let value = 0;
      while (bucket >= (thresholds[value] as number)) value++;
      segments[i] = (segments[i] as number) * values.length + value;
    }
  }
  return segments;
}
