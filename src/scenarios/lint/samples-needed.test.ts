import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearsonBounds, wilsonBounds } from "../../engine/statistics/rate-bounds.ts";
import { samplesNeeded } from "./samples-needed.ts";

const plain = { metric: "candidate.errorRate", window: { kind: "phase" }, minSamples: 50 } as const;

describe("samplesNeeded", () => {
  it("is the rule's own minimum where it need not be sure", () => {
    expect(samplesNeeded({ ...plain, operator: "<", limit: 10 })).toBe(50);
  });

  it("is the first number of error-free samples whose bound is below the limit, found one by one", () => {
    const limit = fc.integer({ min: 1_000, max: 200_000 });
    const confidence = fc.integer({ min: 600_000, max: 999_000 });
    fc.assert(
      fc.property(limit, confidence, fc.boolean(), (limitPpm, confidencePpm, isExact) => {
        const ends = isExact ? clopperPearsonBounds : wilsonBounds;
        let samples = 50;
        while (ends(0, samples, confidencePpm / 1e6).high >= limitPpm / 1e6) samples++;
        const bound = { method: isExact ? "clopper-pearson" : "wilson", confidencePpm } as const;
        expect(samplesNeeded({ ...plain, operator: "<", limit: limitPpm, bound })).toBe(samples);
      }),
      { numRuns: 30 },
    );
  });

  it("asks a bound from above for nothing but errors", () => {
    const bound = { method: "wilson", confidencePpm: 950_000 } as const;
    let samples = 2;
    while (wilsonBounds(samples, samples, 0.95).low <= 0.9) samples++;
    expect(samplesNeeded({ ...plain, minSamples: 2, operator: ">", limit: 900_000, bound })).toBe(samples);
    expect(samplesNeeded({ ...plain, minSamples: 2, operator: ">", limit: 1_000_000, bound })).toBe(2);
  });
});
