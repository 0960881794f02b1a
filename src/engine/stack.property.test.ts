import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, gate, trigger } from "../../test/plans/small-policy.ts";
import { arbitraryParity, arbitraryPipeline } from "../../test/plans/arbitrary-pipeline.ts";
import { arbitraryRouting } from "../../test/plans/arbitrary-routing.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy } from "./deployment/policy.ts";
import { run, stepUntil } from "./kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "./kernel/snapshot.ts";
import { SECOND_US } from "./kernel/units.ts";
import { createStack, recordStack, rehearse, startStack } from "./stack.ts";

const kinds = ["start", "pause", "resume", "resume", "advance", "advance", "go-back", "roll-back"] as const;
const randomFacts: fc.Arbitrary<PlanFacts> = fc.record({
  seed: fc.string({ maxLength: 3 }),
  perSecond: fc.integer({ min: 1, max: 400 }),
  users: fc.integer({ min: 1, max: 300 }),
  arrivals: fc.constantFrom("constant", "poisson"),
  horizonUs: fc.integer({ min: 1, max: 60_000_000 }),
  propagationUs: fc.constantFrom(0, 1, 1_000_000, 7_300_001),
  policy: fc
    .record({
      first: fc.nat(3),
      maxSeconds: fc.constantFrom(null, 10, 13),
      onMaxDuration: fc.constantFrom("pause", "rollback"),
      onNotEnoughData: fc.constantFrom("wait", "pause", "rollback"),
      forUs: fc.constantFrom(0, 2_000_000),
      minSamples: fc.constantFrom(1, 30),
      stepUs: fc.constantFrom(0, 1_500_000),
    })
    .map(({ first, maxSeconds, onMaxDuration, onNotEnoughData, forUs, minSamples, stepUs }): Policy => ({
      ...QUICK_POLICY,
      phases: QUICK_POLICY.phases.slice(first).map((one) => ({
        ...one,
        minDurationUs: 8 * SECOND_US,
        maxDurationUs: maxSeconds === null ? null : maxSeconds * SECOND_US,
        onMaxDuration,
        onNotEnoughData,
        gates: [
          ...one.gates.map((each) => ({ ...each, minSamples })),
          gate("candidate.latency.p95", "<", SECOND_US, { minSamples }),
        ],
      })),
      triggers: [
        trigger("tail", "candidate.latency.p99", SECOND_US / 2, { action: "pause", minSamples, phases: ["TESTING"] }),
        ...QUICK_POLICY.triggers.map((one) => ({ ...one, forUs, minSamples })),
      ],
      rollback: {
        steps: [
          { name: "wait", does: "nothing", durationUs: stepUs },
          { name: "revert", does: "revert-flags", durationUs: stepUs },
        ],
        verifyUs: stepUs,
      },
    })),
  flags: fc
    .record({ on: fc.boolean(), fallbackToV1OnError: fc.boolean(), rolloutPpm: fc.constantFrom(0, 200_000, 1_000_000) })
    .map(({ on, ...rest }) => ({ ...smallPlan().flags, useOptimizedAnalytics: on, ...rest })),
  pinnedFlags: fc.constantFrom(
    {},
    {},
    { useOptimizedAnalytics: false },
    { rolloutPpm: 500_000 },
    { fallbackToV1OnError: false },
  ),
  candidate: fc.record({
    p50Ms: fc.constantFrom(1, 40, 2_900),
    p95Ms: fc.constant(3_000),
    errorPpm: fc.constantFrom(0, 15_000, 80_000, 400_000),
    declinePpm: fc.constantFrom(0, 0, 300_000),
  }),
  faults: fc.array(
    fc
      .record({
        atUs: fc.integer({ min: 0, max: 50_000_000 }),
        lastsUs: fc.integer({ min: 1, max: 30_000_000 }),
        version: fc.constantFrom("candidate", "baseline"),
        errorPpm: fc.constantFrom(0, 500_000),
        latencyFactor: fc.constantFrom(1, 20),
        failsHealth: fc.boolean(),
      })
      .map(({ atUs, lastsUs, ...change }) => candidateFault(atUs, atUs + lastsUs, change)),
    { maxLength: 3 },
  ),
  operator: fc.array(
    fc
      .tuple(
        fc.oneof(
          fc.integer({ min: 0, max: 50_000_000 }),
          fc.nat(50).map((s) => s * SECOND_US),
        ),
        fc.constantFrom(...kinds),
      )
      .map(([atUs, kind]): OperatorCommand => ({ atUs, by: "ann", reason: "", action: { kind } })),
    { maxLength: 6 },
  ),
});

describe("any rehearsal", () => {
  it("keeps its invariants at every state, and is the same stepped, cut, copied or restored", () => {
    const outcomes = new Set<string>();
    const cuts = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { maxLength: 4 });
    const around = fc.record({ pipeline: arbitraryPipeline, parity: arbitraryParity }, { requiredKeys: [] });
    const stages = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: around });
    const property = fc.property(
      randomFacts,
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
