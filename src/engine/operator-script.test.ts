import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, phase, trigger } from "../../test/plans/small-policy.ts";
import type { OperatorReaction } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RehearsalPlan } from "./plan.ts";
import { rehearse } from "./stack.ts";

/** Everybody on the candidate; two triggers that hold from the first full window on are investigated. */
const POLICY: Policy = {
  ...QUICK_POLICY,
  phases: [phase("ALL", 100 * PERCENT, 10 * SECOND_US, [])],
  alerts: [],
  triggers: [
    trigger("busy", "candidate.requestRate", 10, { action: "investigate", minSamples: 1 }),
    trigger("loaded", "candidate.requests", 10, { action: "investigate", minSamples: 1 }),
  ],
};

function decisionsOf(reactions: readonly OperatorReaction[], change: Partial<RehearsalPlan> = {}): string[] {
  const plan = smallPlan({
    ...CLOCKWORK,
    policy: POLICY,
    propagationUs: 0,
    reactions,
    horizonUs: 15 * SECOND_US,
    ...change,
  });
  const kinds = ["investigate", "close", "refused", "rollback", "complete", "hold"];
  return rehearse(plan, { check: true })
    .decisions.filter((one) => kinds.includes(one.kind))
    .map((one) => `${one.atMs / 1_000} ${one.kind} ${one.by}`);
}

function reaction(change: Partial<OperatorReaction>): OperatorReaction {
  const action = { kind: "close-investigation" } as const;
  return { on: "investigate", rule: null, afterUs: 3 * SECOND_US, by: "eve", reason: "", action, ...change };
}

describe("a reaction", () => {
  it("answers a decision after its time; until then nothing goes on by itself", () => {
    expect(decisionsOf([])).toEqual(["1 investigate manager", "1 investigate manager", "10 hold manager"]);
    expect(decisionsOf([reaction({})])).toEqual([
      "1 investigate manager",
      "1 investigate manager",
      "4 close operator:eve",
      "10 complete manager",
    ]);
  });

  it("answers only the rule that it names, and only decisions of its kind", () => {
    expect(decisionsOf([reaction({ rule: "tail" }), reaction({ on: "pause" })])).toHaveLength(3);
    expect(decisionsOf([reaction({ rule: "loaded" })])).toContain("4 close operator:eve");
  });

  it("is not begun anew while it is on its way, so that refusals of refusals stay few", () => {
    const wrong = reaction({ on: "refused", afterUs: SECOND_US, action: { kind: "retry" } });
    const operator = [{ atUs: 0, by: "ann", reason: "", action: { kind: "retry" } } as const];
    const decisions = decisionsOf([wrong, { ...wrong, by: "bob" }], { operator });
    // One by the script, then at every second one each by both.
    expect(decisions.filter((one) => one.includes("refused"))).toHaveLength(1 + 2 * 15);
  });
});
