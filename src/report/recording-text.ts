/** What is in a recording, for people. */
import type { RecordedAttempts, RecordingRecord } from "../replay/recording/describe-recording.ts";
import { formatDuration } from "./duration-format.ts";
import { hang } from "./line-layout.ts";
import { formatCount, formatPlural, formatShare } from "./number-format.ts";
import { createTheme } from "./theme.ts";

const LABEL_WIDTH = 16;

/** A recording's figures. */
export function renderRecording(
  file: string,
  recording: RecordingRecord,
  look: { readonly colour: boolean; readonly ascii: boolean },
): string {
  const theme = createTheme(look);
  const { rows, keys, population, routes, baseline, candidate } = recording;
  const lines = [
    theme.bold(file),
    `  ${theme.bold("Recording")}`,
    ...entry("run", `${recording.scenario} under ${recording.policy}, seed ${recording.seed}`),
    ...entry("format", `${recording.format}, written by version ${recording.program}`),
    ...entry("digest", recording.digest),
    ...entry("rows", formatCount(rows)),
    ...entry("span", spanSentence(recording)),
    ...entry("users", `${formatPlural(keys, "key")} of ${formatCount(population)}`),
    ...routes.flatMap(({ route, requests }, i) =>
      entry(i === 0 ? "routes" : "", `${route}: ${formatCount(requests)}, ${formatShare(requests, rows)}`),
    ),
    ...entry("baseline", attemptsSentence(baseline, rows)),
    ...entry("candidate", attemptsSentence(candidate, rows)),
    ...entry("note", "attempts are as drawn, before faults, and of every request on both versions"),
  ];
  return `${lines.join("\n")}\n`;
}

function spanSentence({ firstAtMs, lastAtMs, endedAtMs, rows }: RecordingRecord): string {
  const ended = `the run ended at ${formatDuration(endedAtMs)}`;
  if (firstAtMs === null || lastAtMs === null) return `no request; ${ended}`;
  const seconds = (lastAtMs - firstAtMs) / 1_000;
  const rate = seconds === 0 ? "" : `, ${Number(((rows - 1) / seconds).toPrecision(3))} requests/s`;
  return `${formatDuration(firstAtMs)} to ${formatDuration(lastAtMs)}${rate}; ${ended}`;
}

function attemptsSentence({ served, declined, failed, p50Ms, p95Ms, p99Ms }: RecordedAttempts, rows: number): string {
  const share = (count: number, what: string): string => `${formatShare(count, rows)} ${what}`;
  return [
    share(served, "served"),
    ...failed.map(({ kind, count }) => share(count, kind)),
    ...(declined === 0 ? [] : [share(declined, "declined")]),
    ...(p50Ms === null || p95Ms === null || p99Ms === null
      ? []
      : [`p50 ${formatDuration(p50Ms)}, p95 ${formatDuration(p95Ms)}, p99 ${formatDuration(p99Ms)}`]),
  ].join(", ");
}

function entry(label: string, text: string): string[] {
  return hang(`    ${label}`.padEnd(LABEL_WIDTH), text);
}
