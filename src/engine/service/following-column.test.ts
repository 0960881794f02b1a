import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw32 } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { HAS_SIMD, followBaseline, followRows } from "./following-column.ts";
import { BATCH_ROWS, SERVED, createBatch, routeRows } from "./world.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const row = fc.record({
  draw: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  us: fc.oneof(fc.integer({ min: 1, max: 500_000 }), fc.integer({ min: 1, max: LATENCY_US_MAX })),
  code: fc.oneof(fc.constant(SERVED), fc.constantFrom(1, 2, 254)),
  isCandidate: fc.boolean(),
});
const following = fc.record({
  factor: fc.oneof(fc.constantFrom(0, 0.5, 1, 1.3), fc.double({ min: 0, max: 50, noNaN: true })),
  addUs: fc.integer({ min: -200_000, max: 200_000 }),
  threshold: fc.oneof(
    fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32),
    fc.integer({ min: 0, max: 2 ** 32 }),
  ),
});

describe("a candidate that follows the baseline", () => {
  it("has the same outcomes for all rows at once, and for its own one by one", () => {
    // All machines that run these tests have it.
    expect(HAS_SIMD).toBe(true);
    const rows = fc.array(row, { maxLength: BATCH_ROWS, size: "max" });
    fc.assert(
      fc.property(rows, following, word, word, (values, terms, a, b) => {
        const dense = createBatch();
        const sparse = createBatch();
        for (const batch of [dense, sparse]) {
          batch.count = values.length;
          for (const [i, value] of values.entries()) {
            batch.draw[i] = value.draw;
            batch.baselineUs[i] = value.us;
            batch.baselineCode[i] = value.code;
          }
          routeRows(batch, (i) => values[i]?.isCandidate === true);
        }
        followBaseline(dense, { a, b }, terms);
        followRows(sparse, { a, b }, terms);
        for (const [i, value] of values.entries()) {
          const exactUs = value.us * terms.factor + terms.addUs;
          const us = Math.trunc(Math.min(Math.max(exactUs, 1), LATENCY_US_MAX));
          const failsItself = draw32(a, b, value.draw) < terms.threshold;
          const code = value.code === SERVED && failsItself ? 1 : value.code;
          expect([dense.candidateUs[i], dense.candidateCode[i]]).toEqual([us, code]);
          if (value.isCandidate) expect([sparse.candidateUs[i], sparse.candidateCode[i]]).toEqual([us, code]);
        }
        expect(dense.candidateUs.subarray(values.length).every((us) => us === 0)).toBe(true);
      }),
      { endOnFailure: true },
    );
  });
});
