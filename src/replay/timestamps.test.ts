import { describe, expect, it } from "vitest";
import { epochUsFromText, WITHOUT_ZONE, zoneMinutesFromText } from "./timestamps.ts";

const NOON_US = Date.UTC(2024, 4, 17, 12, 0, 3) * 1_000;

describe("timestamps", () => {
  it.each([
    ["2024-05-17T12:00:03Z", 0],
    ["2024-05-17 12:00:03 UTC", 0],
    ["2024/05/17 12:00:03.250Z", 250_000],
    ["2024-05-17T12:00:03,000001Z", 1],
    ["2024-05-17T12:00:03.1234567Z", 123_456],
    ["2024-05-17T15:30:03+03:30", 0],
    ["2024-05-17T15:30:03+0330", 0],
    ["2024-05-17T04:00:03-08", 0],
    ["17/May/2024:12:00:03 +0000", 0],
    ["17/May/2024:02:30:03.250 -0930", 250_000],
    ["1715947203", 0],
    ["1715947203.000250", 250],
    ["1715947203001", 1_000],
    ["1715947203000001", 1],
    ["1715947203000001999", 1],
  ])("%s", (text, offsetUs) => {
    expect(epochUsFromText(text, null)).toBe(NOON_US + offsetUs);
  });

  it("keeps the microseconds of nanoseconds beyond 2^53", () => {
    expect(epochUsFromText("1661140921590857802", null)).toBe(1_661_140_921_590_857);
    expect(epochUsFromText("1661140921590857999", null)).toBe(1_661_140_921_590_857);
  });

  it("asks for a zone where none is named, and uses the one that is given", () => {
    expect(epochUsFromText("2024-05-17 12:00:03", null)).toBe(WITHOUT_ZONE);
    expect(epochUsFromText("17/May/2024:12:00:03", null)).toBe(WITHOUT_ZONE);
    expect(epochUsFromText("17/Mai/2024:12:00:03 +0000", null)).toBeNaN();
    expect(epochUsFromText("17/May/2024:15:30:03.000", 210)).toBe(NOON_US);
    expect(epochUsFromText("2024-05-17 15:30:03", 210)).toBe(NOON_US);
    expect(epochUsFromText("2024-05-17T12:00:03Z", 210)).toBe(NOON_US);
  });

  it.each([
    "",
    "now",
    "12",
    "2024-05-17",
    "2024-13-17T12:00:03Z",
    "2024-02-30 12:00:03",
    "-1715947203",
    "99999999999999999999",
  ])("is no timestamp: %s", (text) => {
    expect(epochUsFromText(text, null)).toBeNaN();
  });

  it("reads zones", () => {
    expect(
      ["Z", "utc", "+03:30", "-0330", "+05", "+25:00", "+03:60", "Europe/Berlin"].map(zoneMinutesFromText),
    ).toEqual([0, 0, 210, -210, 300, null, null, null]);
  });
});
