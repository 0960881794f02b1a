import { describe, expect, it } from "vitest";
import { dailyRates, flashCrowdRates, parseRateLines, parseRateOrNone, rampRates } from "./traffic-rates.ts";

const HOUR_US = 3_600_000_000;

describe("rates in files", () => {
  it("may be none at all", () => {
    expect(["0/s", "0.0/min", "5/s"].map((text) => parseRateOrNone(text))).toEqual(
      [0, 0, 5].map((value) => ({ ok: true, value })),
    );
    expect(parseRateOrNone("0").ok).toBe(false);
  });

  it("stand one point to a line, with or without names of the columns", () => {
    const points = [
      { atUs: 0, perSecond: 50 },
      { atUs: 600_000_000, perSecond: 0 },
    ];
    for (const text of ["0s,50/s\n10m,0/s\n", "at,rate\r\n0s, 50/s\r\n\r\n10m, 0/s"]) {
      expect(parseRateLines(text)).toEqual({ ok: true, value: points });
    }
  });

  it("are refused line by line, all at once", () => {
    const read = parseRateLines("at,rate\n0s, 50\nsoon, 5/s\n10m\n1m, 2/s, 3/s");
    expect(read.ok ? [] : read.complaints.map(({ message }) => message)).toEqual([
      "a rate needs its unit of time, as in 50/s",
      "this is not a duration",
      "a line is a time and a rate",
      "a line is a time and a rate",
    ]);
    expect(parseRateLines("at,rate\n").ok).toBe(false);
  });
});

describe("the usual shapes", () => {
  it("of a day has its highest rate at the peak, its lowest half a day away, from the time at which the run starts", () => {
    const { points, repeatUs } = dailyRates(50, 150, 14 * HOUR_US, 8 * HOUR_US);
    const at = (hours: number): number => points.find(({ atUs }) => atUs === hours * HOUR_US)?.perSecond ?? -1;
    expect(repeatUs).toBe(24 * HOUR_US);
    expect([at(0), at(6), at(12), at(18), at(24)].map((rate) => Math.round(rate * 1e6) / 1e6)).toEqual([
      100, 150, 100, 50, 100,
    ]);
    expect(Math.max(...points.map((point) => point.perSecond))).toBe(at(6));
  });

  it("of a ramp and of a crowd go from point to point", () => {
    expect(rampRates(1, 9, 100, 50)).toEqual([
      { atUs: 100, perSecond: 1 },
      { atUs: 150, perSecond: 9 },
    ]);
    expect(flashCrowdRates(1, 9, { atUs: 100, riseUs: 10, holdsUs: 30, fallUs: 20 })).toEqual([
      { atUs: 100, perSecond: 1 },
      { atUs: 110, perSecond: 9 },
      { atUs: 140, perSecond: 9 },
      { atUs: 160, perSecond: 1 },
    ]);
  });
});
