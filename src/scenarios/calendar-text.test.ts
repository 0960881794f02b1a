import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChangeWindow, parseInstant } from "./calendar-text.ts";

describe("an instant", () => {
  it.each([
    ["2025-10-31T14:00:00Z", "2025-10-31T14:00:00Z"],
    ["2025-10-31T14:00Z", "2025-10-31T14:00:00Z"],
    ["2025-10-31 16:00+02:00", "2025-10-31T14:00:00Z"],
    ["2025-10-31T23:30:00-01:30", "2025-11-01T01:00:00Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ])("%s", (text, shown) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: { epochMs: Date.parse(shown), text: shown } });
  });

  it.each(["2025-02-29T00:00Z", "2025-13-01T00:00Z", "2025-01-01T24:00Z", "2025-01-01T10:60Z", "1969-01-01T00:00Z"])(
    "is not in the calendar: %s",
    (text) => {
      expect(parseInstant(text)).toMatchObject({ complaints: [{ message: "the calendar has no such instant" }] });
    },
  );

  it.each(["", "2025-10-31", "14:00", "2025-10-31T14:00:00", "tomorrow"])("has its date, time and zone: %j", (text) => {
    expect(parseInstant(text)).toMatchObject({ ok: false, complaints: [{ message: "this is not an instant" }] });
  });

  it("is read as the language writes it", () => {
    const date = fc.date({ min: new Date(0), max: new Date("2254-01-01"), noInvalidDate: true });
    const property = fc.property(date, (one) => {
      const text = `${one.toISOString().slice(0, 19)}Z`;
      expect(parseInstant(text)).toEqual({ ok: true, value: { epochMs: Date.parse(text), text } });
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });
});

describe("a change window", () => {
  it.each([
    ["mon-fri 09:00-17:00", [1, 2, 3, 4, 5], 540, 1020],
    ["sat,sun 10:00-12:30 UTC", [0, 6], 600, 750],
    ["Fri-Mon 22:00-04:00", [0, 1, 5, 6], 1320, 240],
    ["daily 00:00-24:00", [0, 1, 2, 3, 4, 5, 6], 0, 1440],
    ["wed 08:00-09:00", [3], 480, 540],
  ])("%s", (text, days, fromMinute, toMinute) => {
    expect(parseChangeWindow(text)).toMatchObject({ ok: true, value: { days, fromMinute, toMinute } });
  });

  it.each([
    "mon-fri",
    "09:00-17:00",
    "mo 09:00-17:00",
    "mon-fri-sun 09:00-10:00",
    "mon 9:00-17:00",
    "mon 09:00-09:00",
    "mon 09:00-25:00",
    "mon 09:61-10:00",
  ])("refuses %s", (text) => {
    expect(parseChangeWindow(text).ok).toBe(false);
  });
});
