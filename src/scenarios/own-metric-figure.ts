/** Figures of metrics of a scenario's own in its expectations: `phases.CANARY.candidate.conversion.rate`. */
import type { OwnFigures } from "../engine/monitor/monitor-record.ts";
import type { RunRecord, VersionFigures } from "../engine/result.ts";
import { definitionsOf, type OwnFigure } from "../engine/monitor/own-metric-catalogue.ts";
import { complain, type Complaint } from "./complaint.ts";
import type { Figure } from "./figure.ts";
import { nearestWord } from "./nearest-word.ts";
import type { OwnKinds } from "./own-metric-name.ts";

const FORM = /^phases\.[^.]+\.(?:baseline|candidate)\.(.+)\.(rate|mean|p50|p95|p99|p999|samples)$/;

/** The figure at the end of a path below a version's; null: it is none of these. */
export function ownFigure(
  below: readonly string[],
  versionOf: (record: RunRecord) => VersionFigures | null,
): Figure | null {
  const match = /^(.+)\.(rate|mean|p50|p95|p99|p999|samples)$/.exec(below.join("."));
  if (match === null) return null;
  const [, name = "", last] = match;
  const figure = last as OwnFigure | "samples";
  return {
    kind: figure === "samples" ? "count" : figure === "rate" ? "share" : "number",
    words: [],
    read: (record) => {
      const metrics: Readonly<Record<string, OwnFigures>> = versionOf(record)?.metrics ?? {};
      return Object.hasOwn(metrics, name) ? (metrics[name]?.[figure] ?? null) : null;
    },
  };
}

/** What is wrong with an expectation's path that speaks of a metric which the scenario has not; null: nothing. */
export function complainOfOwnFigure(path: string, kinds: OwnKinds): Complaint | null {
  const match = FORM.exec(path);
  if (match === null) return null;
  const [, name = "", figure = ""] = match;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const known = Object.entries(kinds).flatMap(([one, itsKind]) => [
    ...definitionsOf({ name: one, kind: itsKind }).map((metric) => metric.name),
    `${one}.samples`,
  ]);
  const possible = known.filter((one) => !one.endsWith(".delta"));
  if (kind !== undefined && possible.includes(`${name}.${figure}`)) return null;
  return complain("the record of a run has no such figure: the scenario has no such metric of its own", {
    found: `${name}.${figure}`,
    allowed: possible.join(", ") || "none: declare it in metrics",
    suggestion: nearestWord(`${name}.${figure}`, possible),
  });
}
