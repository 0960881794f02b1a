/** Figures of the routing that expectations speak of: `routing.flips`. */
import type { RoutingRecord } from "../engine/result.ts";
import type { PartFigures } from "./figure.ts";

/** By name. */
export const ROUTING: PartFigures<RoutingRecord> = {
  routers: { kind: "count", read: (routing) => routing.routers },
  bucketing: { kind: "text", read: (routing) => routing.bucketing },
  stickiness: { kind: "text", read: (routing) => routing.stickiness },
  slowestUpdate: { kind: "duration", read: (routing) => routing.slowestUpdateMs },
  flips: { kind: "count", read: (routing) => routing.flips },
  routerFlips: { kind: "count", read: (routing) => routing.routerFlips },
  tornUsers: { kind: "count", read: (routing) => routing.tornUsers },
};
