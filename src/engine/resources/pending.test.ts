import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addPending, createPending, nextPendingUs, takePending } from "./pending.ts";

describe("attempts that wait", () => {
  it("come in the order of time, at one instant in the order of adding, with their columns", () => {
    const steps = fc.array(
      fc.oneof({ weight: 2, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.constant(null) }),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const pending = createPending();
        const book: { atUs: number; key: number }[] = [];
        all.forEach((step, key) => {
          if (step !== null) {
            pending.key[addPending(pending, step, 1)] = key;
            book.push({ atUs: step, key });
            return;
          }
          const next = book.toSorted((one, other) => one.atUs - other.atUs || one.key - other.key)[0];
          expect(nextPendingUs(pending)).toBe(next?.atUs ?? Infinity);
          if (next === undefined) return;
          const place = takePending(pending);
          expect(pending.key[place]).toBe(next.key);
          book.splice(book.indexOf(next), 1);
        });
        expect(pending.count).toBe(book.length);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
