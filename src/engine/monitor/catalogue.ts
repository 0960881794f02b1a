/**
 * The catalogue of metrics: every name that a rule, an expectation, a chart or the documentation may use, with its
 * unit, scopes, and what it divides by. Validation, the terminal UI and the documentation read this table.
 */

/** What a metric is of. `comparison` metrics set the candidate against the baseline and have no scope of their own. */
export type MetricScope = "candidate" | "baseline" | "all" | "comparison";
/** `rate`: parts per million inside, a fraction outside. `duration`: microseconds inside, milliseconds outside. */
export type MetricUnit = "rate" | "duration" | "count" | "perSecond" | "boolean";

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
}

const versions: readonly MetricScope[] = ["candidate", "baseline"];
const everyone: readonly MetricScope[] = ["candidate", "baseline", "all"];

function quantile(name: string, permille: number): MetricDefinition {
  return {
    name: `latency.${name}`,
    unit: "duration",
    scopes: everyone,
    samples: "completed attempts",
    means: `Latency that ${permille / 10} % of the completed attempts do not exceed (nearest rank).`,
    quantilePermille: permille,
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
  },
  {
    name: "userErrorRate",
    unit: "rate",
    scopes: everyone,
    samples: "completed requests",
    means: "Requests whose user got a failure, after any fallback / requests.",
    quantilePermille: null,
  },
  {
    name: "successRate",
    unit: "rate",
    scopes: everyone,
    samples: "completed requests",
    means: "Requests whose user was served, after any fallback / requests.",
    quantilePermille: null,
  },
  {
    name: "fallbackRate",
    unit: "rate",
    scopes: ["candidate"],
    samples: "completed requests routed to the candidate",
    means: "Requests routed to the candidate and handed to the baseline / requests routed to the candidate.",
    quantilePermille: null,
  },
  {
    name: "declineRate",
    unit: "rate",
    scopes: ["candidate"],
    samples: "completed requests routed to the candidate",
    means: "Requests that the candidate declined without an attempt / requests routed to it.",
    quantilePermille: null,
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
];

/** A metric with its scope. */
export interface ScopedMetric {
  readonly metric: MetricDefinition;
  readonly scope: MetricScope;
}

/** Finds `candidate.errorRate`, `latency.delta`; undefined for a name that is not in the catalogue. */
export function findMetric(fullName: string): ScopedMetric | undefined {
  for (const metric of METRICS) {
    for (const scope of metric.scopes) {
      if (fullMetricName(metric, scope) === fullName) return { metric, scope };
    }
  }
  return undefined;
}

/** `candidate.errorRate`; comparison metrics stand without a scope. */
export function fullMetricName(metric: MetricDefinition, scope: MetricScope): string {
  return scope === "comparison" ? metric.name : `${scope}.${metric.name}`;
}

/** All names that rules may use. */
export function fullMetricNames(): string[] {
  return METRICS.flatMap((metric) => metric.scopes.map((scope) => fullMetricName(metric, scope)));
}
