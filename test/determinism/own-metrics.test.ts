/** Metrics of a world's own: they change nothing else, and are the same however a run is cut, copied or restored. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy, Trigger } from "../../src/engine/deployment/policy.ts";
import { run, step, stepUntil } from "../../src/engine/kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "../../src/engine/kernel/snapshot.ts";
import {
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  REQUESTS,
  USER_FAILURES,
  versionOffset,
} from "../../src/engine/monitor/counters.ts";
import { OWN_SAMPLES, ownCounter } from "../../src/engine/monitor/own-metric-counters.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { RunRecord } from "../../src/engine/result.ts";
import type { OwnMetricModel } from "../../src/engine/service/own-metric-model.ts";
import { createStack, recordStack, rehearse, startStack, type Stack } from "../../src/engine/stack.ts";
import type { StackState } from "../../src/engine/stack-state.ts";
import { withOwnMetrics } from "../plans/own-metrics.ts";
import { arbitraryPlan } from "./arbitrary-plan.ts";

const SECOND = 1_000_000;
const models: readonly OwnMetricModel[] = [
  {
    name: "conversion",
    kind: "boolean",
    baseline: { kind: "share", ppm: 200_000 },
    candidate: { kind: "relative", factor: 0.7, add: 10_000 },
    overrides: [],
  },
  {
    name: "basket.value",
    kind: "number",
    baseline: { kind: "distribution", distribution: { kind: "exponential", meanUs: 20_000_000 } },
    candidate: { kind: "relative", factor: 0.9, add: -1_000_000 },
    overrides: [],
  },
];

/** The plan with its world's own metrics, changed by faults. */
const ownPlan: fc.Arbitrary<readonly [plain: RehearsalPlan, own: RehearsalPlan]> = arbitraryPlan.map((plan) => [
  plan,
  withOwnMetrics(
    {
      ...plan,
      faults: plan.faults.map((fault) => ({
        ...fault,
        metrics: { conversion: { factor: 0.5, add: 100_000 }, "basket.value": { factor: 2, add: -3_000_000 } },
      })),
    },
    models,
  ),
]);

const rule: fc.Arbitrary<Trigger> = fc.record({
  name: fc.constant("own"),
  metric: fc.constantFrom(
    "candidate.conversion.rate",
    "all.basket.value.mean",
    "candidate.basket.value.p95",
    "conversion.rate.delta",
    "basket.value.mean.delta",
  ),
  operator: fc.constantFrom("<", ">="),
  limit: fc.constantFrom(-2_000_000, -20_000, 150_000, 18_000_000, 60_000_000),
  window: fc.constantFrom({ kind: "phase" } as const, { kind: "sliding", lengthUs: 5 * SECOND } as const),
  minSamples: fc.constantFrom(1, 20),
  forUs: fc.constantFrom(0, 2 * SECOND),
  severity: fc.constant("critical"),
  action: fc.constantFrom("rollback", "notify"),
  phases: fc.constant(null),
});

const ruled = fc.tuple(ownPlan, rule).map(([[, plan], one]): RehearsalPlan => {
  const policy: Policy = { ...plan.policy, triggers: [...plan.policy.triggers, one] };
  return { ...plan, policy };
});

/** All of a record but what the metrics add to it. */
function without(record: RunRecord): unknown {
  return JSON.parse(
    JSON.stringify(record, (key, value: unknown) => (key === "metrics" || key === "digest" ? undefined : value)),
  );
}

function finish(stack: Stack, state: StackState): string {
  while (step(stack.model, state));
  return JSON.stringify(recordStack(stack, state));
}

describe("metrics of a world's own", () => {
  it("change no other figure, counter or bin", () => {
    fc.assert(
      fc.property(ownPlan, ([plain, own]) => {
        const [stackOfPlain, stackOfOwn] = [createStack(plain), createStack(own)];
        const [ofPlain, ofOwn] = [startStack(stackOfPlain), startStack(stackOfOwn)];
        run(stackOfPlain.model, ofPlain);
        run(stackOfOwn.model, ofOwn);
        const { counters, histograms } = ofPlain.recording;
        expect(ofOwn.recording.counters.slice(0, counters.length)).toEqual(counters);
        expect(Buffer.from(ofOwn.recording.histograms.slice(0, histograms.length).buffer)).toEqual(
          Buffer.from(histograms.buffer),
        );
        expect(without(recordStack(stackOfOwn, ofOwn))).toEqual(without(recordStack(stackOfPlain, ofPlain)));
      }),
      { numRuns: 60 },
    );
  });

  it("have a sample for every served request, and keep every invariant", () => {
    fc.assert(
      fc.property(ruled, (plan) => {
        const record = rehearse(plan, { check: true });
        expect(JSON.stringify(rehearse(plan))).toBe(JSON.stringify(record));
        const stack = createStack(plan);
        const state = startStack(stack);
        run(stack.model, state);
        const { counters } = state.recording;
        const places = stack.ready.monitor.own!.places;
        const served = [BASELINE, CANDIDATE].map((version) => {
          const at = versionOffset(version);
          return (counters[at + REQUESTS] as number) - (counters[at + USER_FAILURES] as number);
        });
        const samples = [BASELINE, CANDIDATE].map(
          (version) => counters[ownCounter(places.countersAt, 0, version) + OWN_SAMPLES] as number,
        );
        expect(samples[0]! + samples[1]!).toBe(served[0]! + served[1]!);
        expect(samples[1]).toBeLessThanOrEqual(counters[versionOffset(CANDIDATE) + ATTEMPTS] as number);
      }),
      { numRuns: 60 },
    );
  });

  it("are the same stepped, cut anywhere, from a copy and from text", () => {
    const cuts = fc.array(fc.nat(90 * SECOND), { minLength: 1, maxLength: 4 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(ruled, cuts, (plan, cutsUs) => {
        const whole = JSON.stringify(rehearse(plan));
        const stack = createStack(plan);
        const state = startStack(stack);
        for (const untilUs of cutsUs) {
          const isGoingOn = stepUntil(stack.model, state, untilUs);
          expect(finish(stack, copyState(state))).toBe(whole);
          expect(finish(createStack(plan), decodeState<StackState>(encodeState(state)))).toBe(whole);
          if (!isGoingOn) break;
        }
        expect(finish(stack, state)).toBe(whole);
      }),
      { numRuns: 25 },
    );
  });
});
