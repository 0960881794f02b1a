import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome, RunRecord } from "../engine/result.ts";
import { parseExpectation, type Expectation } from "./expectation.ts";
import { evaluateReplications, keepRun, replicationSeed, summarizeReplications } from "./replication.ts";

function expectation(text: string): Expectation {
  const read = parseExpectation(text);
  if (!read.ok) throw new Error(text);
  return { ...read.value, file: "s.yaml", line: 9, column: 5 };
}

function run(replication: number, outcome: Outcome, delayMs: number | null, trigger = "error-rate"): RunRecord {
  const rollback = {
    trigger,
    onsetAtMs: 1_000,
    detectedAtMs: 1_000 + (delayMs ?? 0),
    revertedAtMs: null,
    verifiedAtMs: null,
    steps: [],
  };
  return {
    scenario: "s",
    policy: "p",
    seed: replicationSeed("1", replication),
    outcome,
    endedAtMs: 60_000,
    ending: "",
    phases: [],
    decisions: [],
    rollback: delayMs === null ? null : rollback,
    impact: {
      requests: 10,
      candidateRequests: 5,
      failedRequests: 1,
      harmedRequests: replication,
      slowedRequests: 0,
      savedByFallback: 0,
      usersExposed: 3,
    },
    inFlight: 0,
    notes: [],
    digest: `d${replication}`,
  };
}

const EXPECTATIONS = [expectation("P(rolled-back) >= 75%"), expectation("outcome is rolled-back")];
const RUNS = [
  run(0, "rolled-back", 30_000),
  run(1, "rolled-back", 10_000, "latency"),
  run(2, "stalled", null),
  run(3, "rolled-back", 20_000),
].map((record, replication) => keepRun(replication, record, EXPECTATIONS));

describe("replicationSeed", () => {
  it("leaves the first run as it is without replications, and gives every other luck of its own", () => {
    expect(replicationSeed("abc", 0)).toBe("abc");
    expect(new Set(Array.from({ length: 100 }, (_, k) => replicationSeed("1", k))).size).toBe(100);
  });
});

describe("summarizeReplications", () => {
  const summary = summarizeReplications(RUNS, 4, EXPECTATIONS);

  it("counts outcomes and triggers, the most frequent first, with Wilson's intervals", () => {
    expect(summary.outcomes).toMatchObject([
      {
        outcome: "rolled-back",
        count: 3,
        share: 0.75,
        low: expect.closeTo(0.3006, 4),
        high: expect.closeTo(0.9544, 4),
      },
      { outcome: "stalled", count: 1, share: 0.25 },
    ]);
    expect(summary.triggers.map(({ trigger, count }) => [trigger, count])).toEqual([
      ["error-rate", 2],
      ["latency", 1],
    ]);
  });

  it("counts what was never detected as later than all that was", () => {
    expect(summary.detectionDelay).toEqual({ detected: 3, censored: 1, p50Ms: 20_000, p95Ms: null });
    const detected = summarizeReplications(RUNS.slice(0, 2), 4, EXPECTATIONS);
    expect(detected.detectionDelay).toEqual({ detected: 2, censored: 0, p50Ms: 10_000, p95Ms: 30_000 });
  });

  it("takes an operator's rollback for no detection", () => {
    const kept = keepRun(0, run(0, "rolled-back", 5_000, "operator:ana"), []);
    expect(kept.record).toMatchObject({ trigger: "operator:ana", detectionDelayMs: null });
  });

  it("says the same in whatever order the runs were finished", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(RUNS, { minLength: 4 }), (shuffled) => {
        expect(summarizeReplications(shuffled, 4, EXPECTATIONS)).toEqual(summary);
      }),
    );
  });
});

describe("evaluateReplications", () => {
  const first = [{ text: "x", held: true, got: "y", file: "", line: 0 }];

  it("decides shares by all runs, and leaves the others to the run with the scenario's own seed", () => {
    const own = { text: "outcome is rolled-back", held: true, got: "rolled-back", file: "s.yaml", line: 9 };
    const shares = evaluateReplications(EXPECTATIONS, RUNS, 4, [...first, own]);
    expect(shares).toMatchObject([
      { text: "P(rolled-back) >= 75%", held: true, got: expect.stringContaining("3 of 4") },
      own,
    ]);
    expect(evaluateReplications(EXPECTATIONS, RUNS, 4, null)).toHaveLength(1);
  });
});
