import { describe, expect, it } from "vitest";
import { smallPlan } from "../../../test/plans/small-plan.ts";
import { watchOnly, watchRules } from "./watch-rules.ts";

describe("rules that are watched", () => {
  it("are checked on request, which changes nothing where nothing is wrong", () => {
    const plain = smallPlan({ perSecond: 200 });
    const plan = { ...plain, policy: watchOnly(plain.policy) };
    expect(watchRules(plan, true)).toEqual(watchRules(plan));
    // A world that loses a request after it was routed.
    const broken = {
      ...plan.world,
      outcomes: (...[state, batch]: Parameters<typeof plan.world.outcomes>): void => {
        plan.world.outcomes(state, batch);
        batch.count--;
      },
    };
    expect(() => watchRules({ ...plan, world: broken }, true)).toThrow("requests of version");
    expect(() => watchRules({ ...plan, world: broken })).not.toThrow();
  });
});
