/** Triggers that test from attempt to attempt: their attempts are kept apart, and run through at every tick. */
import { msFromUs, WHOLE_PPM } from "./kernel/units.ts";
import type { Policy, SequentialTest } from "./deployment/policy.ts";
import {
  createTest,
  linesOf,
  resetTest,
  runTest,
  type SequentialTests,
  type TestFigures,
  type TestState,
} from "./deployment/sequential.ts";
import { isLookedAt, triggersGuard } from "./deployment/triggers.ts";
import { createAttemptOrder, keepAttempts, takeAttempts, type AttemptScope } from "./monitor/attempt-order.ts";
import { seenTick } from "./monitoring-view.ts";
import type { Evidence } from "./result.ts";
import type { Batch } from "./service/world.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";
import { cusumWeight } from "./statistics/bernoulli-cusum.ts";
import type { StatisticEvidence } from "./statistics/evidence.ts";
import { logRatio } from "./statistics/probability-ratio-test.ts";

/** The tests of a policy before the start; null when it has none. */
export function createSequentialTests(policy: Policy): SequentialTests | null {
  const watched = policy.triggers.filter((trigger) => trigger.sequential !== undefined);
  if (watched.length === 0) return null;
  const scopes = new Set(watched.map((trigger) => scopeOf(trigger.metric)));
  return {
    orders: [...scopes].map(createAttemptOrder),
    tests: policy.triggers.map(({ sequential, limit }) => (sequential === undefined ? null : createTest(limit, 0))),
  };
}

/** Keeps the attempts of a batch for the tests. */
export function keepForTests({ orders }: SequentialTests, batch: Batch): void {
  for (const order of orders) keepAttempts(order, batch);
}

/** At a tick: runs every test over the attempts since the last one, as far as the monitor knows of them. */
export function runSequentialTests(ready: ReadyPlan, state: StackState): void {
  const { sequential, manager, kernel } = state;
  if (sequential === undefined) return;
  const { nowUs } = kernel;
  const { policy } = ready.plan;
  // Attempts that the monitor does not know of yet wait until it does.
  const seenUs = (seenTick(ready, state) ?? 0) * policy.tickUs;
  const taken = new Map(sequential.orders.map((order) => [order.scope, takeAttempts(order, seenUs)]));
  policy.triggers.forEach((trigger, i) => {
    const test = sequential.tests[i] ?? null;
    if (test === null || trigger.sequential === undefined) return;
    const goodPpm = manager.triggerLimits[i] ?? trigger.limit;
    if (!triggersGuard(manager) || !isLookedAt(trigger, manager, policy)) return resetTest(test, goodPpm, nowUs);
    if (test.goodPpm !== goodPpm) resetTest(test, goodPpm, nowUs);
    runTest(test, trigger.sequential, taken.get(scopeOf(trigger.metric)) ?? new Float64Array());
  });
}

/** What the test of a trigger has come to at this tick; null where it has none. */
export function lookAtTest(ready: ReadyPlan, state: StackState, index: number): Evidence | null {
  const trigger = ready.plan.policy.triggers[index];
  const test = state.sequential?.tests[index] ?? null;
  if (trigger?.sequential === undefined || test === null) return null;
  const figures: TestFigures = test.alarm ?? test;
  const { failures, trials, sinceUs } = figures;
  const isMeasured = test.seen > 0;
  return {
    rule: trigger.name,
    metric: trigger.metric,
    value: !isMeasured ? null : trials === 0 ? 0 : failures / trials,
    operator: trigger.operator,
    limit: test.goodPpm / WHOLE_PPM,
    windowMs: msFromUs(state.kernel.nowUs - sinceUs),
    window: "sliding",
    samples: trials,
    minSamples: trigger.minSamples,
    holds: !isMeasured ? "not enough data" : holdsNow(test, trigger.sequential),
    approximate: false,
    statistic: statisticOf(test, figures, trigger.sequential),
  };
}

/** Between its two lines, Wald's test has not enough data; a CUSUM below its line has nothing to complain of. */
function holdsNow(test: TestState, { kind }: SequentialTest): Evidence["holds"] {
  if (test.alarm !== null) return "yes";
  return kind === "cusum" || test.isGood ? "no" : "not enough data";
}

function statisticOf(test: TestState, figures: TestFigures, sequential: SequentialTest): StatisticEvidence {
  const goodRate = test.goodPpm / WHOLE_PPM;
  const badRate = sequential.badPpm / WHOLE_PPM;
  switch (sequential.kind) {
    case "cusum": {
      const weight = cusumWeight(goodRate, badRate);
      return { kind: "cusum", goodRate, badRate, weight, score: figures.score, alarm: sequential.alarm };
    }
    case "sprt": {
      const lines = linesOf(test.goodPpm, sequential);
      return {
        kind: "sprt",
        goodRate,
        badRate,
        logRatio: logRatio(lines, figures.failures, figures.trials),
        badLine: lines.bad,
        goodLine: lines.good,
        says: test.alarm !== null ? "bad" : test.isGood ? "good" : "undecided",
      };
    }
  }
}

function scopeOf(metric: string): AttemptScope {
  const [scope] = metric.split(".");
  return scope === "baseline" || scope === "all" ? scope : "candidate";
}
