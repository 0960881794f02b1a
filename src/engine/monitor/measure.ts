/**
 * Metrics measured between two totals, and rules decided on them: three-valued, and exactly. Rates compare
 * `k * 10^6` with `ppm * n`; a quantile rule is decided by counting the attempts above its limit
 * (`p_q > L` holds exactly when more than `n - ceil(q n)` exceed L); only a limit that was changed while the run
 * went on, or a quantile shown, comes from a histogram, and is marked approximate.
 */
import { invariant } from "../kernel/assert.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { StatisticEvidence } from "../statistics/evidence.ts";
import type { Ends } from "../statistics/interval.ts";
import type { ScopedMetric } from "./catalogue.ts";
import { measureChange } from "./change.ts";
import { measureComparison } from "./compare.ts";
import {
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  DECLINES,
  ERRORS,
  FALLBACKS,
  LATENCY_SUM_US,
  REQUESTS,
  USER_FAILURES,
  limitCounter,
  versionOffset,
} from "./counters.ts";
import { gainedAbove, HISTOGRAM_BINS, nearestRank, quantileBetween, type HistogramPart } from "./histogram.ts";
import { measureOwn } from "./own-metric-measure.ts";
import type { OwnPlaces } from "./own-metric-counters.ts";
import { measureParity, type ParityReading } from "./parity-measure.ts";
import { measureResource, type ResourceReading } from "./resource-measure.ts";
import type { SplitReading } from "./sample-ratio.ts";
import type { HealthLimits } from "./monitor-policy.ts";
import { HEALTH_VALUES, healthFacts, healthParts, overallStatus } from "./system-health.ts";
import type { Totals } from "./totals.ts";

/** Comparison operators. */
export type Operator = "<" | "<=" | ">" | ">=";

/** Health of a version, as the monitor knows it. */
export interface HealthReading {
  /** In the span. */
  readonly polls: number;
  readonly failedPolls: number;
  readonly ok: boolean;
}

/** What a metric is measured on. */
export interface Span {
  readonly from: Totals;
  readonly to: Totals;
  /** Where the window before begins, which ends at `from`; absent where no rule asks for it. */
  readonly before?: Totals;
  /** By version index. */
  readonly health: readonly [HealthReading, HealthReading];
  /** False: latency quantiles are not published. */
  readonly publishesQuantiles: boolean;
  /** How the keys of the phase are split so far; absent or null where nobody counts them. */
  readonly split?: SplitReading | null;
  /** Limits of the overall status; absent: the usual ones. */
  readonly healthLimits?: HealthLimits;
  /** What the resources show; absent where the plan declares none. */
  readonly resources?: ResourceReading;
  /** Where shadow traffic is counted; absent where there is none. */
  readonly parity?: ParityReading;
  /** Where metrics of the world's own are counted; absent where it has none. */
  readonly own?: OwnPlaces;
}

/** A measured metric. */
export interface Measurement {
  /** In the metric's base unit (parts per million, microseconds, …); null when absent. */
  readonly value: number | null;
  readonly samples: number;
  /** Rates: the count above the line; quantiles decided by counting: attempts above the limit; 0 otherwise. */
  readonly numerator: number;
  readonly approximate: boolean;
  /** Comparisons of the versions: the ends of the interval, and what stands behind them. */
  readonly ends?: Ends | null;
  readonly statistic?: StatisticEvidence | null;
}

/** A condition with its limit as it is now. */
export interface Rule {
  readonly metric: ScopedMetric;
  readonly operator: Operator;
  readonly limit: number;
  readonly minSamples: number;
  /** Index of the exact counter of attempts above `exceedanceLimit(operator, limit)`; -1: there is none. */
  readonly limitIndex: number;
}

/** What a rule says of a span. */
export interface Verdict extends Measurement {
  readonly holds: "yes" | "no" | "not enough data";
}

/** `p >= L` on whole microseconds is `p > L - 1`: the limit whose exceedances decide the rule. */
export function exceedanceLimit(operator: Operator, limit: number): number {
  return operator === ">" || operator === "<=" ? limit : limit - 1;
}

/** Measures a metric of the catalogue. */
export function measure({ metric, scope }: ScopedMetric, span: Span, confidence?: number): Measurement {
  if (metric.own !== undefined) return measureOwn(metric.own, scope, span, confidence);
  if (metric.quantilePermille !== null) return measureQuantile(scope, metric.quantilePermille, span);
  switch (metric.name) {
    case "errorRate":
      return rate(gain(scope, ERRORS, span), gain(scope, ATTEMPTS, span));
    case "userErrorRate":
      return rate(gain(scope, USER_FAILURES, span), gain(scope, REQUESTS, span));
    case "successRate": {
      const requests = gain(scope, REQUESTS, span);
      return rate(requests - gain(scope, USER_FAILURES, span), requests);
    }
    case "fallbackRate":
      return rate(gain(scope, FALLBACKS, span), gain(scope, REQUESTS, span));
    case "declineRate":
      return rate(gain(scope, DECLINES, span), gain(scope, REQUESTS, span));
    case "latency.mean": {
      const attempts = gain(scope, ATTEMPTS, span);
      return exact(attempts === 0 ? null : gain(scope, LATENCY_SUM_US, span) / attempts, attempts);
    }
    case "latency.delta":
      return measureDelta(span);
    case "latency.change":
      return measureChange(span, versionsOf(scope));
    case "requests":
      return exact(gain(scope, REQUESTS, span), secondsOf(span));
    case "requestRate": {
      const seconds = (span.to.atUs - span.from.atUs) / SECOND_US;
      return exact(seconds === 0 ? null : gain(scope, REQUESTS, span) / seconds, secondsOf(span));
    }
    case "health.failedPolls": {
      const health = healthOf(scope, span);
      return exact(health.polls === 0 ? null : health.failedPolls, health.polls);
    }
    case "health.ok": {
      const health = healthOf(scope, span);
      return exact(health.polls === 0 ? null : health.ok ? 1 : 0, health.polls);
    }
    case "system.health":
      return measureSystem(span);
    default: {
      const resource = measureResource(metric.name, scope === "baseline" ? BASELINE : CANDIDATE, span);
      if (resource !== undefined) return resource;
      const parity = measureParity(metric.name, span);
      if (parity !== undefined) return parity;
      const comparison = measureComparison(metric.name, span, confidence);
      invariant(comparison !== undefined, `no measurement for the metric ${metric.name}`);
      return { ...comparison, numerator: 0 };
    }
  }
}

