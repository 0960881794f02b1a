import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAliasTable, drawAlias, zipfWeights } from "./alias-table.ts";

/** The probability of each entry that a table gives, exactly: each cell's two parts. */
function probabilitiesOf(table: Uint32Array): number[] {
  const count = table.length / 2;
  const probabilities = Array.from({ length: count }, () => 0);
  for (let cell = 0; cell < count; cell++) {
    const own = (table[2 * cell] ?? 0) * 2 ** -32;
    const other = table[2 * cell + 1] ?? 0;
    probabilities[cell] = (probabilities[cell] ?? 0) + own / count;
    probabilities[other] = (probabilities[other] ?? 0) + (1 - own) / count;
  }
  return probabilities;
}

describe("an alias table", () => {
  it("gives every entry its weight", () => {
    const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(weights, (all) => {
        const total = all.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        probabilitiesOf(createAliasTable(Float64Array.from(all))).forEach((probability, i) => {
          expect(Math.abs(probability - (all[i] ?? 0) / total)).toBeLessThan(1e-8);
        });
      }),
    );
  });

  it("gives Zipf's law of 10,000 users", () => {
    const weights = zipfWeights(10_000, 1.1);
    expect([weights[0], weights[1]]).toEqual([1, expect.closeTo(1 / 2 / 2 ** 0.1, 12)]);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    probabilitiesOf(createAliasTable(weights)).forEach((probability, i) => {
      expect(Math.abs(probability - (weights[i] ?? 0) / total)).toBeLessThan(1e-8);
    });
  });

  it("chooses the cell by one draw, and the entry in it by the other", () => {
    const table = Uint32Array.of(2 ** 31, 1, 0, 0, 2 ** 32 - 1, 1);
    const at = (cell: number, entry: number): number => drawAlias(table, 3 * 2 ** -32, cell, entry);
    expect([at(0, 0), at(0, 2 ** 31 - 1), at(0, 2 ** 31), at(2 ** 31, 5), at(2 ** 32 - 1, 5)]).toEqual([0, 0, 1, 0, 2]);
  });
});
