import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, trigger } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import { SECOND_US } from "./kernel/units.ts";
import { lookAtAlert, lookAtGates, lookAtTriggers, phaseSpan } from "./looking.ts";

/** Two windows on the same count, and one that is masked out in CANARY. */
const POLICY = {
  ...QUICK_POLICY,
  triggers: [
    trigger("short", "all.requests", 1, { window: { kind: "sliding", lengthUs: 2 * SECOND_US } }),
    trigger("long", "all.requests", 1, { window: { kind: "sliding", lengthUs: 12 * SECOND_US } }),
    trigger("phase", "all.requests", 1, { window: { kind: "phase" } }),
    trigger("later", "all.requests", 1, { phases: ["TESTING"] }),
  ],
};

describe("what a rule looks at", () => {
  // Half of the users are on the candidate in every phase, so that no gate waits for its samples.
  const pinnedFlags = { rolloutPpm: 50 * PERCENT };
  const at = (seconds: number) => {
    const { stack, state } = stepTo(
      begin(smallPlan({ ...CLOCKWORK, policy: POLICY, pinnedFlags })),
      seconds * SECOND_US,
    );
    return { ready: stack.ready, state };
  };

  it("is its window: as long as there was time for, then sliding on, across phases", () => {
    const seen = (seconds: number): unknown[] => {
      const { ready, state } = at(seconds);
      return lookAtTriggers(ready, state).map((look) => look && [look.windowMs, look.value]);
    };
    // A request a millisecond, each completed 5 ms later: the first window misses the last five.
    expect(seen(1)).toEqual([[1_000, 995], [1_000, 995], [1_000, 995], null]);
    expect(seen(5)).toEqual([[2_000, 2_000], [5_000, 4_995], [5_000, 4_995], null]);
    expect(seen(9)).toEqual([[2_000, 2_000], [9_000, 8_995], [9_000, 8_995], null]);
    expect(seen(13)).toEqual([
      [2_000, 2_000],
      [12_000, 12_000],
      [3_000, 3_000],
      [5_000, 5_000],
    ]);
    expect(seen(39)).toEqual([
      [2_000, 2_000],
      [12_000, 12_000],
      [29_000, 29_000],
      [5_000, 5_000],
    ]);
  });

  it("is judged by the limit as it is now", () => {
    const { ready, state } = at(3);
    state.manager.triggerLimits[0] = 1_999;
    state.manager.triggerLimits[1] = 5_000;
    state.manager.gateLimits[0] = [960_000, 12_345];
    state.manager.gateLimits[1] = [1, 2];
    expect(lookAtTriggers(ready, state).map((look) => look?.limit)).toEqual([1_999, 5_000, 1, undefined]);
    expect(lookAtGates(ready, state).map((look) => [look.rule, look.limit])).toEqual([
      ["all.successRate", 0.96],
      ["candidate.errorRate", 0.012345],
    ]);
  });

  it("are the current phase's gates, and none before the start", () => {
    const { ready, state } = at(11);
    expect(lookAtGates(ready, state).map((look) => look.limit)).toEqual([0.95, 0.03]);
    state.manager.phase = -1;
    expect(lookAtGates(ready, state)).toEqual([]);
    expect(lookAtTriggers(ready, state)).toEqual([null, null, null, null]);
  });

  it("is the alert's own limit", () => {
    const { ready, state } = at(7);
    expect(lookAtAlert(ready, state, ready.rules.alerts[0]!)).toMatchObject({
      rule: "all-error-rate",
      limit: 0.05,
      samples: 5_000,
    });
  });

  it("knows of the versions' health, and whether quantiles are published", () => {
    const { ready, state } = at(11);
    state.health[1].ok = false;
    const span = phaseSpan(ready, state);
    expect(span.from.atUs).toBe(10 * SECOND_US);
    expect(span.to.atUs).toBe(11 * SECOND_US);
    expect(span.health.map((health) => health.ok)).toEqual([true, false]);
    expect(span.publishesQuantiles).toBe(true);
    const pinned = begin(smallPlan({ pinnedFlags: { enableDetailedMetrics: false, rolloutPpm: 1 * PERCENT } }));
    expect(phaseSpan(pinned.stack.ready, pinned.state).publishesQuantiles).toBe(false);
  });
});
