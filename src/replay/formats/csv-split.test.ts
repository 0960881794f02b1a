import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCells, HAS_QUOTE, splitPlain, type Cells } from "./csv-split.ts";

function textsOf(cells: Cells): string[] {
  return Array.from({ length: cells.count }, (_, i) => cells.bytes.toString("latin1", cells.starts[i], cells.ends[i]));
}

describe("plain lines of CSV", () => {
  it("are cut as `split` cuts them, wherever they lie in memory", () => {
    const line = fc.string({ unit: fc.constantFrom(",", ";", "a", "é", "-", "\u0000", "+"), maxLength: 40 });
    fc.assert(
      fc.property(line, fc.nat(8), fc.nat(5), fc.constantFrom(",", ";"), (text, before, after, delimiter) => {
        const plain = Buffer.from(text, "latin1");
        const memory = Buffer.concat([Buffer.alloc(before, delimiter), plain, Buffer.alloc(after, delimiter)]);
        // A view that begins anywhere in its memory, and a line that begins anywhere in the view.
        const block = memory.subarray(before >> 1);
        const from = before - (before >> 1);
        const expected = text.split(delimiter);
        const cells = createCells();
        const code = delimiter.charCodeAt(0);
        expect(splitPlain(cells, code, block, from, from + plain.length)).toBe(expected.length);
        expect(textsOf(cells)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are not cut where there is a quote", () => {
    expect(splitPlain(createCells(), 44, Buffer.from('a,"b'), 0, 4)).toBe(HAS_QUOTE);
  });
});
