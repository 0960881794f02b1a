/** What a version does in each cell: its own models, with those of the route and of the segments laid over them. */
import { segmentCount, segmentMask } from "./segments.ts";
import type { ErrorModel, LatencyModel, VersionModel } from "./version-model.ts";
import type { SegmentDimension } from "./world.ts";

/** What a version does with the requests of one route and segment. */
export interface Behaviour {
  readonly latency: LatencyModel;
  readonly errors: ErrorModel;
  readonly declinePpm: number;
  readonly timeoutUs: number | undefined;
}

/**
 * By cell, which is the route's index times the number of segments plus the segment's. What a route says wins over what
 * the version says, what a segment says over both, and later segments over earlier ones.
 */
export function behavioursByCell(
  routes: readonly string[],
  segments: readonly SegmentDimension[],
  version: VersionModel,
): readonly Behaviour[] {
  const { latency, errors, declinePpm, timeoutUs } = version;
  const overrides = (version.segments ?? []).map((override) => ({
    override,
    mask: segmentMask(segments, override.where),
  }));
  return routes.flatMap((route) => {
    const own = Object.hasOwn(version.routes, route) ? version.routes[route] : undefined;
    return Array.from({ length: segmentCount(segments) }, (_, segment): Behaviour => {
      let cell: Behaviour = { latency, errors, declinePpm, timeoutUs, ...own };
      for (const { override, mask } of overrides) {
        if (mask[segment] === 0) continue;
        cell = {
          latency: override.latency ?? cell.latency,
          errors: override.errors ?? cell.errors,
          declinePpm: override.declinePpm ?? cell.declinePpm,
          timeoutUs: override.timeoutUs ?? cell.timeoutUs,
        };
      }
      return cell;
    });
  });
}
