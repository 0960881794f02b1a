import { describe, expect, it } from "vitest";
import { hashKey } from "../flags/bucketing.ts";
import { SAFE_FLAGS } from "../flags/feature-flags.ts";
import { createBatch } from "../service/world.ts";
import { bucketsOfKeys, routeBatch, viewOfFlags } from "./router.ts";

const buckets = bucketsOfKeys(Uint32Array.from({ length: 500 }, (_, i) => hashKey(`u${i}`)));

function routedKeys(rolloutPpm: number, useOptimizedAnalytics = true): Set<number> {
  const view = viewOfFlags({ ...SAFE_FLAGS, useOptimizedAnalytics, rolloutPpm });
  const batch = createBatch();
  batch.count = 500;
  // Left over from an earlier batch: every row must be written.
  batch.routed.fill(7);
  for (let i = 0; i < 500; i++) batch.key[i] = i;
  routeBatch(batch, buckets, view.threshold);
  const inside = new Set<number>();
  const listed = Array.from(batch.candidateRows.subarray(0, batch.candidateCount));
  const others = Array.from(batch.baselineRows.subarray(0, 500 - batch.candidateCount));
  expect([...listed, ...others].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  for (let i = 0; i < 500; i++) {
    expect(batch.routed[i]).toBe(listed.includes(i) ? 1 : 0);
    expect(batch.routed[i]).toBe((buckets[i] ?? 0) < view.threshold ? 1 : 0);
    if (batch.routed[i] === 1) inside.add(i);
  }
  return inside;
}

describe("router", () => {
  it("sends nobody to the candidate at 0 %, or while the optimised path is off", () => {
    expect(routedKeys(0).size).toBe(0);
    expect(routedKeys(1_000_000, false).size).toBe(0);
  });

  it("sends who lies below the threshold, to the last bucket", () => {
    const { threshold } = viewOfFlags({ ...SAFE_FLAGS, useOptimizedAnalytics: true, rolloutPpm: 370_000 });
    const batch = createBatch();
    batch.count = 4;
    for (let i = 0; i < 4; i++) batch.key[i] = i;
    routeBatch(batch, Uint32Array.of(threshold - 2, threshold - 1, threshold, threshold + 1), threshold);
    expect([...batch.routed.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
  });

  it("sends everybody at 100 %", () => {
    expect(routedKeys(1_000_000).size).toBe(500);
  });

  it("sends nobody to a candidate that may not be used, whatever share is left in the flags", () => {
    for (const rolloutPpm of [0, 10_000, 1_000_000]) {
      for (const off of [{ useOptimizedAnalytics: false }, { useOptimizedAnalytics: true, killSwitch: true }]) {
        expect(viewOfFlags({ ...SAFE_FLAGS, rolloutPpm, ...off })).toMatchObject({ sharePpm: 0, threshold: 0 });
      }
    }
  });

  it("keeps a key that is in while the share does not fall", () => {
    let before = routedKeys(1);
    for (const ppm of [10_000, 50_000, 100_000, 500_000, 999_999, 1_000_000]) {
      const now = routedKeys(ppm);
      for (const key of before) expect(now.has(key)).toBe(true);
      expect(now.size).toBeGreaterThanOrEqual(before.size);
      before = now;
    }
    expect(routedKeys(500_000).size).toBeGreaterThan(200);
  });

  it("knows from the flags whether failed requests fall back", () => {
    expect(viewOfFlags(SAFE_FLAGS)).toEqual({ sharePpm: 0, threshold: 0, fallsBack: true });
    expect(viewOfFlags({ ...SAFE_FLAGS, fallbackToV1OnError: false }).fallsBack).toBe(false);
  });

  it("routes every row of a batch of any length, each as by itself", () => {
    const { threshold } = viewOfFlags({ ...SAFE_FLAGS, useOptimizedAnalytics: true, rolloutPpm: 500_000 });
    for (let count = 0; count <= 21; count++) {
      const batch = createBatch();
      batch.count = count;
      batch.routed.fill(7);
      for (let i = 0; i < count; i++) batch.key[i] = 3 * i;
      routeBatch(batch, buckets, threshold);
      const expected = Array.from({ length: count }, (_, i) => ((buckets[3 * i] ?? 0) < threshold ? 1 : 0));
      expect(Array.from(batch.routed.subarray(0, count))).toEqual(expected);
      const rows = Array.from({ length: count }, (_, i) => i);
      const candidates = rows.filter((i) => expected[i] === 1);
      expect(Array.from(batch.candidateRows.subarray(0, batch.candidateCount))).toEqual(candidates);
      const baselines = Array.from(batch.baselineRows.subarray(0, count - batch.candidateCount));
      expect(baselines).toEqual(rows.filter((i) => expected[i] === 0));
    }
  });
});
