/** What rules look at: the span of each rule's window, and the evidence that comes of it. */
import type { Evidence } from "./result.ts";
import { isLookedAt } from "./deployment/triggers.ts";
import type { HealthReading, Span } from "./monitor/measure.ts";
import { totalsAtTick, totalsNow } from "./monitor/totals.ts";
import { seenSpan, seenTest } from "./monitoring-view.ts";
import { readOwnMetrics } from "./own-metrics.ts";
import { readParity } from "./parity-plane.ts";
import { readSplit } from "./phase-split.ts";
import { readResources } from "./resource-reading.ts";
import { lookAt, type ReadyRule } from "./rules.ts";
import { lookAtTest } from "./sequential-tests.ts";
import { pollsWithin } from "./health-polls.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";
import { overBothWindows } from "./statistical-look.ts";

/** What every trigger of the policy sees now; null where it is masked out in this phase. */
export function lookAtTriggers(ready: ReadyPlan, state: StackState): (Evidence | null)[] {
  const { policy } = ready.plan;
  return ready.rules.triggers.map((rule, i) => {
    const trigger = policy.triggers[i];
    if (trigger === undefined || !isLookedAt(trigger, state.manager, policy)) return null;
    if (trigger.sequential !== undefined) return seenTest(ready, state, lookAtTest(ready, state, i));
    return look(ready, state, rule, state.manager.triggerLimits[i] ?? trigger.limit);
  });
}

/** What the current phase's gates see now. */
export function lookAtGates(ready: ReadyPlan, state: StackState): Evidence[] {
  const phase = state.manager.phase;
  const limits = state.manager.gateLimits[phase] ?? [];
  return (ready.rules.gates[phase] ?? []).map((rule, i) => look(ready, state, rule, limits[i] ?? rule.condition.limit));
}

/** What the checks of a rollback see now, none where its policy has none. */
export function lookAtChecks(ready: ReadyPlan, state: StackState): Evidence[] {
  return ready.rules.checks.map((rule) => look(ready, state, rule, rule.condition.limit));
}

/** What an alert sees now. */
export function lookAtAlert(ready: ReadyPlan, state: StackState, rule: ReadyRule): Evidence {
  return look(ready, state, rule, rule.condition.limit);
}

/** The span from the current phase's beginning to now. */
export function phaseSpan(ready: ReadyPlan, state: StackState): Span {
  return spanFrom(ready, state, state.phaseFrom);
}

function look(ready: ReadyPlan, state: StackState, rule: ReadyRule, limit: number): Evidence {
  const { tickUs } = ready.plan.policy;
  const slidingSpan = (ticks: number): Span => {
    const tick = state.ring.newestTick - ticks;
    const span = spanFrom(ready, state, totalsAtTick(state.ring, tick, tickUs));
    if (rule.metric.metric.readsWindowBefore !== true) return span;
    return { ...span, before: totalsAtTick(state.ring, tick - ticks, tickUs) };
  };
  const span = rule.windowTicks === 0 ? phaseSpan(ready, state) : slidingSpan(rule.windowTicks);
  const seen = seenSpan(ready, state, rule, rule.windowTicks, span);
  const long = lookAt(rule, limit, seen, ready.rules.limitsUs);
  const { alsoOverUs } = rule.condition;
  if (alsoOverUs === undefined) return long;
  const shortTicks = alsoOverUs / tickUs;
  const shortSpan = seenSpan(ready, state, rule, shortTicks, slidingSpan(shortTicks));
  const short = lookAt(rule, limit, shortSpan, ready.rules.limitsUs);
  return overBothWindows(rule.condition, long, short);
}

/** The span from totals of the past to now. */
export function spanFrom(ready: ReadyPlan, state: StackState, from: Span["from"]): Span {
  const [baseline, candidate] = state.health;
  const { nowUs } = state.kernel;
  const polls = pollsWithin(ready, from.atUs, nowUs);
  const health: readonly [HealthReading, HealthReading] = [
    { ...baseline, polls },
    { ...candidate, polls },
  ];
  return {
    from,
    to: totalsNow(state.recording, nowUs),
    health,
    publishesQuantiles: effectiveFlags(ready, state.flags).enableDetailedMetrics,
    split: readSplit(ready, state),
    ...readResources(ready.resources, state),
    ...readParity(ready),
    ...readOwnMetrics(ready.monitor.own),
    healthLimits: ready.monitor.healthLimits,
  };
}
