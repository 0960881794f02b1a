import { describe, expect, it } from "vitest";
import { bucketOf, flagSalt, hashKey, shareThreshold } from "../flags/bucketing.ts";
import { testSplit } from "./split.ts";

describe("the test of a split", () => {
  it("is Pearson's chi-square of both arms, with one degree of freedom", () => {
    // 60 and 40 where 50 and 50 were expected: 100 / 50 + 100 / 50.
    expect(testSplit(60, 100, 0.5)).toMatchObject({ chiSquare: 4 });
    expect(testSplit(60, 100, 0.5)!.pValue).toBeCloseTo(0.045_500_26, 8);
    expect(testSplit(40, 100, 0.5)).toEqual(testSplit(60, 100, 0.5));
    expect(testSplit(10, 1_000, 0.01)).toMatchObject({ chiSquare: 0, pValue: 1 });
    // The quantile of the chi-square distribution at 99.9 %.
    const off = Math.sqrt(10.827_566_170_662_733 * 10_000 * 0.25);
    expect(testSplit(5_000 + off, 10_000, 0.5)!.pValue).toBeCloseTo(0.001, 12);
  });

  it("says nothing while an arm is expected to have fewer than five keys", () => {
    expect(testSplit(0, 499, 0.01)).toBeNull();
    expect(testSplit(0, 500, 0.01)).not.toBeNull();
    expect(testSplit(499, 499, 0.99)).toBeNull();
  });

  it("leaves nothing to chance at 0 % and 100 %: one key in the wrong arm is impossible", () => {
    expect(testSplit(5, 5, 1)).toEqual({ chiSquare: 0, pValue: 1 });
    expect(testSplit(0, 5, 0)).toEqual({ chiSquare: 0, pValue: 1 });
    expect(testSplit(999, 1_000, 1)).toEqual({ chiSquare: null, pValue: 0 });
    expect(testSplit(0, 1_000, 1)).toEqual({ chiSquare: null, pValue: 0 });
    expect(testSplit(1, 1_000, 0)).toEqual({ chiSquare: null, pValue: 0 });
    for (const share of [0, 1]) expect(testSplit(0, 4, share)).toBeNull();
  });

  it("does not alarm for a correct split of keys, however busy some of them are; of requests it nearly always would", () => {
    const users = 2_000;
    const share = 0.1;
    let keysAlarm = 0;
    let requestsAlarm = 0;
    const splits = 300;
    for (let split = 0; split < splits; split++) {
      const salt = flagSalt(`split-${split}`);
      const threshold = shareThreshold(share * 1_000_000);
      let [candidates, requests, candidateRequests] = [0, 0, 0];
      for (let rank = 1; rank <= users; rank++) {
        // The expected number of requests of each user under Zipf's law, 200,000 in all.
        const busy = Math.round(200_000 / rank / (Math.log(users) + 0.577_2));
        const isCandidate = bucketOf(hashKey(`u${rank}`), salt) < threshold;
        candidates += isCandidate ? 1 : 0;
        requests += busy;
        candidateRequests += isCandidate ? busy : 0;
      }
      if (testSplit(candidates, users, share)!.pValue < 0.001) keysAlarm++;
      if (testSplit(candidateRequests, requests, share)!.pValue < 0.001) requestsAlarm++;
    }
    expect(keysAlarm / splits).toBeLessThan(0.015);
    expect(requestsAlarm / splits).toBeGreaterThan(0.85);
  });
});
