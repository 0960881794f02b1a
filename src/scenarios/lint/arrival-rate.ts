/** How much traffic a scenario has, without simulating it. */
import { SECOND_US } from "../../engine/kernel/units.ts";
import type { ArrivalModel, Traffic, VaryingArrivals } from "../../engine/traffic/traffic.ts";
import type { RuleSlice } from "../../engine/deployment/policy.ts";

/** Requests per second, on average over the run and at most. */
export interface ArrivalRate {
  readonly mean: number;
  readonly peak: number;
}

/** The rate of arrivals over a run of a length. */
export function arrivalRate(arrivals: ArrivalModel, durationUs: number): ArrivalRate {
  switch (arrivals.kind) {
    case "constant":
    case "poisson":
      return { mean: arrivals.perSecond, peak: arrivals.perSecond };
    case "bursts": {
      const { calmPerSecond, burstPerSecond, calmUs, burstUs } = arrivals;
      const mean = (calmPerSecond * calmUs + burstPerSecond * burstUs) / (calmUs + burstUs);
      return { mean, peak: Math.max(calmPerSecond, burstPerSecond) };
    }
    case "varying": {
      const peak = Math.max(...arrivals.points.map((point) => point.perSecond));
      const spanUs = arrivals.repeatUs ?? durationUs;
      return { mean: requestsWithin(arrivals, spanUs) / (spanUs / SECOND_US), peak };
    }
  }
}

/** The area under the curve from 0 on: straight lines between the points, flat beyond them. */
function requestsWithin({ points }: VaryingArrivals, untilUs: number): number {
  let requests = 0;
  let fromUs = 0;
  let from = points[0]?.perSecond ?? 0;
  for (const { atUs, perSecond } of [...points, { atUs: untilUs, perSecond: points.at(-1)?.perSecond ?? 0 }]) {
    const endUs = Math.min(Math.max(atUs, fromUs), untilUs);
    const end = atUs > fromUs ? from + ((perSecond - from) * (endUs - fromUs)) / (atUs - fromUs) : perSecond;
    requests += ((from + end) / 2) * ((endUs - fromUs) / SECOND_US);
    fromUs = endUs;
    from = perSecond;
    if (fromUs >= untilUs) break;
  }
  return requests;
}

/** The share of the requests that fall into a slice of the traffic, as a fraction; null where that cannot be known. */
export function sliceShare(slice: RuleSlice | undefined, { routes, users }: Traffic): number | null {
  if (slice === undefined) return 1;
  let share = 1;
  if (slice.route !== undefined) {
    const route = routes.find(({ name }) => name === slice.route);
    if (route === undefined) return null;
    share *= route.weight / routes.reduce((sum, { weight }) => sum + weight, 0);
  }
  if (slice.segment === undefined) return share;
  // How busy the users of a segment are is only even where all users are.
  if ((users.zipf ?? 0) !== 0) return null;
  for (const part of slice.segment.split(" and ")) {
    const [name, value] = part.split("=");
    const dimension = users.segments?.find((segment) => segment.name === name);
    const found = dimension?.values.find((one) => one.name === value);
    if (found === undefined) return null;
    share *= found.ppm / 1_000_000;
  }
  return share;
}
