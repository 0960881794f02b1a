import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endsOfCounts, judgeEnds } from "./bound.ts";
import type { Comparison } from "./policy.ts";

const METHODS = ["wilson", "clopper-pearson"] as const;

function plainly(k: number, operator: Comparison, limitPpm: number, n: number): boolean {
  const [left, right] = [k * 1_000_000, limitPpm * n];
  return operator === "<"
    ? left < right
    : operator === "<="
      ? left <= right
      : operator === ">"
        ? left > right
        : left >= right;
}

function judged(
  method: (typeof METHODS)[number],
  k: number,
  n: number,
  operator: Comparison,
  limitPpm: number,
  confidence: number,
) {
  const ends = endsOfCounts(method, k, n, confidence);
  return judgeEnds(operator, limitPpm / 1_000_000, ends, plainly(k, operator, limitPpm, n));
}

const facts = fc.record({
  method: fc.constantFrom(...METHODS),
  n: fc.integer({ min: 1, max: 3_000 }),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  operator: fc.constantFrom<Comparison>("<", "<=", ">", ">="),
  limitPpm: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(10_000, 20_000, 500_000)),
  confidence: fc.constantFrom(0.500_001, 0.9, 0.95, 0.999),
});

describe("a bound", () => {
  it("never passes what the plain comparison fails at the same counts, and never fails what it passes", () => {
    fc.assert(
      fc.property(facts, ({ method, n, part, operator, limitPpm, confidence }) => {
        const k = Math.round(part * n);
        const holds = judged(method, k, n, operator, limitPpm, confidence);
        const plain = plainly(k, operator, limitPpm, n);
        expect(holds).not.toBe(plain ? "no" : "yes");
      }),
      { numRuns: 1_000 },
    );
  });

  it("that is sure stays sure when it needs to be less so", () => {
    fc.assert(
      fc.property(facts, ({ method, n, part, operator, limitPpm }) => {
        const k = Math.round(part * n);
        const at = (confidence: number) => judged(method, k, n, operator, limitPpm, confidence);
        if (at(0.99) !== "not enough data") expect(at(0.9)).toBe(at(0.99));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["clopper-pearson", 149],
    ["wilson", 133],
  ] as const)("of %s passes a gate of 2 %% at 95 %% with no error among %d, not with one fewer", (method, attempts) => {
    expect(judged(method, 0, attempts, "<", 20_000, 0.95)).toBe("yes");
    expect(judged(method, 0, attempts - 1, "<", 20_000, 0.95)).toBe("not enough data");
    expect(judged(method, 1, attempts, "<", 20_000, 0.95)).toBe("not enough data");
    expect(judged(method, 10, attempts, "<", 20_000, 0.95)).toBe("no");
  });

  it("looks at the upper end for < and <=, at the lower one for > and >=, each with its own edge", () => {
    const ends = { low: 0.01, high: 0.02 };
    const all = (limit: number, plain: readonly boolean[]) =>
      (["<", "<=", ">", ">="] as const).map((operator, i) => judgeEnds(operator, limit, ends, plain[i]!));
    expect(all(0.02, [true, true, false, false])).toEqual(["not enough data", "yes", "no", "not enough data"]);
    expect(all(0.01, [false, false, true, true])).toEqual(["no", "not enough data", "not enough data", "yes"]);
    expect(all(0.015, [true, true, false, false])).toEqual(Array(4).fill("not enough data"));
    expect(all(0.03, [true, true, false, false])).toEqual(["yes", "yes", "no", "no"]);
    expect(all(0.005, [false, false, true, true])).toEqual(["no", "no", "yes", "yes"]);
  });
});
