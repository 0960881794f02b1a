import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendDecimal, appendHex, appendText, createCodeUnits, encodeUtf8 } from "./code-units.ts";

function textOf({ units, length }: ReturnType<typeof createCodeUnits>): string {
  return String.fromCharCode(...units.subarray(0, length));
}

describe("code units", () => {
  it("of texts and numbers are those of the text that they make together", () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), number, fc.maxSafeNat(), (text, hex, decimal) => {
        const buffer = createCodeUnits();
        appendText(buffer, text);
        appendHex(buffer, hex);
        appendDecimal(buffer, decimal);
        expect(textOf(buffer)).toBe(`${text}${hex.toString(16).padStart(8, "0")}${decimal}`);
      }),
    );
  });

  it("become the UTF-8 that the platform makes of them, halves of surrogates included", () => {
    const unit = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7ff, max: 0xe000 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const text = String.fromCharCode(...units);
        const buffer = createCodeUnits();
        appendText(buffer, text);
        const bytes = new Uint8Array(3 * text.length);
        const written = encodeUtf8(buffer, bytes);
        expect(bytes.subarray(0, written)).toEqual(new TextEncoder().encode(text));
      }),
      { numRuns: 500 },
    );
  });
});
