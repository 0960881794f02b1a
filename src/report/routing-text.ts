/** How requests were routed, where there was more than one plain router. */
import type { RoutingRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { padLeft } from "./line-layout.ts";
import { formatCount, formatPlural } from "./number-format.ts";
import type { Theme } from "./theme.ts";

/** The routers, how long they took to learn, and who met two that disagreed; empty for one plain router. */
export function routingLines(routing: RoutingRecord | undefined, theme: Theme): string[] {
  if (routing === undefined) return [];
  const { routers, bucketing, stickiness, slowestUpdateMs, flips, routerFlips, tornUsers } = routing;
  const who = stickiness === "default" ? "" : `, sticky by ${stickiness}`;
  return [
    `  ${theme.bold("Routing")}  ${formatPlural(routers, "router")}, ${bucketing} bucketing${who}`,
    row(formatDuration(slowestUpdateMs), "at most from a change of the flags to a router that acted on it"),
    row(formatCount(flips), "requests decided otherwise than their user's one before"),
    ...(routers === 1
      ? []
      : [
          row(formatCount(routerFlips), "of them because two routers knew different shares"),
          row(formatCount(tornUsers), "users met such a disagreement"),
        ]),
  ];
}

function row(figure: string, what: string): string {
  return `  ${padLeft(figure, 12)}  ${what}`;
}
