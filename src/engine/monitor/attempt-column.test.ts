import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { BATCH_ROWS, DECLINED, SERVED, createBatch, routeRows, type Batch } from "../service/world.ts";
import { HAS_SIMD, layOutAttempts, layOutAttemptsPlainly } from "./attempt-column.ts";
import { HISTOGRAM_BINS, histogramBin } from "./histogram.ts";

/** Latencies about every edge of a bin, and anywhere. */
const latencyUs = fc.oneof(
  fc.integer({ min: 0, max: 130 }),
  fc.tuple(fc.integer({ min: 6, max: 30 }), fc.integer({ min: -2, max: 2 })).map(([bit, more]) => 2 ** bit + more),
  fc.integer({ min: 2 ** 24 - 200, max: 2 ** 24 + 200 }),
  fc.integer({ min: 0, max: LATENCY_US_MAX }),
);
const code = fc.oneof({ weight: 6, arbitrary: fc.constant(SERVED) }, fc.constantFrom(1, 7, 254, DECLINED));
const row = fc.record({
  isCandidate: fc.boolean(),
  baselineUs: latencyUs,
  candidateUs: latencyUs,
  baselineCode: code,
  candidateCode: code,
});
const slowedBy = fc.oneof(fc.constant(-5), fc.nat(1_000), fc.constant(100_000));
const rows = fc.array(row, { maxLength: BATCH_ROWS, size: "max" });

function batchOf(values: readonly (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[]): Batch {
  const batch = createBatch();
  batch.count = values.length;
  routeRows(batch, (i) => values[i]?.isCandidate === true);
  for (const [i, value] of values.entries()) {
    batch.baselineUs[i] = value.baselineUs;
    batch.candidateUs[i] = value.candidateUs;
    batch.baselineCode[i] = value.baselineCode;
    batch.candidateCode[i] = value.candidateCode;
  }
  return batch;
}

describe("attempts laid out as a column", () => {
  it("are those of the first rows one by one, four at a time or not", () => {
    // All machines that run these tests have it; without, the plain loop would be looked at twice.
    expect(HAS_SIMD).toBe(true);
    fc.assert(
      fc.property(rows, slowedBy, fc.nat(BATCH_ROWS), (all, slowedByUs, most) => {
        const batch = batchOf(all);
        const values = all.slice(0, most);
        const count = values.length;
        const counted = values.map((value) => {
          const serves = value.candidateCode === SERVED;
          return value.isCandidate ? (serves ? value.candidateUs : 0) : value.baselineUs;
        });
        const sumOf = (onCandidate: boolean): number =>
          values.reduce((sum, { isCandidate }, i) => sum + (isCandidate === onCandidate ? (counted[i] ?? 0) : 0), 0);
        const expected = {
          bins: counted.map((us, i) => histogramBin(us) + (values[i]?.isCandidate === true ? HISTOGRAM_BINS : 0)),
          unusualRows: values.flatMap((value, i) => {
            const isSlow = value.candidateUs - value.baselineUs > slowedByUs;
            return value.isCandidate && (value.candidateCode !== SERVED || isSlow) ? [i] : [];
          }),
          baselineSumUs: sumOf(false),
          candidateSumUs: sumOf(true),
          longestUs: Math.max(0, ...counted),
          baselineFailed: values.filter((value) => !value.isCandidate && value.baselineCode !== SERVED).length,
        };
        for (const attempts of [
          layOutAttempts(batch, count, slowedByUs),
          layOutAttemptsPlainly(batch, count, slowedByUs),
        ]) {
          const { unusualCount, bins, unusualRows, ...sums } = attempts;
          expect({
            ...sums,
            bins: [...bins.subarray(0, values.length)],
            unusualRows: [...unusualRows.subarray(0, unusualCount)],
          }).toEqual(expected);
        }
      }),
      { endOnFailure: true },
    );
  });

  it("of an empty batch are none", () => {
    const one = {
      isCandidate: true,
      baselineUs: 5,
      candidateUs: 9,
      baselineCode: SERVED,
      candidateCode: DECLINED,
    } as const;
    layOutAttempts(batchOf([one]), 1, 0);
    expect(layOutAttempts(createBatch(), 0, 0)).toMatchObject({
      unusualCount: 0,
      baselineSumUs: 0,
      candidateSumUs: 0,
      longestUs: 0,
      baselineFailed: 0,
    });
  });
});
