import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortedOrder } from "./stable-sort.ts";

describe("sortedOrder", () => {
  it("is the stable order of any values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 400 }), (values) => {
        const expected = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
        expect([...sortedOrder(Float64Array.from(values), values.length)]).toEqual(expected);
      }),
    );
  });
});
