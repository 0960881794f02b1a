import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SequentialTest } from "./policy.ts";
import { createTest, resetTest, runTest, whyNotTestable, type TestState } from "./sequential.ts";

const CUSUM: SequentialTest = { kind: "cusum", badPpm: 50_000, alarm: 97 };
const SPRT: SequentialTest = { kind: "sprt", badPpm: 50_000, falseAlarmPpm: 50_000, missPpm: 100_000 };
const GOOD_PPM = 10_000;

/** Attempts a microsecond apart, from a first one on. */
function attempts(failed: readonly boolean[], fromUs: number): Float64Array {
  return Float64Array.from(failed, (one, i) => 2 * (fromUs + i) + (one ? 1 : 0));
}

/** What a test does, attempt by attempt: the indices of its alarms. */
function oneByOne(test: SequentialTest, failed: readonly boolean[]): number[] {
  const alarms: number[] = [];
  let score = 0;
  let [failures, trials] = [0, 0];
  failed.forEach((fails, i) => {
    if (test.kind === "cusum") {
      score = fails ? score + 39 : Math.max(0, score - 1);
      if (score < test.alarm) return;
      alarms.push(i);
      score = 0;
      return;
    }
    trials++;
    failures += fails ? 1 : 0;
    const ratio = failures * Math.log(5) + (trials - failures) * Math.log(95 / 99);
    if (ratio < Math.log(18) && ratio > Math.log(2 / 19)) return;
    if (ratio > 0) alarms.push(i);
    [failures, trials] = [0, 0];
  });
  return alarms;
}

const outcomes = fc
  .tuple(fc.array(fc.nat(1_000), { maxLength: 1_500, size: "max" }), fc.constantFrom(10, 30, 100))
  .map(([draws, permille]) => draws.map((draw) => draw < permille));

describe.each([CUSUM, SPRT])("the test $kind", (test) => {
  it("raises its alarm in just the ticks in which it would attempt by attempt, however attempts fall into ticks", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 });
    let alarms = 0;
    fc.assert(
      fc.property(outcomes, lengths, (failed, ticks) => {
        const state = createTest(GOOD_PPM, 0);
        const expected = oneByOne(test, failed);
        alarms += expected.length;
        for (let from = 0, tick = 0; from < failed.length; tick++) {
          const length = (ticks[tick % ticks.length] ?? 0) + 1;
          runTest(state, test, attempts(failed.slice(from, from + length), from));
          const inTick = expected.filter((index) => index >= from && index < from + length);
          expect(state.alarm !== null).toBe(inTick.length > 0);
          from += length;
        }
        expect(state.seen).toBe(failed.length);
      }),
      { numRuns: 150, seed: 5 },
    );
    expect(alarms).toBeGreaterThan(100);
  });
});

describe("a test", () => {
  it("keeps what its first alarm of a tick was about, and begins anew after it", () => {
    const state = createTest(GOOD_PPM, 7);
    runTest(state, CUSUM, attempts([false, true, true, true, false, true], 100));
    expect(state.alarm).toEqual({ score: 117, failures: 3, trials: 3, sinceUs: 101 });
    expect(state).toMatchObject({ score: 39, failures: 1, trials: 1, sinceUs: 105, seen: 6 });
    runTest(state, CUSUM, attempts([false], 200));
    expect(state).toMatchObject({ alarm: null, score: 38 });
    const twice = [false, true, true, false, true, true, true, true];
    runTest(state, CUSUM, attempts(twice, 300));
    expect(state.alarm, "of two alarms the first").toEqual({ score: 115, failures: 3, trials: 5, sinceUs: 105 });
    expect(state).toMatchObject({ score: 39, failures: 1 });
  });

  it("that finds the rate good says so until it has seen something new, and has begun anew", () => {
    const state = createTest(GOOD_PPM, 0);
    // ln(19/2) / ln(99/95): 55 successes in a row.
    runTest(state, SPRT, attempts(Array(54).fill(false), 0));
    expect(state).toMatchObject({ isGood: false, trials: 54 });
    runTest(state, SPRT, attempts([false], 60));
    expect(state).toMatchObject({ isGood: true, trials: 0, failures: 0, sinceUs: 60 });
    runTest(state, SPRT, attempts([], 0));
    expect(state.isGood).toBe(true);
    runTest(state, SPRT, attempts([false], 70));
    expect(state).toMatchObject({ isGood: false, trials: 1 });
  });

  it("forgets everything when it is reset", () => {
    const state: TestState = createTest(GOOD_PPM, 0);
    runTest(state, CUSUM, attempts([true, true], 5));
    resetTest(state, 20_000, 50);
    expect(state).toEqual(createTest(20_000, 50));
  });

  it("needs a limit between 0 and the rate that it looks for", () => {
    expect(whyNotTestable(CUSUM, GOOD_PPM)).toBeNull();
    expect(whyNotTestable(undefined, 900_000)).toBeNull();
    for (const limit of [0, 50_000, 60_000]) expect(whyNotTestable(CUSUM, limit)).toContain("5 %");
  });
});
