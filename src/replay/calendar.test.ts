import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarFromEpochUs, daysInMonth, epochUsFromCalendar, isoFromEpochUs } from "./calendar.ts";

describe("calendar", () => {
  it("agrees with the platform's calendar, there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2255, 0, 1) - 1 }), fc.integer({ min: 0, max: 999 }), (ms, us) => {
        const epochUs = ms * 1_000 + us;
        const expected = `${new Date(ms).toISOString().slice(0, -1)}${String(us).padStart(3, "0")}Z`;
        expect(isoFromEpochUs(epochUs)).toBe(expected);
        expect(epochUsFromCalendar(calendarFromEpochUs(epochUs), 0)).toBe(epochUs);
      }),
    );
  });

  it("knows leap years", () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
  });

  it("refuses days and times that do not exist", () => {
    const noon = { year: 2023, month: 2, day: 28, hour: 12, minute: 0, second: 0, microsecond: 0 };
    expect(epochUsFromCalendar(noon, 0)).toBe(Date.UTC(2023, 1, 28, 12) * 1_000);
    for (const wrong of [
      { day: 29 },
      { day: 0 },
      { month: 13 },
      { month: 0 },
      { hour: 24 },
      { minute: 60 },
      { second: 61 },
      { year: 2255 },
      { year: 1969 },
    ]) {
      expect(epochUsFromCalendar({ ...noon, ...wrong }, 0), JSON.stringify(wrong)).toBeNaN();
    }
  });
});
