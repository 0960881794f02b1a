import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, phase } from "../../test/plans/small-policy.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RunRecord } from "./result.ts";
import { rehearse } from "./stack.ts";

const WHOLE = 1_000_000;
const ALL_AT_ONCE: Policy = {
  ...QUICK_POLICY,
  phases: [phase("ALL", WHOLE, 1_000 * SECOND_US, [])],
  triggers: [],
  alerts: [],
};

describe("an alert", () => {
  it("is raised after its `for`, resolved when its condition ceases, and moves no traffic", () => {
    const faults = [candidateFault(20 * SECOND_US, 30 * SECOND_US, { errorPpm: WHOLE })];
    const alerts = [
      { ...QUICK_POLICY.alerts[0]!, window: { kind: "sliding", lengthUs: SECOND_US } as const, forUs: 2 * SECOND_US },
    ];
    const policy = { ...ALL_AT_ONCE, alerts };
    const record = rehearse(smallPlan({ ...CLOCKWORK, policy, faults, horizonUs: 40 * SECOND_US }), { check: true });
    const entries = record.decisions.filter((one) => one.kind === "alert");
    expect(entries.map((one) => [one.atMs, one.by, one.reason])).toEqual([
      [23_000, "manager", "alert all-error-rate (warning) is raised"],
      [31_000, "manager", "alert all-error-rate is resolved"],
    ]);
    // The five requests of the fault's last 5 ms complete in the window after it.
    expect(entries.map((one) => one.evidence?.value)).toEqual([1, 0.005]);
    expect(record.phases[0]!.verdict).toBe("held");
    // Twice for a second each: neither lasts, and the second does not go on where the first ended.
    const short = [20, 25].map((at) => candidateFault(at * SECOND_US, (at + 1) * SECOND_US, { errorPpm: WHOLE }));
    const brief = rehearse(smallPlan({ ...CLOCKWORK, policy, faults: short, horizonUs: 40 * SECOND_US }), {
      check: true,
    });
    expect(brief.decisions.map((one) => one.kind)).not.toContain("alert");
  });

  it("stands while nothing can be measured any more, and ends with the phase that it is for", () => {
    const faults = [
      candidateFault(11 * SECOND_US, 12 * SECOND_US, { errorPpm: WHOLE }),
      candidateFault(12 * SECOND_US, 30 * SECOND_US, { declinePpm: WHOLE }),
    ];
    const alert = {
      ...QUICK_POLICY.alerts[0]!,
      metric: "candidate.errorRate",
      window: { kind: "sliding", lengthUs: SECOND_US } as const,
      minSamples: 1,
      forUs: 0,
    };
    const plan = smallPlan({
      ...CLOCKWORK,
      policy: { ...ALL_AT_ONCE, alerts: [alert] },
      faults,
      horizonUs: 40 * SECOND_US,
    });
    const alertsOf = (record: RunRecord): [number, string][] =>
      record.decisions.filter((one) => one.kind === "alert").map((one) => [one.atMs, one.reason]);
    // From 12 s to 30 s every request is declined: no attempt, so no error rate.
    expect(alertsOf(rehearse(plan, { check: true }))).toEqual([
      [12_000, "alert all-error-rate (warning) is raised"],
      [31_000, "alert all-error-rate is resolved"],
    ]);
    const elsewhere = { ...plan, policy: { ...plan.policy, alerts: [{ ...alert, phases: ["NOWHERE"] }] } };
    expect(alertsOf(rehearse(elsewhere, { check: true }))).toEqual([]);
    const operator: OperatorCommand[] = [
      { atUs: 15 * SECOND_US, by: "ann", reason: "why", action: { kind: "roll-back" } },
    ];
    const left = rehearse({ ...plan, operator, policy: { ...plan.policy, alerts: [{ ...alert, phases: ["ALL"] }] } });
    expect(alertsOf(left).at(-1)?.[1]).toBe("alert all-error-rate ends with its phase");
  });
});
