import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf, fourDigitsAt, twoDigitsAt, wholeNumberOf } from "./byte-numbers.ts";

const DIGIT = fc.integer({ min: 0, max: 9 }).map(String);
const digits = fc.string({ unit: DIGIT, maxLength: 12 });

describe("numbers in bytes", () => {
  it("are what Number makes of them", () => {
    fc.assert(
      fc.property(digits, fc.constantFrom("", "."), fc.string({ unit: DIGIT, maxLength: 3 }), (a, point, b) => {
        const bytes = Buffer.from(`7${a}${point}${b}7`);
        const text = `${a}${point}${b}`;
        const expected = /\d/.test(text) ? Number(text) : Number.NaN;
        expect(decimalOf(bytes, 1, bytes.length - 1)).toBe(expected);
        expect(wholeNumberOf(bytes, 1, bytes.length - 1)).toBe(/^\d+$/.test(text) ? Number(text) : -1);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["", ".", "1e3", "-1", "1.2.3", "12a", "1234567890123456", "0.1234567890123456", " 1"])(
    "%j is none",
    (text) => {
      const bytes = Buffer.from(text);
      expect(decimalOf(bytes, 0, bytes.length)).toBeNaN();
      expect(wholeNumberOf(bytes, 0, bytes.length)).toBe(-1);
    },
  );

  it("of a fixed width are digits only, and end with the bytes", () => {
    const bytes = Buffer.from("20240a");
    expect([twoDigitsAt(bytes, 0), fourDigitsAt(bytes, 0)]).toEqual([20, 2_024]);
    expect([twoDigitsAt(bytes, 4), twoDigitsAt(bytes, 5), fourDigitsAt(bytes, 4)]).toEqual([NaN, NaN, NaN]);
  });
});
