/**
 * The overall status: the worst of its parts. Parts are the failed attempts of all traffic, CPU, memory and workers
 * against their limits, and the health polls of the versions: an unhealthy candidate degrades the system (the baseline
 * serves in its place), an unhealthy baseline makes it unhealthy. A part that is not measured says nothing.
 */
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, versionOffset } from "./counters.ts";
import type { HealthReading, Span } from "./measure.ts";
import { HEALTH_LIMITS, type HealthLimits, type HealthPart } from "./monitor-policy.ts";
import { measureResource } from "./resource-measure.ts";

/** The overall status and that of a part. */
export type HealthStatus = "healthy" | "degraded" | "unhealthy";

/** Values of the metric `system.health`, by status. */
export const HEALTH_VALUES: Readonly<Record<HealthStatus, number>> = { unhealthy: 0, degraded: 1, healthy: 2 };

/** The failed attempts are judged from so many attempts on; ours. */
const ATTEMPTS_MIN = 50;

/** What the overall status is made of: shares in parts per million, null where they are not measured. */
export interface HealthFacts {
  readonly limits: HealthLimits;
  readonly errors: number;
  readonly attempts: number;
  /** Of the busier version. */
  readonly cpuPpm: number | null;
  readonly memoryPpm: number | null;
  readonly workersPpm: number | null;
  /** What the polls say of each version; null: none was made. */
  readonly baselineOk: boolean | null;
  readonly candidateOk: boolean | null;
}

/** One part of the overall status. */
export interface PartStatus {
  readonly part: HealthPart | "baseline" | "candidate" | "rollback";
  readonly status: HealthStatus;
  /** The share that was judged, parts per million; null for what is no share. */
  readonly valuePpm: number | null;
}

/** What a span says of the parts: errors and CPU over it, the rest at its end. */
export function healthFacts(span: Span): HealthFacts {
  const gained = (counter: number): number =>
    [BASELINE, CANDIDATE].reduce((sum, version) => {
      const at = versionOffset(version) + counter;
      const { from, to } = span;
      return sum + (to.counters[to.countersOffset + at] ?? 0) - (from.counters[from.countersOffset + at] ?? 0);
    }, 0);
  const [baseline, candidate] = span.health;
  const okOf = ({ polls, ok }: HealthReading): boolean | null => (polls === 0 ? null : ok);
  return {
    limits: span.healthLimits ?? HEALTH_LIMITS,
    errors: gained(ERRORS),
    attempts: gained(ATTEMPTS),
    cpuPpm: busier((version) => measureResource("cpu", version, span)?.value ?? null),
    memoryPpm: busier((version) => measureResource("memory.share", version, span)?.value ?? null),
    workersPpm: busier((version) => {
      const gauges = span.resources?.gauges[version];
      const busy = gauges?.busyWorkers ?? null;
      const workers = gauges?.workers ?? null;
      return busy === null || workers === null ? null : (busy / workers) * 1_000_000;
    }),
    baselineOk: okOf(baseline),
    candidateOk: okOf(candidate),
  };
}

function busier(ofVersion: (version: 0 | 1) => number | null): number | null {
  const values = [ofVersion(BASELINE), ofVersion(CANDIDATE)].filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}

/** The parts that are measured, in a fixed order; empty: nothing is known. */
export function healthParts(facts: HealthFacts): PartStatus[] {
  const { errors, attempts, limits, baselineOk, candidateOk } = facts;
  const parts: PartStatus[] = [];
  const judge = (part: HealthPart, valuePpm: number | null): void => {
    if (valuePpm === null) return;
    const { degradedPpm, unhealthyPpm } = limits[part];
    const status = valuePpm > unhealthyPpm ? "unhealthy" : valuePpm > degradedPpm ? "degraded" : "healthy";
    parts.push({ part, status, valuePpm });
  };
  judge("errors", attempts < ATTEMPTS_MIN ? null : (errors / attempts) * 1_000_000);
  judge("cpu", facts.cpuPpm);
  judge("memory", facts.memoryPpm);
  judge("workers", facts.workersPpm);
  if (baselineOk !== null) {
    parts.push({ part: "baseline", status: baselineOk ? "healthy" : "unhealthy", valuePpm: null });
  }
  if (candidateOk !== null) {
    parts.push({ part: "candidate", status: candidateOk ? "healthy" : "degraded", valuePpm: null });
  }
  return parts;
}

/** The worst status of the parts; null where nothing is known. */
export function overallStatus(parts: readonly PartStatus[]): HealthStatus | null {
  if (parts.length === 0) return null;
  if (parts.some((part) => part.status === "unhealthy")) return "unhealthy";
  return parts.some((part) => part.status === "degraded") ? "degraded" : "healthy";
}
