/** What is kept of a stay in a phase: figures of both versions between its beginning and its end. */
import { msFromUs } from "./kernel/units.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, FALLBACKS, REQUESTS, versionOffset } from "./monitor/counters.ts";
import { measure, type Measurement, type Span } from "./monitor/measure.ts";
import { findMetric } from "./monitor/catalogue.ts";
import type { OwnFigure } from "./monitor/own-metric-catalogue.ts";
import { measureOwn } from "./monitor/own-metric-measure.ts";
import type { OwnFigures } from "./monitor/monitor-record.ts";
import type { PhaseRecord, PhaseVerdict, VersionFigures } from "./result.ts";
import { OWN_VALUE_UNIT } from "./service/own-metric.ts";

/** The record of a stay that ends at the span's end. */
export function recordPhase(name: string, trafficPpm: number, verdict: PhaseVerdict, span: Span): PhaseRecord {
  return {
    name,
    trafficPercent: trafficPpm / 10_000,
    enteredAtMs: msFromUs(span.from.atUs),
    leftAtMs: msFromUs(span.to.atUs),
    verdict,
    baseline: figures("baseline", BASELINE, span),
    candidate: figures("candidate", CANDIDATE, span),
  };
}

function figures(scope: "baseline" | "candidate", version: number, span: Span): VersionFigures {
  const { from, to } = span;
  const gained = (counter: number): number => {
    const at = versionOffset(version) + counter;
    return (to.counters[to.countersOffset + at] as number) - (from.counters[from.countersOffset + at] as number);
  };
  const latencyMs = (name: string): number | null => {
    const metric = findMetric(`${scope}.latency.${name}`);
    const value = metric === undefined ? null : measure(metric, span).value;
    return value === null ? null : Math.round(value) / 1_000;
  };
  return {
    requests: gained(REQUESTS),
    attempts: gained(ATTEMPTS),
    errors: gained(ERRORS),
    fallbacks: gained(FALLBACKS),
    p50Ms: latencyMs("p50"),
    p95Ms: latencyMs("p95"),
    p99Ms: latencyMs("p99"),
    p999Ms: latencyMs("p999"),
    meanMs: latencyMs("mean"),
    ...ownFigures(scope, span),
  };
}

/** Figures of the world's own metrics; six digits after the point are all that a value has. */
function ownFigures(scope: "baseline" | "candidate", span: Span): Pick<VersionFigures, "metrics"> {
  if (span.own === undefined) return {};
  const entries = span.own.metrics.map(({ name, kind, unit }): [string, OwnFigures] => {
    const read = (figure: OwnFigure): Measurement => measureOwn({ name, figure }, scope, span);
    const valueOf = ({ value }: Measurement): number | null =>
      value === null ? null : Math.round(value) / OWN_VALUE_UNIT;
    if (kind === "boolean") {
      const rate = read("rate");
      return [name, { samples: rate.samples, rate: rate.value === null ? null : rate.numerator / rate.samples }];
    }
    const mean = read("mean");
    return [
      name,
      {
        samples: mean.samples,
        ...(unit === undefined ? {} : { unit }),
        mean: valueOf(mean),
        p50: valueOf(read("p50")),
        p95: valueOf(read("p95")),
        p99: valueOf(read("p99")),
        p999: valueOf(read("p999")),
      },
    ];
  });
  return { metrics: Object.fromEntries(entries) };
}
