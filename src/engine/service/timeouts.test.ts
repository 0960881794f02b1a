import { describe, expect, it } from "vitest";
import { cutOff, layOutTimeouts } from "./timeouts.ts";
import { DECLINED, createBatch, routeRows } from "./world.ts";

describe("timeouts", () => {
  it("need no column where no cell has one", () => {
    expect(layOutTimeouts([undefined, undefined])).toBe(null);
    expect(layOutTimeouts([undefined, 5])).toEqual(Int32Array.of(2 ** 31 - 1, 5));
  });

  it("fail what would take longer, just then, whatever would have become of it, but for what was declined", () => {
    const batch = createBatch();
    batch.count = 6;
    batch.route.set([0, 0, 0, 0, 1, 0]);
    batch.candidateUs.set([100, 101, 500, 500, 500, 500]);
    batch.candidateCode.set([0, 0, 3, DECLINED, 0, 0]);
    routeRows(batch, (row) => row !== 5);
    const timeouts = Int32Array.of(100, 900);
    cutOff(timeouts, 7, batch, batch.route, batch.candidateUs, batch.candidateCode, batch.candidateRows);
    expect([...batch.candidateUs.subarray(0, 6)]).toEqual([100, 100, 100, 500, 500, 500]);
    expect([...batch.candidateCode.subarray(0, 6)]).toEqual([0, 7, 7, DECLINED, 0, 0]);
    batch.baselineUs.set([99, 200, 1, 1, 901, 1]);
    cutOff(timeouts, 7, batch, batch.route, batch.baselineUs, batch.baselineCode, null);
    expect([...batch.baselineUs.subarray(0, 6)]).toEqual([99, 100, 1, 1, 900, 1]);
    expect([...batch.baselineCode.subarray(0, 6)]).toEqual([0, 7, 0, 0, 7, 0]);
  });
});
