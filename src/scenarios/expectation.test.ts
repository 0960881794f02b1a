import { describe, expect, it } from "vitest";
import type { Decision, Evidence, PhaseRecord, RunRecord, VersionFigures } from "../engine/result.ts";
import { evaluateExpectation, parseExpectation } from "./expectation.ts";

const FIGURES: VersionFigures = {
  requests: 250,
  attempts: 200,
  errors: 30,
  fallbacks: 40,
  p50Ms: 12.5,
  p95Ms: 80,
  p99Ms: 250,
  p999Ms: null,
  meanMs: 20,
};
const NO_FIGURES: VersionFigures = { ...FIGURES, requests: 0, attempts: 0, errors: 0, fallbacks: 0, p50Ms: null };

function phase(name: string, enteredAtMs: number, verdict: PhaseRecord["verdict"]): PhaseRecord {
  return {
    name,
    trafficPercent: 1,
    enteredAtMs,
    leftAtMs: enteredAtMs + 600_000,
    verdict,
    baseline: NO_FIGURES,
    candidate: FIGURES,
  };
}

function decision(atMs: number, kind: Decision["kind"], reason: string): Decision {
  return { sequence: atMs, atMs, phase: "CANARY", kind, by: "manager", reason, evidence: null, looked: [] };
}

/** An alert that is raised (`yes`) or resolved. */
function notice(atMs: number, rule: string, holds: Evidence["holds"]): Decision {
  const evidence: Evidence = {
    rule,
    metric: "candidate.memory.share",
    value: 0.9,
    operator: ">",
    limit: 0.8,
    windowMs: 60_000,
    window: "sliding",
    samples: 1,
    minSamples: 1,
    holds,
    approximate: false,
  };
  return { ...decision(atMs, "alert", `alert ${rule}`), evidence };
}

const RECORD: RunRecord = {
  scenario: "s",
  policy: "p",
  seed: "1",
  outcome: "rolled-back",
  endedAtMs: 1_210_000,
  ending: "the rollback is verified",
  phases: [
    phase("CANARY", 0, "overridden"),
    phase("TESTING", 600_000, "advanced"),
    phase("CANARY", 610_000, "rolled-back"),
  ],
  decisions: [
    decision(0, "start", "go"),
    decision(5_000, "hold", "not enough data for gate a"),
    decision(9_000, "hold", "failed"),
    notice(10_000, "memory", "yes"),
    notice(12_000, "cache", "yes"),
    notice(15_000, "memory", "no"),
    notice(20_000, "memory", "yes"),
  ],
  rollback: {
    trigger: "error-rate",
    onsetAtMs: 1_100_000,
    detectedAtMs: 1_200_000,
    revertedAtMs: null,
    verifiedAtMs: 1_205_000,
    steps: [],
  },
  impact: {
    requests: 10_000,
    candidateRequests: 200,
    failedRequests: 20,
    harmedRequests: 5,
    slowedRequests: 0,
    savedByFallback: 40,
    usersExposed: 180,
  },
  inFlight: 0,
  notes: [],
  digest: "0123456789abcdef",
};

function evaluate(text: string, record: RunRecord = RECORD) {
  const read = parseExpectation(text);
  if (!read.ok) throw new Error(read.complaints.map((complaint) => complaint.message).join("; "));
  return evaluateExpectation({ ...read.value, file: "s.yaml", line: 3, column: 5 }, record);
}

