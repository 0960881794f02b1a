/** How a trace is to be read, from the text of the command line's options: all problems at once. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { Parsed } from "../scenarios/complaint.ts";
import { parseShare } from "../scenarios/quantity.ts";
import { parseFailureRules, type FailureRules } from "./failure.ts";
import { parseColumnMapping } from "./formats/csv-columns.ts";
import { formatOfName } from "./formats/detect-format.ts";
import type { ImportOptions } from "./import-trace.ts";
import { parseRangeEnd, parseStart, type TimeRange } from "./time-range.ts";
import { zoneMinutesFromText } from "./timestamps.ts";
import { parseVersionWords } from "./version-words.ts";

/** The options as typed; what is not given is undefined. */
export interface ImportSettingsText {
  /** `--format`. */
  readonly format?: string | undefined;
  /** `--columns`: `timestamp=ts,user=client`. */
  readonly columns?: string | undefined;
  /** `--versions`: `baseline=1.2.3,candidate=1.2.4`. */
  readonly versions?: string | undefined;
  /** `--zone`: `+03:30`, `UTC`. */
  readonly zone?: string | undefined;
  /** `--start`: `2024-05-17T10:00:00Z`. */
  readonly start?: string | undefined;
  /** `--from` and `--to`: a time or an offset. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `--errors`: `5xx,429`. */
  readonly errors?: string | undefined;
  /** `--max-rejected`: `1%`. */
  readonly maxRejected?: string | undefined;
}

/** How a trace is to be read, and which part of it. */
export interface ImportSettings extends Omit<ImportOptions, "source"> {
  readonly range: TimeRange;
}

/** Reads the settings of an import. */
export function readImportSettings(text: ImportSettingsText): Read<ImportSettings> {
  const problems: Problem[] = [];
  const take = <T>(read: Read<T>, otherwise: T): T => {
    if (read.ok) return read.value;
    problems.push(...read.problems);
    return otherwise;
  };
  const format = text.format === undefined ? null : take(nameOf(text.format), null);
  const columns = text.columns === undefined ? null : take(parseColumnMapping(text.columns), null);
  const failure = text.errors === undefined ? null : take<FailureRules | null>(parseFailureRules(text.errors), null);
  const versions = text.versions === undefined ? null : take(parseVersionWords(text.versions), null);
  const zoneMinutes = text.zone === undefined ? null : take(readZone(text.zone), null);
  const maxRejectedShare = text.maxRejected === undefined ? null : take(readMaxRejected(text.maxRejected), null);
  const range = {
    from: text.from === undefined ? null : take(ofOption("--from", parseRangeEnd(text.from, zoneMinutes)), null),
    to: text.to === undefined ? null : take(ofOption("--to", parseRangeEnd(text.to, zoneMinutes)), null),
  };
  const startEpochUs =
    text.start === undefined ? null : take(ofOption("--start", parseStart(text.start, zoneMinutes)), null);
  if (problems.length > 0) return { ok: false, problems };
  const value = { format, columns, versions, failure, zoneMinutes, startEpochUs, maxRejectedShare, range };
  return { ok: true, value, warnings: [] };
}

function nameOf(text: string): Read<string | null> {
  const format = formatOfName(text);
  return format.ok ? { ok: true, value: format.value.name, warnings: [] } : format;
}

function readZone(text: string): Read<number | null> {
  const minutes = zoneMinutesFromText(text.trim());
  if (minutes !== null) return { ok: true, value: minutes, warnings: [] };
  const message = "this is no offset from UTC";
  return refused({ source: "--zone", message, found: text, allowed: "UTC, +02:00, -0330, …", suggestion: null });
}

function readMaxRejected(text: string): Read<number | null> {
  // None at all needs no unit.
  const share = parseShare(/^0+(\.0+)?$/.test(text.trim()) ? "0%" : text);
  return ofOption("--max-rejected", share.ok ? { ok: true, value: share.value / 1_000_000 } : share);
}

function ofOption<T>(source: string, read: Parsed<T>): Read<T> {
  if (read.ok) return { ok: true, value: read.value, warnings: [] };
  return { ok: false, problems: read.complaints.map((complaint) => placed({ source, ...complaint })) };
}

type Unplaced = Omit<Problem, "line" | "column" | "path">;

function refused(problem: Unplaced): Read<never> {
  return { ok: false, problems: [placed(problem)] };
}

function placed(problem: Unplaced): Problem {
  return { line: 0, column: 0, path: "", ...problem };
}
