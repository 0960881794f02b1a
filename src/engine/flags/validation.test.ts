import { describe, expect, it } from "vitest";
import { SAFE_FLAGS, type FeatureFlags } from "./feature-flags.ts";
import { validateFlags } from "./validation.ts";

function findings(flags: Partial<FeatureFlags>) {
  const { errors, warnings } = validateFlags({ ...SAFE_FLAGS, ...flags }, "flags.yaml", (flag) => flag);
  return { errors: errors.map((error) => error.path), warnings: warnings.map((warning) => warning.path) };
}

describe("what must hold between flags", () => {
  it.each<[string, Partial<FeatureFlags>, string[], string[]]>([
    ["the safe flags", {}, [], []],
    ["a share with the path enabled", { useOptimizedAnalytics: true, rolloutPpm: 10_000 }, [], []],
    ["a share without it", { rolloutPpm: 1 }, ["rolloutPpm"], []],
    ["more than all", { useOptimizedAnalytics: true, rolloutPpm: 1_000_001 }, ["rolloutPpm"], []],
    ["less than none", { rolloutPpm: -1 }, ["rolloutPpm"], []],
    ["a share that is no number", { rolloutPpm: Number.NaN }, ["rolloutPpm"], []],
    ["no cache and no workers", { maxCacheSizeMb: 0, workerPoolSize: -1 }, ["maxCacheSizeMb", "workerPoolSize"], []],
    ["half a worker", { workerPoolSize: 0.5 }, ["workerPoolSize"], []],
    [
      "all traffic without a fallback",
      { useOptimizedAnalytics: true, rolloutPpm: 1_000_000, fallbackToV1OnError: false },
      [],
      ["fallbackToV1OnError"],
    ],
    [
      "nearly all traffic without a fallback",
      { useOptimizedAnalytics: true, rolloutPpm: 999_999, fallbackToV1OnError: false },
      [],
      [],
    ],
  ])("%s", (_what, flags, errors, warnings) => {
    expect(findings(flags)).toEqual({ errors, warnings });
  });

  it("says where the flags come from, under the names that they have there", () => {
    const { errors } = validateFlags({ ...SAFE_FLAGS, rolloutPpm: 50_000 }, "environment", (flag) =>
      flag.toUpperCase(),
    );
    expect(errors).toMatchObject([
      {
        source: "environment",
        path: "ROLLOUTPPM",
        found: "5%",
        allowed: "USEOPTIMIZEDANALYTICS true, or a share of 0",
      },
    ]);
  });
});
