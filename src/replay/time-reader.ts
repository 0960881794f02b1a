/**
 * Times of rows, by their bytes: ISO 8601 in its plain spelling without making text of it, everything else as
 * `timestamps.ts` reads it. It keeps account of what only an option can say: the zone, the beginning.
 */
import { HOUR_US, MINUTE_US, SECOND_US } from "../engine/kernel/units.ts";
import { complain, type Complaint } from "../scenarios/complaint.ts";
import { decimalOf, fourDigitsAt, twoDigitsAt, wholeNumberOf } from "./byte-numbers.ts";
import { epochUsFromCalendar } from "./calendar.ts";
import type { FormatOptions } from "./formats/trace-format.ts";
import { latin1Of } from "./latin1-text.ts";
import { epochUsFromText, WITHOUT_ZONE } from "./timestamps.ts";

/** What `TimeReader` gives for times that count from 0 while nobody says when that was. */
export const WITHOUT_START = Number.POSITIVE_INFINITY;

/** Rows that lack the zone or the beginning before one was accepted, after which reading on is pointless. */
const LACKING_MAX = 20;
/** Relative times have fewer digits than this before the point; more are times since 1970. */
const RELATIVE_DIGITS_MAX = 8;

/** Where their unit is known, times below this (some 5 years) count from 0; more count from 1970. */
const RELATIVE_US_MAX = 150_000_000_000_000;

const REASONS: Readonly<Record<"zone" | "start", string>> = {
  zone: "time without a zone",
  start: "time that counts from 0, without --start",
};

/** Reads the times of one trace. */
export interface TimeReader {
  /** Microseconds since 1970; NaN, `WITHOUT_ZONE` or `WITHOUT_START`: `reasonFor` says why not. */
  read(bytes: Buffer, from: number, to: number): number;
  /** Why a row is rejected whose time is no finite number; keeps account of the row's line. */
  reasonFor(time: number, line: number): string;
  /** What makes going on pointless, after `accepted` rows. */
  fatal(accepted: number): readonly (Complaint & { readonly line: number })[];
}

/**
 * A reader under the user's options. Times that count from 0 are in `knownUnitUs`; null: in seconds, as far as is
 * known.
 */
export function createTimeReader(options: FormatOptions, knownUnitUs: number | null = null): TimeReader {
  const relativeUnitUs = knownUnitUs ?? SECOND_US;
  const { zoneMinutes, startEpochUs, relativeTimes = { rows: 0 } } = options;
  const lacking = { zone: { rows: 0, line: 0 }, start: { rows: 0, line: 0 } };
  const lack = (what: "zone" | "start", line: number): string => {
    if (lacking[what].rows++ === 0) lacking[what].line = line;
    return REASONS[what];
  };
  const isPointless = (rows: number, accepted: number): boolean =>
    rows > 0 && rows > accepted && (accepted === 0 || rows >= LACKING_MAX);

  const fromStart = (beganUs: number, relativeUs: number): number => {
    relativeTimes.rows++;
    return beganUs + Math.round(relativeUs);
  };
  const readSlowly = (bytes: Buffer, from: number, to: number): number => {
    const text = latin1Of(bytes, from, to);
    const epochUs = epochUsFromText(text, zoneMinutes);
    if (!Number.isNaN(epochUs)) return epochUs;
    const match = /^(\d+)(?:\.\d*)?$/.exec(text);
    if (match === null || (match[1]?.length ?? 0) > RELATIVE_DIGITS_MAX) return Number.NaN;
    return startEpochUs === null ? WITHOUT_START : fromStart(startEpochUs, Number(text) * relativeUnitUs);
  };
  const date = { packed: -1, us: 0 };

  return {
    read: (bytes, from, to) => {
      if (knownUnitUs !== null && startEpochUs !== null) {
        const relativeUs = decimalOf(bytes, from, to) * knownUnitUs;
        if (relativeUs < RELATIVE_US_MAX) return fromStart(startEpochUs, relativeUs);
      }
      const digitsUs = digitsUsOf(bytes, from, to);
      if (!Number.isNaN(digitsUs)) return digitsUs;
      const isoUs = isoUsOf(bytes, from, to, date);
      return Number.isNaN(isoUs) ? readSlowly(bytes, from, to) : isoUs;
    },
    reasonFor: (time, line) => {
      if (time === WITHOUT_ZONE) return lack("zone", line);
      return time === WITHOUT_START ? lack("start", line) : "unreadable time";
    },
    fatal: (accepted) => {
      const { zone, start } = lacking;
      if (isPointless(zone.rows, accepted)) {
        const message = "the times name no zone, and none was given";
        const allowed = "--zone +00:00, --zone +03:30, …";
        return [{ ...complain(message, { found: REASONS.zone, allowed }), line: zone.line }];
      }
      if (isPointless(start.rows, accepted)) {
        const message = "the times count from 0, and it was not given when that was";
        const allowed = "--start 2024-05-17T10:00:00Z, …";
        return [{ ...complain(message, { found: REASONS.start, allowed }), line: start.line }];
      }
      return [];
    },
  };
}

