/**
 * The catalogue of metrics: every name that a rule, an expectation, a chart or the documentation may use, with its
 * unit, scopes, and what it divides by. Validation, the terminal UI and the documentation read this table.
 */

import type { BoundMethod } from "../statistics/evidence.ts";
import { findOwnMetric, type OwnMeasured } from "./own-metric-catalogue.ts";
import { PARITY_METRICS } from "./parity-measure.ts";
import { RESOURCE_METRICS } from "./resource-catalogue.ts";

/** What a metric is of. `comparison` metrics set the candidate against the baseline and have no scope of their own. */
export type MetricScope = "candidate" | "baseline" | "all" | "comparison";
/**
 * `rate`: parts per million inside, a fraction outside. `duration`: microseconds inside, milliseconds outside. `size`:
 * bytes. `number`, of a metric of the world's own: millionths inside.
 */
export type MetricUnit = "rate" | "duration" | "count" | "perSecond" | "boolean" | "size" | "number";

/** One metric. */
export interface MetricDefinition {
  /** Name without the scope. */
  readonly name: string;
  readonly unit: MetricUnit;
  readonly scopes: readonly MetricScope[];
  /** What a sample is: the denominator that a rule's minimum counts. */
  readonly samples: string;
  /** One sentence for people. */
  readonly means: string;
  /** For quantiles of latency: which one, in parts per thousand; null otherwise. */
  readonly quantilePermille: number | null;
  /** How a rule may be sure of it (`with 95% confidence`), the usual way first; absent: it has no bounds. */
  readonly bounds?: readonly BoundMethod[];
  /** It is measured on histograms of latency. */
  readonly readsHistograms?: true;
  /** It is of a state, not of attempts: one sample says as much as many. */
  readonly isGauge?: true;
  /** It is only ever of the phase so far: a sliding window makes no sense. */
  readonly ofPhase?: true;
  /** It sets a sliding window against the one of the same length right before it. */
  readonly readsWindowBefore?: true;
  /** Its value is the chance of what was seen if nothing were the matter: below a limit now and then by luck. */
  readonly isChance?: true;
  /** It is of a metric of the world's own: of which, and what of it. */
  readonly own?: OwnMeasured;
}

const versions: readonly MetricScope[] = ["candidate", "baseline"];
const everyone: readonly MetricScope[] = ["candidate", "baseline", "all"];
const ofCounts: readonly BoundMethod[] = ["wilson", "clopper-pearson"];
const fewerAttempts = "completed attempts of the version that has fewer";

function quantile(name: string, permille: number): MetricDefinition {
  return {
    name: `latency.${name}`,
    unit: "duration",
    scopes: everyone,
    samples: "completed attempts",
    means: `Latency that ${permille / 10} % of the completed attempts do not exceed (nearest rank).`,
    quantilePermille: permille,
    bounds: ofCounts,
    readsHistograms: true,
  };
}

