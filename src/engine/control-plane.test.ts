import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, gate, phase, trigger } from "../../test/plans/small-policy.ts";
import { begin, kindsAt, stepTo, type Stepping } from "../../test/plans/stepping.ts";
import { createStackModel } from "./control-plane.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { Decision } from "./result.ts";
import { createStack, rehearse, startStack } from "./stack.ts";

const WHOLE = 100 * PERCENT;

/** Everybody on the candidate from the first microsecond that the router knows of it; nothing advances or guards. */
const ALL_AT_ONCE: Policy = {
  ...QUICK_POLICY,
  phases: [phase("ALL", WHOLE, 1_000 * SECOND_US, [])],
  triggers: [],
  alerts: [],
};

function command(atUs: number, kind: "start" | "pause" | "advance" | "roll-back", reason = "why"): OperatorCommand {
  return { atUs, by: "ann", reason, action: { kind } };
}

function kindsOf(decisions: readonly Decision[]): string[] {
  return decisions.map((one) => one.kind);
}

/** What the router came to know, and when: seconds and percent. */
function routerUpdates({ state }: Stepping): unknown[] {
  const updates = state.journal.entries.filter((entry) => entry.kind === "router.updated");
  return updates.map((entry) => [entry.atUs / SECOND_US, Number(entry.detail["sharePpm"]) / PERCENT]);
}

describe("one instant", () => {
  const atUs = 10 * SECOND_US;

  it("has its events in the documented order", () => {
    const plan = smallPlan({
      propagationUs: atUs,
      faults: [
        candidateFault(atUs, 20 * SECOND_US, { name: "begins" }),
        candidateFault(5 * SECOND_US, atUs, { name: "ends" }),
      ],
      operator: [command(atUs, "pause"), command(atUs, "roll-back")],
      policy: { ...QUICK_POLICY, phases: QUICK_POLICY.phases.map((one) => ({ ...one, gates: [] })) },
    });
    const stepping = begin(plan);
    expect(kindsAt(stepping, atUs)).toEqual([
      "faultEnded",
      "faultStarted",
      "routerUpdated",
      "routerUpdated",
      "windowClosed",
      "healthPolled",
      "alertsConsidered",
      "triggersConsidered",
      "gatesConsidered",
      "operatorCommanded",
      "operatorCommanded",
    ]);
    const decisions = stepping.state.decisions.filter((one) => one.atMs === 10_000);
    expect(decisions.map((one) => `${one.kind} ${one.phase}`)).toEqual([
      "fault CANARY",
      "fault CANARY",
      "advance CANARY",
      "flags TESTING",
      "pause TESTING",
      "rollback TESTING",
    ]);
  });

  it("has its requests after its events: a fault of one microsecond hits the request of that microsecond", () => {
    const baseline = { version: "baseline", errorPpm: WHOLE } as const;
    const hit = (untilUs: number): number => {
      const faults = [candidateFault(atUs, untilUs, baseline)];
      const pinnedFlags = { rolloutPpm: 0 };
      return rehearse(smallPlan({ ...CLOCKWORK, faults, pinnedFlags }), { check: true }).impact.failedRequests;
    };
    expect(hit(atUs)).toBe(0);
    expect(hit(atUs + 1)).toBe(1);
    expect(hit(atUs + 1_000)).toBe(1);
    expect(hit(atUs + 1_001)).toBe(2);
  });

  it("closes its window before the completions of that microsecond", () => {
    const policy = { ...ALL_AT_ONCE, phases: [phase("ALL", WHOLE, atUs, [])] };
    const { phases, impact } = rehearse(smallPlan({ ...CLOCKWORK, policy }), { check: true });
    // Of the 10,000 requests before 10 s, the five of the last 5 ms have not completed; one of them does at 10 s.
    expect(impact.requests).toBe(10_000);
    expect(phases[0]!.baseline.requests + phases[0]!.candidate.requests).toBe(9_995);
  });

  it("lets a trigger win over the gates", () => {
    const policy = {
      ...QUICK_POLICY,
      phases: [phase("FIRST", 10 * PERCENT, atUs, []), phase("NEXT", WHOLE, atUs, [])],
    };
    const faults = [candidateFault(9 * SECOND_US, 20 * SECOND_US, { errorPpm: WHOLE })];
    const { decisions, phases } = rehearse(smallPlan({ policy, faults }), { check: true });
    expect(decisions.filter((one) => one.atMs === 10_000).map((one) => one.kind)).toEqual(["rollback"]);
    expect(phases.map((one) => [one.name, one.verdict])).toEqual([["FIRST", "rolled-back"]]);
    expect(kindsOf(decisions)).not.toContain("advance");
    const calm = rehearse(smallPlan({ policy }), { check: true });
    expect(calm.decisions.filter((one) => one.atMs === 10_000).map((one) => one.kind)).toEqual(["advance", "flags"]);
  });

  it("lets a trigger win over the operator, whose own rollback is then refused", () => {
    const faults = [candidateFault(9 * SECOND_US, 20 * SECOND_US, { errorPpm: WHOLE })];
    const policy = { ...QUICK_POLICY, phases: [phase("FIRST", 10 * PERCENT, 99 * SECOND_US, [])] };
    const operator = [command(atUs, "roll-back")];
    const { decisions, rollback } = rehearse(smallPlan({ policy, faults, operator }), { check: true });
    const entries = decisions.filter((one) => one.atMs === 10_000);
    expect(entries.map((one) => [one.kind, one.by])).toEqual([
      ["rollback", "manager"],
      ["refused", "operator:ann"],
    ]);
    expect(rollback!.trigger).toBe("error-rate");
  });
});

