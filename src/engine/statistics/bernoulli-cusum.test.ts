import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cusumWeight, stepCusum, type CusumState } from "./bernoulli-cusum.ts";

const WEIGHT = 39;
const ALARM = 97;

function fresh(): CusumState {
  return { score: 0, failures: 0, trials: 0 };
}

/** Where the code's own step leads from a score; null: to the alarm. */
function next(score: number, fails: boolean): number | null {
  const state = { ...fresh(), score };
  const isAlarm = fails ? stepCusum(state, WEIGHT, ALARM, 0, true) : stepCusum(state, WEIGHT, ALARM, 1, false);
  return isAlarm ? null : state.score;
}

/** Mean number of trials to the alarm from a score of 0: the Markov chain of the scores below the line, solved. */
function averageRunLength(failureRate: number): number {
  const rows = Array.from({ length: ALARM }, (_, score) => {
    const row = Array.from({ length: ALARM + 1 }, (_unused, column) => (column === score || column === ALARM ? 1 : 0));
    for (const [fails, chance] of [
      [true, failureRate],
      [false, 1 - failureRate],
    ] as const) {
      const to = next(score, fails);
      if (to !== null) row[to]! -= chance;
    }
    return row;
  });
  for (let pivot = 0; pivot < ALARM; pivot++) {
    const own = rows[pivot]!;
    for (const row of rows) {
      if (row === own || row[pivot] === 0) continue;
      const factor = row[pivot]! / own[pivot]!;
      for (let column = pivot; column <= ALARM; column++) row[column]! -= factor * own[column]!;
    }
  }
  return rows[0]![ALARM]! / rows[0]![0]!;
}

describe("the Bernoulli CUSUM", () => {
  it("takes the weight from both rates, in whole numbers", () => {
    expect(cusumWeight(0.01, 0.05)).toBe(39);
    expect(cusumWeight(0.01, 0.02)).toBe(68);
    expect(cusumWeight(0.5, 0.500_001)).toBe(1);
    expect(cusumWeight(0.001, 0.9)).toBeGreaterThanOrEqual(1);
  });

  it.each([
    [0.01, 3449, 1],
    [0.05, 86.9, 0.1],
    [0.15, 20.9, 0.1],
  ])(
    "runs at a failure rate of %d for %d trials on average, +39 a failure and -1 a success up to 97",
    (rate, length, unit) => {
      expect(Math.abs(averageRunLength(rate) - length)).toBeLessThan(unit / 2);
    },
  );

  it("takes a row of successes as it takes them one by one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 12 }), (rows) => {
        const [whole, single] = [fresh(), fresh()];
        for (const successes of rows) {
          const together = stepCusum(whole, WEIGHT, ALARM, successes, true);
          for (let i = 0; i < successes; i++) stepCusum(single, WEIGHT, ALARM, 1, false);
          expect(stepCusum(single, WEIGHT, ALARM, 0, true)).toBe(together);
          expect(single).toEqual(whole);
        }
      }),
    );
  });

  it("counts what it has seen since it stood at 0", () => {
    const state = fresh();
    stepCusum(state, WEIGHT, ALARM, 500, true);
    expect(state).toEqual({ score: 39, failures: 1, trials: 1 });
    expect(stepCusum(state, WEIGHT, ALARM, 10, true)).toBe(false);
    expect(state).toEqual({ score: 68, failures: 2, trials: 12 });
    expect(stepCusum(state, WEIGHT, ALARM, 10, true), "exactly the line").toBe(true);
    stepCusum(state, WEIGHT, ALARM, 97, false);
    expect(state).toEqual(fresh());
  });
});
