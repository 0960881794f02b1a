/** What a replay saw in its trace, and how far the outcomes of both versions are known at all. */
import type { ImportRecord } from "../engine/import-record.ts";
import type { OutcomeSources, PartSources, TraceRecord, TraceSources } from "../engine/trace-record.ts";
import { formatDuration } from "./duration-format.ts";
import { cut, hang, LINE_WIDTH } from "./line-layout.ts";
import { formatCount, formatPlural, formatShare } from "./number-format.ts";
import { createTheme, type Theme } from "./theme.ts";

const LABEL_WIDTH = 16;

/** What a replay saw in its trace, and where outcomes were from; empty for scenarios. */
export function traceLines(trace: TraceRecord | null, theme: Theme): string[] {
  if (trace === null) return [];
  return [
    ...importLines(trace, theme),
    ...entry("replayed", replayedSentence(trace)),
    ...entry("baseline", shares(trace.sources.baseline)),
    ...(isRecorded(trace.sources.counterfactual)
      ? []
      : entry("", `of requests routed to the candidate: ${shares(trace.sources.counterfactual)}`)),
    ...entry("candidate", shares(trace.sources.candidate)),
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
    ...versionLines(trace.versions),
    ...(trace.failures === null ? [] : entry("failures", `status ${trace.failures} (--errors), and error classes`)),
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
 * Sentences where a model carries the verdict: at least half of a version's results or latencies are modelled, in all,
 * or in the last phase with any, where the verdict was reached. Of the baseline, what it would have done with the
 * requests routed to the candidate counts by itself: harm is judged by that. Empty where the log carries the verdict.
 */
export function modelWarnings(trace: TraceRecord | null): string[] {
  if (trace === null) return [];
  const warnings: string[] = [];
  const candidate = mostlyModelled(trace, candidateModelled);
  if (candidate !== null) warnings.push(`the verdict rests on the model: ${candidate}`);
  const baseline = mostlyModelled(trace, ({ sources }) => partsModelled(sources.baseline, "the baseline's"));
  if (baseline !== null) warnings.push(`the verdict rests on the model: ${baseline}`);
  const counterfactual = mostlyModelled(trace, ({ sources }) =>
    partsModelled(sources.counterfactual, "the baseline's", " of requests routed to the candidate"),
  );
  if (counterfactual !== null && baseline === null) {
    warnings.push(`who was harmed and who was slowed rests on the model: ${counterfactual}`);
  }
  return warnings;
}

/** What is mostly modelled in all, else in the last phase in which there is anything; null: nothing. */
function mostlyModelled(trace: TraceRecord, tell: (sources: TraceSources) => string | null): string | null {
  const inAll = tell(trace);
  if (inAll !== null) return inAll;
  const last = trace.phases.findLast((phase) => total(phase) > 0);
  const inLast = last === undefined ? null : tell(last);
  return last === undefined || inLast === null ? null : `in ${last.phase}, ${inLast}`;
}

/** An outcome is modelled where its result or its latency is. */
function candidateModelled(trace: TraceSources): string | null {
  const { result, latency } = trace.sources.candidate;
  const some = partsModelled({ result, latency }, "the candidate's");
  if (isMostlyModelled(trace) && isMostlyModelled(result) === isMostlyModelled(latency)) {
    return sentence(trace, "the candidate's outcomes", "");
  }
  return some;
}

function partsModelled({ result, latency }: PartSources, whose: string, which = ""): string | null {
  if (isMostlyModelled(result) && isMostlyModelled(latency)) {
    const less = result.modelled < latency.modelled ? result : latency;
    return sentence(less, `${whose} results and latencies`, which);
  }
  if (isMostlyModelled(result)) return sentence(result, `${whose} results`, which);
  return isMostlyModelled(latency) ? sentence(latency, `${whose} latencies`, which) : null;
}

function sentence(sources: OutcomeSources, what: string, which: string): string {
  return `${formatShare(sources.modelled, total(sources))} of ${what}${which} are modelled, not recorded`;
}

function total({ recorded, resampled, modelled }: OutcomeSources): number {
  return recorded + resampled + modelled;
}

function isMostlyModelled(sources: OutcomeSources): boolean {
  const all = total(sources);
  return all > 0 && sources.modelled * 2 >= all;
}

function isRecorded({ result, latency }: PartSources): boolean {
  return result.recorded === total(result) && latency.recorded === total(latency);
}

/** Phase by phase, where the log has outcomes of the candidate: what of them is what it did, and what is not. */
function counterfactualLines(trace: TraceRecord): string[] {
  const { result } = trace.sources.candidate;
  if (result.modelled === total(result)) return [];
  return trace.phases.flatMap((phase) => entry("", `${phase.phase}: ${shares(phase.sources.candidate)}`));
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

/** Nothing where the trace does not tell versions apart. */
function versionLines({ baseline, candidate, unknown, unknownAre, others }: ImportRecord["versions"]): string[] {
  if (baseline + candidate + others.rows === 0) return [];
  const rest =
    unknown === 0
      ? ""
      : `, ${formatCount(unknown)} of neither${unknownAre === "baseline" ? ", taken for the baseline's" : ""}`;
  const text = `${formatPlural(baseline, "row")} of the baseline, ${formatCount(candidate)} of the candidate${rest}`;
  const named = others.most.map(({ version, rows }) => `${cut(version, 30)} (${formatPlural(rows, "row")})`);
  const more = others.distinct > named.length ? [`${formatCount(others.distinct - named.length)} more`] : [];
  return [
    ...entry("versions", text),
    ...(named.length === 0 ? [] : entry("", `neither: ${[...named, ...more].join(", ")}`)),
  ];
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

function shares({ result, latency }: PartSources): string {
  if (total(result) === 0) return "no request was routed to it";
  const [ofResults, ofLatencies] = [sharesOf(result), sharesOf(latency)];
  return ofResults === ofLatencies ? ofResults : `results: ${ofResults}; latencies: ${ofLatencies}`;
}

function sharesOf(sources: OutcomeSources): string {
  const share = (count: number): string => formatShare(count, total(sources));
  return `${share(sources.recorded)} recorded, ${share(sources.resampled)} resampled, ${share(sources.modelled)} modelled`;
}

/** Control characters would reach the terminal otherwise. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
