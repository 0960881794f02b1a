import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Parsed } from "./complaint.ts";
import {
  parseAddition,
  parseCount,
  parseDuration,
  parseFactor,
  parseLatency,
  parsePositiveDuration,
  parseRate,
  parseShare,
  parseSize,
  writeDuration,
  writeShare,
} from "./quantity.ts";

function valueOf<T>(result: Parsed<T>): T | string {
  return result.ok ? result.value : result.complaints.map((complaint) => complaint.message).join("; ");
}

describe("durations", () => {
  it.each([
    ["250us", 250],
    ["250 µs", 250],
    ["500ms", 500_000],
    ["2s", 2_000_000],
    ["1.1s", 1_100_000],
    ["10m", 600_000_000],
    ["1h30m", 5_400_000_000],
    ["1h 30m", 5_400_000_000],
    ["1d", 86_400_000_000],
    ["0s", 0],
    ["3650d", 315_360_000_000_000],
  ])("reads %s", (text, us) => {
    expect(valueOf(parseDuration(text))).toBe(us);
  });

  it.each([
    ["-5m", "a duration must not be negative"],
    [10, "a duration needs a unit, as in 10s"],
    ["10", "a duration needs a unit, as in 10s"],
    ["5 minutes", "minutes is not a unit of time"],
    ["30m1h", "the parts of a duration go from the greatest unit to the smallest, each once"],
    ["1m1m", "the parts of a duration go from the greatest unit to the smallest, each once"],
    ["0.5us", "a duration must be a whole number of microseconds"],
    ["3651d", "a duration must not be longer than 3650d"],
    ["999999999999999999d", "a duration must be a whole number of microseconds"],
    ["soon", "this is not a duration"],
    ["", "this is not a duration"],
  ])("refuses %s", (text, message) => {
    expect(valueOf(parseDuration(text))).toBe(message);
  });

  it("says what was found and what is allowed", () => {
    const result = parseDuration("-5m");
    expect(result.ok ? null : result.complaints[0]).toMatchObject({
      found: "-5m",
      allowed: expect.stringContaining("1h30m"),
    });
  });

  it("writes what it reads, exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 315_360_000_000_000 }), (us) => {
        expect(valueOf(parseDuration(writeDuration(us)))).toBe(us);
      }),
    );
    expect(writeDuration(5_400_000_250)).toBe("1h30m250us");
    expect(writeDuration(0)).toBe("0s");
  });

  it("refuses nothing where something is needed, and latencies that no request can have", () => {
    expect(valueOf(parsePositiveDuration("0s"))).toBe("a duration of nothing makes no sense here");
    expect(valueOf(parseLatency("36m"))).toBe("a latency must be between 1us and 35m");
    expect(valueOf(parseLatency("0ms"))).toBe("a latency must be between 1us and 35m");
    expect(valueOf(parseLatency("35m"))).toBe(2_100_000_000);
  });
});

describe("shares", () => {
  it.each([
    ["2%", 20_000],
    ["2 %", 20_000],
    ["0.01%", 100],
    ["0.07%", 700],
    ["0.0001%", 1],
    ["0.29%", 2_900],
    ["0%", 0],
    ["100%", 1_000_000],
  ])("reads %s", (text, ppm) => {
    expect(valueOf(parseShare(text))).toBe(ppm);
  });

  it.each([
    ["101%", "a share must be between 0% and 100%"],
    ["100.0001%", "a share must be between 0% and 100%"],
    ["-1%", "a share must not be negative"],
    [5, "a share needs its percent sign, as in 5%"],
    ["0.00001%", "a share must not be finer than 0.0001% (1 ppm)"],
    ["half", "this is not a share"],
  ])("refuses %s", (text, message) => {
    expect(valueOf(parseShare(text))).toBe(message);
  });

  it("writes what it reads, exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => {
        expect(valueOf(parseShare(writeShare(ppm)))).toBe(ppm);
      }),
    );
    expect([20_000, 12_500, 1, 0].map(writeShare)).toEqual(["2%", "1.25%", "0.0001%", "0%"]);
  });
});

describe("rates, sizes, factors, counts and additions", () => {
  it.each([
    ["200/s", 200],
    ["12000/min", 200],
    ["9/h", 0.0025],
    ["1/d", 1 / 86_400],
  ])("reads the rate %s", (text, perSecond) => {
    expect(valueOf(parseRate(text))).toBe(perSecond);
  });

  it.each([
    [200, "a rate needs its unit of time, as in 200/s"],
    ["0/s", "a rate must be at least 1/d"],
    ["-1/s", "a rate must not be negative"],
    ["200/fortnight", "this is not a rate"],
    ["999999999/s", "a rate must not be more than 100000000/s"],
  ])("refuses the rate %s", (text, message) => {
    expect(valueOf(parseRate(text))).toBe(message);
  });

  it("reads sizes in powers of ten", () => {
    expect(valueOf(parseSize("512MB"))).toBe(512_000_000);
    expect(valueOf(parseSize("1.5 GB"))).toBe(1_500_000_000);
    expect(valueOf(parseSize(512))).toBe("a size needs its unit, as in 512MB");
    expect(valueOf(parseSize("5 bananas"))).toBe("this is not a size");
    expect(valueOf(parseSize("-5MB"))).toBe("a size must not be negative");
  });

  it("reads factors", () => {
    expect(valueOf(parseFactor("x 0.5"))).toBe(0.5);
    expect(valueOf(parseFactor("x3"))).toBe(3);
    expect(valueOf(parseFactor("x 0"))).toBe("a factor must be more than 0, and at most 1000000");
    expect(valueOf(parseFactor("0.5"))).toBe("this is not a factor");
  });

  it("reads counts", () => {
    expect(valueOf(parseCount("50"))).toBe(50);
    expect(valueOf(parseCount("1.5"))).toBe("this is not a count");
    expect(valueOf(parseCount("9999999999999999"))).toBe("this is not a count");
  });

  it("reads additions by the unit of what is added", () => {
    expect(valueOf(parseAddition("+ 2s", parseDuration))).toBe(2_000_000);
    expect(valueOf(parseAddition("+0.3%", parseShare))).toBe(3_000);
    expect(valueOf(parseAddition("+ 0.3", parseShare))).toBe("a share needs its percent sign, as in 0.3%");
    const missing = parseAddition("15%", parseShare);
    expect(missing.ok ? null : missing.complaints[0]?.allowed).toBe("an addition such as + 15%");
  });
});
