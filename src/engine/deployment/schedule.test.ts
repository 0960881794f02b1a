import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phase, QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { ChangeWindow, Policy } from "./policy.ts";
import { changeBlock, entryBlock, speaksOfCalendar } from "./schedule.ts";

/** Friday 2025-10-31T14:00:00Z. */
const START_MS = Date.UTC(2025, 9, 31, 14);
const TERMS = { seed: "", rollbackFaults: [], calendarStartMs: START_MS };
const OFFICE: ChangeWindow = {
  days: [1, 2, 3, 4, 5],
  fromMinute: 540,
  toMinute: 1020,
  text: "mon-fri 09:00-17:00 UTC",
};
const NIGHT: ChangeWindow = { days: [5], fromMinute: 1320, toMinute: 240, text: "fri 22:00-04:00 UTC" };

function policyWith(windows: readonly ChangeWindow[], frozen: readonly (readonly [string, string])[] = []): Policy {
  const freezes = frozen.map(([from, until]) => ({
    name: "halloween",
    from: { epochMs: Date.parse(from), text: from },
    until: { epochMs: Date.parse(until), text: until },
  }));
  return { ...QUICK_POLICY, schedule: { windows, freezes } };
}

function blockAt(policy: Policy, text: string): string | null {
  return changeBlock(policy, TERMS, (Date.parse(text) - START_MS) * 1_000);
}

describe("change windows", () => {
  it.each([
    ["2025-10-31T16:59:59Z", true],
    ["2025-10-31T17:00:00Z", false],
    ["2025-11-01T12:00:00Z", false],
    ["2025-11-03T08:59:59Z", false],
    ["2025-11-03T09:00:00Z", true],
  ])("of the office: %s", (text, isOpen) => {
    const block = blockAt(policyWith([OFFICE]), text);
    expect(block).toBe(isOpen ? null : "no change window is open (mon-fri 09:00-17:00 UTC)");
  });

  it.each([
    ["2025-10-31T22:00:00Z", true],
    ["2025-10-31T03:59:00Z", false],
    ["2025-11-01T03:59:59Z", true],
    ["2025-11-01T04:00:00Z", false],
    ["2025-11-01T22:00:00Z", false],
  ])("over midnight belong to the day they begin on: %s", (text, isOpen) => {
    expect(blockAt(policyWith([NIGHT]), text) === null).toBe(isOpen);
  });

  it("are open when any is, as the calendar of the language says", () => {
    const windowed = fc.record({
      days: fc.uniqueArray(fc.nat(6), { minLength: 1 }),
      fromMinute: fc.nat(1439),
      toMinute: fc.integer({ min: 0, max: 1440 }),
    });
    const property = fc.property(
      fc.array(windowed, { minLength: 1, maxLength: 3 }),
      fc.date({ min: new Date(START_MS), max: new Date(START_MS + 1e12), noInvalidDate: true }),
      (all, date) => {
        const windows = all
          .filter((one) => one.fromMinute !== one.toMinute)
          .map((one) => Object.assign(one, { text: "w" }));
        fc.pre(windows.length > 0);
        const inDay = (from: ChangeWindow, on: Date, minute: number): boolean =>
          from.days.includes(on.getUTCDay()) &&
          minute >= from.fromMinute &&
          minute < (from.toMinute > from.fromMinute ? from.toMinute : from.toMinute + 1440);
        const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
        const before = new Date(date.getTime() - 86_400_000);
        const isOpen = windows.some((one) => inDay(one, date, minute) || inDay(one, before, minute + 1440));
        expect(blockAt(policyWith(windows), date.toISOString()) === null).toBe(isOpen);
      },
    );
    fc.assert(property, { numRuns: 500, seed: 3 });
  });
});

describe("freezes", () => {
  const policy = policyWith([OFFICE], [["2025-10-31T15:00:00Z", "2025-10-31T16:00:00Z"]]);

  it("hold from their beginning to right before their end, inside a window as well", () => {
    expect(blockAt(policy, "2025-10-31T14:59:59Z")).toBeNull();
    expect(blockAt(policy, "2025-10-31T15:00:00Z")).toBe("changes are frozen (halloween) until 2025-10-31T16:00:00Z");
    expect(blockAt(policy, "2025-10-31T15:59:59Z")).not.toBeNull();
    expect(blockAt(policy, "2025-10-31T16:00:00Z")).toBeNull();
  });

  it("need a date", () => {
    expect(changeBlock(policy, { ...TERMS, calendarStartMs: null }, 5_400 * SECOND_US)).toBeNull();
  });
});

describe("the start of a phase", () => {
  const startsAt = { epochMs: START_MS + 600_000, text: "2025-10-31T14:10:00Z" };
  const canary = { ...phase("CANARY", 1, 1, []), startsAt };

  it("comes before windows and freezes, to the microsecond", () => {
    const frozen = policyWith([], [["2025-10-31T14:00:00Z", "2025-10-31T15:00:00Z"]]);
    const early = entryBlock(frozen, canary, TERMS, 600 * SECOND_US - 1);
    expect(early).toBe("CANARY does not begin before 2025-10-31T14:10:00Z");
    expect(entryBlock(frozen, canary, TERMS, 600 * SECOND_US)).toContain("frozen");
    expect(entryBlock(QUICK_POLICY, canary, TERMS, 600 * SECOND_US)).toBeNull();
    expect(entryBlock(QUICK_POLICY, canary, { ...TERMS, calendarStartMs: null }, 0)).toBeNull();
  });

  it("is what makes a policy speak of the calendar, as windows do", () => {
    expect(speaksOfCalendar(QUICK_POLICY)).toBe(false);
    expect(speaksOfCalendar({ ...QUICK_POLICY, phases: [canary] })).toBe(true);
    expect(speaksOfCalendar(policyWith([OFFICE]))).toBe(true);
  });
});
