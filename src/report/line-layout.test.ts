import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, hang, padLeft, padRight, textWidth, wrap } from "./line-layout.ts";

describe("line layout", () => {
  it("pads by characters, not by code units", () => {
    expect(padRight("✓", 3)).toBe("✓  ");
    expect(padLeft("𝒙", 3)).toBe("  𝒙");
    expect(textWidth("a𝒙")).toBe(2);
  });

  it("marks what was cut off", () => {
    expect(cut("FULL_ROLLOUT", 12)).toBe("FULL_ROLLOUT");
    expect(cut("FULL_ROLLOUT", 10)).toBe("FULL_ROL..");
  });

  it("hangs the later lines under the first word", () => {
    expect(hang("got  ", "one two three", 12)).toEqual(["got  one two", "     three"]);
  });

  it("loses no word and exceeds the width only with a single long word", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/u)), fc.integer({ min: 1, max: 30 }), (words, width) => {
        const lines = wrap(words.join(" "), width);
        expect(lines.join(" ")).toBe(words.join(" "));
        for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
      }),
    );
  });
});
