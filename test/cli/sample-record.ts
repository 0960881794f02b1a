/** Hand-made records of runs, so that the report can be tested on what the engine would hardly ever give. */
import type {
  Decision,
  Evidence,
  PhaseRecord,
  RunDocument,
  ScenarioRecord,
  VersionFigures,
} from "../../src/engine/result.ts";
import type { TraceRecord } from "../../src/engine/trace-record.ts";

/** A version's figures with round numbers. */
function sampleFigures(requests: number, errors: number, attempts = requests): VersionFigures {
  return {
    requests,
    attempts,
    errors,
    fallbacks: errors,
    p50Ms: 80.04,
    p95Ms: 160.1,
    p99Ms: 240.5,
    p999Ms: 1_204,
    meanMs: 88.72,
  };
}

/** The evidence on which the sample is rolled back. */
export const SAMPLE_EVIDENCE: Evidence = {
  rule: "error-rate",
  metric: "candidate.errorRate",
  value: 0.313_559_322,
  operator: ">",
  limit: 0.1,
  windowMs: 60_000,
  window: "sliding",
  samples: 118,
  minSamples: 50,
  holds: "yes",
  approximate: false,
};

const GATE: Evidence = {
  ...SAMPLE_EVIDENCE,
  rule: "success-rate",
  metric: "all.successRate",
  value: null,
  operator: ">=",
  limit: 0.95,
  windowMs: 600_000,
  window: "phase",
  samples: 12,
  minSamples: 100,
  holds: "not enough data",
};

function decision(atMs: number, kind: Decision["kind"], reason: string, evidence: Evidence | null = null): Decision {
  const looked = evidence === null ? [] : [evidence];
  return { sequence: atMs, atMs, phase: "CANARY", kind, by: "manager", reason, evidence, looked };
}

const CANARY: PhaseRecord = {
  name: "CANARY",
  trafficPercent: 1,
  enteredAtMs: 0,
  leftAtMs: 731_250,
  verdict: "rolled-back",
  baseline: sampleFigures(144_788, 724),
  candidate: sampleFigures(1_500, 451, 1_462),
};

/** A rollout that was rolled back in CANARY, of which two things were expected: one came, one did not. */
export const ROLLED_BACK: ScenarioRecord = {
  scenario: "shop/bad-candidate",
  policy: "setbull-v2",
  seed: "42",
  outcome: "rolled-back",
  endedAtMs: 791_500,
  ending: "rollback verified",
  phases: [CANARY],
  decisions: [
    decision(0, "start", "1% of the keys go to the candidate"),
    decision(600_000, "hold", "not enough data to leave the phase", GATE),
    decision(605_000, "hold", "not enough data to leave the phase", GATE),
    decision(731_250, "rollback", "trigger error-rate held for its time", SAMPLE_EVIDENCE),
  ],
  rollback: {
    trigger: "error-rate",
    onsetAtMs: 720_000,
    detectedAtMs: 731_250,
    revertedAtMs: 732_000,
    verifiedAtMs: null,
    steps: [{ name: "revert the flags", startedAtMs: 731_250, endedAtMs: 732_000, result: "done" }],
  },
  impact: {
    requests: 146_250,
    candidateRequests: 1_462,
    failedRequests: 731,
    harmedRequests: 7,
    slowedRequests: 3,
    savedByFallback: 444,
    usersExposed: 98,
  },
  inFlight: 2,
  notes: ["caches are not modelled"],
  digest: "0123456789abcdef",
  trace: null,
  expectations: [
    { text: "outcome is completed", held: false, got: "rolled-back", file: "scenarios/bad.yaml", line: 31 },
    { text: "impact.harmedRequests < 10", held: true, got: "7", file: "scenarios/bad.yaml", line: 32 },
  ],
};

