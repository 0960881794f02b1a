/** What is kept of a stay in a phase: figures of both versions between its beginning and its end. */
import { msFromUs } from "./kernel/units.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, FALLBACKS, REQUESTS, versionOffset } from "./monitor/counters.ts";
import { measure, type Span } from "./monitor/measure.ts";
import { findMetric } from "./monitor/catalogue.ts";
import type { PhaseRecord, PhaseVerdict, VersionFigures } from "./result.ts";

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
  };
}