/** All metrics. */
export const METRICS: readonly MetricDefinition[] = [
  {
    name: "errorRate",
    unit: "rate",
    scopes: everyone,
    samples: "completed attempts",
    means: "Attempts that failed / attempts. A fallback does not undo a failed attempt.",
    quantilePermille: null,
    bounds: ofCounts,
  },
  {
    name: "userErrorRate",
    unit: "rate",
    scopes: everyone,
    samples: "completed requests",
    means: "Requests whose user got a failure, after any fallback / requests.",
    quantilePermille: null,
    bounds: ofCounts,
  },
  {
    name: "successRate",
    unit: "rate",
    scopes: everyone,
    samples: "completed requests",
    means: "Requests whose user was served, after any fallback / requests.",
    quantilePermille: null,
    bounds: ofCounts,
  },
  {
    name: "fallbackRate",
    unit: "rate",
    scopes: ["candidate"],
    samples: "completed requests routed to the candidate",
    means: "Requests routed to the candidate and handed to the baseline / requests routed to the candidate.",
    quantilePermille: null,
    bounds: ofCounts,
  },
  {
    name: "declineRate",
    unit: "rate",
    scopes: ["candidate"],
    samples: "completed requests routed to the candidate",
    means: "Requests that the candidate declined without an attempt / requests routed to it.",
    quantilePermille: null,
    bounds: ofCounts,
  },
  {
    name: "latency.mean",
    unit: "duration",
    scopes: everyone,
    samples: "completed attempts",
    means: "Mean latency of completed attempts, timeouts included.",
    quantilePermille: null,
  },
  quantile("p50", 500),
  quantile("p95", 950),
  quantile("p99", 990),
  quantile("p999", 999),
  {
    name: "latency.delta",
    unit: "duration",
    scopes: ["comparison"],
    samples: "completed attempts of the version that has fewer",
    means: "The candidate's mean latency minus the baseline's in the same window; absent when either has none.",
    quantilePermille: null,
  },
  {
    name: "errorRate.delta",
    unit: "rate",
    scopes: ["comparison"],
    samples: fewerAttempts,
    means: "The candidate's error rate minus the baseline's in the same window; absent when either has no attempt.",
    quantilePermille: null,
    bounds: ["newcombe"],
  },
  {
    name: "latency.mannWhitney",
    unit: "rate",
    scopes: ["comparison"],
    samples: fewerAttempts,
    means:
      "Chance of latencies whose ranks differ as much, either way, if both versions were equally fast (p-value of the Mann-Whitney test): small where they differ.",
    quantilePermille: null,
    readsHistograms: true,
    isChance: true,
  },
  {
    name: "latency.change",
    unit: "rate",
    scopes: everyone,
    samples: "completed attempts of the window, or of the one before it if that has fewer",
    means:
      "Chance of latencies whose ranks differ as much, either way, from those of the window of the same length right before, if nothing had changed (p-value of the Mann-Whitney test): small where they became slower or faster.",
    quantilePermille: null,
    readsHistograms: true,
    readsWindowBefore: true,
    isChance: true,
  },
  {
    name: "latency.shift",
    unit: "duration",
    scopes: ["comparison"],
    samples: fewerAttempts,
    means:
      "How much longer the candidate takes: the median of all differences between its attempts and the baseline's (Hodges-Lehmann).",
    quantilePermille: null,
    bounds: ["hodges-lehmann"],
    readsHistograms: true,
  },
  {
    name: "latency.slowerShare",
    unit: "rate",
    scopes: ["comparison"],
    samples: fewerAttempts,
    means:
      "Share of all pairs of attempts in which the candidate's is the slower one, ties half: 50 % where nothing differs.",
    quantilePermille: null,
    readsHistograms: true,
  },
  {
    name: "split.mismatch",
    unit: "rate",
    scopes: ["comparison"],
    samples: "distinct keys first seen in the phase",
    means:
      "Chance of a split of the phase's distinct keys (or requests, where each is routed by a draw of its own) this far from the configured share (p-value of a chi-square test): small where traffic is not split as configured.",
    quantilePermille: null,
    ofPhase: true,
    isChance: true,
  },
  {
    name: "requests",
    unit: "count",
    scopes: everyone,
    samples: "whole seconds of the window",
    means: "Requests that completed in the window, by the version they were routed to.",
    quantilePermille: null,
  },
  {
    name: "requestRate",
    unit: "perSecond",
    scopes: everyone,
    samples: "whole seconds of the window",
    means: "Requests that completed in the window, per second of it.",
    quantilePermille: null,
  },
  {
    name: "health.failedPolls",
    unit: "count",
    scopes: versions,
    samples: "health polls in the window",
    means: "Health polls that failed one after the other up to now; a success starts again at 0.",
    quantilePermille: null,
  },
  {
    name: "health.ok",
    unit: "boolean",
    scopes: versions,
    samples: "health polls in the window",
    means: "1 while the version counts as healthy, 0 once the policy's number of polls failed one after the other.",
    quantilePermille: null,
  },
  ...RESOURCE_METRICS,
  ...PARITY_METRICS,
  {
    name: "system.health",
    unit: "count",
    scopes: ["comparison"],
    samples: "parts that are measured: errors, CPU, memory, workers, and the health polls of each version",
    means:
      "Overall status: 2 healthy, 1 degraded, 0 unhealthy; the worst of its parts, the errors over the window and the rest now.",
    quantilePermille: null,
  },
];

/** A metric with its scope. */
export interface ScopedMetric {
  readonly metric: MetricDefinition;
  readonly scope: MetricScope;
}

/**
 * Finds `candidate.errorRate`, `latency.delta`, and what a world may have of its own (`candidate.conversion.rate`, see
 * `own-metric-catalogue.ts`); undefined for any other name.
 */
export function findMetric(fullName: string): ScopedMetric | undefined {
  for (const metric of METRICS) {
    for (const scope of metric.scopes) {
      if (fullMetricName(metric, scope) === fullName) return { metric, scope };
    }
  }
  return findOwnMetric(fullName);
}

/** `candidate.errorRate`; comparison metrics stand without a scope. */
export function fullMetricName(metric: MetricDefinition, scope: MetricScope): string {
  return scope === "comparison" ? metric.name : `${scope}.${metric.name}`;
}

/** All names that rules may use, of these metrics. */
export function fullMetricNames(metrics: readonly MetricDefinition[] = METRICS): string[] {
  return metrics.flatMap((metric) => metric.scopes.map((scope) => fullMetricName(metric, scope)));
}
