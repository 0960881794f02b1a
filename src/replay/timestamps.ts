/**
 * Timestamps as they stand in traces: ISO 8601 and that of access logs, with or without a zone, and digits since 1970 in seconds,
 * milliseconds, microseconds or nanoseconds. Digits are cut as text, because nanoseconds exceed 2^53.
 */
import { epochUsFromCalendar, type CalendarTime } from "./calendar.ts";

/** What `epochUsFromText` returns for a date and time that name no zone while none is given. */
export const WITHOUT_ZONE = Number.NEGATIVE_INFINITY;

const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)? ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/;
/** As access logs write it: `17/May/2024:10:05:03 +0330`, perhaps with a fraction, perhaps without a zone. */
const LOG_TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(?: ([+-]\d{4}))?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DIGITS = /^(\d{9,20})(?:\.(\d{1,18}))?$/;
const ZONE = /^([+-])(\d\d)(?::?(\d\d))?$/;

/**
 * Microseconds since 1970-01-01T00:00:00Z. NaN: this is no timestamp. `WITHOUT_ZONE`: it is one, but its zone is
 * not known (`zoneMinutes` null). Digits are told apart by how many they are: 9 to 11 seconds (1973 to 5138), 12 to
 * 14 milliseconds, 15 to 17 microseconds, 18 to 20 nanoseconds; what is finer than a microsecond is cut off.
 */
export function epochUsFromText(text: string, zoneMinutes: number | null): number {
  const digits = DIGITS.exec(text);
  if (digits !== null) return epochUsFromDigits(digits[1] ?? "", digits[2] ?? "");
  const iso = ISO.exec(text);
  if (iso !== null) {
    const date = { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) };
    return epochUsFromParts({ ...date, ...timeOfDay(iso) }, iso[8], zoneMinutes);
  }
  const log = LOG_TIME.exec(text);
  if (log === null) return Number.NaN;
  const date = { year: Number(log[3]), month: MONTHS.indexOf(log[2] ?? "") + 1, day: Number(log[1]) };
  return epochUsFromParts({ ...date, ...timeOfDay(log) }, log[8], zoneMinutes);
}

/** Groups 4 to 7 of either pattern. */
function timeOfDay(match: RegExpExecArray): Omit<CalendarTime, "year" | "month" | "day"> {
  return {
    hour: Number(match[4]),
    minute: Number(match[5]),
    second: Number(match[6] ?? "0"),
    microsecond: Number((match[7] ?? "").slice(0, 6).padEnd(6, "0")),
  };
}

function epochUsFromParts(time: CalendarTime, zone: string | undefined, zoneMinutes: number | null): number {
  const east = zone === undefined ? zoneMinutes : zoneMinutesFromText(zone);
  if (east !== null) return epochUsFromCalendar(time, east);
  return Number.isNaN(epochUsFromCalendar(time, 0)) ? Number.NaN : WITHOUT_ZONE;
}

/** Minutes east of UTC of `Z`, `UTC`, `GMT`, `+03:30`, `-0800`, `+05`; null when it is none of these. */
export function zoneMinutesFromText(text: string): number | null {
  if (/^(?:z|utc|gmt)$/i.test(text)) return 0;
  const match = ZONE.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? "0");
  if (Number(match[3] ?? "0") > 59 || minutes > 24 * 60) return null;
  return match[1] === "-" ? -minutes : minutes;
}

function epochUsFromDigits(whole: string, fraction: string): number {
  // Digits of the whole part that stand for whole seconds; what follows is a decimal fraction of a second.
  const unitDigits = whole.length <= 11 ? 0 : whole.length <= 14 ? 3 : whole.length <= 17 ? 6 : 9;
  const seconds = whole.slice(0, whole.length - unitDigits);
  const subsecond = (whole.slice(whole.length - unitDigits) + fraction).slice(0, 6).padEnd(6, "0");
  const epochUs = Number(seconds) * 1_000_000 + Number(subsecond);
  return epochUs <= Number.MAX_SAFE_INTEGER ? epochUs : Number.NaN;
}
