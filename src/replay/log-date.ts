/** The day of rows that name a time alone: a line above says it, and at midnight a new one begins. */
import { DAY_US, HOUR_US } from "../engine/kernel/units.ts";
import { epochUsFromText } from "./timestamps.ts";

/** A time that goes back by less is disorder, by more a new day. */
const DISORDER_US_MAX = HOUR_US;

/** A day, and how many have passed since. */
export interface LogDate {
  /** Midnight of the day, microseconds since 1970 in UTC; null: it was not said. */
  readonly firstUs: number | null;
  midnights: number;
  /** The latest time that was met; what was said of the time of the day itself before. */
  latestUs: number;
}

const NAMED_MONTH = /^(\d\d)-([A-Z][a-z]{2})-(\d{4})/;
const NUMBERED = /^\d{4}-\d\d-\d\d/;

/** The day of a directive: `2024-05-17 10:05:03`, or `17-May-2024 10:05:03` as in the W3C's own example. */
export function createLogDate(text: string): LogDate {
  const named = NAMED_MONTH.exec(text);
  const dayUs = named === null ? isoDayUs(text) : epochUsFromText(`${named.slice(1).join("/")}:00:00:00`, 0);
  const firstUs = Number.isFinite(dayUs) ? dayUs : null;
  const time = /\d\d:\d\d:\d\d/.exec(text)?.[0] ?? "00:00:00";
  const ofDayUs = timeOfDayUs(time);
  return { firstUs, midnights: 0, latestUs: (firstUs ?? 0) + (Number.isFinite(ofDayUs) ? ofDayUs : 0) };
}

/** The instant of a time of the day, in the order of the rows; NaN: it is none. */
export function timeOnDate(date: LogDate, time: string): number {
  const ofDayUs = timeOfDayUs(time);
  if (date.firstUs === null || !Number.isFinite(ofDayUs)) return Number.NaN;
  const us = date.firstUs + date.midnights * DAY_US + ofDayUs;
  // A row from right before the midnight that others have passed.
  if (date.midnights > 0 && us - DAY_US > date.latestUs - DISORDER_US_MAX) return us - DAY_US;
  const isNext = us < date.latestUs - DISORDER_US_MAX;
  if (isNext) date.midnights++;
  const onUs = isNext ? us + DAY_US : us;
  date.latestUs = Math.max(date.latestUs, onUs);
  return onUs;
}

function isoDayUs(text: string): number {
  return epochUsFromText(`${NUMBERED.exec(text)?.[0] ?? ""}T00:00:00`, 0);
}

function timeOfDayUs(time: string): number {
  return epochUsFromText(`1970-01-01T${time}`, 0);
}
