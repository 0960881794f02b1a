/**
 * Figures of what the monitor leaves in the record: `errors.total`, `errors.kinds.timeout`, `errors.candidate.bursts`,
 * `monitor.summaries`, `monitor.lastSummary`. Absent where the policy's monitor does not record them.
 */
import type { MonitorRecord, VersionErrors } from "../engine/monitor/monitor-record.ts";
import type { RunRecord } from "../engine/result.ts";
import { complain, parsed, refused, type Parsed } from "./complaint.ts";
import type { Figure } from "./figure.ts";
import { nearestWord } from "./nearest-word.ts";

const OF_VERSION: Readonly<Record<string, (version: VersionErrors) => number>> = {
  errors: (version) => version.errors,
  longestRun: (version) => version.longestRun,
  longRuns: (version) => version.longRuns,
  bursts: (version) => version.burstCount,
};

const OF_MONITOR: Readonly<
  Record<string, Pick<Figure, "kind"> & { readonly read: (monitor: MonitorRecord) => Value }>
> = {
  summaries: { kind: "count", read: (monitor) => monitor.summaries },
  reports: { kind: "count", read: (monitor) => monitor.reports },
  lastSummary: { kind: "text", read: (monitor) => monitor.lastSummary },
};

type Value = string | number | null;

/** The figure at a path below `errors` or `monitor`, or what is wrong with the path. */
export function monitorFigure(path: string): Parsed<Figure> {
  const [head, first = "", second, ...below] = path.split(".");
  if (below.length === 0 && head === "monitor" && second === undefined) {
    const figure = Object.hasOwn(OF_MONITOR, first) ? OF_MONITOR[first] : undefined;
    if (figure !== undefined)
      return found(figure.kind, ({ monitor }) => (monitor === undefined ? null : figure.read(monitor)));
  }
  if (below.length === 0 && head === "errors") {
    if (first === "total" && second === undefined) return found("count", ({ errors }) => errors?.total ?? null);
    if (first === "kinds" && second !== undefined && second !== "") {
      return found("count", ({ errors }) => (errors === undefined ? null : ofKind(errors.kinds, second)));
    }
    const read = second !== undefined && Object.hasOwn(OF_VERSION, second) ? OF_VERSION[second] : undefined;
    if ((first === "baseline" || first === "candidate") && read !== undefined) {
      return found("count", ({ errors }) => (errors === undefined ? null : read(errors[first])));
    }
  }
  const known = [
    "errors.total",
    "errors.kinds.NAME",
    ...["baseline", "candidate"].flatMap((version) =>
      Object.keys(OF_VERSION).map((name) => `errors.${version}.${name}`),
    ),
    ...Object.keys(OF_MONITOR).map((name) => `monitor.${name}`),
  ];
  return refused(
    complain("the record of a run has no such figure", {
      found: path,
      allowed: known.join(", "),
      suggestion: nearestWord(path, known),
    }),
  );
}

function found(kind: Figure["kind"], read: (record: RunRecord) => Value): Parsed<Figure> {
  return parsed({ kind, words: [], read });
}

/** A kind is addressed by its name, with `-` for what is neither a letter nor a digit: `cut-off`. */
function ofKind(
  kinds: readonly { readonly name: string; readonly baseline: number; readonly candidate: number }[],
  name: string,
): number {
  const kind = kinds.find((one) => one.name === name || one.name.replaceAll(/[^A-Za-z0-9]+/g, "-") === name);
  return kind === undefined ? 0 : kind.baseline + kind.candidate;
}
