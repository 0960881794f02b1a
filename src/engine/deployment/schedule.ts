/** The calendar of a rollout: when a phase may be entered, by its own start, change windows and freezes. */
import { DAY_US, MINUTE_US } from "../kernel/units.ts";
import type { ManagerTerms } from "./manager-state.ts";
import type { ChangeWindow, Phase, Policy } from "./policy.ts";

const DAY_MS = DAY_US / 1_000;
const MINUTE_MS = MINUTE_US / 1_000;
const MINUTES_A_DAY = DAY_MS / MINUTE_MS;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** True where a policy speaks of the calendar: a run without a date observes none of it. */
export function speaksOfCalendar(policy: Policy): boolean {
  return policy.schedule !== undefined || policy.phases.some((phase) => phase.startsAt !== undefined);
}

/**
 * Why no change is allowed now, whoever asks for it: a freeze, or no change window is open. Null: it is allowed. The
 * words are the same for as long as the reason is.
 */
export function changeBlock(policy: Policy, terms: ManagerTerms, nowUs: number): string | null {
  const { schedule } = policy;
  if (schedule === undefined || terms.calendarStartMs === null) return null;
  const nowMs = terms.calendarStartMs + nowUs / 1_000;
  const freeze = schedule.freezes.find((one) => one.from.epochMs <= nowMs && nowMs < one.until.epochMs);
  if (freeze !== undefined) return `changes are frozen (${freeze.name}) until ${freeze.until.text}`;
  const { windows } = schedule;
  if (windows.length === 0 || windows.some((window) => isOpen(window, nowMs))) return null;
  return `no change window is open (${windows.map((window) => window.text).join(", ")})`;
}

/** Why the manager does not enter a phase now: its start has not come, or no change is allowed. Null: it may. */
export function entryBlock(policy: Policy, phase: Phase, terms: ManagerTerms, nowUs: number): string | null {
  const { startsAt } = phase;
  const { calendarStartMs } = terms;
  if (startsAt !== undefined && calendarStartMs !== null && calendarStartMs + nowUs / 1_000 < startsAt.epochMs) {
    return `${phase.name} does not begin before ${startsAt.text}`;
  }
  return changeBlock(policy, terms, nowUs);
}

/** A window that goes over midnight belongs to the day on which it begins. */
function isOpen({ days, fromMinute, toMinute }: ChangeWindow, nowMs: number): boolean {
  const day = Math.floor(nowMs / DAY_MS);
  const minute = (nowMs - day * DAY_MS) / MINUTE_MS;
  const weekday = (day + FIRST_WEEKDAY) % 7;
  if (fromMinute < toMinute) return days.includes(weekday) && minute >= fromMinute && minute < toMinute;
  const weekdayBefore = (weekday + 6) % 7;
  const beganToday = days.includes(weekday) && minute >= fromMinute && minute < MINUTES_A_DAY;
  return beganToday || (days.includes(weekdayBefore) && minute < toMinute);
}
