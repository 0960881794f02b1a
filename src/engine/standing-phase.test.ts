import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, phase } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy, RollbackStep } from "./deployment/policy.ts";
import { healthAnswer, statusAnswer } from "./health-answers.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { PhaseRecord } from "./result.ts";
import { rehearse } from "./stack.ts";

const REVERT: RollbackStep = { name: "revert", does: "revert-flags", durationUs: 2 * SECOND_US };
const STUCK = { name: "stuck", atUs: 0, untilUs: 20 * SECOND_US, step: "revert", slowFactor: 1, fails: true };

function at(seconds: number, kind: "roll-back" | "retry"): OperatorCommand {
  return { atUs: seconds * SECOND_US, by: "ann", reason: "why", action: { kind } };
}

/** Rolled back at 10 s by hand; the way back fails at 12 s and is taken up again at 20 s, and at 30 s. */
function planWith(steps: readonly RollbackStep[], propagationUs = 0) {
  const policy: Policy = {
    ...QUICK_POLICY,
    phases: [phase("HALF", 50 * PERCENT, 999 * SECOND_US, [])],
    triggers: [],
    alerts: [],
    rollback: { ...QUICK_POLICY.rollback, steps },
  };
  const operator = [at(10, "roll-back"), at(20, "retry"), at(30, "retry")];
  const rollbackFaults = [STUCK];
  return smallPlan({ ...CLOCKWORK, policy, propagationUs, operator, rollbackFaults, horizonUs: 60 * SECOND_US });
}

function stays(phases: readonly PhaseRecord[]): unknown[] {
  return phases.map(({ name, enteredAtMs, leftAtMs, verdict }) => [name, enteredAtMs, leftAtMs, verdict]);
}

describe("a rollback that failed before the traffic was back", () => {
  it("leaves the deployment in its phase, and the requests that come meanwhile in a stay of their own", () => {
    const { phases, decisions, rollback } = rehearse(planWith([REVERT]), { check: true });
    expect(stays(phases)).toEqual([
      ["HALF", 0, 10_000, "rolled-back"],
      ["HALF", 12_000, 20_000, "rolled-back"],
    ]);
    const [, meanwhile] = phases;
    // A request every millisecond, and each completes after 5 ms: 8,000 complete in 8 s, about half of them of the candidate.
    expect(meanwhile!.baseline.requests + meanwhile!.candidate.requests).toBe(8_000);
    expect(Math.abs(meanwhile!.candidate.requests - 4_000)).toBeLessThan(400);
    expect(decisions.slice(3).map(({ kind, phase: where }) => [kind, where])).toEqual([
      ["rollback", "HALF"],
      ["fault", "HALF"],
      ["rollback-failed", "HALF"],
      ["retry", "HALF"],
      ["flags", "HALF"],
      ["verified", "DISABLED"],
    ]);
    expect(rollback?.revertedAtMs).toBe(22_000);
  });

  it("is what /status says, and a person is needed, says /health", () => {
    const stepping = stepTo(begin(planWith([REVERT])), 15 * SECOND_US);
    const { ready } = stepping.stack;
    expect(statusAnswer(ready, stepping.state).deployment).toMatchObject({
      status: "failed",
      phase: "HALF",
      trafficPercent: 50,
    });
    const health = healthAnswer(ready, stepping.state);
    expect(health).toMatchObject({ httpStatus: 200, status: "degraded" });
    expect(health.checks.at(-1)).toEqual({ name: "rollback", status: "degraded", value: null });
    stepTo(stepping, 26 * SECOND_US);
    expect(statusAnswer(ready, stepping.state)).toMatchObject({ status: "healthy", deployment: { phase: "DISABLED" } });
  });

  it("is out of the phase once the last router turns back", () => {
    const stuckAfter = {
      ...REVERT,
      name: "restart",
      does: "nothing",
      durationUs: SECOND_US,
      failsPpm: 1_000_000,
    } as const;
    const steps = [{ ...REVERT, name: "weights" }, stuckAfter];
    const { phases, decisions } = rehearse(planWith(steps, 4 * SECOND_US), { check: true });
    // The weights are back at 12 s, which the router sees at 16 s; the step after them fails at 13 s.
    expect(stays(phases).slice(1)).toEqual([["HALF", 13_000, 16_000, "rolled-back"]]);
    const failures = decisions.filter(({ kind }) => kind === "rollback-failed");
    expect(failures.map(({ phase: where }) => where)).toEqual(["HALF", "DISABLED", "DISABLED"]);
    expect(decisions.filter(({ kind }) => kind === "retry").map(({ phase: where }) => where)).toEqual([
      "DISABLED",
      "DISABLED",
    ]);
  });
});
