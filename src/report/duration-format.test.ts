import { describe, expect, it } from "vitest";
import { formatDuration, formatLatency } from "./duration-format.ts";

describe("formatDuration", () => {
  it.each([
    [0, "0s"],
    [0.25, "<1ms"],
    [350, "350ms"],
    [999.6, "1s"],
    [1_500, "1.5s"],
    [59_999, "59.999s"],
    [60_000, "1m"],
    [731_250, "12m 11.25s"],
    [5_400_000, "1h 30m"],
    [90_000_000, "25h"],
    [154_900_000, "43h 1m 40s"],
    [-1_000, "-1s"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("formatLatency", () => {
  it.each([
    [null, "-"],
    [0.5, "0.50 ms"],
    [84.24, "84.2 ms"],
    [240.4, "240 ms"],
    [2_040, "2.04 s"],
    [-12.34, "-12.3 ms"],
  ])("%s ms is %s", (ms, text) => {
    expect(formatLatency(ms)).toBe(text);
  });
});
