import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { begin, stepOnce, stepTo, type Stepping } from "../../test/plans/stepping.ts";
import type { ManagerStatus } from "./deployment/manager-state.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { Outcome, RunRecord } from "./result.ts";
import { recordRun } from "./run-record.ts";

function at(seconds: number, facts: PlanFacts = {}): Stepping {
  return stepTo(begin(smallPlan({ ...CLOCKWORK, ...facts })), seconds * SECOND_US);
}

function recordOf({ stack, state }: Stepping): RunRecord {
  return recordRun(stack.ready, state);
}

describe("the record of a run", () => {
  it("can be made at any state, with the open phase as held, and leaves the state as it is", () => {
    const stepping = at(15, { pinnedFlags: { rolloutPpm: 500_000 } });
    const before = structuredClone(stepping.state);
    const record = recordOf(stepping);
    expect(stepping.state).toEqual(before);
    expect(record).toMatchObject({
      scenario: "small",
      policy: "setbull-v2",
      seed: "7",
      outcome: "stalled",
      endedAtMs: 15_000,
      ending: "",
    });
    expect(record.phases.map((one) => [one.name, one.enteredAtMs, one.leftAtMs, one.verdict])).toEqual([
      ["CANARY", 0, 10_000, "advanced"],
      ["TESTING", 10_000, 15_000, "held"],
    ]);
    expect(record).toMatchObject({ rollback: null, inFlight: 5, notes: [] });
    expect(record.impact).toMatchObject({ requests: 15_000, failedRequests: 0, harmedRequests: 0, savedByFallback: 0 });
    expect(recordOf(stepping)).toEqual(record);
  });

  it("has no phase before the start", () => {
    const operator = [{ atUs: 9 * SECOND_US, by: "ann", reason: "why", action: { kind: "start" } }] as const;
    expect(recordOf(at(5, { operator }))).toMatchObject({ phases: [], outcome: "stalled", decisions: [] });
  });

  it("has an outcome for every status", () => {
    const stepping = at(5);
    const outcomes: Record<ManagerStatus, Outcome> = {
      idle: "stalled",
      running: "stalled",
      paused: "paused",
      "awaiting-approval": "awaiting-approval",
      "rolling-back": "rollback-failed",
      "rolled-back": "rolled-back",
      completed: "completed",
      failed: "rollback-failed",
    };
    for (const [status, outcome] of Object.entries(outcomes)) {
      stepping.state.manager.status = status as ManagerStatus;
      expect(recordOf(stepping).outcome, status).toBe(outcome);
    }
  });

  it("tells a rollback with what has happened of it so far", () => {
    const faults = [candidateFault(12 * SECOND_US, 60 * SECOND_US, { name: "crash", errorPpm: 1_000_000 })];
    const stepping = at(11, { faults });
    while (stepping.state.manager.rollback === null) stepOnce(stepping);
    const nowMs = stepping.state.kernel.nowUs / 1_000;
    expect(recordOf(stepping).rollback).toEqual({
      trigger: "error-rate",
      onsetAtMs: 12_000,
      detectedAtMs: nowMs,
      revertedAtMs: null,
      verifiedAtMs: null,
      steps: [],
    });
    stepTo(stepping, 200 * SECOND_US);
    expect(recordOf(stepping).rollback).toEqual({
      trigger: "error-rate",
      onsetAtMs: 12_000,
      detectedAtMs: nowMs,
      revertedAtMs: nowMs + 2_000,
      verifiedAtMs: nowMs + 5_000,
      steps: [{ name: "revert flags", startedAtMs: nowMs, endedAtMs: nowMs + 1_000, result: "done" }],
    });
  });

  it("measures a rollback from the newest fault of the candidate that touches the evidence's window", () => {
    const faults = [
      candidateFault(3 * SECOND_US, 90 * SECOND_US, {}),
      // Over before the tick that sees it.
      candidateFault(12_100_000, 14_900_000, { errorPpm: 1_000_000 }),
      candidateFault(14_950_000, 90 * SECOND_US, { version: "baseline", latencyFactor: 1.1 }),
      candidateFault(30 * SECOND_US, 40 * SECOND_US, {}),
    ];
    expect(recordOf(at(25, { ...CLOCKWORK, faults })).rollback).toMatchObject({
      trigger: "error-rate",
      onsetAtMs: 12_100,
    });
  });

  it("measures a rollback without a fault from the candidate's first request, and an operator's from nothing", () => {
    const { rollback } = recordOf(at(25, { candidate: { errorPpm: 900_000 } }));
    expect(rollback).toMatchObject({ trigger: "error-rate" });
    expect(rollback?.onsetAtMs).toBeGreaterThanOrEqual(1_000);
    expect(rollback?.onsetAtMs).toBeLessThan(1_100);
    const operator = [{ atUs: 20 * SECOND_US, by: "ann", reason: "why", action: { kind: "roll-back" } }] as const;
    expect(recordOf(at(25, { operator })).rollback).toMatchObject({ trigger: "operator:ann", onsetAtMs: null });
  });

  it("notes what is asked for and not simulated, as the flags take effect", () => {
    const flags = { ...smallPlan().flags, cacheEnabled: true, enableDetailedMetrics: false };
    const silent = "EnableDetailedMetrics is off: no latency quantiles are published";
    expect(recordOf(at(1, { flags })).notes).toEqual([
      "CacheEnabled: the scenario gives the candidate no cache; the version models stand",
      silent,
    ]);
    const pinnedFlags = { concurrencyEnabled: true, enableDetailedMetrics: true };
    expect(recordOf(at(1, { flags, pinnedFlags })).notes).toEqual([
      "CacheEnabled and ConcurrencyEnabled: the scenario gives the candidate no cache and no workers; the version models stand",
    ]);
  });

  it("has a digest that hangs on every counter, on the time and on the audit trail", () => {
    const digests = new Set<string>();
    digests.add(recordOf(at(5)).digest);
    expect(recordOf(at(5)).digest).toBe([...digests][0]);
    const counted = at(5);
    const { counters } = counted.state.recording;
    for (let i = 0; i < counters.length; i++) {
      counters[i]!++;
      digests.add(recordOf(counted).digest);
      counters[i]!--;
    }
    const later = at(5);
    later.state.kernel.nowUs++;
    digests.add(recordOf(later).digest);
    const told = at(5);
    told.state.decisions[0] = { ...told.state.decisions[0]!, reason: "another reason" };
    digests.add(recordOf(told).digest);
    expect(digests.size).toBe(counters.length + 3);
    expect([...digests].every((digest) => /^[0-9a-f]{16}$/.test(digest))).toBe(true);
  });
});
