/** Laws of the deployment manager within the whole stack, over random plans, operators and calendars. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallPlan, type PlanFacts } from "../plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, gate, phase, trigger } from "../plans/small-policy.ts";
import type { OperatorCommand, OperatorReaction } from "../../src/engine/deployment/operator.ts";
import type { Approval, Phase, Policy, RollbackStep } from "../../src/engine/deployment/policy.ts";
import { run, stepUntil } from "../../src/engine/kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "../../src/engine/kernel/snapshot.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import { ARRIVED_CANDIDATE } from "../../src/engine/monitor/counters.ts";
import type { DecisionKind } from "../../src/engine/result.ts";
import { createStack, recordStack, rehearse, startStack } from "../../src/engine/stack.ts";

type Action = OperatorCommand["action"];

const START_MS = 20_000 * 86_400_000;
const second = fc.nat(50).map((seconds) => seconds * SECOND_US);
const instant = (seconds: number) => ({ epochMs: START_MS + 1_000 * seconds, text: `${seconds} s` });

const action: fc.Arbitrary<Action> = fc.oneof(
  fc
    .constantFrom(
      "start",
      "pause",
      "resume",
      "resume",
      "advance",
      "advance",
      "go-back",
      "roll-back",
      "reject",
      "review",
      "close-investigation",
      "retry",
    )
    .map((kind) => ({ kind })),
  fc.constantFrom<Action>(
    { kind: "approve" },
    { kind: "approve", as: "ann" },
    { kind: "approve", as: "bob" },
    { kind: "adjust", target: "triggers.error-rate", limit: 20_000 },
  ),
);
const command: fc.Arbitrary<OperatorCommand> = fc.record({
  atUs: fc.oneof(second, fc.integer({ min: 0, max: 50_000_000 })),
  by: fc.constantFrom("ann", "bob"),
  reason: fc.constant(""),
  action,
});
const reaction: fc.Arbitrary<OperatorReaction> = fc.record({
  on: fc.constantFrom<DecisionKind>("await", "await", "pause", "investigate", "hold", "rollback-failed", "refused"),
  rule: fc.constantFrom(null, null, "tail"),
  afterUs: fc.constantFrom(SECOND_US, 2_500_001),
  by: fc.constantFrom("ann", "bob"),
  reason: fc.constant("reacts"),
  action,
});
const approval: fc.Arbitrary<Approval | undefined> = fc.constantFrom(
  undefined,
  undefined,
  { by: [] },
  { by: ["ann", "bob"] },
);

/** Phases of 6 s whose gates nearly always pass; some are entered by approval, some at a date. */
const phases: fc.Arbitrary<Phase[]> = fc
  .array(fc.record({ approval, startsAt: fc.constantFrom(null, null, 3, 17) }), { minLength: 1, maxLength: 4 })
  .map((all) =>
    all.map(({ approval: sign, startsAt }, i) => ({
      ...phase(`P${i}`, [1, 10, 50, 100][i]! * PERCENT, 6 * SECOND_US, [
        gate("candidate.errorRate", "<", 90 * PERCENT, { minSamples: 1 }),
      ]),
      ...(sign === undefined ? {} : { approval: sign }),
      ...(startsAt === null ? {} : { startsAt: instant(startsAt) }),
    })),
  );
const otherStep: fc.Arbitrary<RollbackStep> = fc
  .record({
    does: fc.constantFrom("stop-candidate", "stop-candidate", "restart-baseline", "nothing"),
    durationUs: fc.constantFrom(0, 700_000, 2 * SECOND_US),
    rangeUs: fc.constantFrom(0, 1_500_000),
    failsPpm: fc.constantFrom(0, 0, 400_000, 1_000_000),
    retries: fc.nat(2),
    downPpm: fc.constantFrom(0, 250_000, 1_000_000),
    slowPpm: fc.constantFrom(0, 500_000),
  })
  .map(({ rangeUs, slowPpm, ...step }) => ({
    ...step,
    name: "other",
    durationMaxUs: step.durationUs + rangeUs,
    slow: { chancePpm: slowPpm, factor: 3 },
    promiseUs: SECOND_US,
  }));
const policy: fc.Arbitrary<Policy> = fc
  .record({
    phases,
    step: otherStep,
    stepIsFirst: fc.boolean(),
    verifyUs: fc.constantFrom(0, 2 * SECOND_US),
    hasChecks: fc.boolean(),
    giveUpUs: fc.constantFrom(5 * SECOND_US, 20 * SECOND_US),
    freeze: fc.tuple(fc.nat(40), fc.nat(20)),
    onMaxDuration: fc.constantFrom("pause", "rollback"),
  })
  .map(({ step, stepIsFirst, verifyUs, hasChecks, giveUpUs, freeze: [from, length], onMaxDuration, ...rest }) => {
    const revert: RollbackStep = { name: "revert", does: "revert-flags", durationUs: SECOND_US };
    return {
      ...QUICK_POLICY,
      phases: rest.phases.map((one) => ({ ...one, maxDurationUs: 15 * SECOND_US, onMaxDuration })),
      triggers: [
        trigger("tail", "candidate.latency.p99", SECOND_US, { action: "investigate", minSamples: 5 }),
        trigger("error-rate", "candidate.errorRate", 10 * PERCENT, { minSamples: 5 }),
      ],
      rollback: {
        steps: stepIsFirst ? [step, revert] : [revert, step],
        verifyUs,
        giveUpUs,
        promiseUs: 5 * SECOND_US,
        detectPromiseUs: SECOND_US,
        ...(hasChecks
          ? {
              checks: [
                {
                  ...gate("all.userErrorRate", "<", 50 * PERCENT),
                  window: { kind: "sliding", lengthUs: 2 * SECOND_US },
                },
              ],
            }
          : {}),
        aftermath: [{ name: "alert", fromUs: 0, toUs: 2 * SECOND_US }],
      },
      schedule: { windows: [], freezes: [{ name: "f", from: instant(from), until: instant(from + length) }] },
    } satisfies Policy;
  });

