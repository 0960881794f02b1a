import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryFacts } from "../../test/plans/arbitrary-facts.ts";
import { arbitraryParity, arbitraryPipeline } from "../../test/plans/arbitrary-pipeline.ts";
import { arbitraryRouting } from "../../test/plans/arbitrary-routing.ts";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { run, stepUntil } from "./kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "./kernel/snapshot.ts";
import { createStack, recordStack, rehearse, startStack } from "./stack.ts";

describe("any rehearsal", () => {
  it("keeps its invariants at every state, and is the same stepped, cut, copied or restored", () => {
    const outcomes = new Set<string>();
    const cuts = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { maxLength: 4 });
    const around = fc.record({ pipeline: arbitraryPipeline, parity: arbitraryParity }, { requiredKeys: [] });
    const stages = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: around });
    const property = fc.property(
      arbitraryFacts,
      fc.option(arbitraryRouting),
      stages,
      cuts,
      (facts, routing, around, cutsUs) => {
        const plan = smallPlan({ ...facts, ...(routing === null ? {} : { routing }), ...around });
        const record = rehearse(plan, { check: true });
        outcomes.add(record.outcome);
        const stack = createStack(plan);
        let state = startStack(stack);
        for (const [i, cutUs] of cutsUs.toSorted((a, b) => a - b).entries()) {
          if (cutUs < state.kernel.nowUs || !stepUntil(stack.model, state, cutUs)) break;
          state = i % 2 === 0 ? copyState(state) : decodeState(encodeState(state));
        }
        run(stack.model, state);
        expect(recordStack(stack, state)).toEqual(record);
      },
    );
    fc.assert(property, { numRuns: 200, seed: 11 });
    expect([...outcomes].toSorted()).toEqual(["completed", "paused", "rollback-failed", "rolled-back", "stalled"]);
  });
});
