import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialUpperTail } from "./binomial.ts";
import { poissonUpperTail } from "./poisson.ts";

describe("poissonUpperTail", () => {
  it("is what the terms below it leave, in closed form", () => {
    expect(poissonUpperTail(0, 3)).toBe(1);
    expect(poissonUpperTail(1, 0)).toBe(0);
    expect(poissonUpperTail(1, 2)).toBeCloseTo(1 - Math.exp(-2), 14);
    expect(poissonUpperTail(3, 1)).toBeCloseTo(1 - 2.5 * Math.exp(-1), 14);
  });

  it("is the limit of the binomial tail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.1, max: 100, noNaN: true }), (k, mean) => {
        const trials = 1e9;
        const tail = binomialUpperTail(k, trials, mean / trials);
        // A term of the one is a term of the other times 1 + ((k - mean)^2 - k) / (2 trials), to the first order.
        const relative = ((k - mean) * (k - mean) + k + mean) / trials + 1e-9;
        expect(Math.abs(poissonUpperTail(k, mean) - tail)).toBeLessThan(relative * tail + 1e-300);
      }),
    );
  });
});