/** The same without a failed expectation. */
export const PASSED: ScenarioRecord = {
  ...ROLLED_BACK,
  scenario: "shop/good-candidate",
  expectations: [
    { text: "outcome is rolled-back", held: true, got: "rolled-back", file: "scenarios/good.yaml", line: 9 },
  ],
};

/** The same as the first of many runs, of which a part ran here. */
export const REPLICATED: ScenarioRecord = {
  ...PASSED,
  expectations: [
    ...PASSED.expectations,
    {
      text: "P(rolled-back) >= 99%",
      held: true,
      got: "3 of 4 runs; of 8 asked for, the others decide",
      file: "scenarios/good.yaml",
      line: 10,
      undecided: true,
    },
  ],
  replications: {
    count: 4,
    of: 8,
    outcomes: [
      { outcome: "rolled-back", count: 3, share: 0.75, low: 0.3006, high: 0.9544 },
      { outcome: "stalled", count: 1, share: 0.25, low: 0.0456, high: 0.6994 },
    ],
    triggers: [{ trigger: "error-rate", count: 3, share: 0.75, low: 0.3006, high: 0.9544 }],
    detectionDelay: { detected: 3, censored: 1, p50Ms: 30_000, p95Ms: null },
    expectations: [{ text: "outcome is rolled-back", count: 3, share: 0.75, low: 0.3006, high: 0.9544 }],
    runs: [
      {
        replication: 0,
        seed: "42",
        outcome: "rolled-back",
        trigger: "error-rate",
        phase: "CANARY",
        endedAtMs: 791_500,
        detectionDelayMs: 11_250,
        usersExposed: 98,
        harmedRequests: 7,
        digest: "0123456789abcdef",
      },
    ],
  },
};

/** An untidy log whose candidate is known from the model alone. */
export const SAMPLE_TRACE: TraceRecord = {
  format: "combined",
  rows: 10_000,
  accepted: 9_998,
  rejected: 2,
  rejections: [
    {
      reason: "no request line",
      count: 2,
      firstLines: [{ line: 8_899, text: `46.118.127.106 - - [20/May/2015] \u001b[31m"\\x16\\x03" ${"x".repeat(120)}` }],
    },
  ],
  outOfOrder: 4_915,
  misplaced: 9_448,
  outOfOrderMsMax: 59_000,
  duplicates: 14,
  withoutLatency: 9_998,
  clientLeft: 3,
  unfinished: 2,
  outsideRange: 1_000,
  replayed: 8_993,
  failures: null,
  versions: {
    baseline: 0,
    candidate: 0,
    unknown: 1,
    unknownAre: "baseline",
    others: { rows: 0, distinct: 0, most: [] },
  },
  holes: 2,
  longestHoles: [
    { atMs: 60_000, ms: 3_600_000 },
    { atMs: 7_200_000, ms: 600_000 },
  ],
  sharingStart: 7_200,
  sharingStartMax: 12,
  perSecond: 0.0301,
  spanMs: 298_800_000,
  startsAt: "2015-05-17T10:05:00.000Z",
  keys: 1_753,
  routes: 201,
  rate: 35,
  amplify: 300,
  recorded: 0,
  resampled: 0,
  modelled: 1_462,
  sources: {
    baseline: {
      result: { recorded: 8_993, resampled: 2_688_907, modelled: 0 },
      latency: { recorded: 0, resampled: 0, modelled: 2_697_900 },
    },
    counterfactual: {
      result: { recorded: 5, resampled: 1_457, modelled: 0 },
      latency: { recorded: 0, resampled: 0, modelled: 1_462 },
    },
    candidate: {
      result: { recorded: 0, resampled: 0, modelled: 1_462 },
      latency: { recorded: 0, resampled: 0, modelled: 1_462 },
    },
  },
  phases: [],
};

/** A document of these records. */
export function sampleDocument(results: readonly ScenarioRecord[]): RunDocument {
  return { schema: "rehearse.run/1", command: "rehearse run scenarios --seed 42", results };
}
