import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { createStack, rehearse, startStack } from "./stack.ts";
import { stepUntil } from "./kernel/simulation.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RoutingPlan } from "./routing/routing-plan.ts";
import type { RehearsalPlan } from "./plan.ts";

const PLAIN: RoutingPlan = {
  routers: { kind: "delayed", delaysUs: [SECOND_US] },
  reach: "request",
  bucketing: { kind: "canonical", flag: "rollout" },
  stickiness: "default",
  targeting: { allow: [], deny: [], segments: [] },
  outages: [],
  killSwitch: [],
  killDelayUs: 0,
};

function planOf(routing: Partial<RoutingPlan>, facts: PlanFacts = {}): RehearsalPlan {
  return smallPlan({ ...CLOCKWORK, users: 400, ...facts, routing: { ...PLAIN, ...routing } });
}

/** An operator who rolls back after 20 s, in the first phase. */
const ROLLBACK: PlanFacts = {
  operator: [{ atUs: 20 * SECOND_US, by: "ann", reason: "enough", action: { kind: "roll-back" } }],
};

describe("flags on their way to routers", () => {
  it("one router asked for in so many words goes as the plain one does", () => {
    const facts = { ...ROLLBACK, seed: "3" };
    const { routing, ...asked } = rehearse(planOf({}, facts), { check: true });
    const plain = rehearse(smallPlan({ ...CLOCKWORK, users: 400, ...facts }));
    expect({ ...asked, digest: "" }).toEqual({ ...plain, digest: "" });
    expect(routing).toMatchObject({ routers: 1, bucketing: "canonical", routerFlips: 0, slowestUpdateMs: 1_000 });
  });

  it("are reverted when the last router has seen the way back", () => {
    const routers = { kind: "delayed", delaysUs: [0, 7 * SECOND_US, 2 * SECOND_US] } as const;
    const record = rehearse(planOf({ routers }, ROLLBACK), { check: true });
    const step = record.rollback?.steps.at(-1)?.endedAtMs ?? 0;
    expect(record.outcome).toBe("rolled-back");
    expect(record.rollback?.revertedAtMs).toBe(step + 7_000);
    expect(record.routing?.slowestUpdateMs).toBe(7_000);
    expect(record.routing?.routerFlips).toBeGreaterThan(0);
    expect(record.routing?.tornUsers).toBeGreaterThan(0);
  });

  it("are not reverted before that, though the kill switch sent everybody back long ago", () => {
    const routers = { kind: "delayed", delaysUs: [0, 7 * SECOND_US, 2 * SECOND_US] } as const;
    const killSwitch = [{ atUs: 10 * SECOND_US, on: true, by: "ann", reason: "" }];
    const record = rehearse(planOf({ routers, killSwitch }, ROLLBACK), { check: true });
    expect(record.rollback?.revertedAtMs).toBe((record.rollback?.steps.at(-1)?.endedAtMs ?? 0) + 7_000);
    expect(record.impact.candidateRequests).toBeGreaterThan(0);
  });

  it("never tear a user who always reaches the same router", () => {
    const routers = { kind: "delayed", delaysUs: [0, 7 * SECOND_US] } as const;
    const record = rehearse(planOf({ routers, reach: "user" }, ROLLBACK), { check: true });
    expect(record.routing).toMatchObject({ routerFlips: 0, tornUsers: 0 });
    expect(record.routing?.flips).toBeGreaterThan(0);
  });

  it("wait for the end of an outage, and for ever where it has none", () => {
    const outage = { atUs: 15 * SECOND_US, untilUs: 40 * SECOND_US, routers: [0] };
    const routers = { kind: "delayed", delaysUs: [SECOND_US, SECOND_US] } as const;
    const back = rehearse(planOf({ routers, outages: [outage] }, ROLLBACK), { check: true });
    expect(back.rollback?.revertedAtMs).toBe(41_000);
    const reasons = back.decisions.filter(({ kind }) => kind === "fault").map(({ reason }) => reason);
    expect(reasons).toEqual(["flag store unreachable for router 1 begins", "flag store unreachable for router 1 ends"]);
    const forEver = { ...outage, untilUs: Number.MAX_SAFE_INTEGER, routers: null };
    const never = rehearse(planOf({ routers, outages: [forEver] }, ROLLBACK), { check: true });
    expect([never.outcome, never.rollback?.revertedAtMs]).toEqual(["rollback-failed", null]);
    expect(never.impact.candidateRequests).toBeGreaterThan(back.impact.candidateRequests);
  });

  it("sends everybody back while the kill switch is thrown, at once and whatever else is set", () => {
    const killSwitch = [
      { atUs: 10 * SECOND_US, on: true, by: "ann", reason: "smoke" },
      { atUs: 14 * SECOND_US, on: false, by: "ann", reason: "" },
    ];
    const targeting = { allow: ["u1", "u2"], deny: [], segments: [] };
    const routers = { kind: "polling", count: 4, pollUs: SECOND_US, readUs: 0 } as const;
    const stack = createStack(planOf({ routers, targeting, killSwitch, killDelayUs: SECOND_US }));
    const state = startStack(stack);
    const routed: number[] = [];
    for (const second of [9, 10, 11, 12, 14, 15, 16]) {
      stepUntil(stack.model, state, second * SECOND_US);
      routed.push(state.routers?.thresholds.filter((threshold) => threshold > 0).length ?? -1);
    }
    // Two classes of three let somebody in, at each of four routers: the share and the list.
    expect(routed).toEqual([8, 8, 0, 0, 0, 8, 8]);
    const flags = state.decisions.filter(({ by }) => by === "operator:ann").map(({ reason }) => reason);
    expect(flags).toEqual(["KillSwitch true: smoke", "KillSwitch false: no reason given"]);
  });

  it("leaves a pinned kill switch alone, and says so", () => {
    const killSwitch = [{ atUs: 10 * SECOND_US, on: true, by: "ann", reason: "" }];
    const record = rehearse(planOf({ killSwitch }, { pinnedFlags: { killSwitch: false } }), { check: true });
    expect(record.decisions.find(({ by }) => by === "operator:ann")?.reason).toContain("pinned by an operator");
    const untouched = rehearse(planOf({}, {}), { check: true });
    expect(record.impact).toEqual(untouched.impact);
  });

  it("starts with nobody where the kill switch is thrown from the start", () => {
    const flags = { ...smallPlan().flags, killSwitch: true };
    expect(rehearse(planOf({}, { flags }), { check: true }).impact.candidateRequests).toBe(0);
    expect(rehearse(smallPlan({ flags }), { check: true }).impact.candidateRequests).toBe(0);
  });
});