describe("propagation", () => {
  it("keeps the router on what it knew until it has seen a change, and no longer", () => {
    const operator = [command(20_000_500, "roll-back")];
    const record = rehearse(smallPlan({ ...CLOCKWORK, policy: ALL_AT_ONCE, propagationUs: 3_000_000, operator }), {
      check: true,
    });
    // Started at 0, seen at 3 s; rolled back at 20.0005 s, flags reverted 1 s later, seen 3 s after that: the requests
    // of every millisecond from 3.000 s to 24.000 s.
    expect(record.impact.candidateRequests).toBe(21_001);
    expect(record.rollback).toMatchObject({ onsetAtMs: null, detectedAtMs: 20_000.5, revertedAtMs: 24_000.5 });
    expect(record.rollback!.steps).toEqual([
      { name: "revert flags", startedAtMs: 20_000.5, endedAtMs: 21_000.5, result: "done" },
    ]);
    expect(record.outcome).toBe("rolled-back");
  });

  it("takes as long for each of two changes that come one soon after the other", () => {
    const operator = [command(1_000_000, "advance"), command(1_300_000, "advance")];
    const stepping = stepTo(begin(smallPlan({ perSecond: 10, operator })), 5 * SECOND_US);
    expect(routerUpdates(stepping)).toEqual([
      [1, 0],
      [1, 1],
      [2, 10],
      [2.3, 50],
    ]);
  });

  it("does not call a rollback verified that the router has not seen", () => {
    const plan = smallPlan({
      ...CLOCKWORK,
      policy: ALL_AT_ONCE,
      propagationUs: 10_000_000,
      operator: [command(500_000, "roll-back")],
    });
    const { rollback, impact, outcome } = rehearse(plan, { check: true });
    // The start is seen at 10 s, the way back (reverted at 1.5 s) at 11.5 s; quiet from the tick at 12 s on, for 2 s.
    expect(impact.candidateRequests).toBe(1_500);
    expect(rollback).toMatchObject({ revertedAtMs: 11_500, verifiedAtMs: 14_000 });
    expect(outcome).toBe("rolled-back");
  });
});

