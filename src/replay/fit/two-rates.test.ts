import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DRAW_UNIT, deriveStream, draw32 } from "../../engine/kernel/random.ts";
import { fitTwoRates } from "./two-rates.ts";

const ATTEMPTS = 20;

function drawer(seed: string): () => number {
  const { a, b } = deriveStream(seed, "two-rates");
  let drawn = 0;
  return () => (draw32(a, b, drawn++) + 0.5) * DRAW_UNIT;
}

interface Truth {
  readonly seed: string;
  readonly calmRate: number;
  readonly burstRate: number;
  /** Mean lengths in steps. */
  readonly every: number;
  readonly lasts: number;
  readonly steps: number;
}

/** Counts of the very process, and where its bursts were. */
function countsOf({ seed, calmRate, burstRate, every, lasts, steps }: Truth): {
  readonly attempts: Float64Array;
  readonly errors: Float64Array;
  readonly inBurst: Float64Array;
  readonly bursts: number;
} {
  const draw = drawer(seed);
  const attempts = new Float64Array(steps).fill(ATTEMPTS);
  const errors = new Float64Array(steps);
  const inBurst = new Float64Array(steps);
  let bursts = 0;
  let isBurst = false;
  for (let step = 0; step < steps; step++) {
    if (draw() < 1 / (isBurst ? lasts : every)) isBurst = !isBurst;
    if (isBurst && inBurst[step - 1] !== 1) bursts++;
    inBurst[step] = isBurst ? 1 : 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (draw() < (isBurst ? burstRate : calmRate)) errors[step] = (errors[step] as number) + 1;
    }
  }
  return { attempts, errors, inBurst, bursts };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe("two rates of failures", () => {
  it("are found again, with the lengths and distances of short bursts as of long outages (5 standard errors)", () => {
    let judged = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.string({ minLength: 1, maxLength: 6 }),
          calmRate: fc.double({ min: 0.001, max: 0.05, noNaN: true }),
          more: fc.double({ min: 0.15, max: 0.6, noNaN: true }),
          lasts: fc.constantFrom(4, 12, 40, 150, 300),
          distance: fc.integer({ min: 1, max: 10 }),
        }),
        ({ seed, calmRate, more, lasts, distance }) => {
          const truth = { seed, calmRate, burstRate: calmRate + more, lasts, every: lasts * distance, steps: 4_000 };
          const { attempts, errors, inBurst, bursts } = countsOf(truth);
          const burstSteps = sum(inBurst);
          // A trace without bursts, or with nothing else, tells nothing of them.
          if (bursts < 2 || truth.steps - burstSteps < 100 || burstSteps < 20) return;
          judged++;
          const found = fitTwoRates(attempts, errors);
          if (found === null) throw new Error("no bursts");
          const spread = (rate: number, steps: number): number => Math.sqrt((rate * (1 - rate)) / (steps * ATTEMPTS));
          const { burstRate } = truth;
          expect(Math.abs(found.burstRate - burstRate)).toBeLessThan(5 * spread(burstRate, burstSteps) + 0.01);
          expect(Math.abs(found.calmRate - calmRate)).toBeLessThan(
            5 * spread(calmRate, truth.steps - burstSteps) + 0.002,
          );
          // One or two short bursts may be missed. The mean length of so many has a relative standard error of 1 / root.
          const mean = sum(found.inBurst) / found.bursts;
          expect(Math.abs(Math.log(mean / (burstSteps / bursts)))).toBeLessThan(0.2 + 2 / bursts);
          expect(Math.abs(Math.log(mean / lasts))).toBeLessThan(5 / Math.sqrt(bursts) + 0.15);
          const every = (truth.steps - sum(found.inBurst)) / found.bursts;
          expect(Math.abs(Math.log(every / truth.every))).toBeLessThan(5 / Math.sqrt(bursts) + 0.15);
          // Steps are mistaken at ends of bursts, no more than some per burst.
          const mistaken = inBurst.reduce((total, one, step) => total + Math.abs(one - (found.inBurst[step] ?? 0)), 0);
          expect(mistaken).toBeLessThan(3 * bursts + 5 * Math.sqrt(bursts));
        },
      ),
      { numRuns: 40 },
    );
    expect(judged).toBeGreaterThan(20);
  }, 60_000);

  it("are not found in counts of one rate, nor where all or nothing fails", () => {
    let foundByChance = 0;
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 6 }),
        fc.constantFrom(0.001, 0.01, 0.1, 0.5, 0.95),
        (seed, rate) => {
          const steady = { seed, calmRate: rate, burstRate: rate, every: 100, lasts: 100, steps: 600 };
          const { attempts, errors } = countsOf(steady);
          if (fitTwoRates(attempts, errors) !== null) foundByChance++;
        },
      ),
      { numRuns: 60 },
    );
    // Sixty traces, each with a chance of at most a hundredth.
    expect(foundByChance).toBeLessThanOrEqual(4);
    const attempts = new Float64Array(50).fill(ATTEMPTS);
    expect(fitTwoRates(attempts, new Float64Array(50))).toBeNull();
    expect(fitTwoRates(attempts, attempts)).toBeNull();
    expect(fitTwoRates(new Float64Array(50), new Float64Array(50))).toBeNull();
  }, 60_000);

  it("take the stretches of the higher rate for the bursts, also where they are most of the time, and steps without attempts", () => {
    const attempts = Float64Array.from({ length: 400 }, (_, step) => (step % 50 === 7 ? 0 : 10_000));
    const isCalm = (step: number): boolean => step >= 100 && step < 140;
    const errors = attempts.map((count, step) => count * (isCalm(step) ? 0.01 : 0.9));
    const found = fitTwoRates(attempts, errors);
    expect(found?.calmRate).toBeCloseTo(0.01, 6);
    expect(found?.burstRate).toBeCloseTo(0.9, 6);
    expect(found?.bursts).toBeCloseTo(2, 2);
    for (const [step, chance] of (found?.inBurst ?? []).entries()) {
      if (step % 50 !== 7) expect(chance).toBeCloseTo(isCalm(step) ? 0 : 1, 6);
    }
  });
});