/** Digits since 1970, as `epochUsFromText` tells their unit; NaN: anything else. */
function digitsUsOf(bytes: Buffer, from: number, to: number): number {
  // Milliseconds, as most have them.
  const milliseconds = to - from === 13 ? wholeNumberOf(bytes, from, to) : -1;
  if (milliseconds !== -1) return milliseconds * 1_000;
  const point = digitsEnd(bytes, from, to);
  const whole = point - from;
  if (whole < 9 || whole > 20) return Number.NaN;
  if (point < to) {
    const fraction = to - point - 1;
    if (bytes[point] !== 0x2e || fraction < 1 || fraction > 18) return Number.NaN;
    if (digitsEnd(bytes, point + 1, to) !== to) return Number.NaN;
  }
  // Digits that stand for whole seconds, and six more.
  let wanted = (whole <= 11 ? whole : whole <= 14 ? whole - 3 : whole <= 17 ? whole - 6 : whole - 9) + 6;
  let value = 0;
  for (let at = from; at < to && wanted > 0; at++) {
    if (at === point) continue;
    value = value * 10 + (bytes[at] as number) - 0x30;
    wanted--;
  }
  for (; wanted > 0; wanted--) value *= 10;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}

/** `YYYY-MM-DDTHH:MM:SS[.f]` with `Z` or `+HH:MM`; NaN: anything else. The last date is remembered. */
function isoUsOf(bytes: Buffer, from: number, to: number, date: { packed: number; us: number }): number {
  const length = to - from;
  if (length < 20 || bytes[from + 4] !== 0x2d || bytes[from + 10] !== 0x54) return Number.NaN;
  if (bytes[from + 7] !== 0x2d || bytes[from + 13] !== 0x3a || bytes[from + 16] !== 0x3a) return Number.NaN;
  const packed = fourDigitsAt(bytes, from) * 10_000 + twoDigitsAt(bytes, from + 5) * 100 + twoDigitsAt(bytes, from + 8);
  if (packed !== date.packed) {
    const [year, month, day] = [Math.floor(packed / 10_000), Math.floor(packed / 100) % 100, packed % 100];
    const us = epochUsFromCalendar({ year, month, day, hour: 0, minute: 0, second: 0, microsecond: 0 }, 0);
    if (Number.isNaN(us)) return Number.NaN;
    date.packed = packed;
    date.us = us;
  }
  const hour = twoDigitsAt(bytes, from + 11);
  const minute = twoDigitsAt(bytes, from + 14);
  const second = twoDigitsAt(bytes, from + 17);
  // Comparisons with NaN are false.
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  let at = from + 19;
  let microsecond = 0;
  if (bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = fraction;
    while (at < to && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
    const digits = at - fraction;
    if (digits === 0 || digits > 18) return Number.NaN;
    // What is finer than a microsecond is cut off.
    const kept = Math.min(digits, 6);
    microsecond = decimalOf(bytes, fraction, fraction + kept);
    for (let i = kept; i < 6; i++) microsecond *= 10;
  }
  const dayUs = date.us + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + microsecond;
  if (at + 1 === to && bytes[at] === 0x5a) return dayUs;
  const sign = bytes[at] === 0x2b ? 1 : bytes[at] === 0x2d ? -1 : 0;
  if (sign === 0 || at + 6 !== to || bytes[at + 3] !== 0x3a) return Number.NaN;
  const zoneHours = twoDigitsAt(bytes, at + 1);
  const zoneMinutes = twoDigitsAt(bytes, at + 4);
  if (!(zoneHours <= 23 && zoneMinutes <= 59)) return Number.NaN;
  return dayUs - sign * (zoneHours * 60 + zoneMinutes) * MINUTE_US;
}