describe("flags that an operator has pinned", () => {
  it("stall the rollout when they keep the optimised path off, and the audit trail says so", () => {
    const record = rehearse(smallPlan({ pinnedFlags: { useOptimizedAnalytics: false } }), { check: true });
    expect(record).toMatchObject({ outcome: "stalled", ending: "the duration is over" });
    expect(record.impact.candidateRequests).toBe(0);
    expect(record.phases.map((one) => [one.name, one.verdict])).toEqual([["CANARY", "held"]]);
    const flags = record.decisions.filter((one) => one.kind === "flags").map((one) => one.reason);
    expect(flags[0]).toContain("pinned by an operator, no effect: useOptimizedAnalytics");
    expect(flags[1]).not.toContain("pinned");
    const holds = record.decisions.filter((one) => one.kind === "hold");
    expect(holds.map((one) => one.evidence?.holds)).toEqual(["not enough data"]);
  });

  it("make a rollback fail when they keep the candidate on", () => {
    const pinnedFlags = { useOptimizedAnalytics: true, rolloutPpm: 50 * PERCENT };
    const record = rehearse(smallPlan({ pinnedFlags, candidate: { errorPpm: 300_000 }, horizonUs: 40 * SECOND_US }), {
      check: true,
    });
    expect(record).toMatchObject({ outcome: "rollback-failed", ending: "the duration is over" });
    expect(record.rollback).toMatchObject({ trigger: "error-rate", revertedAtMs: null, verifiedAtMs: null });
  });

  it("silence the latency quantiles when they turn detailed metrics off", () => {
    const gates = [gate("candidate.latency.p99", "<", SECOND_US)];
    const policy = { ...QUICK_POLICY, phases: [phase("FIRST", 50 * PERCENT, 5 * SECOND_US, gates)] };
    expect(rehearse(smallPlan({ policy }), { check: true }).outcome).toBe("completed");
    const silent = rehearse(smallPlan({ policy, pinnedFlags: { enableDetailedMetrics: false } }), { check: true });
    expect(silent.outcome).toBe("stalled");
    expect(silent.decisions.at(-1)!.evidence).toMatchObject({ value: null, holds: "not enough data" });
    expect(silent.notes).toContain("EnableDetailedMetrics is off: no latency quantiles are published");
  });
});

describe("health", () => {
  const failing = candidateFault(12 * SECOND_US, 20 * SECOND_US, { name: "crash", failsHealth: true });

  it("fails at the third failed poll; until it answers again, the candidate declines", () => {
    const plan = smallPlan({ ...CLOCKWORK, policy: ALL_AT_ONCE, faults: [failing], horizonUs: 30 * SECOND_US });
    const { decisions, impact, phases } = rehearse(plan, { check: true });
    expect(decisions.filter((one) => one.kind === "health").map((one) => [one.atMs, one.by, one.reason])).toEqual([
      [14_000, "monitor", "candidate failed 3 health polls"],
      [20_000, "monitor", "candidate answers health polls again"],
    ]);
    // Polls at 12, 13 and 14 s fail: every millisecond of [14 s, 20 s) is declined, and served by the baseline.
    expect(impact).toMatchObject({ savedByFallback: 6_000, failedRequests: 0 });
    expect(phases[0]!.candidate).toMatchObject({ fallbacks: 6_000, errors: 0 });
  });

  it("declines nothing into the error rate: the phase's is the one that its gate saw", () => {
    const errors = candidateFault(0, 60 * SECOND_US, { errorPpm: 10 * PERCENT });
    const seen = { ...gate("candidate.errorRate", "<", WHOLE), window: { kind: "phase" } as const };
    const policy: Policy = { ...ALL_AT_ONCE, phases: [phase("ALL", WHOLE, 28 * SECOND_US, [seen])] };
    const plan = smallPlan({ ...CLOCKWORK, policy, faults: [errors, failing], horizonUs: 30 * SECOND_US });
    const { decisions, phases } = rehearse(plan, { check: true });
    const { requests, attempts, errors: failed } = phases[0]!.candidate;
    expect(requests - attempts).toBe(6_000);
    expect(decisions.find(({ kind }) => kind === "complete")?.evidence).toMatchObject({
      samples: attempts,
      value: failed / attempts,
    });
  });

  it("is a trigger at the tick of that poll", () => {
    const { decisions, rollback } = rehearse(smallPlan({ faults: [failing] }), { check: true });
    const entry = decisions.find((one) => one.kind === "rollback")!;
    expect(entry).toMatchObject({ atMs: 14_000, reason: "trigger health-ok fired" });
    expect(entry.evidence).toMatchObject({
      metric: "candidate.health.ok",
      value: 0,
      limit: 1,
      operator: "<",
      holds: "yes",
    });
    expect(rollback).toMatchObject({ trigger: "health-ok", onsetAtMs: 12_000 });
  });

  it("starts to count anew after a poll that succeeded", () => {
    const faults = [
      candidateFault(12 * SECOND_US, 14 * SECOND_US, { failsHealth: true }),
      candidateFault(15 * SECOND_US, 17 * SECOND_US, { failsHealth: true }),
      candidateFault(18 * SECOND_US, 99 * SECOND_US, { failsHealth: true, version: "baseline" }),
    ];
    const { decisions } = rehearse(smallPlan({ perSecond: 50, faults, horizonUs: 25 * SECOND_US }), { check: true });
    expect(decisions.filter((one) => one.kind === "health").map((one) => [one.atMs, one.reason])).toEqual([
      [20_000, "baseline failed 3 health polls"],
    ]);
  });
});

