import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDisorder, measureDisorder } from "./disorder.ts";

describe("disorder", () => {
  it("is of every row against those above it, however they are divided into blocks", () => {
    const starts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 30 }), (all, blockRows) => {
        const disorder = createDisorder();
        for (let from = 0; from < all.length; from += blockRows) {
          const block = Float64Array.from(all.slice(from, from + blockRows));
          measureDisorder(disorder, block, block.length);
        }
        const behind = all.map((start, row) => Math.max(0, ...all.slice(0, row)) - start);
        expect(disorder).toMatchObject({
          stepsBack: all.filter((start, row) => row > 0 && start < (all[row - 1] ?? 0)).length,
          misplaced: behind.filter((us) => us > 0).length,
          usMax: Math.max(0, ...behind),
        });
      }),
    );
  });
});
