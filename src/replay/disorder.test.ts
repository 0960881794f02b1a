import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDisorder, measureDisorder } from "./disorder.ts";

/** In blocks of so many rows. */
function disorderOf(starts: readonly number[], blockRows: number): Record<string, number> {
  const disorder = createDisorder();
  for (let from = 0; from < starts.length; from += blockRows) {
    const block = Float64Array.from(starts.slice(from, from + blockRows));
    measureDisorder(disorder, block, block.length);
  }
  const { stepsBack, misplaced, usMax } = disorder;
  return { stepsBack, misplaced, usMax };
}

describe("disorder", () => {
  it("of two blocks in the wrong order is one step back, and every row of the second is misplaced", () => {
    const block = (from: number): number[] => Array.from({ length: 10_000 }, (_, i) => from + i);
    expect(disorderOf([...block(50_000), ...block(0), ...block(60_000)], 4_096)).toEqual({
      stepsBack: 1,
      misplaced: 10_000,
      usMax: 59_999,
    });
  });

  it("counts rows by those above them, as one that looks at all of them does, wherever blocks are cut", () => {
    const starts = fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 20 }), (rows, blockRows) => {
        const above = rows.map((start, row) => Math.max(...rows.slice(0, row)) - start);
        expect(disorderOf(rows, blockRows)).toEqual({
          stepsBack: rows.filter((start, row) => row > 0 && start < (rows[row - 1] ?? 0)).length,
          misplaced: above.filter((us) => us > 0).length,
          usMax: Math.max(0, ...above),
        });
      }),
    );
  });
});
