import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, trigger } from "../../test/plans/small-policy.ts";
import { HEALTH_LIMITS } from "./monitor/monitor-policy.ts";
import { rehearse } from "./stack.ts";

const SECOND = 1_000_000;

describe("what the data plane shows the monitor", () => {
  const plan = smallPlan({
    perSecond: 400,
    candidate: { p50Ms: 3_000, p95Ms: 3_000 },
    policy: {
      ...QUICK_POLICY,
      phases: QUICK_POLICY.phases.slice(2),
      monitor: { recentErrors: 5, by: ["route"], health: HEALTH_LIMITS },
      triggers: [trigger("errors", "candidate.errorRate", 100_000, { slice: { route: "GET /" } })],
      rollback: {
        steps: [
          { name: "revert", does: "revert-flags", durationUs: SECOND },
          { name: "stop", does: "stop-candidate", durationUs: SECOND / 2 },
        ],
        verifyUs: 0,
      },
    },
    faults: [candidateFault(10 * SECOND, 60 * SECOND, { errorPpm: 500_000 })],
  });

  it("adds up at every state, also when what is in flight on the candidate is cut off", () => {
    const { errors, rollback, phases } = rehearse(plan, { check: true });
    expect(rollback?.trigger).toBe("errors");
    const cutOff = errors?.kinds.find((kind) => kind.name === "cut off");
    expect(cutOff?.baseline).toBe(0);
    // Half a second after the flags were reverted, about two and a half seconds' worth of requests are in flight.
    expect(cutOff?.candidate).toBeGreaterThan(100);
    const [kind] = errors?.kinds.filter((one) => one.name === "error") ?? [];
    expect(errors?.total).toBe((cutOff?.candidate ?? 0) + (kind?.baseline ?? 0) + (kind?.candidate ?? 0));
    expect(errors?.candidate.errors).toBeGreaterThan(phases.reduce((sum, phase) => sum + phase.candidate.errors, 0));
  });
});
