/** What a replay saw in its trace, and how far the candidate's outcomes are known at all. */
import type { ImportRecord } from "../engine/import-record.ts";
import type { TraceRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { cut, hang, LINE_WIDTH } from "./line-layout.ts";
import { formatCount, formatPlural, formatShare } from "./number-format.ts";
import { createTheme, type Theme } from "./theme.ts";

const LABEL_WIDTH = 16;

/** What a replay saw in its trace, and where the candidate's outcomes were from; empty for scenarios. */
export function traceLines(trace: TraceRecord | null, theme: Theme): string[] {
  if (trace === null) return [];
  return [
    ...importLines(trace, theme),
    ...entry("replayed", replayedSentence(trace)),
    ...entry("candidate", outcomeSources(trace)),
    ...counterfactualLines(trace),
  ];
}

/** What is in a log, for people. */
export function renderImport(
  file: string,
  trace: ImportRecord,
  notes: readonly string[],
  look: { readonly colour: boolean; readonly ascii: boolean },
): string {
  const theme = createTheme(look);
  const lines = [theme.bold(file), ...importLines(trace, theme), ...notes.flatMap((note) => entry("note", note))];
  return `${lines.join("\n")}\n`;
}

/** The import's figures: every rejected row counted by reason, the first of each with its line. */
function importLines(trace: ImportRecord, theme: Theme): string[] {
  return [
    `  ${theme.bold("Trace")}`,
    ...entry("format", trace.format),
    ...entry(
      "rows",
      `${formatCount(trace.rows)} read, ${formatCount(trace.accepted)} accepted, ${formatCount(trace.rejected)} rejected`,
    ),
    ...trace.rejections.flatMap((rejection) => rejectionLines(rejection, theme)),
    ...entry("order", orderSentence(trace)),
    ...entry("equal times", equalTimesSentence(trace)),
    ...entry("duplicates", trace.duplicates === 0 ? "none" : `${formatPlural(trace.duplicates, "row")}, all kept`),
    ...entry("span", spanSentence(trace)),
    ...entry("holes", holesSentence(trace)),
    ...entry("users", `${formatPlural(trace.keys, "key")}, ${formatPlural(trace.routes, "route")}`),
    ...entry(
      "latency",
      trace.withoutLatency === 0
        ? "recorded in every replayed row"
        : `missing in ${formatShare(trace.withoutLatency, trace.replayed)} of the replayed rows: from the model`,
    ),
    ...(trace.clientLeft === 0
      ? []
      : entry("client left", `${formatPlural(trace.clientLeft, "row")} without an outcome, excluded`)),
    ...(trace.unfinished === 0
      ? []
      : entry("unfinished", `${formatPlural(trace.unfinished, "row")} without an outcome, excluded`)),
    ...(trace.outsideRange === 0
      ? []
      : entry("outside", `${formatPlural(trace.outsideRange, "row")} outside of the range that was asked for`)),
  ];
}

/**
 * A sentence where the model carries the verdict: at least half of the candidate's outcomes are modelled, in all, or in
 * the last phase with any, where the verdict was reached. Null where what was recorded carries it.
 */
export function modelWarning(trace: TraceRecord | null): string | null {
  if (trace === null) return null;
  if (isMostlyModelled(trace)) {
    const share = formatShare(trace.modelled, sourcesSum(trace));
    return `the verdict rests on the model: ${share} of the candidate's outcomes are modelled, not recorded`;
  }
  const last = trace.phases.findLast((phase) => sourcesSum(phase) > 0);
  if (last === undefined || !isMostlyModelled(last)) return null;
  const share = formatShare(last.modelled, sourcesSum(last));
  return `the verdict rests on the model: in ${last.phase}, ${share} of the candidate's outcomes are modelled, not recorded`;
}

type Sources = Pick<TraceRecord, "recorded" | "resampled" | "modelled">;

function sourcesSum({ recorded, resampled, modelled }: Sources): number {
  return recorded + resampled + modelled;
}

function isMostlyModelled(sources: Sources): boolean {
  const all = sourcesSum(sources);
  return all > 0 && sources.modelled * 2 >= all;
}

/** Phase by phase, where the log has outcomes of the candidate: what of them is what it did, and what is not. */
function counterfactualLines(trace: TraceRecord): string[] {
  if (trace.recorded + trace.resampled === 0) return [];
  return trace.phases.flatMap((phase) => entry("", `${phase.phase}: ${outcomeSources(phase)}`));
}

function entry(label: string, text: string): string[] {
  return hang(`    ${label}`.padEnd(LABEL_WIDTH), text);
}

function rejectionLines(rejection: ImportRecord["rejections"][number], theme: Theme): string[] {
  const indent = " ".repeat(LABEL_WIDTH);
  return [
    ...hang(`${indent}${theme.glyph("bad")} `, `${formatCount(rejection.count)}: ${rejection.reason}`),
    ...rejection.firstLines.map((first) => cut(`${indent}  line ${first.line}: ${printable(first.text)}`, LINE_WIDTH)),
  ];
}

function orderSentence(trace: ImportRecord): string {
  if (trace.misplaced === 0) return "all rows in order of their start";
  const rows = formatPlural(trace.misplaced, "misplaced row");
  const far = formatDuration(trace.outOfOrderMsMax);
  const steps = formatPlural(trace.outOfOrder, "step back", "steps back");
  return `${rows} (start before a row above), by up to ${far}; ${steps} (before the row right above): sorted`;
}

function equalTimesSentence(trace: ImportRecord): string {
  if (trace.sharingStart === 0) return "none: each row has a start of its own";
  const share = formatShare(trace.sharingStart, trace.replayed);
  const rows = formatPlural(trace.sharingStart, "row");
  return `${rows} (${share}) start when another does, up to ${formatCount(trace.sharingStartMax)} at once: replayed as logged`;
}

function spanSentence(trace: ImportRecord): string {
  const from = trace.startsAt === null ? "" : ` from ${trace.startsAt.replace(/\.0+Z$/u, "Z")}`;
  const rate = trace.perSecond === null ? "" : `, ${Number(trace.perSecond.toPrecision(3))} requests/s as recorded`;
  return `${formatDuration(trace.spanMs)}${from}${rate}`;
}

function holesSentence(trace: ImportRecord): string {
  if (trace.replayed < 3) return `cannot be told: ${formatPlural(trace.replayed, "row")} only`;
  if (trace.holes === 0) return "none: no pause is longer than chance leaves";
  const longest = trace.longestHoles.map((hole) => `${formatDuration(hole.ms)} after ${formatDuration(hole.atMs)}`);
  return `${formatCount(trace.holes)}; the longest ${longest.join(", ")}`;
}

function replayedSentence(trace: TraceRecord): string {
  const rate = trace.rate === 1 ? "as fast as recorded" : `${trace.rate} times as fast`;
  const users = trace.amplify === 1 ? "each user once" : `each user ${formatCount(trace.amplify)} times`;
  return `${rate}, ${users}`;
}

function outcomeSources(trace: Sources): string {
  const all = sourcesSum(trace);
  if (all === 0) return "no request was routed to it";
  const share = (count: number): string => formatShare(count, all);
  return `${share(trace.recorded)} recorded, ${share(trace.resampled)} resampled, ${share(trace.modelled)} modelled`;
}

/** Control characters would reach the terminal otherwise. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
