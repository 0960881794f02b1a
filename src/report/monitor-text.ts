/** What the monitor recorded, for people: failures by kind and route, patterns, the newest; figures by slice. */
import type { ErrorShare, ErrorsRecord, VersionErrors } from "../engine/monitor/monitor-record.ts";
import type { ScenarioRecord, VersionFigures } from "../engine/result.ts";
import { formatDuration, formatLatency } from "./duration-format.ts";
import { hang } from "./line-layout.ts";
import { formatCount, formatPlural, formatShare } from "./number-format.ts";
import { stripControls } from "./plain-text.ts";
import type { Theme } from "./theme.ts";

const LABEL_WIDTH = 16;
/** How many of the kinds and routes are shown. */
const SHOWN = 5;
/** How many of the newest failures are shown. */
const NEWEST_SHOWN = 3;
/** How many slices are shown. */
const SLICES_SHOWN = 20;

/** Failed attempts: how many of which kind, where, in which patterns; empty where they are not recorded. */
export function errorLines({ errors }: ScenarioRecord, theme: Theme): string[] {
  if (errors === undefined || errors.total === 0) return [];
  return [
    `  ${theme.bold("Errors")}`,
    ...entry("by kind", sharesSentence(errors.kinds, errors)),
    ...(errors.routes.length > 1 ? entry("by route", sharesSentence(errors.routes, errors)) : []),
    ...(["baseline", "candidate"] as const).flatMap((version) => entry(version, versionSentence(errors[version]))),
    ...errors.recent
      .slice(-NEWEST_SHOWN)
      .flatMap(({ atMs, version, route, kind }, index) =>
        entry(
          index === 0 ? "newest" : "",
          `${formatDuration(atMs)}  ${version}, ${stripControls(route)}: ${stripControls(kind)}`,
        ),
      ),
  ];
}

function entry(label: string, text: string): string[] {
  return hang(`    ${label}`.padEnd(LABEL_WIDTH), text);
}

function sharesSentence(shares: readonly ErrorShare[], { total }: ErrorsRecord): string {
  const shown = shares
    .slice(0, SHOWN)
    .map(({ name, baseline, candidate }) => {
      const count = baseline + candidate;
      return `${stripControls(name)} ${formatCount(count)} (${formatShare(count, total)}; candidate ${formatCount(candidate)})`;
    })
    .join(", ");
  return shares.length > SHOWN ? `${shown}, and ${shares.length - SHOWN} more` : shown;
}

function versionSentence({ errors, longestRun, longRuns, burstCount, bursts }: VersionErrors): string {
  const parts = [formatPlural(errors, "failed attempt")];
  if (errors > 0)
    parts.push(`at most ${formatCount(longestRun)} one after the other (${formatPlural(longRuns, "long run")})`);
  const [first] = bursts;
  if (first !== undefined) {
    const where = `${formatDuration(first.fromMs)} to ${formatDuration(first.toMs)}`;
    const what = `${formatCount(first.errors)} of ${formatCount(first.attempts)} attempts`;
    parts.push(`${formatPlural(burstCount, "burst")}, the first ${where}: ${what}`);
  }
  return parts.join(", ");
}

/** The figures of each slice in each stay in a phase; empty where none are asked for. */
export function sliceLines({ slices }: ScenarioRecord, theme: Theme): string[] {
  if (slices === undefined || slices.length === 0) return [];
  const busy = slices.filter(({ baseline, candidate }) => baseline.requests + candidate.requests > 0);
  const lines = busy
    .slice(0, SLICES_SHOWN)
    .flatMap(({ slice, phase, baseline, candidate }) => [
      ...hang("    ", `${phase} ${stripControls(slice)}`),
      ...hang("      baseline   ", figuresSentence(baseline)),
      ...hang("      candidate  ", figuresSentence(candidate)),
    ]);
  const more = busy.length - SLICES_SHOWN;
  return [
    `  ${theme.bold("Slices")}`,
    ...lines,
    ...(more > 0 ? hang("    ", `and ${formatPlural(more, "more slice")}: see --json`) : []),
  ];
}

function figuresSentence({ requests, attempts, errors, p50Ms, p99Ms, p999Ms }: VersionFigures): string {
  if (requests === 0) return "no requests";
  const latencies = `p50 ${formatLatency(p50Ms)}, p99 ${formatLatency(p99Ms)}, p999 ${formatLatency(p999Ms)}`;
  return `${formatPlural(requests, "request")}, ${formatCount(errors)} failed (${formatShare(errors, attempts)}), ${latencies}`;
}

/** The newest summary line and the last report; empty where the monitor wrote none. */
export function monitorLines({ monitor }: ScenarioRecord, theme: Theme): string[] {
  if (monitor === undefined || (monitor.lastSummary === null && monitor.finalReport.length === 0)) return [];
  const { summaries, lastSummary, reports, finalReport } = monitor;
  return [
    `  ${theme.bold("Monitor")}  ${formatPlural(summaries, "summary line")}, ${formatPlural(reports, "stage report")}`,
    ...(lastSummary === null ? [] : hang("    ", lastSummary)),
    ...finalReport.flatMap((line) => hang("    ", line)),
  ];
}
