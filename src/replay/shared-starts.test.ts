import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSharedStarts, createSharedStarts, sharedStarts } from "./shared-starts.ts";

describe("starts that several rows share", () => {
  it("are counted as one that looks at all rows for each does, wherever blocks are cut", () => {
    const starts = fc.array(fc.nat(12), { maxLength: 40 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 9 }), (unsorted, blockRows) => {
        const rows = unsorted.toSorted((a, b) => a - b);
        const shared = createSharedStarts();
        for (let from = 0; from < rows.length; from += blockRows) {
          const block = Float64Array.from(rows.slice(from, from + blockRows));
          countSharedStarts(shared, block, block.length);
        }
        const together = rows.map((start) => rows.filter((other) => other === start).length);
        const sharing = together.filter((size) => size > 1);
        expect(sharedStarts(shared)).toEqual({ rows: sharing.length, rowsMax: Math.max(0, ...sharing) });
      }),
    );
  });
});
