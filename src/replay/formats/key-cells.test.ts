import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAbsent } from "./csv-cells.ts";
import { readKeyCell, writeKeyCell } from "./key-cells.ts";

const arbitraryText = fc
  .array(
    fc.constantFrom(
      " ",
      "\t",
      "\n",
      "-",
      "null",
      "NONE",
      "a",
      "b",
      "\\",
      "\\x",
      "20",
      "5C",
      "6E",
      "E9",
      "c",
      "0A",
      "\\x20",
      "\\x5C",
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));

describe("keys as cells", () => {
  it("are read as the keys that were written, from cells that an importer leaves as they are", () => {
    fc.assert(
      fc.property(arbitraryText, (key) => {
        const cell = writeKeyCell(key);
        expect(readKeyCell(cell)).toBe(key);
        expect(cell).toBe(cell.trim());
        expect(isAbsent(cell)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are different where the cells are", () => {
    const cells = fc.tuple(arbitraryText, arbitraryText).map((pair) => pair.map((text) => text.trim()));
    fc.assert(
      fc.property(cells, ([one = "", other = ""]) => {
        fc.pre(one !== other && !isAbsent(one) && !isAbsent(other));
        expect(readKeyCell(one)).not.toBe(readKeyCell(other));
      }),
      { numRuns: 2_000 },
    );
    expect(readKeyCell("a\\x6Eb")).toBe("a\\x6Eb");
  });

  it("keep backslashes that escape nothing", () => {
    for (const text of ["C:\\x", "a\\x20b", "caf\\xE9", "a\\x5Cb", "\\x6Eobody", "\\\\x20b"]) {
      expect(readKeyCell(text)).toBe(text);
    }
    expect([writeKeyCell(" curl"), writeKeyCell("null"), writeKeyCell("caf\\xE9")]).toEqual([
      "\\x20curl",
      "\\x6Eull",
      "caf\\xE9",
    ]);
  });
});
