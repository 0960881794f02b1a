import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInstanceHealth, nextTurn, pollInstance, turnsOf } from "./balancer.ts";

describe("turns", () => {
  it("go round without weights, and spread weights over the round", () => {
    expect([...turnsOf(3, null)]).toEqual([0, 1, 2]);
    expect([...turnsOf(3, [5, 1, 1])]).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it("give each instance its weight in every round, none twice as far apart as it should be", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const turns = [...turnsOf(weights.length, weights)];
        const total = weights.reduce((sum, one) => sum + one, 0);
        expect(weights.map((_, one) => turns.filter((turn) => turn === one).length)).toEqual(weights);
        weights.forEach((weight, one) => {
          const places = [...turns, ...turns].flatMap((turn, place) => (turn === one ? [place] : []));
          const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
          expect(Math.max(0, ...gaps)).toBeLessThan((2 * total) / weight + 1);
        });
      }),
      { numRuns: 200, seed: 6 },
    );
  });
});

describe("an instance", () => {
  it("leaves after so many failed polls one after the other, is passed over, and is back after the first good one", () => {
    const health = createInstanceHealth(3);
    const turns = turnsOf(3, null);
    expect(pollInstance(health, 1, true, 2)).toBe(false);
    expect(pollInstance(health, 1, false, 2)).toBe(false);
    expect(pollInstance(health, 1, true, 2)).toBe(false);
    expect(nextTurn(turns, 1, health)).toBe(1);
    expect(pollInstance(health, 1, true, 2)).toBe(true);
    expect(pollInstance(health, 1, true, 2)).toBe(false);
    expect([0, 1, 2].map((from) => nextTurn(turns, from, health))).toEqual([0, 2, 2]);
    pollInstance(health, 2, true, 1);
    expect(nextTurn(turns, 1, health)).toBe(0);
    pollInstance(health, 0, true, 1);
    expect(nextTurn(turns, 1, health)).toBe(-1);
    expect(pollInstance(health, 1, false, 2)).toBe(true);
    expect(nextTurn(turns, 2, health)).toBe(1);
  });
});
