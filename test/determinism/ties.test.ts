/** Requests of the same microsecond in another order change nothing that is promised. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trigger } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import type { RunRecord } from "../../src/engine/result.ts";
import { rehearse } from "../../src/engine/stack.ts";
import { arbitraryRouting } from "../plans/arbitrary-routing.ts";
import { candidateFault, smallPlan } from "../plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, trigger } from "../plans/small-policy.ts";
import { permuteTies, tableWorld, tieRows } from "../plans/table-world.ts";

/** A test that goes on from attempt to attempt, a comparison of all attempts, a quantile: what hangs on order most. */
const DELICATE: readonly Trigger[] = [
  {
    ...trigger("cusum", "candidate.errorRate", 2 * PERCENT, { action: "notify", minSamples: 1 }),
    window: { kind: "phase" },
    sequential: { kind: "cusum", badPpm: 100_000, alarm: 8 },
  },
  {
    ...trigger("sprt", "candidate.errorRate", 2 * PERCENT, { action: "notify", minSamples: 1 }),
    window: { kind: "phase" },
    sequential: { kind: "sprt", badPpm: 100_000, falseAlarmPpm: 50_000, missPpm: 50_000 },
  },
  trigger("slower", "latency.mannWhitney", 50_000, { operator: "<", action: "notify", minSamples: 5 }),
  trigger("tail", "candidate.latency.p99", 300_000, { action: "notify", minSamples: 5 }),
];

const table = fc.record({
  seed: fc.string({ maxLength: 3 }),
  everyUs: fc.constantFrom(100_000, 250_000, SECOND_US),
  together: fc.constantFrom(2, 20, 60),
  untilUs: fc.constant(40 * SECOND_US),
  keys: fc.constantFrom(3, 60, 500),
  candidateErrorPpm: fc.constantFrom(0, 20_000, 60_000, 400_000),
  candidateFactor: fc.constantFrom(1, 1, 3),
});

/** Decisions with their times and evidence, who was hurt, and the figures of every stay. */
function promised({ outcome, ending, endedAtMs, decisions, phases, rollback, impact }: RunRecord): unknown {
  return { outcome, ending, endedAtMs, decisions, phases, rollback, impact };
}

describe("requests of the same microsecond", () => {
  it("may come in any order: decisions, their times and evidence, and impact stay", () => {
    const outcomes = new Set<string>();
    const rules = new Set<string>();
    let moved = 0;
    const property = fc.property(
      table,
      fc.string({ maxLength: 3 }),
      fc.boolean(),
      fc.nat(300_000),
      fc.option(arbitraryRouting),
      (spec, order, fallbackToV1OnError, errorPpm, routing) => {
        const rows = tieRows(spec);
        const permuted = permuteTies(rows, order);
        moved += permuted.filter((row, i) => row !== rows[i]).length;
        const rehearsed = [rows, permuted].map((each) =>
          rehearse(
            smallPlan({
              world: tableWorld(each, spec.keys),
              seed: spec.seed,
              horizonUs: 50 * SECOND_US,
              ...(routing === null ? {} : { routing }),
              flags: { ...smallPlan().flags, fallbackToV1OnError },
              faults: [candidateFault(14 * SECOND_US, 25 * SECOND_US, { errorPpm, latencyFactor: 2 })],
              policy: {
                ...QUICK_POLICY,
                triggers: [...DELICATE, ...QUICK_POLICY.triggers],
                phases: QUICK_POLICY.phases.map((one) => ({
                  ...one,
                  minDurationUs: 6 * SECOND_US,
                  gates: one.gates.map((each) => ({ ...each, minSamples: 1 })),
                })),
              },
            }),
            { check: true },
          ),
        );
        expect(promised(rehearsed[1]!)).toEqual(promised(rehearsed[0]!));
        outcomes.add(rehearsed[0]!.outcome);
        for (const { evidence } of rehearsed[0]!.decisions) if (evidence !== null) rules.add(evidence.rule);
      },
    );
    fc.assert(property, { numRuns: 100, seed: 51 });
    expect([...outcomes]).toEqual(expect.arrayContaining(["completed", "rolled-back"]));
    expect([...rules]).toEqual(expect.arrayContaining(["cusum", "sprt", "slower", "tail", "error-rate"]));
    expect(moved).toBeGreaterThan(100_000);
  });
});
