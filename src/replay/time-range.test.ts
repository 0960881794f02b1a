import { describe, expect, it } from "vitest";
import { limitsOf, parseRangeEnd, parseStart } from "./time-range.ts";

const NOON_US = Date.UTC(2024, 4, 17, 12) * 1_000;

describe("ends of a range", () => {
  it.each([
    ["2024-05-17T12:00:00Z", null, NOON_US],
    ["2024-05-17 14:00:00", 120, NOON_US],
    ["2024-05-17Z", null, NOON_US - 43_200_000_000],
    ["1715947200", null, NOON_US],
  ])("%j is a calendar time", (text, zone, epochUs) => {
    expect(parseRangeEnd(text, zone)).toEqual({ ok: true, value: { kind: "calendar", epochUs } });
    expect(parseStart(text, zone)).toEqual({ ok: true, value: epochUs });
  });

  it("are offsets where they are durations", () => {
    expect(parseRangeEnd("1h30m", null)).toEqual({ ok: true, value: { kind: "offset", us: 5_400_000_000 } });
  });

  it.each([
    ["2024-05-17 12:00:00", "names no zone"],
    ["2024-02-30T12:00:00Z", "neither a time nor an offset"],
    ["noon", "neither a time nor an offset"],
    ["", "neither a time nor an offset"],
    ["-5m", "neither a time nor an offset"],
  ])("%j is neither", (text, message) => {
    const read = parseRangeEnd(text, null);
    expect(read.ok ? "" : read.complaints[0]?.message).toContain(message);
    expect(parseStart(text, null).ok).toBe(false);
  });

  it("limit a trace from its first row on", () => {
    expect(limitsOf({ from: null, to: null }, NOON_US)).toEqual({ fromUs: -Infinity, toUs: Infinity });
    const from = { kind: "calendar", epochUs: NOON_US + 5 } as const;
    expect(limitsOf({ from, to: { kind: "offset", us: 7 } }, NOON_US)).toEqual({ fromUs: 5, toUs: 7 });
  });
});
