import fc from "fast-check";
import { expect, it } from "vitest";
import { stripControls } from "./plain-text.ts";

it("takes out escape sequences whole, control characters, and halves of characters", () => {
  expect(stripControls("\u001b[1;31mred\u001b[0m")).toBe("red");
  expect(stripControls("\u001b]0;title\u0007text \u001b]8;;x\u001b\\link")).toBe("text link");
  expect(stripControls("a\u0000b\u0008c\u007fd\u009be\rf")).toBe("abcdef");
  expect(stripControls("tab\tand\nline, 😀, \uD83D half, \uDE00 other")).toBe("tab\tand\nline, 😀,  half,  other");
});

it("leaves nothing that XML cannot hold, and takes nothing from what it can", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const plain = stripControls(text);
      expect(plain).toMatch(/^[\t\n\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
      expect(stripControls(plain)).toBe(plain);
    }),
  );
});
