/**
 * The calendar as integers: microseconds since 1970-01-01T00:00:00Z to dates and back, for the years 1970 to
 * 2254 (beyond, microseconds exceed 2^53). No clock and no locale of the machine is asked.
 */
import { DAY_US, HOUR_US, MINUTE_US, SECOND_US } from "../engine/kernel/units.ts";

/** The last year of which every microsecond is below 2^53. */
const YEAR_MAX = 2254;

/** Fields that a timestamp can have; all as written, in the zone that it names. */
export interface CalendarTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 to 60: a leap second is the first of the next minute. */
  readonly second: number;
  readonly microsecond: number;
}

/** Days of a month, 1 to 12, of a year of the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar (years counted from March, so that a leap day is last). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Microseconds since 1970 of a time `zoneMinutes` east of UTC; NaN where there is no such date or time. */
export function epochUsFromCalendar(time: CalendarTime, zoneMinutes: number): number {
  const { year, month, day, hour, minute, second } = time;
  if (year < 1970 || year > YEAR_MAX || month < 1 || month > 12) return Number.NaN;
  if (day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 60 || Math.abs(zoneMinutes) > 24 * 60) return Number.NaN;
  const dayUs = hour * HOUR_US + (minute - zoneMinutes) * MINUTE_US + second * SECOND_US + time.microsecond;
  return daysSinceEpoch(year, month, day) * DAY_US + dayUs;
}

/** Microseconds since 1970 as calendar fields in UTC. */
export function calendarFromEpochUs(epochUs: number): CalendarTime {
  const days = Math.floor(epochUs / DAY_US);
  const inDay = epochUs - days * DAY_US;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(inDay / HOUR_US),
    minute: Math.floor(inDay / MINUTE_US) % 60,
    second: Math.floor(inDay / SECOND_US) % 60,
    microsecond: inDay % SECOND_US,
  };
}

/** ISO 8601 in UTC with microseconds: `2024-05-17T10:05:03.000250Z`. */
export function isoFromEpochUs(epochUs: number): string {
  const time = calendarFromEpochUs(epochUs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${String(time.year).padStart(4, "0")}-${two(time.month)}-${two(time.day)}`;
  const fraction = String(time.microsecond).padStart(6, "0");
  return `${date}T${two(time.hour)}:${two(time.minute)}:${two(time.second)}.${fraction}Z`;
}
