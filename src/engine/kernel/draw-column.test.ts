import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  COLUMN_ROWS,
  HAS_SIMD,
  drawColumn,
  drawColumnPlainly,
  drawScaled,
  loadAscending,
  loadIndices,
} from "./draw-column.ts";
import { draw32 } from "./random.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const indices = fc
  .array(fc.oneof(fc.nat(2_000), fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 })), {
    maxLength: COLUMN_ROWS,
    size: "max",
  })
  .map((values) => Uint32Array.from(values));

describe("columns of draws", () => {
  it("are the draws one by one, to the bit, four at a time or not", () => {
    // All machines that run these tests have it; without, the first half would compare the plain loop with itself.
    expect(HAS_SIMD).toBe(true);
    fc.assert(
      fc.property(indices, word, word, (at, a, b) => {
        const expected = Array.from(at, (index) => draw32(a, b, index));
        loadIndices(at, at.length);
        expect([...drawColumn(1, a, b, at.length).subarray(0, at.length)]).toEqual(expected);
        expect([...drawColumnPlainly(at, a, b, at.length).subarray(0, at.length)]).toEqual(expected);
      }),
    );
  });

  it("are drawn at ascending indices, and scaled, as one by one", () => {
    const rows = fc.integer({ min: 0, max: COLUMN_ROWS });
    const population = fc.oneof(fc.integer({ min: 1, max: 20_000_000 }), fc.constant(2 ** 32 - 1));
    fc.assert(
      fc.property(word, rows, word, word, population, (start, count, a, b, users) => {
        const draw = new Uint32Array(COLUMN_ROWS);
        loadAscending(draw, start, count);
        expect([...draw.subarray(0, count)]).toEqual(Array.from({ length: count }, (_, i) => (start + i) >>> 0));
        const keys = new Uint32Array(COLUMN_ROWS);
        drawScaled(2, a, b, count, users * 2 ** -32, keys);
        const expected = Array.from({ length: count }, (_, i) =>
          Math.floor(draw32(a, b, start + i) * (users * 2 ** -32)),
        );
        expect([...keys.subarray(0, count)]).toEqual(expected);
      }),
    );
  });

  it("lie side by side, each until its own slot is drawn again", () => {
    const at = Uint32Array.from({ length: COLUMN_ROWS }, (_, i) => 3 * i);
    loadIndices(at, COLUMN_ROWS);
    const [first, second, third] = [drawColumn(0, 1, 2, 9), drawColumn(1, 3, 4, 9), drawColumn(2, 5, 6, 9)];
    for (let i = 0; i < 9; i++) {
      expect([first[i], second[i], third[i]]).toEqual([draw32(1, 2, 3 * i), draw32(3, 4, 3 * i), draw32(5, 6, 3 * i)]);
    }
    // Of the loaded ones, only so many are drawn at as were asked for, rounded up to a vector.
    drawColumn(0, 7, 7, COLUMN_ROWS);
    drawColumn(0, 1, 2, 1);
    expect(first[4]).toBe(draw32(7, 7, 12));
  });
});
