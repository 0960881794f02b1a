import { describe, expect, it } from "vitest";
import { resourcesWith } from "../../../test/plans/resources.ts";
import { SAFE_FLAGS } from "../flags/feature-flags.ts";
import { candidateCacheEntries, candidateWorkers } from "./resource-state.ts";

describe("the flags", () => {
  const on = { ...SAFE_FLAGS, concurrencyEnabled: true, cacheEnabled: true };

  it("decide how many workers the candidate has", () => {
    const workers = (count: number | "by flag" | "unlimited", flags = on): number =>
      candidateWorkers(resourcesWith({ candidate: { workers: count } }).candidate, flags);
    expect([workers(8), workers("by flag"), workers("unlimited")]).toEqual([8, 4, 0]);
    expect([workers(8, SAFE_FLAGS), workers("by flag", SAFE_FLAGS), workers("unlimited", SAFE_FLAGS)]).toEqual([
      1, 1, 0,
    ]);
    expect(workers("by flag", { ...on, workerPoolSize: 6 })).toBe(6);
  });

  it("decide how much the candidate's cache holds", () => {
    const hit = { kind: "relative", factor: 0.1, addUs: 0 } as const;
    const entries = (count: number | "by flag", flags = on): number => {
      const cache = { entries: count, entryBytes: 50_000, hit };
      return candidateCacheEntries(resourcesWith({ candidate: { cache } }).candidate, flags);
    };
    expect([entries(10), entries("by flag"), entries(10, SAFE_FLAGS)]).toEqual([10, 10_240, 0]);
    expect(entries("by flag", { ...on, maxCacheSizeMb: 1 })).toBe(20);
    expect(candidateCacheEntries(resourcesWith().candidate, on)).toBe(0);
  });
});
