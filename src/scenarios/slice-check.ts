/** Slices that a policy speaks of and a scenario's traffic does not have. */
import type { Condition, Policy } from "../engine/deployment/policy.ts";
import { describeSlice, hasSlice } from "../engine/monitor/slice-grid.ts";
import type { World } from "../engine/service/world.ts";
import type { Traffic } from "../engine/traffic/traffic.ts";
import { complain, type Complaint } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";

/** What the traffic is divided by. */
type TrafficFacts = Pick<World, "routes" | "segments">;

/** Everything in the policy that is about traffic which there is none of. */
export function complainOfSlices(policy: Policy, { routes, users }: Traffic): Complaint[] {
  const traffic: TrafficFacts = {
    routes: routes.map((route) => route.name),
    segments: (users.segments ?? []).map(({ name, values }) => ({ name, values: values.map((value) => value.name) })),
  };
  const rules: readonly (Condition & { readonly name: string })[] = [
    ...policy.triggers,
    ...policy.phases.flatMap((phase) => phase.gates),
    ...policy.alerts,
  ];
  const complaints: Complaint[] = [];
  for (const { name, slice } of rules) {
    if (slice === undefined || hasSlice(traffic, slice)) continue;
    const { route } = slice;
    const isRoute = route !== undefined && !traffic.routes.includes(route);
    const allowed = isRoute ? traffic.routes.join(", ") : segmentsOf(traffic);
    complaints.push(
      complain(`the policy's rule ${name} is about traffic that this scenario does not have`, {
        found: describeSlice(slice),
        allowed,
        suggestion: isRoute ? nearestWord(route, traffic.routes) : null,
      }),
    );
  }
  for (const way of policy.monitor?.by ?? []) {
    const ways = ["route", ...(traffic.segments ?? []).map((dimension) => dimension.name)];
    if (ways.includes(way)) continue;
    const suggestion = nearestWord(way, ways);
    complaints.push(
      complain("the policy's monitor breaks figures down in a way that this scenario's traffic is not divided in", {
        found: way,
        allowed: ways.join(", "),
        suggestion,
      }),
    );
  }
  return complaints;
}

function segmentsOf({ segments }: TrafficFacts): string {
  const known = (segments ?? []).flatMap(({ name, values }) => values.map((value) => `in ${name}=${value}`));
  return known.length === 0 ? "no segments: the scenario's users are not divided" : known.join(", ");
}
