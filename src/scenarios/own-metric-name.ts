/** Names of metrics of a scenario's own: which are possible, and which of them rules and expectations may speak of. */
import type { OwnMetricKind } from "../engine/service/own-metric.ts";
import { fullMetricNames, METRICS, type MetricDefinition } from "../engine/monitor/catalogue.ts";
import { definitionsOf, kindOfFigure } from "../engine/monitor/own-metric-catalogue.ts";
import { complain, type Complaint } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";

/** Metrics by name, with their kinds. */
export type OwnKinds = Readonly<Record<string, OwnMetricKind>>;

/** What a metric's name may not begin with: scopes, and what names of the catalogue begin with. */
const TAKEN = new Set(["candidate", "baseline", "all", "burnRate", ...METRICS.map(({ name }) => firstOf(name))]);

function firstOf(name: string): string {
  return name.split(".")[0] ?? "";
}

/** What is wrong with the name of a metric of one's own; null: nothing. */
export function complainOfOwnName(name: string): Complaint | null {
  if (!/^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*$/.test(name)) {
    const allowed = "words of letters, digits, - and _ joined by points, such as basket.value";
    return complain("this is not a name for a metric", { found: name, allowed });
  }
  if (!TAKEN.has(firstOf(name))) return null;
  return complain(`metrics of one's own may not begin with ${firstOf(name)}: the catalogue has such a name`, {
    found: name,
  });
}

/** What a name stands for that is no metric of the catalogue, nor one of these; null: it is one of these. */
export function complainOfOwnMetric({ name: found, own }: MetricDefinition, kinds: OwnKinds): Complaint | null {
  if (own === undefined) return null;
  const kind = Object.hasOwn(kinds, own.name) ? kinds[own.name] : undefined;
  if (kind === kindOfFigure(own.figure)) return null;
  const ours = Object.entries(kinds).flatMap(([name, one]) => definitionsOf({ name, kind: one }));
  if (kind !== undefined) {
    const allowed = ours.filter((one) => one.own?.name === own.name).map((one) => one.name);
    return complain(`${own.name} is a ${kind}`, { found, allowed: allowed.join(", ") });
  }
  return complain("unknown metric", { found, ...allowedNames(found, kinds) });
}

/** Which names there are, and the nearest to one that is not among them. */
function allowedNames(found: string, kinds: OwnKinds): Pick<Complaint, "allowed" | "suggestion"> {
  const ours = Object.entries(kinds).flatMap(([name, kind]) => definitionsOf({ name, kind }));
  const metrics = [...METRICS, ...ours];
  const suggestion = nearestWord(found, [...metrics.map(({ name }) => name), ...fullMetricNames(metrics), "burnRate"]);
  const allowed =
    suggestion === null
      ? metrics.map(({ name }) => name).join(", ")
      : "a name of rehearse list metrics, or of metrics:";
  return { allowed, suggestion };
}
