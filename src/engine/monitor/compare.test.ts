import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handMadeSpan } from "../../../test/plans/span.ts";
import { ATTEMPTS, ERRORS, VERSION_COUNTERS } from "./counters.ts";
import { measureComparison, whyInvalid } from "./compare.ts";
import { binMiddleUs, histogramBin } from "./histogram.ts";

interface Arm {
  readonly attempts: number;
  readonly errors: number;
}

function spanOf(baseline: Arm, candidate: Arm, latenciesUs?: readonly [readonly number[], readonly number[]]) {
  return handMadeSpan({
    fromUs: 0,
    toUs: 60_000_000,
    counters: {
      [ATTEMPTS]: baseline.attempts,
      [ERRORS]: baseline.errors,
      [VERSION_COUNTERS + ATTEMPTS]: candidate.attempts,
      [VERSION_COUNTERS + ERRORS]: candidate.errors,
    },
    ...(latenciesUs === undefined ? {} : { latenciesUs }),
  });
}

const NOBODY: Arm = { attempts: 0, errors: 0 };
const latencies = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 30 });

describe("comparisons of the versions", () => {
  it("rank the binned latencies as a plain count of pairs does", () => {
    fc.assert(
      fc.property(latencies, latencies, (baseline, candidate) => {
        const span = spanOf(NOBODY, NOBODY, [baseline, candidate]);
        const binned = (values: readonly number[]): number[] => values.map((us) => binMiddleUs(histogramBin(us)));
        const differences = binned(candidate)
          .flatMap((slow) => binned(baseline).map((fast) => slow - fast))
          .sort((a, b) => a - b);
        const pairs = differences.length;
        const slower = differences.filter((one) => one > 0).length + differences.filter((one) => one === 0).length / 2;
        const share = measureComparison("latency.slowerShare", span)!;
        expect(share.value).toBeCloseTo((slower / pairs) * 1_000_000, 3);
        expect(share.samples).toBe(Math.min(baseline.length, candidate.length));
        const shift = measureComparison("latency.shift", span, 0.9)!;
        const [under, over] = [differences[Math.ceil(pairs / 2) - 1]!, differences[Math.floor(pairs / 2)]!];
        expect(shift.value).toBe((under + over) / 2);
        expect(shift.ends!.low).toBeLessThanOrEqual(shift.value!);
        expect(shift.ends!.high).toBeGreaterThanOrEqual(shift.value!);
        expect(shift.statistic).toMatchObject({ kind: "ranks", confidence: 0.9, baselineAttempts: baseline.length });
      }),
    );
  });

  it("see a candidate that is faster as well as one that is slower", () => {
    const slow = Array.from({ length: 200 }, (_, i) => 100_000 + 500 * i);
    const fast = slow.map((us) => us / 2);
    for (const [baseline, candidate, isSlower] of [
      [slow, fast, false],
      [fast, slow, true],
    ] as const) {
      const span = spanOf(NOBODY, NOBODY, [baseline, candidate]);
      expect(measureComparison("latency.mannWhitney", span)!.value).toBeLessThan(1);
      expect(measureComparison("latency.shift", span)!.value! > 0).toBe(isSlower);
      expect(measureComparison("latency.slowerShare", span)!.value! > 500_000).toBe(isSlower);
    }
    const same = spanOf(NOBODY, NOBODY, [slow, slow]);
    expect(measureComparison("latency.mannWhitney", same)!.value).toBe(1_000_000);
    expect(measureComparison("latency.shift", same)!.value).toBe(0);
  });

  it("give the difference of the error rates exactly, with ends around it", () => {
    const span = spanOf({ attempts: 3_000, errors: 15 }, { attempts: 700, errors: 14 });
    const delta = measureComparison("errorRate.delta", span)!;
    expect(delta).toMatchObject({ value: 15_000, samples: 700, approximate: false });
    expect(delta.ends!.low).toBeLessThan(15_000);
    expect(delta.ends!.high).toBeGreaterThan(15_000);
    expect(delta.statistic).toMatchObject({ kind: "rates", candidateRate: 0.02, baselineRate: 0.005 });
  });

  it("are absent with an empty arm, without published latencies, and without a count of keys", () => {
    const some = { attempts: 10, errors: 1 };
    for (const [baseline, candidate] of [
      [NOBODY, some],
      [some, NOBODY],
    ] as const) {
      const arms = [baseline, candidate].map(({ attempts }) => Array<number>(attempts).fill(1_000));
      const span = spanOf(baseline, candidate, [arms[0]!, arms[1]!]);
      for (const name of ["errorRate.delta", "latency.mannWhitney", "latency.shift", "latency.slowerShare"]) {
        expect(measureComparison(name, span), name).toMatchObject({ value: null, samples: 0 });
      }
    }
    const both = spanOf(some, some, [[5], [6]]);
    expect(measureComparison("latency.shift", { ...both, publishesQuantiles: false })).toMatchObject({ value: null });
    expect(measureComparison("split.mismatch", both)).toMatchObject({ value: null, samples: 0 });
    expect(measureComparison("errorRate", both)).toBeUndefined();
  });

  it("are invalid where the keys are not split as configured", () => {
    const span = spanOf(NOBODY, NOBODY);
    const split = (candidateKeys: number) => ({
      ...span,
      split: { unit: "key" as const, keys: 10_000, candidateKeys, sharePpm: 100_000 },
    });
    const asConfigured = measureComparison("split.mismatch", split(1_010))!;
    expect(asConfigured.value).toBeGreaterThan(700_000);
    expect(asConfigured).toMatchObject({ samples: 10_000, statistic: { kind: "split", share: 0.1 } });
    expect(whyInvalid(split(1_010))).toBeNull();
    expect(measureComparison("split.mismatch", split(1_200))!.value).toBeLessThan(1);
    expect(whyInvalid(split(1_200))).toBe("keys are not split as configured");
    expect(whyInvalid(span)).toBeNull();
    const few = { ...span, split: { unit: "key" as const, keys: 40, candidateKeys: 40, sharePpm: 100_000 } };
    expect(measureComparison("split.mismatch", few)).toMatchObject({ value: null, samples: 40 });
    expect(whyInvalid(few)).toBeNull();
  });
});
