import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../kernel/problem.ts";
import { FLAG_VARIABLES, flagsFromEnvironment } from "./environment.ts";
import { SAFE_FLAGS } from "./feature-flags.ts";

function problems(environment: Record<string, string>): string[] {
  const read = flagsFromEnvironment(environment);
  return read.ok ? [] : read.problems.map(describeProblem);
}

describe("flags from the environment", () => {
  it("are safe where nothing is set", () => {
    expect(flagsFromEnvironment({ PATH: "/bin", ROLLOUT_PERCENTAGE: undefined })).toEqual({
      ok: true,
      warnings: [],
      value: {
        flags: {
          useOptimizedAnalytics: false,
          cacheEnabled: false,
          concurrencyEnabled: false,
          rolloutPpm: 0,
          enableDetailedMetrics: true,
          fallbackToV1OnError: true,
          maxCacheSizeMb: 512,
          workerPoolSize: 4,
        },
        thresholds: { errorRatePpm: null, cacheHitRatePpm: null, memoryUsagePpm: null },
      },
    });
  });

  it("are read by their names", () => {
    const read = flagsFromEnvironment({
      USE_OPTIMIZED_ANALYTICS: "true",
      ROLLOUT_PERCENTAGE: "12.5",
      CACHE_ENABLED: "true",
      CONCURRENCY_ENABLED: "true",
      FALLBACK_TO_V1_ON_ERROR: "false",
      ENABLE_DETAILED_METRICS: "false",
      MAX_CACHE_SIZE: "1024",
      WORKER_POOL_SIZE: "8",
      ERROR_RATE_THRESHOLD: "5.0",
      CACHE_HIT_RATE_THRESHOLD: "70.0",
      MEMORY_USAGE_THRESHOLD: "80.0",
    });
    expect(read).toMatchObject({
      ok: true,
      value: {
        flags: {
          useOptimizedAnalytics: true,
          cacheEnabled: true,
          concurrencyEnabled: true,
          rolloutPpm: 125_000,
          enableDetailedMetrics: false,
          fallbackToV1OnError: false,
          maxCacheSizeMb: 1024,
          workerPoolSize: 8,
        },
        thresholds: { errorRatePpm: 50_000, cacheHitRatePpm: 700_000, memoryUsagePpm: 800_000 },
      },
    });
  });

  it("name the variable, the value and what is allowed, for every bad value at once", () => {
    expect(
      problems({ CACHE_ENABLED: "yes", ROLLOUT_PERCENTAGE: "101", MAX_CACHE_SIZE: "-5", WORKER_POOL_SIZE: "" }),
    ).toEqual([
      "environment: CACHE_ENABLED: must be true or false; found yes; allowed: true, false",
      "environment: ROLLOUT_PERCENTAGE: must be a percentage; found 101; allowed: 0 to 100, in steps of 0.0001",
      "environment: MAX_CACHE_SIZE: must be a whole number, at least 1; found -5; allowed: megabytes, as in 512",
      "environment: WORKER_POOL_SIZE: must be a whole number, at least 1; found empty text; allowed: workers, as in 4",
    ]);
  });

  it.each(["", "5%", "-1", "1e2", "0.00001", "100.0001", "NaN", "five"])("refuse %j as a percentage", (text) => {
    expect(problems({ USE_OPTIMIZED_ANALYTICS: "true", ROLLOUT_PERCENTAGE: text })).toHaveLength(1);
    expect(problems({ ERROR_RATE_THRESHOLD: text })).toHaveLength(1);
  });

  it("are checked against each other", () => {
    expect(problems({ ROLLOUT_PERCENTAGE: "5" })).toEqual([
      "environment: ROLLOUT_PERCENTAGE: a share above 0 needs the optimised path enabled; found 5%; allowed: USE_OPTIMIZED_ANALYTICS true, or a share of 0",
    ]);
    // What could not be read is not held against the rest.
    expect(problems({ ROLLOUT_PERCENTAGE: "5", USE_OPTIMIZED_ANALYTICS: "yes" })).toHaveLength(1);
  });

  it("read every percentage exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => {
        const text = `${Math.floor(ppm / 10_000)}.${String(ppm % 10_000).padStart(4, "0")}`;
        const read = flagsFromEnvironment({ USE_OPTIMIZED_ANALYTICS: "true", ROLLOUT_PERCENTAGE: text });
        expect(read.ok && read.value.flags.rolloutPpm).toBe(ppm);
      }),
    );
  });

  it("never give a value other than safe or asked for, whatever is set", () => {
    const variables = Object.values(FLAG_VARIABLES);
    fc.assert(
      fc.property(fc.constantFrom(...variables), fc.string(), (name, text) => {
        const read = flagsFromEnvironment({ [name]: text });
        if (!read.ok) expect(read.problems[0]?.path).toBe(name);
        else if (!/^\s*(true|false|\d+(\.\d+)?)\s*$/.test(text)) expect(read.value.flags).toEqual(SAFE_FLAGS);
      }),
    );
  });
});
