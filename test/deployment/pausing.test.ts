/** Pausing changes nobody's version: request by request, whatever routes them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorCommand } from "../../src/engine/deployment/operator.ts";
import type { Policy } from "../../src/engine/deployment/policy.ts";
import type { RoutingPlan } from "../../src/engine/routing/routing-plan.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import { rehearse } from "../../src/engine/stack.ts";
import { catchRequests, type ServedRequest } from "../oracles/requests.ts";
import { arbitraryRouting } from "../plans/arbitrary-routing.ts";
import { smallPlan } from "../plans/small-plan.ts";
import { QUICK_POLICY } from "../plans/small-policy.ts";

/** Nothing but people moves between its phases. */
const STILL: Policy = {
  ...QUICK_POLICY,
  phases: QUICK_POLICY.phases.map((one) => ({ ...one, minDurationUs: 999 * SECOND_US })),
  triggers: [],
  alerts: [],
};

const atUs = fc.oneof(
  fc.nat(40_000_000),
  fc.nat(40).map((seconds) => seconds * SECOND_US),
);
const by = { by: "ann", reason: "" };

/** Where every request went, and what became of it. */
function requestsOf(
  seed: string,
  routing: RoutingPlan | null,
  operator: readonly OperatorCommand[],
): readonly ServedRequest[] {
  const caught: ServedRequest[] = [];
  const plan = smallPlan({
    seed,
    policy: STILL,
    operator,
    perSecond: 100,
    users: 50,
    horizonUs: 45 * SECOND_US,
    ...(routing === null ? {} : { routing }),
  });
  rehearse(catchRequests(plan, caught), { check: true });
  return caught;
}

describe("pausing", () => {
  it("sends every request where it would have gone without, under any routing", () => {
    let pausedWithTraffic = 0;
    const property = fc.property(
      fc.string({ maxLength: 3 }),
      fc.option(arbitraryRouting),
      fc.array(atUs, { maxLength: 3 }),
      fc.array(fc.record({ atUs, forUs: fc.option(fc.nat(20_000_000)) }), { minLength: 1, maxLength: 3 }),
      (seed, routing, advances, pauses) => {
        const moves = [1, ...advances].map((at) => ({ atUs: at, ...by, action: { kind: "advance" } }) as const);
        // While paused nobody may advance, so that the pauses come after the last move.
        const lastUs = Math.max(...moves.map((one) => one.atUs));
        const stops = pauses.flatMap(({ atUs: at, forUs }): OperatorCommand[] => [
          { atUs: lastUs + at, ...by, action: { kind: "pause" } },
          ...(forUs === null ? [] : [{ atUs: lastUs + at + forUs, ...by, action: { kind: "resume" } } as const]),
        ]);
        const without = requestsOf(seed, routing, moves);
        const paused = requestsOf(seed, routing, [...moves, ...stops]);
        expect(paused).toEqual(without);
        const fromUs = Math.min(...stops.map((one) => one.atUs));
        if (without.some((one) => one.isCandidate && one.atUs > fromUs)) pausedWithTraffic++;
      },
    );
    fc.assert(property, { numRuns: 150, seed: 7 });
    expect(pausedWithTraffic).toBeGreaterThan(40);
  });
});
