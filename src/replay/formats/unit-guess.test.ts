import { describe, expect, it } from "vitest";
import { latencyUnitUsOf, relativeUnitUsOf } from "./unit-guess.ts";

describe("units by magnitude", () => {
  it.each([
    [["0", "1.5", "3"], 1_000_000],
    [["0", "3000", "3000", "6000"], 1_000],
    [["0", "900000", "4000000"], 1],
    [["0", "5000000000", "9000000000"], 0.001],
    [["0", "x", "-3", "12"], 1_000_000],
    [["1715940303", "1715940304"], null],
    [["1715940303000"], null],
    [["2024-05-17T10:05:03Z"], null],
    [[], null],
  ])("of times %j: %d us", (times, unitUs) => {
    expect(relativeUnitUsOf(times)).toBe(unitUs);
  });

  it.each([
    [["0.012", "0.9", "3.5", ""], 1_000_000],
    [["12", "250", "3000", "-"], 1_000],
    [["120000", "250000", "90000000"], 1],
    [["12000000", "250000000"], 0.001],
    [["0", "-", "x"], null],
  ])("of latencies %j: %d us", (latencies, unitUs) => {
    expect(latencyUnitUsOf(latencies)).toBe(unitUs);
  });
});
