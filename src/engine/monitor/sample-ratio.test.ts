import { describe, expect, it } from "vitest";
import { createBatch, routeRows } from "../service/world.ts";
import { beginSplit, countFirstSights, createSplit, stopSplit, type SplitState } from "./sample-ratio.ts";

function count(split: SplitState, keys: readonly number[], candidates: readonly number[]): void {
  const batch = createBatch();
  batch.count = keys.length;
  keys.forEach((key, i) => (batch.key[i] = key));
  routeRows(batch, (i) => candidates.includes(keys[i]!));
  countFirstSights(split, batch);
}

describe("the split of the keys", () => {
  it("counts each key once, where it was first sent, however often it comes", () => {
    const split = createSplit(10);
    beginSplit(split);
    count(split, [1, 1, 1, 2, 3, 2], [2]);
    count(split, [1, 2, 4], [1, 4]);
    expect(split).toMatchObject({ keys: 4, candidateKeys: 2 });
  });

  it("counts nothing until a router knows the phase's share, and anew from then on", () => {
    const split = createSplit(10);
    count(split, [1, 2], [1]);
    expect(split).toMatchObject({ keys: 0, counting: 0 });
    beginSplit(split);
    count(split, [1, 2], [1]);
    stopSplit(split);
    count(split, [3], []);
    expect(split).toMatchObject({ keys: 0, candidateKeys: 0 });
    beginSplit(split);
    count(split, [1, 5], []);
    expect(split, "key 1 was seen in the phase before").toMatchObject({ keys: 2, candidateKeys: 0 });
  });
});
