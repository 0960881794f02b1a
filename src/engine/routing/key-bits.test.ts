import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_ROWS, createBatch } from "../service/world.ts";
import { createKeyBits, routeByBits } from "./key-bits.ts";
import { routeBatch } from "./router.ts";

const edge = fc.constantFrom(0, 2, 2 ** 31 - 2, 2 ** 31, 2 ** 31 + 2, 2 ** 32 - 2, 2 ** 32);
const threshold = fc.oneof(
  edge,
  fc.nat(2 ** 31 - 1).map((half) => 2 * half),
);
const bucket = fc.oneof(
  edge.map((value) => Math.min(value, 2 ** 32 - 1)),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

describe("a bit for each key", () => {
  it("routes as buckets do, whatever thresholds follow each other, and however many requests come by each", () => {
    const batches = fc.array(fc.record({ threshold, count: fc.nat(200), again: fc.nat(3) }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 700, size: "max" }), batches, (buckets, steps) => {
        const all = Uint32Array.from(buckets);
        const keys = createKeyBits(all);
        const byBits = createBatch();
        const byBuckets = createBatch();
        for (const step of steps) {
          for (let time = 0; time <= step.again; time++) {
            for (const batch of [byBits, byBuckets]) {
              batch.count = Math.min(step.count, BATCH_ROWS);
              for (let i = 0; i < batch.count; i++) batch.key[i] = (i * 31 + time) % all.length;
            }
            routeByBits(byBits, keys, step.threshold);
            routeBatch(byBuckets, all, step.threshold);
            const { candidateCount, count } = byBuckets;
            expect(byBits.candidateCount).toBe(candidateCount);
            expect(byBits.routed.subarray(0, count)).toEqual(byBuckets.routed.subarray(0, count));
            expect(byBits.candidateRows.subarray(0, candidateCount)).toEqual(
              byBuckets.candidateRows.subarray(0, candidateCount),
            );
            expect(byBits.baselineRows.subarray(0, count - candidateCount)).toEqual(
              byBuckets.baselineRows.subarray(0, count - candidateCount),
            );
          }
        }
      }),
    );
  });

  it("is made once enough requests came by a threshold, and anew for the next", () => {
    const keys = createKeyBits(Uint32Array.from({ length: 800 }, (_, i) => i * 1_000));
    const batch = createBatch();
    batch.count = 60;
    routeByBits(batch, keys, 400_000);
    expect(keys.threshold).toBe(-1);
    routeByBits(batch, keys, 400_000);
    expect(keys.threshold).toBe(400_000);
    routeByBits(batch, keys, 200_000);
    expect(keys.threshold).toBe(400_000);
    routeByBits(batch, keys, 200_000);
    expect(keys.threshold).toBe(200_000);
  });
});
