/** A tighter limit of one rollback trigger, all else equal, never rolls back later. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorReaction } from "../../src/engine/deployment/operator.ts";
import type { Comparison } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import { rehearse } from "../../src/engine/stack.ts";
import { candidateFault, smallPlan } from "../plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, trigger } from "../plans/small-policy.ts";

interface Tightened {
  readonly metric: string;
  /** Limits that the worlds below come across, and the comparison that fires beyond them. */
  readonly limit: fc.Arbitrary<number>;
  readonly operator: Comparison;
}

const METRICS: readonly Tightened[] = [
  { metric: "candidate.errorRate", limit: fc.nat(600_000), operator: ">" },
  { metric: "candidate.errorRate", limit: fc.nat(600_000), operator: ">=" },
  { metric: "candidate.fallbackRate", limit: fc.nat(600_000), operator: ">" },
  { metric: "all.userErrorRate", limit: fc.nat(100_000), operator: ">" },
  { metric: "all.successRate", limit: fc.integer({ min: 900_000, max: 1_000_000 }), operator: "<" },
  { metric: "latency.delta", limit: fc.integer({ min: -60_000, max: 500_000 }), operator: ">" },
  { metric: "candidate.latency.p99", limit: fc.integer({ min: 50_000, max: 2_000_000 }), operator: ">" },
  { metric: "candidate.health.failedPolls", limit: fc.nat(20), operator: ">" },
  // A limit of 0 never fires, one of 1 does when the candidate is not healthy.
  { metric: "candidate.health.ok", limit: fc.nat(1), operator: "<" },
];

/** A run of one world, whose candidate goes wrong for a while, under a policy that differs in nothing but the limit. */
interface Setting {
  readonly seed: string;
  readonly errorPpm: number;
  readonly declinePpm: number;
  readonly latencyFactor: number;
  readonly failsHealth: boolean;
  readonly forUs: number;
  readonly windowTicks: number;
  readonly pausesFirst: boolean;
  readonly pauseLimit: number;
  readonly resumesAfterUs: number;
}

const setting: fc.Arbitrary<Setting> = fc.record({
  seed: fc.string({ maxLength: 3 }),
  errorPpm: fc.constantFrom(0, 60_000, 200_000, 500_000),
  declinePpm: fc.constantFrom(0, 200_000),
  latencyFactor: fc.constantFrom(1, 2, 8),
  failsHealth: fc.boolean(),
  forUs: fc.constantFrom(0, 2 * SECOND_US),
  windowTicks: fc.constantFrom(1, 5),
  pausesFirst: fc.boolean(),
  pauseLimit: fc.nat(600_000),
  resumesAfterUs: fc.constantFrom(SECOND_US, 3 * SECOND_US),
});

function detectedAtMs({ metric, operator }: Tightened, limit: number, one: Setting): number {
  const { seed, forUs, errorPpm, declinePpm, latencyFactor, failsHealth } = one;
  const window = { kind: "sliding", lengthUs: one.windowTicks * SECOND_US } as const;
  const minSamples = metric.includes("health") ? 1 : 3;
  const pausing = trigger("pausing", "candidate.errorRate", one.pauseLimit, { action: "pause", minSamples: 3 });
  const rolling = trigger("rolling", metric, limit, { operator, window, forUs, minSamples });
  const other = trigger("other", "candidate.latency.p95", 2_000_000, { minSamples: 3 });
  const triggers = one.pausesFirst ? [pausing, rolling, other] : [rolling, other, pausing];
  const reactions: OperatorReaction[] = [
    { on: "pause", rule: null, afterUs: one.resumesAfterUs, by: "ann", reason: "", action: { kind: "resume" } },
  ];
  const change = { errorPpm, declinePpm, latencyFactor, failsHealth };
  const plan = smallPlan({
    seed,
    policy: {
      ...QUICK_POLICY,
      phases: QUICK_POLICY.phases.map((phase) => ({ ...phase, trafficPpm: Math.max(phase.trafficPpm, 5 * PERCENT) })),
      triggers,
      alerts: [],
    },
    reactions,
    faults: [candidateFault(12 * SECOND_US, 25 * SECOND_US, change)],
    perSecond: 200,
    users: 100,
    horizonUs: 40 * SECOND_US,
  });
  return rehearse(plan).rollback?.detectedAtMs ?? Infinity;
}

describe("a tighter limit of a rollback trigger", () => {
  it.each(METRICS.map((one) => [`${one.metric} ${one.operator}`, one] as const))(
    "on %s never rolls back later, all else equal",
    (_, tightened) => {
      let earlier = 0;
      const property = fc.property(setting, fc.tuple(tightened.limit, tightened.limit), (one, limits) => {
        const ascending = limits.toSorted((a, b) => a - b);
        const [tight, loose] = tightened.operator === "<" ? ascending.toReversed() : ascending;
        const [soon, late] = [detectedAtMs(tightened, tight!, one), detectedAtMs(tightened, loose!, one)];
        if (soon < late) earlier++;
        expect(soon).toBeLessThanOrEqual(late);
      });
      fc.assert(property, { numRuns: 200, seed: 8 });
      expect(earlier).toBeGreaterThan(10);
    },
  );
});
