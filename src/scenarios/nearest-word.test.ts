import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearestWord } from "./nearest-word.ts";

const METRICS = ["errorRate", "userErrorRate", "successRate", "fallbackRate", "latency.p99", "latency.p999"];

describe("the nearest word", () => {
  it.each([
    ["erorRate", "errorRate"],
    ["error_rate", "errorRate"],
    ["errorrate", "errorRate"],
    ["sucessRate", "successRate"],
    ["latency.p9", "latency.p99"],
    ["ratError", null],
    ["memory", null],
    ["", null],
  ])("of %s is %s", (word, nearest) => {
    expect(nearestWord(word, METRICS)).toBe(nearest);
  });

  it("does not guess at words of one or two letters", () => {
    expect(nearestWord("B", ["A", "C"])).toBeNull();
  });

  it("takes the first of equally near words", () => {
    expect(nearestWord("canarx", ["canary", "canara"])).toBe("canary");
  });
});

describe("the edit distance", () => {
  it.each([
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["phase", "phsae", 1],
    ["same", "same", 0],
  ])("from %s to %s is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it("is the same both ways, and no more than the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
        const distance = editDistance(one, other);
        expect(distance).toBe(editDistance(other, one));
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
        expect(distance === 0).toBe(one === other);
      }),
    );
  });
});
