import { describe, expect, it } from "vitest";
import { QUICK_POLICY } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import { findLimit, obey } from "./commands.ts";
import { decided, type Effect } from "./effect.ts";
import { createManagerState, phaseClockUs, type ManagerState } from "./manager-state.ts";
import type { OperatorCommand } from "./operator.ts";
import { pause, startRollout } from "./phases.ts";

type Action = OperatorCommand["action"];

function command(action: Action, reason = "because"): OperatorCommand {
  return { atUs: 0, by: "ann", reason, action };
}

function running(): ManagerState {
  const state = createManagerState(QUICK_POLICY);
  startRollout(state, QUICK_POLICY, 0, "manager", "");
  return state;
}

/** Obeys, and expects a refusal that changes nothing. */
function expectRefusal(state: ManagerState, action: Action, reason: string): void {
  const before = structuredClone(state);
  expect(obey(state, QUICK_POLICY, 7 * SECOND_US, command(action))).toEqual([
    decided("refused", "operator:ann", reason),
  ]);
  expect(state).toEqual(before);
}

describe("an operator's command", () => {
  it("starts the rollout in the operator's name", () => {
    const state = createManagerState(QUICK_POLICY);
    const effects = obey(state, QUICK_POLICY, 5, command({ kind: "start" }, "go"));
    expect(effects).toContainEqual(decided("start", "operator:ann", "go"));
    expect(state).toMatchObject({ status: "running", phase: 0, phaseEnteredAtUs: 5 });
  });

  it("pauses and resumes", () => {
    const state = running();
    expect(obey(state, QUICK_POLICY, 3, command({ kind: "pause" }))).toEqual([
      decided("pause", "operator:ann", "because"),
    ]);
    expect(state).toMatchObject({ status: "paused", pausedAtUs: 3 });
    expect(obey(state, QUICK_POLICY, 8, command({ kind: "resume" }))).toEqual([
      decided("resume", "operator:ann", "because"),
    ]);
    expect(state).toMatchObject({ status: "running", pausedAtUs: -1, pausedForUs: 5 });
  });

  it("overrides the phase forward and back, each time as a new stay", () => {
    const state = running();
    const forward = obey(state, QUICK_POLICY, 10, command({ kind: "advance" }));
    expect(forward[0]).toEqual(decided("override", "operator:ann", "to TESTING: because"));
    expect(forward[1]).toEqual({ kind: "phase.left", verdict: "overridden" });
    expect(state.phase).toBe(1);
    const back = obey(state, QUICK_POLICY, 30, command({ kind: "go-back" }));
    expect(back[0]).toEqual(decided("override", "operator:ann", "to CANARY: because"));
    expect(back.slice(1, 3)).toEqual([
      { kind: "phase.left", verdict: "overridden" },
      { kind: "phase.entered", phase: 0 },
    ]);
    expect(state).toMatchObject({ phase: 0, phaseEnteredAtUs: 30 });
  });

  it("overrides the phase of a paused rollout, which stays paused until somebody resumes", () => {
    const state = running();
    pause(state, 4, "max-duration");
    for (const [kind, name, phase, atUs] of [
      ["advance", "TESTING", 1, 10],
      ["go-back", "CANARY", 0, 30],
    ] as const) {
      const effects = obey(state, QUICK_POLICY, atUs, command({ kind }));
      expect(effects[0]).toEqual(decided("override", "operator:ann", `to ${name}, still paused: because`));
      expect(effects).toContainEqual({ kind: "phase.entered", phase });
      expect(state).toMatchObject({ status: "paused", phase, pausedAtUs: atUs, pausedFor: "" });
      expect(phaseClockUs(state, atUs + 99)).toBe(0);
    }
    obey(state, QUICK_POLICY, 50, command({ kind: "resume" }));
    expect(state).toMatchObject({ status: "running", maxDurationFromUs: 0 });
    expect(phaseClockUs(state, 57)).toBe(7);
  });

  it("refuses to go beyond the first and the last phase", () => {
    const state = running();
    expectRefusal(state, { kind: "go-back" }, "there is nothing before the first phase: because");
    for (let i = 0; i < 3; i++) obey(state, QUICK_POLICY, i, command({ kind: "advance" }));
    expectRefusal(state, { kind: "advance" }, "there is nothing after the last phase: because");
  });

  it("goes forward in no freeze, and back in any", () => {
    const freeze = { epochMs: 0, text: "the start" };
    const policy = {
      ...QUICK_POLICY,
      schedule: { windows: [], freezes: [{ name: "sale", from: freeze, until: { epochMs: 60_000, text: "the end" } }] },
    };
    const state = createManagerState(policy, { seed: "", rollbackFaults: [], calendarStartMs: 0 });
    startRollout(state, QUICK_POLICY, 0, "manager", "");
    expect(obey(state, policy, 59 * SECOND_US, command({ kind: "advance" }))).toEqual([
      decided("refused", "operator:ann", "changes are frozen (sale) until the end: because"),
    ]);
    obey(state, policy, 60 * SECOND_US, command({ kind: "advance" }));
    expect(state.phase).toBe(1);
    obey(state, policy, 30 * SECOND_US, command({ kind: "go-back" }));
    expect(state.phase).toBe(0);
  });

  it("rolls back once, with the operator as the cause", () => {
    const state = running();
    const effects = obey(state, QUICK_POLICY, 9, command({ kind: "roll-back" }));
    expect(effects[0]).toEqual(decided("rollback", "operator:ann", "because"));
    expect(state.rollback).toMatchObject({ cause: "operator:ann", detectedAtUs: 9 });
    expectRefusal(state, { kind: "roll-back" }, "roll-back is not possible while rolling-back: because");
  });

  it("refuses what the list of transitions does not have, and says why", () => {
    const idle = createManagerState(QUICK_POLICY);
    const others: readonly Action["kind"][] = ["pause", "resume", "advance", "go-back", "roll-back"];
    for (const kind of others) {
      expectRefusal(idle, { kind } as Action, `${kind} is not possible while idle: because`);
    }
    expectRefusal(running(), { kind: "start" }, "start is not possible while running: because");
    expectRefusal(running(), { kind: "resume" }, "resume is not possible while running: because");
    const paused = running();
    obey(paused, QUICK_POLICY, 1, command({ kind: "pause" }));
    expectRefusal(paused, { kind: "pause" }, "pause is not possible while paused: because");
  });

  it("has a why even where the operator gave none", () => {
    const reasons = (effects: readonly Effect[]): string[] =>
      effects.flatMap((e) => (e.kind === "decided" ? [e.reason] : []));
    expect(reasons(obey(running(), QUICK_POLICY, 1, command({ kind: "pause" }, "")))).toEqual(["no reason given"]);
    expect(reasons(obey(running(), QUICK_POLICY, 1, command({ kind: "resume" }, "")))).toEqual([
      "resume is not possible while running: no reason given",
    ]);
  });
});