describe("expectations", () => {
  it.each([
    ["outcome is rolled-back", true, "rolled-back"],
    ["outcome is completed", false, "rolled-back"],
    ["outcome is not completed", true, "rolled-back"],
    ["outcome is not rolled-back", false, "rolled-back"],
    ["endedAt < 2h", true, "20m10s"],
    ["endedAtMs >= 20m11s", false, "20m10s"],
    ["endedAt is 20m10s", true, "20m10s"],
    ['ending contains "is verified"', true, "the rollback is verified"],
    ["ending contains stalled", false, "the rollback is verified"],
    ["phase is CANARY", true, "CANARY"],
    ["phase is TESTING", false, "CANARY"],
    ["rollback is absent", false, "there"],
    ["rollback is not absent", true, "there"],
    ["rollback.trigger is error-rate", true, "error-rate"],
    ["rollback.trigger is 'fallback-rate'", false, "error-rate"],
    ["rollback.detectionDelay <= 100s", true, "1m40s"],
    ["rollback.detectionDelay < 100s", false, "1m40s"],
    ["rollback.duration > 4s", true, "5s"],
    ["rollback.revertedAt is absent", true, "absent"],
    ["rollback.revertDelay < 1d", false, "absent"],
    ["phases.VALIDATION is absent", true, "absent"],
    ["phases.TESTING is absent", false, "there"],
    ["phases.VALIDATION.verdict is advanced", false, "absent"],
    ["phases.CANARY.verdict is rolled-back", true, "rolled-back"],
    ["phases.CANARY.enteredAt is 610s", true, "10m10s"],
    ["phases.TESTING.duration is 10m", true, "10m"],
    ["phases.CANARY.trafficPercent is 1%", true, "1%"],
    ["phases.CANARY.candidate.errorRate >= 15%", true, "15%"],
    ["phases.CANARY.candidate.attempts is 200", true, "200"],
    ["phases.CANARY.candidate.fallbackRate > 16%", false, "16%"],
    ["phases.CANARY.candidate.p50 < 13ms", true, "12ms500us"],
    ["phases.CANARY.candidate.p50Ms < 13ms", true, "12ms500us"],
    ["phases.CANARY.baseline.errorRate < 5%", false, "absent"],
    ["phases.CANARY.candidate.p999 is absent", true, "absent"],
    ["impact.harmedRequests is 5", true, "5"],
    ["impact.harmedShare <= 0.05%", true, "0.05%"],
    ["impact.harmedShare < 0.05%", false, "0.05%"],
    ["decisions.hold is 2", true, "2"],
    ["decisions.advance is 0", true, "0"],
    ["decisions.hold.reason contains failed", true, "failed"],
    ["decisions.hold.firstAt is 5s", true, "5s"],
    ["decisions.advance.reason is absent", true, "absent"],
    ["decisions.alert is 4", true, "4"],
    ["alerts.memory.raised is 2", true, "2"],
    ["alerts.memory.resolved is 1", true, "1"],
    ["alerts.memory.raisedAt is 10s", true, "10s"],
    ["alerts.memory.resolvedAt is 15s", true, "15s"],
    ["alerts.cache.resolved is 0", true, "0"],
    ["alerts.cache.resolvedAt is absent", true, "absent"],
    ["alerts.other.raised is 0", true, "0"],
    ["inFlight is 0", true, "0"],
  ])("%s: %s, got %s", (text, held, got) => {
    expect(evaluate(text)).toEqual({ text, held, got, file: "s.yaml", line: 3 });
  });

  it("hold nowhere in a run without a rollback that speak of it", () => {
    const record = { ...RECORD, rollback: null };
    expect(evaluate("rollback is absent", record).held).toBe(true);
    expect(evaluate("rollback.detectionDelay < 1d", record)).toMatchObject({ held: false, got: "absent" });
    expect(evaluate("rollback.trigger is not error-rate", record).held).toBe(true);
  });

  it.each([
    ["foo", "this is not an expectation", null],
    ["outcome", "this is not an expectation", null],
    ["outcome is", "the value that is expected is missing", null],
    ["outcom is completed", "the record of a run has no such figure", "outcome"],
    ["constructor is 5", "the record of a run has no such figure", null],
    ["rollback.detectdAt < 5m", "the record of a run has no such figure", "rollback.detectedAt"],
    ["rollback.triggerMs is a", "the record of a run has no such figure", "rollback.trigger"],
    [
      "phases.CANARY.candidate.erorRate < 5%",
      "the record of a run has no such figure",
      "phases.CANARY.candidate.errorRate",
    ],
    ["phases.CANARY.verdit is held", "the record of a run has no such figure", "phases.CANARY.verdict"],
    ["phases is absent", "a phase is missing", null],
    ["decisions.holdd is 1", "the record of a run has no such figure", "decisions.hold"],
    ["decisions.hold.reason.x is 1", "the record of a run has no such figure", null],
    ["impact is absent", "the record of a run has no such figure", null],
    ["impact.harmdRequests is 1", "the record of a run has no such figure", "impact.harmedRequests"],
    ["outcome is roled-back", "outcome never has this value", "rolled-back"],
    ["outcome < 5", "outcome is a text: it has no order", null],
    ["outcome == completed", "unknown comparison", null],
    ["endedAt < 5", "a duration needs a unit, as in 5s", null],
    ["endedAt contains 5", "endedAt is no text: it contains nothing", null],
    ["rollback is there", "rollback is either there or absent", null],
    ["rollback > 5", "rollback is either there or absent", null],
    ["impact.harmedRequests < 5%", "this is not a count", null],
    ["impact.harmedShare < 5", "a share needs its percent sign, as in 5%", null],
  ])("refuses %j: %s", (text, message, suggestion) => {
    const read = parseExpectation(text);
    const complaint = read.ok ? null : read.complaints[0];
    expect(complaint?.message).toBe(message);
    if (suggestion !== null) expect(complaint?.suggestion).toBe(suggestion);
  });
});