describe("an adjusted limit", () => {
  it("stands in the audit trail with both values in the metric's unit", () => {
    const set = (target: string, limit: number): OperatorCommand => {
      return { atUs: SECOND_US, by: "ann", reason: "careful", action: { kind: "adjust", target, limit } };
    };
    const policy = { ...QUICK_POLICY, triggers: [...QUICK_POLICY.triggers, trigger("few", "all.requestRate", 1e9)] };
    const operator = [
      set("triggers.error-rate.limit", 13_000),
      set("triggers.latency-delta", 1_500_000),
      set("phases.CANARY.gates.all.successRate", 990_000),
      set("triggers.few", 5),
      set("triggers.health-ok", 0),
    ];
    const record = rehearse(smallPlan({ perSecond: 50, policy, operator, horizonUs: 3 * SECOND_US }), { check: true });
    const entries = record.decisions.filter((one) => one.kind === "adjust");
    expect(entries.map((one) => one.reason)).toEqual([
      "triggers.error-rate.limit set from 10 % to 1.3 %: careful",
      "triggers.latency-delta set from 2000 ms to 1500 ms: careful",
      "phases.CANARY.gates.all.successRate set from 95 % to 99 %: careful",
      "triggers.few set from 1000000000/s to 5/s: careful",
      "triggers.health-ok set from 1 to 0: careful",
    ]);
    expect(entries.every((one) => one.by === "operator:ann" && one.atMs === 1_000 && one.phase === "CANARY")).toBe(
      true,
    );
  });

  it("decides from the next tick on", () => {
    const action = { kind: "adjust", target: "triggers.error-rate.limit", limit: 1 * PERCENT } as const;
    const operator = [{ atUs: 15_500_000, by: "ann", reason: "careful", action }];
    const policy = { ...QUICK_POLICY, phases: [phase("FIRST", 50 * PERCENT, 99 * SECOND_US, [])] };
    const candidate = { errorPpm: 5 * PERCENT };
    expect(rehearse(smallPlan({ policy, candidate, horizonUs: 30 * SECOND_US })).rollback).toBeNull();
    const { decisions, rollback } = rehearse(smallPlan({ policy, candidate, operator }), { check: true });
    expect(rollback!.detectedAtMs).toBe(16_000);
    expect(decisions.find((one) => one.kind === "rollback")!.evidence!.limit).toBe(0.01);
  });
});

describe("the model of the stack", () => {
  it("is over when the state says why", () => {
    const stack = createStack(smallPlan());
    const state = startStack(stack);
    const model = createStackModel(stack.ready);
    expect(model.done(state)).toBe(false);
    state.ending = "trace ended";
    expect(model.done(state)).toBe(true);
  });
});
