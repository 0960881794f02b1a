import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logRatio, ratioLines, successesUntilGood } from "./probability-ratio-test.ts";

const LINES = ratioLines({ goodRate: 0.01, badRate: 0.05, falseAlarm: 0.05, miss: 0.1 });

/** Mean number of trials to either line, and the chance of the bad one, exactly: all counts still under way, step by step. */
function exactly(rate: number): { readonly trials: number; readonly bad: number } {
  let underWay = new Map([[0, 1]]);
  let trials = 0;
  let bad = 0;
  for (let n = 1; underWay.size > 0; n++) {
    const next = new Map<number, number>();
    for (const [failures, chance] of underWay) {
      trials += chance;
      for (const [count, share] of [
        [failures + 1, chance * rate],
        [failures, chance * (1 - rate)],
      ] as const) {
        const ratio = logRatio(LINES, count, n);
        if (ratio >= LINES.bad) bad += share;
        else if (ratio > LINES.good && share > 1e-14) next.set(count, (next.get(count) ?? 0) + share);
      }
    }
    underWay = next;
  }
  return { trials, bad };
}

describe("Wald's test", () => {
  it("of 1 % against 5 %, at 5 % false alarms and 10 % misses, takes 85.1 and 71.0 trials on average", () => {
    const [good, bad] = [exactly(0.01), exactly(0.05)];
    expect([good.trials.toFixed(1), bad.trials.toFixed(1)]).toEqual(["85.1", "71.0"]);
    // Wald's inequalities: what is aimed at, but for the chance of the other error.
    expect(good.bad, "false alarms").toBeLessThan(0.05 / 0.9);
    expect(1 - bad.bad, "misses").toBeLessThan(0.1 / 0.95);
  });

  it("has its lines where Wald put them", () => {
    expect(LINES.bad).toBeCloseTo(Math.log(18), 12);
    expect(LINES.good).toBeCloseTo(Math.log(2 / 19), 12);
    expect(LINES.perFailure).toBeCloseTo(Math.log(5), 12);
    expect(LINES.perSuccess).toBeCloseTo(Math.log(95 / 99), 12);
  });

  it("knows after how many successes in a row it will find the rate good", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 200 }), (failures, more) => {
        const trials = failures + more;
        fc.pre(logRatio(LINES, failures, trials) > LINES.good);
        let successes = 1;
        while (logRatio(LINES, failures, trials + successes) > LINES.good) successes++;
        expect(successesUntilGood(LINES, failures, trials)).toBe(successes);
      }),
    );
  });
});
