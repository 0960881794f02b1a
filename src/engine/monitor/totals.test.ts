import { describe, expect, it } from "vitest";
import { createRecording } from "./recording.ts";
import { copyTotals, createTotalsRing, pushTotals, totalsAtTick, totalsNow } from "./totals.ts";

function ringOf(ticks: number, pushes: number) {
  const recording = createRecording(1, 0);
  const ring = createTotalsRing(ticks, recording, true);
  for (let tick = 1; tick <= pushes; tick++) {
    recording.counters[0] = tick * 10;
    recording.histograms[5] = tick;
    pushTotals(ring, recording);
  }
  return { recording, ring };
}

describe("totals", () => {
  it("at a past tick are what they were, as far back as the ring reaches", () => {
    const { ring } = ringOf(4, 11);
    for (let tick = 7; tick <= 11; tick++) {
      const totals = totalsAtTick(ring, tick, 1000);
      expect(totals.counters[totals.countersOffset]).toBe(tick * 10);
      expect(totals.histograms?.[totals.histogramsOffset + 5]).toBe(tick);
      expect(totals.atUs).toBe(tick * 1000);
    }
  });

  it("before the start are nothing", () => {
    const { ring } = ringOf(4, 2);
    const totals = totalsAtTick(ring, -3, 1000);
    expect([totals.atUs, totals.counters[totals.countersOffset]]).toEqual([0, 0]);
  });

  it("as a copy stay as they are, now go on", () => {
    const { recording } = ringOf(2, 1);
    const copy = copyTotals(recording, 7);
    const now = totalsNow(recording, 7);
    recording.counters[0] = 99;
    expect([copy.counters[0], now.counters[0]]).toEqual([10, 99]);
  });
});
