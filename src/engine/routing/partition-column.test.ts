import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_ROWS, createBatch } from "../service/world.ts";
import { HAS_SIMD, partitionPlainly, partitionRows } from "./partition-column.ts";

describe("rows told apart", () => {
  it("are listed in order, each in the list that it belongs to, eight at a time or not", () => {
    // All machines that run these tests have it.
    expect(HAS_SIMD).toBe(true);
    const shares = fc.constantFrom(0, 0.01, 0.5, 0.99, 1);
    const rows = fc.integer({ min: 0, max: BATCH_ROWS });
    fc.assert(
      fc.property(
        rows,
        shares,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (count, share, chance) => {
          const routed = Array.from({ length: count }, () => (chance.next().value < share ? 1 : 0));
          for (const partition of [partitionRows, partitionPlainly]) {
            const batch = createBatch();
            // Left over from an earlier batch.
            batch.routed.fill(1);
            batch.candidateCount = 7;
            batch.count = count;
            batch.routed.set(routed);
            partition(batch);
            const numbers = routed.map((_, i) => i);
            const candidates = numbers.filter((i) => routed[i] === 1);
            expect(batch.candidateCount).toBe(candidates.length);
            expect([...batch.candidateRows.subarray(0, candidates.length)]).toEqual(candidates);
            const baselines = numbers.filter((i) => routed[i] === 0);
            expect([...batch.baselineRows.subarray(0, baselines.length)]).toEqual(baselines);
          }
        },
      ),
    );
  });
});
