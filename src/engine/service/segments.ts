/**
 * Segments: users divided in several ways at once (region, plan, internal). The values of all dimensions are one
 * number, the first dimension the most significant, so that a table by segment is an array.
 */
import { invariant } from "../kernel/assert.ts";
import type { SegmentDimension } from "./world.ts";

/** Value by name of the dimension; a segment is selected where all match. */
export type SegmentSelector = Readonly<Record<string, string>>;

/** Most combinations of values that a world can have: a column of bytes holds them. */
export const SEGMENTS_MAX = 255;

/** How many combinations of values there are; 1 without dimensions. */
export function segmentCount(dimensions: readonly SegmentDimension[]): number {
  return dimensions.reduce((product, { values }) => product * values.length, 1);
}

/** Per combination of values: 1 where the selector matches. Its names must exist. */
export function segmentMask(dimensions: readonly SegmentDimension[], selector: SegmentSelector): Uint8Array {
  const mask = new Uint8Array(segmentCount(dimensions)).fill(1);
  for (const [name, value] of Object.entries(selector)) {
    const at = dimensions.findIndex((dimension) => dimension.name === name);
    const chosen = dimensions[at]?.values.indexOf(value) ?? -1;
    invariant(chosen >= 0, `the world has no segment ${name}=${value}`);
    const below = segmentCount(dimensions.slice(at + 1));
    const size = dimensions[at]?.values.length ?? 1;
    for (let segment = 0; segment < mask.length; segment++) {
      if (Math.floor(segment / below) % size !== chosen) mask[segment] = 0;
    }
  }
  return mask;
}