/** Decides a rule on a span: absent values and too few samples are "not enough data". */
export function judge(rule: Rule, span: Span, confidence?: number): Verdict {
  const measured = measure(rule.metric, span, confidence);
  const { value, samples, numerator } = measured;
  if (value === null || samples < rule.minSamples) return { ...measured, holds: "not enough data" };
  const { metric, scope } = rule.metric;
  if (metric.unit === "rate" && scope !== "comparison" && metric.isChance !== true) {
    return verdict(measured, compare(numerator * 1_000_000, rule.operator, rule.limit * samples));
  }
  if (metric.quantilePermille !== null && rule.limitIndex >= 0) {
    let above = 0;
    for (const version of versionsOf(scope)) above += gainAt(limitCounter(rule.limitIndex, version), span);
    const isAbove = above > samples - nearestRank(samples, metric.quantilePermille);
    const holds = rule.operator === ">" || rule.operator === ">=" ? isAbove : !isAbove;
    return { ...verdict(measured, holds), numerator: above };
  }
  const decided = verdict(measured, compare(value, rule.operator, rule.limit));
  if (metric.quantilePermille === null) return decided;
  const versions = versionsOf(scope);
  const limit = exceedanceLimit(rule.operator, rule.limit);
  return { ...decided, numerator: gainedAbove(partsOf(span.from, versions), partsOf(span.to, versions), limit) };
}

function verdict(measured: Measurement, holds: boolean): Verdict {
  return { ...measured, holds: holds ? "yes" : "no" };
}

function compare(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

function measureQuantile(scope: string, permille: number, span: Span): Measurement {
  const attempts = gain(scope, ATTEMPTS, span);
  if (!span.publishesQuantiles) return { value: null, samples: 0, numerator: 0, approximate: true };
  const versions = versionsOf(scope);
  const value = quantileBetween(partsOf(span.from, versions), partsOf(span.to, versions), attempts, permille);
  return { value, samples: attempts, numerator: 0, approximate: true };
}

function partsOf(totals: Totals, versions: readonly number[]): HistogramPart[] {
  const { histograms } = totals;
  invariant(histograms !== null, "a quantile is asked of totals without histograms");
  return versions.map((version) => ({
    bins: histograms,
    offset: totals.histogramsOffset + version * HISTOGRAM_BINS,
  }));
}

function measureDelta(span: Span): Measurement {
  const baseline = gain("baseline", ATTEMPTS, span);
  const candidate = gain("candidate", ATTEMPTS, span);
  const samples = Math.min(baseline, candidate);
  if (samples === 0) return exact(null, 0);
  const candidateMean = gain("candidate", LATENCY_SUM_US, span) / candidate;
  return exact(candidateMean - gain("baseline", LATENCY_SUM_US, span) / baseline, samples);
}

/** The overall status as a number; its samples are the parts that are measured. */
function measureSystem(span: Span): Measurement {
  const parts = healthParts(healthFacts(span));
  const status = overallStatus(parts);
  return exact(status === null ? null : HEALTH_VALUES[status], parts.length);
}

function rate(numerator: number, denominator: number): Measurement {
  const value = denominator === 0 ? null : (numerator / denominator) * 1_000_000;
  return { value, samples: denominator, numerator, approximate: false };
}

function exact(value: number | null, samples: number): Measurement {
  return { value, samples, numerator: 0, approximate: false };
}

function secondsOf(span: Span): number {
  return Math.floor((span.to.atUs - span.from.atUs) / SECOND_US);
}

function healthOf(scope: string, span: Span): HealthReading {
  return span.health[scope === "baseline" ? BASELINE : CANDIDATE];
}

const BOTH: readonly number[] = [BASELINE, CANDIDATE];
const ONLY_BASELINE: readonly number[] = [BASELINE];
const ONLY_CANDIDATE: readonly number[] = [CANDIDATE];

function versionsOf(scope: string): readonly number[] {
  if (scope === "all") return BOTH;
  return scope === "baseline" ? ONLY_BASELINE : ONLY_CANDIDATE;
}

function gain(scope: string, counter: number, span: Span): number {
  let sum = 0;
  for (const version of versionsOf(scope)) sum += gainAt(versionOffset(version) + counter, span);
  return sum;
}

function gainAt(counter: number, { from, to }: Span): number {
  return (
    (to.counters[to.countersOffset + counter] as number) - (from.counters[from.countersOffset + counter] as number)
  );
}
