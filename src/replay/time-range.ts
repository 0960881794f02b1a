/** Which part of a trace is replayed: `--from` and `--to`, calendar times or offsets from the first row. */
import { complain, parsed, refused, showFound, type Parsed } from "../scenarios/complaint.ts";
import { parseDuration } from "../scenarios/quantity.ts";
import { epochUsFromText, WITHOUT_ZONE } from "./timestamps.ts";

/** One end of a range. */
export type RangeEnd =
  | { readonly kind: "calendar"; readonly epochUs: number }
  /** Since the start of the trace's first row. */
  | { readonly kind: "offset"; readonly us: number };

/** Rows that start at `from` or later and before `to`; null: no limit. */
export interface TimeRange {
  readonly from: RangeEnd | null;
  readonly to: RangeEnd | null;
}

const NO_TIME = "this is no time";
const START_ALLOWED = "a time such as 2024-05-17T10:00:00Z";
const END_ALLOWED = `${START_ALLOWED}, or an offset from the trace's first row such as 90m`;

/** Reads one end of a range; a calendar time without a zone is one of `zoneMinutes`. */
export function parseRangeEnd(text: string, zoneMinutes: number | null): Parsed<RangeEnd> {
  const duration = parseDuration(text);
  if (duration.ok) return parsed({ kind: "offset", us: duration.value });
  const start = parseStart(text, zoneMinutes);
  if (start.ok) return parsed({ kind: "calendar", epochUs: start.value });
  if (start.complaints[0]?.message !== NO_TIME) return start;
  return refused(complain("this is neither a time nor an offset", { found: showFound(text), allowed: END_ALLOWED }));
}

/** Reads `--start`: when relative times begin, microseconds since 1970. */
export function parseStart(text: string, zoneMinutes: number | null): Parsed<number> {
  const word = text.trim();
  const epochUs = calendarUs(word, zoneMinutes);
  if (epochUs === WITHOUT_ZONE) {
    const message = "this time names no zone, and --zone was not given";
    return refused(complain(message, { found: word, allowed: `${word}Z, or --zone +02:00` }));
  }
  if (!Number.isNaN(epochUs)) return parsed(epochUs);
  return refused(complain(NO_TIME, { found: showFound(text), allowed: START_ALLOWED }));
}

/** A day alone is its midnight; digits are seconds, milliseconds, … since 1970 as in traces. */
function calendarUs(text: string, zoneMinutes: number | null): number {
  const day = /^(\d{4}-\d\d-\d\d)(Z?)$/.exec(text);
  return epochUsFromText(day === null ? text : `${day[1]}T00:00:00${day[2]}`, zoneMinutes);
}

/** The limits `[fromUs, toUs)` since the first row, of a trace that starts at `startsAtEpochUs`. */
export function limitsOf(
  range: TimeRange,
  startsAtEpochUs: number,
): { readonly fromUs: number; readonly toUs: number } {
  const us = (end: RangeEnd): number => (end.kind === "offset" ? end.us : end.epochUs - startsAtEpochUs);
  return {
    fromUs: range.from === null ? Number.NEGATIVE_INFINITY : us(range.from),
    toUs: range.to === null ? Number.POSITIVE_INFINITY : us(range.to),
  };
}
