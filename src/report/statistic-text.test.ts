import { describe, expect, it } from "vitest";
import { look } from "../../test/plans/look.ts";
import type { StatisticEvidence } from "../engine/statistics/evidence.ts";
import { evidenceSentence } from "./evidence-text.ts";
import { statisticText } from "./statistic-text.ts";

const CUSUM: StatisticEvidence = { kind: "cusum", goodRate: 0.01, badRate: 0.05, weight: 39, score: 101, alarm: 97 };

describe("statistics in words", () => {
  it.each<[StatisticEvidence, string]>([
    [CUSUM, "CUSUM 101, alarm at 97 (+39 a failure, -1 a success, from 1% towards 5%)"],
    [
      {
        kind: "sprt",
        goodRate: 0.01,
        badRate: 0.05,
        logRatio: 1.234_56,
        badLine: 2.890_37,
        goodLine: -2.251_29,
        says: "undecided",
      },
      "SPRT 1.235, bad from 2.89, good to -2.251 (1% against 5%): undecided",
    ],
    [
      { kind: "bound", method: "clopper-pearson", confidence: 0.95, low: 0, high: 0.019_9, shareAllowed: null },
      "between 0% and 1.99%, each end with 95% confidence (Clopper-Pearson)",
    ],
    [
      { kind: "bound", method: "wilson", confidence: 0.99, low: 0.001, high: 0.012_3, shareAllowed: 0.05 },
      "share above the limit (5% allowed) between 0.1% and 1.23%, each end with 99% confidence (Wilson)",
    ],
    [
      {
        kind: "two-windows",
        windowMs: 300_000,
        value: 0.02,
        samples: 500,
        holds: "yes",
        burn: { objective: 0.999, limit: 14.4, long: 15.21, short: 20 },
      },
      "burn rate of 99.9%: 15.21 in the long window, 20 in the last 5m, limit 14.4",
    ],
    [
      { kind: "two-windows", windowMs: 300_000, value: null, samples: 0, holds: "not enough data", burn: null },
      "over the last 5m there is not enough data (nothing measured)",
    ],
    [
      {
        kind: "ranks",
        pValue: 3.5e-7,
        z: 5.1,
        slowerShare: 0.634,
        shiftMs: 12.34,
        lowMs: 10,
        highMs: 14.5,
        confidence: 0.95,
        baselineAttempts: 12_000,
        candidateAttempts: 1_155,
      },
      "Mann-Whitney p 3.5e-7, candidate slower in 63.4% of pairs, shift 12.34 ms (10 ms to 14.5 ms, each end with 95% confidence), 1,155 against 12,000 attempts",
    ],
    [
      { kind: "rates", candidateRate: 0.02, baselineRate: 0.005, low: 0.008, high: 0.024, confidence: 0.95 },
      "2% against 0.5%, difference between 0.8% and 2.4%, each end with 95% confidence",
    ],
    [
      {
        kind: "split",
        chiSquare: 44.444_4,
        pValue: 2.6e-11,
        share: 0.1,
        unit: "key",
        keys: 10_000,
        candidateKeys: 1_200,
      },
      "1,200 of 10,000 keys on the candidate, 10% configured, chi-square 44.44",
    ],
    [
      { kind: "split", chiSquare: null, pValue: 0, share: 1, unit: "request", keys: 1_000, candidateKeys: 0 },
      "0 of 1,000 requests on the candidate, 100% configured, chi-square infinite",
    ],
  ])("%j", (statistic, text) => {
    expect(statisticText(statistic)).toBe(text);
  });

  it("stand behind what the rule saw, and say where a comparison is invalid", () => {
    const fired = look("test", "yes", {
      value: 0.067_8,
      operator: ">",
      limit: 0.01,
      samples: 59,
      minSamples: 1,
      statistic: CUSUM,
    });
    expect(evidenceSentence(fired)).toBe(
      `candidate.errorRate 6.78% > 1%, since 1m ago, 59 samples (1 needed); ${statisticText(CUSUM)}`,
    );
    const quiet = look("test", "no", { value: 0.04, operator: ">", statistic: { ...CUSUM, score: 40 } });
    expect(evidenceSentence(quiet)).toContain("4% against > 2%");
    const invalid = look("delta", "not enough data", { invalid: "keys are not split as configured" });
    expect(evidenceSentence(invalid)).toMatch(/; invalid: keys are not split as configured$/u);
  });
});
