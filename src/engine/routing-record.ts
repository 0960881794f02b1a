/** What the record says of the routing, where a plan asks for more than one plain router. */
import { msFromUs } from "./kernel/units.ts";
import type { RoutingRecord } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Null: one plain router. */
export function recordRouting({ routing }: ReadyPlan, { routers }: StackState): RoutingRecord | null {
  if (routing === null || routers === undefined) return null;
  const { plan, plane } = routing;
  return {
    routers: plane.routers,
    bucketing: plan.bucketing.kind,
    stickiness: plan.stickiness,
    slowestUpdateMs: msFromUs(routers.slowestUs),
    flips: routers.flips,
    routerFlips: routers.routerFlips,
    tornUsers: routers.tornUsers,
  };
}
