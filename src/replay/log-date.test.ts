import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_US, HOUR_US, SECOND_US } from "../engine/kernel/units.ts";
import { isoFromEpochUs } from "./calendar.ts";
import { createLogDate, timeOnDate } from "./log-date.ts";

function instantsOf(date: string, times: readonly string[]): (string | null)[] {
  const day = createLogDate(date);
  return times.map((time) => {
    const us = timeOnDate(day, time);
    return Number.isFinite(us) ? isoFromEpochUs(us).slice(0, 19) : null;
  });
}

describe("the day of times without a date", () => {
  it.each(["2024-02-28", "2024-02-28 00:00:00", "28-Feb-2024 00:00:00"])(
    "is that of %s, and goes on at midnight",
    (date) => {
      const times = [
        "00:00:01",
        "23:59:58",
        "00:00:03",
        "23:59:59",
        "00:00:02",
        "21:00:00",
        "10:00:00",
        "soon",
        "24:00:00",
      ];
      expect(instantsOf(date, times)).toEqual([
        "2024-02-28T00:00:01",
        "2024-02-28T23:59:58",
        "2024-02-29T00:00:03",
        "2024-02-28T23:59:59",
        "2024-02-29T00:00:02",
        "2024-02-29T21:00:00",
        "2024-03-01T10:00:00",
        null,
        null,
      ]);
    },
  );

  it("is not known where a line says none, and the next one where the line is from right before midnight", () => {
    for (const text of ["", "yesterday", "2024-13-01", "31-Xyz-2024"])
      expect(instantsOf(text, ["10:00:00"])).toEqual([null]);
    expect(instantsOf("2024-05-17 23:59:58", ["00:00:03"])).toEqual(["2024-05-18T00:00:03"]);
  });

  it("is right for rows with pauses of less than 23 hours, whatever their order within an hour", () => {
    const step = fc.integer({ min: 0, max: 22 * 3_600 });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 1_799 })), { maxLength: 60 }), (steps) => {
        const day = createLogDate("2024-05-17");
        const firstUs = day.firstUs ?? Number.NaN;
        let latest = 1_800;
        for (const [pause, back] of steps) {
          latest += pause;
          const us = firstUs + (latest - back) * SECOND_US;
          expect(timeOnDate(day, isoFromEpochUs(us).slice(11, 19))).toBe(us);
        }
        expect(day.midnights * DAY_US).toBeLessThanOrEqual(latest * SECOND_US + HOUR_US);
      }),
    );
  });
});
