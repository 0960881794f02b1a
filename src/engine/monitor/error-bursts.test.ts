import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeBurstTick, createBurstState, type BurstState } from "./error-bursts.ts";

function burstsOf(ticks: readonly (readonly [errors: number, attempts: number])[]): BurstState {
  const state = createBurstState();
  let errors = 0;
  let attempts = 0;
  ticks.forEach(([more, of], i) => {
    errors += more;
    attempts += of;
    closeBurstTick(state, errors, attempts, (i + 1) * 5, 5);
  });
  return state;
}

describe("bursts", () => {
  it("begin where failures go far beyond the rate before, and end where they go back", () => {
    const calm = Array.from({ length: 20 }, () => [1, 100] as const);
    const state = burstsOf([...calm, [15, 100], [30, 100], [1, 100], ...calm, [6, 100]]);
    // Six of a hundred are a burst against one of a hundred: the first burst must not have raised what is expected.
    expect(state.count).toBe(2);
    expect(state.first).toEqual([
      { fromUs: 100, toUs: 110, errors: 45, attempts: 200 },
      { fromUs: 215, toUs: 220, errors: 6, attempts: 100 },
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

  it("are counted beyond those that are kept one by one", () => {
    const ticks = Array.from({ length: 60 }, (_, i) => (i % 4 === 3 ? ([90, 100] as const) : ([0, 1_000] as const)));
    const state = burstsOf(ticks);
    expect(state.count).toBe(15);
    expect(state.first).toHaveLength(10);
  });
});
