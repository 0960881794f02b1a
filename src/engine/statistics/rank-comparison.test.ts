import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../kernel/normal-quantile.ts";
import { compareRanks, estimateShift, type TwoSamples } from "./rank-comparison.ts";

/** Both samples, value by value, as counts of distinct values. */
function counted(first: readonly number[], second: readonly number[]): TwoSamples {
  const values = [...new Set([...first, ...second])].sort((a, b) => a - b);
  const countsOf = (sample: readonly number[]): number[] =>
    values.map((value) => sample.filter((one) => one === value).length);
  return { values, first: countsOf(first), second: countsOf(second) };
}

/** Midranks, sum of ranks, variance with ties: the textbook's way. */
function naive(first: readonly number[], second: readonly number[]) {
  const all = [...first, ...second].sort((a, b) => a - b);
  const rank = (value: number): number => all.indexOf(value) + (all.lastIndexOf(value) - all.indexOf(value)) / 2 + 1;
  const [n1, n2, n] = [first.length, second.length, all.length];
  const u = second.reduce((sum, value) => sum + rank(value), 0) - (n2 * (n2 + 1)) / 2;
  let ties = 0;
  for (const value of new Set(all)) {
    const t = all.filter((one) => one === value).length;
    ties += t * t * t - t;
  }
  return { u, variance: ((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1))) };
}

function differences(first: readonly number[], second: readonly number[]): number[] {
  return second.flatMap((two) => first.map((one) => two - one)).sort((a, b) => a - b);
}

const halves = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 100_000 })).map((twice) => twice / 2),
  { minLength: 1, maxLength: 40 },
);

describe("Mann-Whitney on counts", () => {
  it("is the rank sum of the values one by one", () => {
    fc.assert(
      fc.property(halves, halves, (first, second) => {
        fc.pre(first.length + second.length > 1);
        const compared = compareRanks(counted(first, second))!;
        const { u, variance } = naive(first, second);
        const pairs = first.length * second.length;
        expect(compared.superiority).toBeCloseTo(u / pairs, 12);
        expect([compared.firstCount, compared.secondCount]).toEqual([first.length, second.length]);
        const off = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
        const z = variance <= 1e-9 ? 0 : off / Math.sqrt(variance);
        expect(Math.abs(compared.z)).toBeCloseTo(z, 9);
      }),
      { numRuns: 300 },
    );
  });

  it("is the normal score of the rank sum where there are no ties", () => {
    // 19 even and 22 odd numbers from 0 on: U is 0 + 1 + ... + 18 and then 4 times 19, 247; its mean 209, its variance 1463.
    const samples = counted(
      Array.from({ length: 19 }, (_, i) => 2 * i),
      Array.from({ length: 22 }, (_, i) => 2 * i + 1),
    );
    const { z, pValue, superiority } = compareRanks(samples)!;
    expect(superiority).toBeCloseTo(247 / (19 * 22), 12);
    expect(z).toBeCloseTo((247 - 209 - 0.5) / Math.sqrt((19 * 22 * 42) / 12), 12);
    expect(pValue).toBeCloseTo(0.327, 3);
  });

  it("is the same either way round, and sees a faster candidate as well as a slower one", () => {
    fc.assert(
      fc.property(halves, halves, (first, second) => {
        const there = compareRanks(counted(first, second))!;
        const back = compareRanks(counted(second, first))!;
        expect(back.pValue).toBeCloseTo(there.pValue, 12);
        expect(back.superiority).toBeCloseTo(1 - there.superiority, 12);
      }),
    );
    const slow = Array.from({ length: 50 }, (_, i) => 100 + i);
    const fast = slow.map((one) => one / 2);
    expect(compareRanks(counted(slow, fast))!.pValue).toBeLessThan(1e-10);
    expect(compareRanks(counted(slow, fast))!.z).toBeLessThan(-6);
  });

  it("says that nothing differs where all values are the same, and nothing at all of an empty arm", () => {
    expect(compareRanks(counted([5, 5, 5], [5, 5]))).toMatchObject({ pValue: 1, z: 0, superiority: 0.5 });
    expect(compareRanks(counted([], [1]))).toBeNull();
    expect(compareRanks(counted([1], []))).toBeNull();
    expect(estimateShift(counted([], [1]), 0.95)).toBeNull();
  });
});

describe("the Hodges-Lehmann shift", () => {
  it("is the median of all pairwise differences, its ends are differences at the ranks of Moses", () => {
    fc.assert(
      fc.property(halves, halves, fc.double({ min: 0.51, max: 0.999, noNaN: true }), (first, second, confidence) => {
        const { estimate, low, high } = estimateShift(counted(first, second), confidence)!;
        const all = differences(first, second);
        const pairs = all.length;
        const median = pairs % 2 === 1 ? all[(pairs - 1) / 2]! : (all[pairs / 2 - 1]! + all[pairs / 2]!) / 2;
        expect(estimate).toBe(median);
        const { variance } = first.length + second.length < 2 ? { variance: 0 } : naive(first, second);
        const spread = normalQuantile(confidence) * Math.sqrt(Math.max(0, variance));
        const outer = Math.max(1, Math.floor(pairs / 2 - spread));
        // The variance is summed in another order here: on the edge between two ranks either may be right.
        const near = [outer - 1, outer, outer + 1].map((rank) => all[Math.min(Math.max(rank, 1), pairs) - 1]);
        expect(near).toContain(low);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
      }),
      { numRuns: 300 },
    );
  });

  it("moves with the sample", () => {
    fc.assert(
      fc.property(halves, halves, fc.integer({ min: 0, max: 1_000 }), (first, second, by) => {
        const before = estimateShift(counted(first, second), 0.95)!;
        const moved = second.map((value) => value + by);
        const after = estimateShift(counted(first, moved), 0.95)!;
        expect(after.estimate).toBe(before.estimate + by);
      }),
    );
  });
});
