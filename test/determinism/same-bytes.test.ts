/** The same seed gives the same bytes: stepped or run, cut anywhere, copied, restored, or carried through text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { step, stepUntil } from "../../src/engine/kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "../../src/engine/kernel/snapshot.ts";
import { createStack, recordStack, rehearse, startStack, type Stack } from "../../src/engine/stack.ts";
import type { StackState } from "../../src/engine/stack-state.ts";
import { arbitraryPlan } from "./arbitrary-plan.ts";

function finish(stack: Stack, state: StackState): string {
  while (step(stack.model, state));
  return JSON.stringify(recordStack(stack, state));
}

const cuts = fc.array(fc.nat(90_000_000), { minLength: 1, maxLength: 6 }).map((all) => all.sort((a, b) => a - b));

describe("a rehearsal", () => {
  it("keeps every invariant at every state, and is the same when run again", () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const first = rehearse(plan, { check: true });
        expect(JSON.stringify(rehearse(plan))).toBe(JSON.stringify(first));
      }),
      { numRuns: 150 },
    );
  });

  it("is the same however its time is cut", () => {
    fc.assert(
      fc.property(arbitraryPlan, cuts, (plan, cutsUs) => {
        const stack = createStack(plan);
        const state = startStack(stack);
        for (const untilUs of cutsUs) if (!stepUntil(stack.model, state, untilUs)) break;
        expect(finish(stack, state)).toBe(JSON.stringify(rehearse(plan)));
      }),
      { numRuns: 80 },
    );
  });

  it("is the same from any snapshot, as a copy and as text, and leaves the original as it was", () => {
    fc.assert(
      fc.property(arbitraryPlan, cuts, (plan, cutsUs) => {
        const whole = JSON.stringify(rehearse(plan));
        const stack = createStack(plan);
        const state = startStack(stack);
        for (const untilUs of cutsUs) {
          const isGoingOn = stepUntil(stack.model, state, untilUs);
          const text = encodeState(state);
          expect(finish(stack, copyState(state))).toBe(whole);
          expect(finish(createStack(plan), decodeState<StackState>(text))).toBe(whole);
          expect(encodeState(state)).toBe(text);
          if (!isGoingOn) break;
        }
        expect(finish(stack, state)).toBe(whole);
      }),
      { numRuns: 40 },
    );
  });
});
