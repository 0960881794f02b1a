import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DRAW_UNIT, deriveStream, draw32 } from "../kernel/random.ts";
import { closeBurstTick, createBurstState, type BurstState } from "./error-bursts.ts";

type Tick = readonly [errors: number, attempts: number];

function burstsOf(ticks: readonly Tick[]): BurstState {
  const state = createBurstState();
  let errors = 0;
  let attempts = 0;
  ticks.forEach(([more, of], i) => {
    errors += more;
    attempts += of;
    closeBurstTick(state, errors, attempts, (i + 1) * 5, 5, ticks.length);
  });
  return state;
}

/** Uniform draws of a seed. */
function seededRandom(seed: string): () => number {
  const { a, b } = deriveStream(seed, "test");
  let index = 0;
  return () => draw32(a, b, index++) * DRAW_UNIT;
}

/** How many of n attempts fail at rate p: the distribution's inverse at one draw. */
function binomial(n: number, p: number, random: () => number): number {
  let left = random();
  let chance = (1 - p) ** n;
  for (let k = 0; k < n; k++) {
    if (left < chance) return k;
    left -= chance;
    chance *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return n;
}

describe("bursts", () => {
  it("begin where failures go far beyond the rate before, and end where they go back", () => {
    const calm = Array.from({ length: 20 }, () => [1, 100] as const);
    const state = burstsOf([...calm, [15, 100], [30, 100], [1, 100], ...calm, [8, 100]]);
    // Eight of a hundred are a burst against one of a hundred: the first burst must not have raised what is expected.
    expect(state.count).toBe(2);
    expect(state.first).toEqual([
      { fromUs: 100, toUs: 110, errors: 45, attempts: 200 },
      { fromUs: 215, toUs: 220, errors: 8, attempts: 100 },
    ]);
  });

  it("are not seen where the rate is steady, however high, nor before anything is known", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 100, max: 10_000 }), (percent, attempts) => {
        const errors = Math.floor((attempts * percent) / 100);
        expect(burstsOf(Array.from({ length: 30 }, () => [errors, attempts] as const)).count).toBe(0);
      }),
    );
    expect(burstsOf([[50, 50]]).count).toBe(0);
    expect(
      burstsOf([
        [0, 10_000],
        [4, 100],
      ]).count,
    ).toBe(0);
  });

  // Calm at this mean per tick of 100 attempts, and four ticks in the middle at so much.
  it.each([
    [0.2, 8],
    [1.3, 14],
    [5, 25],
    [30, 65],
  ])(
    "are as rare as promised where failures are independent, and found where they are not: mean %s, burst %s",
    (mean, burst) => {
      const TICKS = 360;
      const RUNS = 1_000;
      let falseRuns = 0;
      let found = 0;
      for (let run = 0; run < RUNS; run++) {
        const random = seededRandom(`bursts ${mean} ${run}`);
        const steady = Array.from({ length: TICKS }, (): Tick => [binomial(100, mean / 100, random), 100]);
        if (burstsOf(steady).count > 0) falseRuns++;
        const middle = TICKS / 2;
        const bad = Array.from({ length: 4 }, (): Tick => [binomial(100, burst / 100, random), 100]);
        const { first } = burstsOf([...steady.slice(0, middle), ...bad, ...steady.slice(middle)]);
        if (first.some(({ fromUs, toUs }) => fromUs < (middle + 4) * 5 && toUs > middle * 5)) found++;
      }
      // At most one run in a hundred, and three standard errors of that.
      expect(falseRuns).toBeLessThanOrEqual(RUNS / 100 + 3 * Math.sqrt(RUNS / 100));
      expect(found).toBeGreaterThan(0.9 * RUNS);
    },
  );

  it("are counted beyond those that are kept one by one", () => {
    const ticks = Array.from({ length: 60 }, (_, i) => (i % 4 === 3 ? ([90, 100] as const) : ([0, 1_000] as const)));
    const state = burstsOf(ticks);
    expect(state.count).toBe(15);
    expect(state.first).toHaveLength(10);
  });
});
