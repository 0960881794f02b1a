/** Random rehearsals of the small policy: its rules, flags, pins, faults and operators. */
import fc from "fast-check";
import type { OperatorCommand } from "../../src/engine/deployment/operator.ts";
import type { Policy } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import { candidateFault, smallPlan, type PlanFacts } from "./small-plan.ts";
import { QUICK_POLICY, gate, trigger } from "./small-policy.ts";

const kinds = ["start", "pause", "resume", "resume", "advance", "advance", "go-back", "roll-back"] as const;
/** What small plans of such rehearsals differ in from the ordinary one. */
export const arbitraryFacts: fc.Arbitrary<PlanFacts> = fc.record({
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
