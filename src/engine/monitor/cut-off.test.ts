import { describe, expect, it } from "vitest";
import {
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  LATENCY_SUM_US,
  REQUESTS,
  SAVED,
  USER_FAILURES,
  versionOffset,
} from "./counters.ts";
import { cutOffCandidate } from "./cut-off.ts";
import { recordBatch } from "./recorder.ts";
import { createRecording, type Recording } from "./recording.ts";
import { completeInFlight } from "./row-recorder.ts";
import { DECLINED, SERVED, createBatch, routeRows } from "../service/world.ts";

const TERMS = { limitsUs: new Float64Array(0), slowedFactor: 2, slowedAddUs: 100_000 };

/** Rows of [arrival, candidate's latency and code, baseline's code]; the baseline answers after 100 us. */
type Row = readonly [atUs: number, us: number, code: number, baselineCode: number];

function recorded(rows: readonly Row[], fallsBack: boolean, isCandidate = true): Recording {
  const recording = createRecording(rows.length, 0);
  const batch = createBatch();
  rows.forEach(([atUs, us, code, baselineCode], i) => {
    batch.atUs[i] = atUs;
    batch.key[i] = i;
    batch.candidateUs[i] = us;
    batch.candidateCode[i] = code;
    batch.baselineUs[i] = 100;
    batch.baselineCode[i] = baselineCode;
  });
  batch.count = rows.length;
  routeRows(batch, () => isCandidate);
  recordBatch(recording, TERMS, batch, 1_000, fallsBack);
  return recording;
}

function counts({ counters }: Recording) {
  const at = versionOffset(CANDIDATE);
  return {
    attempts: counters[at + ATTEMPTS],
    errors: counters[at + ERRORS],
    latencyUs: counters[at + LATENCY_SUM_US],
    requests: counters[at + REQUESTS],
    userFailures: counters[at + USER_FAILURES],
    fallbacks: counters[at + FALLBACKS],
    failed: counters[FAILED],
    harmed: counters[HARMED],
    saved: counters[SAVED],
  };
}

describe("stopping the candidate at 1,000 us", () => {
  // Done before; in flight and served by the baseline otherwise; in flight, and the baseline would have failed.
  const rows: readonly Row[] = [
    [0, 500, SERVED, SERVED],
    [600, 5_000, SERVED, SERVED],
    [900, 300, SERVED, 1],
  ];

  it("fails what is in flight, for the user as well where nothing falls back", () => {
    const recording = recorded(rows, false);
    expect(cutOffCandidate(recording, 1_000, false)).toBe(2);
    completeInFlight(recording, TERMS, 1_001);
    expect(counts(recording)).toEqual({
      attempts: 3,
      errors: 2,
      latencyUs: 500 + 400 + 100,
      requests: 3,
      userFailures: 2,
      fallbacks: 0,
      failed: 2,
      harmed: 1,
      saved: 0,
    });
    expect(recording.inFlight.count).toBe(0);
  });

  it("hands what is in flight to the baseline where requests fall back", () => {
    const recording = recorded(rows, true);
    expect(cutOffCandidate(recording, 1_000, true)).toBe(2);
    completeInFlight(recording, TERMS, 1_001);
    expect(counts(recording)).toMatchObject({ attempts: 3, errors: 2, requests: 1, failed: 1, harmed: 0, saved: 1 });
    completeInFlight(recording, TERMS, 1_000 + 300 + 1);
    expect(counts(recording)).toMatchObject({ requests: 2, userFailures: 1, fallbacks: 1 });
    completeInFlight(recording, TERMS, 1_000 + 5_000);
    expect(counts(recording).requests).toBe(2);
    completeInFlight(recording, TERMS, 1_000 + 5_000 + 1);
    expect(counts(recording)).toMatchObject({ requests: 3, userFailures: 1, fallbacks: 2 });
  });

  it("brings forward the failure of an attempt that was going to fail, and leaves its fallback its time", () => {
    const failing: readonly Row[] = [[800, 4_000, 1, SERVED]];
    const alone = recorded(failing, false);
    expect(cutOffCandidate(alone, 1_000, false)).toBe(0);
    completeInFlight(alone, TERMS, 1_001);
    expect(counts(alone)).toMatchObject({ attempts: 1, errors: 1, latencyUs: 200, requests: 1, failed: 1, harmed: 1 });
    const backed = recorded(failing, true);
    cutOffCandidate(backed, 1_000, true);
    completeInFlight(backed, TERMS, 1_001);
    expect(counts(backed)).toMatchObject({ attempts: 1, errors: 1, requests: 0, saved: 1, failed: 0 });
    completeInFlight(backed, TERMS, 4_901);
    expect(counts(backed).requests).toBe(1);
  });

  it("leaves declined requests and the baseline's alone", () => {
    const declined = recorded([[950, 1, DECLINED, SERVED]], true);
    const before = structuredClone(declined);
    expect(cutOffCandidate(declined, 1_000, true)).toBe(0);
    expect(declined.counters).toEqual(before.counters);
    const baseline = recorded(rows, true, false);
    expect(cutOffCandidate(baseline, 1_000, true)).toBe(0);
    completeInFlight(baseline, TERMS, 9_999);
    expect(baseline.counters[versionOffset(BASELINE) + REQUESTS]).toBe(3);
    expect(baseline.counters[versionOffset(BASELINE) + ERRORS]).toBe(1);
  });
});
