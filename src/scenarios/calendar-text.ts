/** The calendar as text: instants such as `2025-10-31T14:00:00Z`, and windows of the week such as `mon-fri 09:00-17:00`. */
import type { CalendarInstant, ChangeWindow } from "../engine/deployment/policy.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";

const INSTANT_ALLOWED = "an instant with its zone, such as 2025-10-31T14:00:00Z or 2025-10-31T16:00+02:00";
const WINDOW_ALLOWED = "days and times in UTC, such as mon-fri 09:00-17:00, sat,sun 10:00-12:00, daily 22:00-04:00";
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)$/;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/** Reads an instant; years 1970 to 2254, an offset of at most a day. */
export function parseInstant(text: string): Parsed<CalendarInstant> {
  const found = showFound(text);
  const match = INSTANT.exec(text.trim());
  if (match === null) return refused(complain("this is not an instant", { found, allowed: INSTANT_ALLOWED }));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const zone = match[7] ?? "Z";
  const zoneMinutes =
    zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const atUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(atUtcMs);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal || year < 1970 || year > 2254 || Math.abs(zoneMinutes) > 24 * 60) {
    return refused(complain("the calendar has no such instant", { found, allowed: INSTANT_ALLOWED }));
  }
  const epochMs = atUtcMs - zoneMinutes * 60_000;
  return parsed({ epochMs, text: new Date(epochMs).toISOString().replace(".000Z", "Z") });
}

/** Reads a window of the week, in UTC; one that ends no later than it begins goes over midnight. */
export function parseChangeWindow(text: string): Parsed<ChangeWindow> {
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const bad = (message: string): Parsed<ChangeWindow> =>
    refused(complain(message, { found: showFound(text), allowed: WINDOW_ALLOWED }));
  const match = /^(\S+) (\d\d):(\d\d)-(\d\d):(\d\d)(?: utc)?$/.exec(words);
  if (match === null) return bad("this is not a change window");
  const days = parseDays(match[1] ?? "");
  if (days === null) return bad("these are not days of the week");
  const [fromHour = 0, fromRest = 0, toHour = 0, toRest = 0] = match.slice(2).map(Number);
  const fromMinute = fromHour * 60 + fromRest;
  const toMinute = toHour * 60 + toRest;
  if (fromRest > 59 || toRest > 59 || fromMinute >= 24 * 60 || toMinute > 24 * 60) return bad("a day has no such time");
  if (fromMinute === toMinute) return bad("a window that begins when it ends is never open");
  return parsed({ days, fromMinute, toMinute, text: `${words.replace(/ utc$/, "")} UTC` });
}

/** `mon-fri`, `sat,sun`, `fri-mon`, `daily`; null where it is none of these. */
function parseDays(text: string): number[] | null {
  if (text === "daily") return EVERY_DAY;
  const days = new Set<number>();
  for (const part of text.split(",")) {
    const [from = -1, to = from, ...more] = part.split("-").map((name) => WEEKDAYS.indexOf(name));
    if (from < 0 || to < 0 || more.length > 0) return null;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return [...days].sort((one, other) => one - other);
}