const facts: fc.Arbitrary<PlanFacts> = fc.record({
  seed: fc.string({ maxLength: 3 }),
  perSecond: fc.integer({ min: 5, max: 200 }),
  users: fc.integer({ min: 5, max: 300 }),
  horizonUs: fc.integer({ min: 20_000_000, max: 60_000_000 }),
  propagationUs: fc.constantFrom(0, 1_000_000),
  policy,
  calendarStartMs: fc.constant(START_MS),
  afterRollbackUs: fc.constantFrom(0, 3 * SECOND_US),
  candidate: fc.record({
    p50Ms: fc.constantFrom(40, 2_900),
    p95Ms: fc.constant(3_000),
    errorPpm: fc.constantFrom(0, 80_000, 600_000),
  }),
  flags: fc.boolean().map((fallbackToV1OnError) => ({ ...smallPlan().flags, fallbackToV1OnError })),
  operator: fc.array(command, { maxLength: 8 }),
  reactions: fc.array(reaction, { maxLength: 3 }),
  rollbackFaults: fc.constantFrom(
    [],
    [{ name: "slow", atUs: 0, untilUs: 30 * SECOND_US, step: "other", slowFactor: 4, fails: false }],
    [{ name: "stuck", atUs: 0, untilUs: 25 * SECOND_US, step: "other", slowFactor: 1, fails: true }],
  ),
});

describe("the manager in the stack", () => {
  it("keeps all invariants under any operators and calendar, and is the same stepped, cut, copied or restored", () => {
    const outcomes = new Set<string>();
    const kinds = new Set<string>();
    const cuts = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { maxLength: 4 });
    const property = fc.property(facts, cuts, (random, cutsUs) => {
      const plan = smallPlan(random);
      const record = rehearse(plan, { check: true });
      outcomes.add(record.outcome);
      for (const { kind } of record.decisions) kinds.add(kind);
      const stack = createStack(plan);
      let state = startStack(stack);
      for (const [i, cutUs] of cutsUs.toSorted((a, b) => a - b).entries()) {
        if (cutUs < state.kernel.nowUs || !stepUntil(stack.model, state, cutUs)) break;
        state = i % 2 === 0 ? copyState(state) : decodeState(encodeState(state));
      }
      run(stack.model, state);
      expect(recordStack(stack, state)).toEqual(record);
    });
    fc.assert(property, { numRuns: 200, seed: 5, endOnFailure: true });
    expect([...outcomes].toSorted()).toEqual([
      "awaiting-approval",
      "completed",
      "paused",
      "rollback-failed",
      "rolled-back",
      "stalled",
    ]);
    const own = ["await", "approve", "reject", "review", "close", "retry", "rollback-failed", "aftermath", "verified"];
    expect([...kinds]).toEqual(expect.arrayContaining(own));
  });

  it("ends every rollback with no traffic on the candidate, or says aloud that it has failed", () => {
    const property = fc.property(facts, (random) => {
      const plan = smallPlan({
        ...random,
        operator: [...(random.operator ?? []), rollBackAt(30)],
        horizonUs: 90 * SECOND_US,
      });
      const stack = createStack(plan);
      const state = startStack(stack);
      let routedAtVerification = -1;
      const routed = (): number => state.recording.counters[ARRIVED_CANDIDATE]!;
      while (stepUntil(stack.model, state, state.kernel.nowUs + SECOND_US / 4)) {
        if (state.manager.status === "rolled-back" && routedAtVerification < 0) routedAtVerification = routed();
      }
      const { outcome, rollback, decisions } = recordStack(stack, state);
      if (rollback === null) return;
      const last = decisions.filter((one) => one.kind === "verified" || one.kind === "rollback-failed").at(-1);
      if (outcome === "rolled-back") {
        expect(last?.kind).toBe("verified");
        expect(routedAtVerification < 0 || routed() === routedAtVerification).toBe(true);
        expect(state.router.threshold).toBe(0);
      } else {
        expect([outcome, last?.kind]).toEqual(["rollback-failed", "rollback-failed"]);
      }
    });
    fc.assert(property, { numRuns: 100, seed: 6, endOnFailure: true });
  });
});

function rollBackAt(seconds: number): OperatorCommand {
  return { atUs: seconds * SECOND_US, by: "eve", reason: "enough", action: { kind: "roll-back" } };
}
