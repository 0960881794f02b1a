/** A row of a recording, and as text: CSV with a header, or JSON Lines. Times are whole microseconds. */
import { csvCell } from "../csv-cell.ts";

/** Requests of an epoch of draws: the low 32 bits of a request's number. */
export const EPOCH_REQUESTS = 4_294_967_296;

/** How recordings are written, by the file's ending. */
export const RECORDING_FORMATS = ["csv", "jsonl", "trace"] as const;

/** A way of writing. */
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

/** A way of writing as text. */
export type TextFormat = Exclude<RecordingFormat, "trace">;

/** One request of a run. */
export interface RecordedRow {
  /** The index by which its chance is drawn. */
  request: number;
  /** Since the run's start. */
  atUs: number;
  /** `u7` for user 7 of synthetic traffic. */
  key: string;
  /** The router that it met, from 0. */
  router: number;
  route: string;
  /** The values of all dimensions, as in `region=eu;plan=paid`; empty: users are not divided. */
  segment: string;
  /** Hash of the session, 32 bits; -1: requests name their users. */
  session: number;
  /** The attempt on the baseline, before faults: latency, and `served` or a kind of failure. */
  baselineUs: number;
  baselineResult: string;
  /** The attempt on the candidate, whether it was made or not: also `declined`. */
  candidateUs: number;
  candidateResult: string;
}

/** Names of the columns and keys, in their order. */
const COLUMNS = [
  "request",
  "at_us",
  "key",
  "router",
  "route",
  "segment",
  "session",
  "baseline_us",
  "baseline_result",
  "candidate_us",
  "candidate_result",
] as const;

/** The first line of a recording as CSV. */
const CSV_HEADER = `${COLUMNS.join(",")}\n`;

/** The format of a file by its ending; null: there is none of this ending. */
export function recordingFormatOf(file: string): RecordingFormat | null {
  return RECORDING_FORMATS.find((format) => file.toLowerCase().endsWith(`.${format}`)) ?? null;
}

/** Whether a file begins as a recording does. */
export function beginsAsRecording(text: string): boolean {
  return text.startsWith(CSV_HEADER.trimEnd()) || /^\{"request":\d+,"at_us":/u.test(text);
}

/** What stands before the rows. */
export function headOf(format: TextFormat): string {
  return format === "csv" ? CSV_HEADER : "";
}

/** A row with its line end. */
export function rowText(format: TextFormat, row: RecordedRow): string {
  const { request, atUs, key, router, route, segment, baselineUs, baselineResult, candidateUs, candidateResult } = row;
  const session = row.session === -1 ? "" : row.session;
  if (format === "csv") {
    const attempts = `${baselineUs},${csvCell(baselineResult)},${candidateUs},${csvCell(candidateResult)}`;
    return `${request},${atUs},${csvCell(key)},${router},${csvCell(route)},${csvCell(segment)},${session},${attempts}\n`;
  }
  const quoted = JSON.stringify;
  return (
    `{"request":${request},"at_us":${atUs},"key":${quoted(key)},"router":${router},"route":${quoted(route)},` +
    `"segment":${quoted(segment)},"session":${quoted(session)},"baseline_us":${baselineUs},` +
    `"baseline_result":${quoted(baselineResult)},"candidate_us":${candidateUs},` +
    `"candidate_result":${quoted(candidateResult)}}\n`
  );
}

/** A line without its end, read; null: it is no row. Numbers that are no safe integers make it none. */
export function parseRow(format: TextFormat, line: string): RecordedRow | null {
  const cells = format === "csv" ? csvCells(line) : jsonCells(line);
  if (cells === null || cells.length !== COLUMNS.length) return null;
  const [
    request,
    atUs,
    key,
    router,
    route,
    segment,
    session,
    baselineUs,
    baselineResult,
    candidateUs,
    candidateResult,
  ] = cells as [string, string, string, string, string, string, string, string, string, string, string];
  const row: RecordedRow = {
    request: wholeNumber(request),
    atUs: wholeNumber(atUs),
    key,
    router: wholeNumber(router),
    route,
    segment,
    session: session === "" ? -1 : wholeNumber(session),
    baselineUs: wholeNumber(baselineUs),
    baselineResult,
    candidateUs: wholeNumber(candidateUs),
    candidateResult,
  };
  const numbers = [row.request, row.atUs, row.router, row.session, row.baselineUs, row.candidateUs];
  return numbers.every((number) => Number.isSafeInteger(number)) ? row : null;
}

function wholeNumber(text: string): number {
  return /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
}

function csvCells(line: string): string[] | null {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/uy;
  for (;;) {
    const match = cell.exec(line);
    if (match === null) return null;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "") return cells;
  }
}

function jsonCells(line: string): string[] | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return null;
    const record: Readonly<Record<string, unknown>> = { ...value };
    return COLUMNS.map((name) => String(record[name]));
  } catch {
    return null;
  }
}
