/**
 * Slices of the traffic: a route, a segment of the users, or where the two meet. A grid has one cell for everything that
 * its slices tell apart, and no more: routes that none of them names share a row, and segments that all of them treat
 * alike share a column. So a slice is a set of whole cells, and all cells together are all of the traffic.
 */
import { segmentCount, segmentMask } from "../service/segments.ts";
import type { World } from "../service/world.ts";

/** A slice; plain data. Without both it is all of the traffic. */
export interface Slice {
  readonly route?: string;
  /** `region=eu`, or `region=eu and plan=pro`. */
  readonly segment?: string;
}

/** What a grid needs to know of a world. */
type WorldFacts = Pick<World, "routes" | "segments">;

/** A grid for some slices of a world's traffic. Immutable. */
export interface SliceGrid {
  /** First cell of the row of each route, by route index. */
  readonly rowOfRoute: Uint32Array;
  /** Column of each segment. */
  readonly columnOfSegment: Uint32Array;
  readonly cells: number;
  /** Cells of each slice that the grid was made for, ascending, in their order; none where the world has no such slice. */
  readonly cellsOfSlice: readonly Uint32Array[];
}

/** `of "GET /b" in region=eu`; empty for all of the traffic. */
export function describeSlice(slice: Slice): string {
  const words: string[] = [];
  if (slice.route !== undefined) words.push(`of ${JSON.stringify(slice.route)}`);
  if (slice.segment !== undefined) words.push(`in ${slice.segment}`);
  return words.join(" ");
}

/** The parts of a segment's text by dimension; null where it is not of the form `region=eu and plan=pro`. */
export function readSegment(text: string): Readonly<Record<string, string>> | null {
  const parts: Record<string, string> = {};
  for (const part of text.split(" and ")) {
    const [name = "", value = "", ...rest] = part.trim().split("=");
    if (name === "" || value === "" || rest.length > 0 || Object.hasOwn(parts, name)) return null;
    parts[name] = value;
  }
  return parts;
}

/** Whether the world's traffic has such a slice. */
export function hasSlice(world: WorldFacts, slice: Slice): boolean {
  if (slice.route !== undefined && !world.routes.includes(slice.route)) return false;
  if (slice.segment === undefined) return true;
  const parts = readSegment(slice.segment);
  if (parts === null) return false;
  return Object.entries(parts).every(([name, value]) =>
    (world.segments ?? []).some((dimension) => dimension.name === name && dimension.values.includes(value)),
  );
}

/** The grid that tells these slices apart. */
export function createSliceGrid(world: WorldFacts, slices: readonly Slice[]): SliceGrid {
  const dimensions = world.segments ?? [];
  const known = slices.map((slice) => hasSlice(world, slice));
  const masks = slices.map((slice, i): Uint8Array | null => {
    const parts = slice.segment === undefined || known[i] !== true ? null : readSegment(slice.segment);
    return parts === null ? null : segmentMask(dimensions, parts);
  });
  const columnOfSegment = groupAlike(segmentCount(dimensions), (segment) =>
    masks.map((mask) => mask?.[segment] ?? 0).join(""),
  );
  const columns = Math.max(...columnOfSegment) + 1;
  const named = new Set(slices.map((slice) => slice.route));
  const rows = groupAlike(world.routes.length, (route) => {
    const name = world.routes[route];
    return named.has(name) ? `named ${name}` : "";
  });
  const cells = (Math.max(...rows) + 1) * columns;
  const cellsOfSlice = slices.map((slice, i) => {
    if (known[i] !== true) return new Uint32Array(0);
    const chosen = new Set<number>();
    for (const [route, row] of rows.entries()) {
      if (slice.route !== undefined && world.routes[route] !== slice.route) continue;
      for (const [segment, column] of columnOfSegment.entries()) {
        if ((masks[i]?.[segment] ?? 1) === 1) chosen.add(row * columns + column);
      }
    }
    return Uint32Array.from(chosen).sort();
  });
  return { rowOfRoute: rows.map((row) => row * columns), columnOfSegment, cells, cellsOfSlice };
}

/** Numbers things by their signature, in the order of first appearance. */
function groupAlike(count: number, signatureOf: (index: number) => string): Uint32Array {
  const groups = new Map<string, number>();
  return Uint32Array.from({ length: count }, (_, index) => {
    const signature = signatureOf(index);
    const known = groups.get(signature);
    if (known !== undefined) return known;
    groups.set(signature, groups.size);
    return groups.size - 1;
  });
}