describe("adjusting a limit", () => {
  it("changes the one limit, of a trigger or of a gate, and tells both values", () => {
    const state = running();
    const target = "triggers.fallback-rate.limit";
    expect(obey(state, QUICK_POLICY, 1, command({ kind: "adjust", target, limit: 5 }))).toEqual([
      {
        kind: "limit.adjusted",
        by: "operator:ann",
        reason: "because",
        target,
        place: { kind: "trigger", trigger: 1 },
        fromLimit: 250_000,
        toLimit: 5,
      },
    ]);
    expect(state.triggerLimits).toEqual([100_000, 5, 2_000_000, 1]);
    const gate = "phases.VALIDATION.gates.candidate.errorRate";
    const [effect] = obey(state, QUICK_POLICY, 1, command({ kind: "adjust", target: gate, limit: 7 }));
    expect(effect).toMatchObject({ place: { kind: "gate", phase: 2, gate: 1 }, fromLimit: 20_000, toLimit: 7 });
    expect(state.gateLimits).toEqual([
      [950_000, 20_000],
      [950_000, 30_000],
      [970_000, 7],
      [980_000, 10_000],
    ]);
    const [again] = obey(state, QUICK_POLICY, 1, command({ kind: "adjust", target: gate, limit: 9 }));
    expect(again).toMatchObject({ fromLimit: 7, toLimit: 9 });
  });

  it("is possible while paused, and of a known rule only", () => {
    const state = running();
    obey(state, QUICK_POLICY, 1, command({ kind: "pause" }));
    const [effect] = obey(state, QUICK_POLICY, 1, command({ kind: "adjust", target: "triggers.error-rate", limit: 5 }));
    expect(effect).toMatchObject({ kind: "limit.adjusted" });
    expect(state.status).toBe("paused");
    expectRefusal(
      state,
      { kind: "adjust", target: "triggers.errors", limit: 5 },
      "there is no rule triggers.errors: because",
    );
  });

  it("never touches the policy", () => {
    const before = structuredClone(QUICK_POLICY);
    obey(running(), QUICK_POLICY, 1, command({ kind: "adjust", target: "triggers.error-rate", limit: 5 }));
    expect(QUICK_POLICY).toEqual(before);
  });

  it("finds rules by their whole names", () => {
    expect(findLimit(QUICK_POLICY, "triggers.error-rate")).toEqual({ kind: "trigger", trigger: 0 });
    expect(findLimit(QUICK_POLICY, "triggers.health-ok.limit")).toEqual({ kind: "trigger", trigger: 3 });
    expect(findLimit(QUICK_POLICY, "phases.TESTING.gates.all.successRate.limit")).toEqual({
      kind: "gate",
      phase: 1,
      gate: 0,
    });
    for (const unknown of ["", "error-rate", "triggers.", "triggers.error", "phases.X.gates.all.successRate"]) {
      expect(findLimit(QUICK_POLICY, unknown), unknown).toBeNull();
    }
  });
});
