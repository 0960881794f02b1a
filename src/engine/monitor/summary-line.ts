/**
 * The summary line of the monitor and the lines of its stage reports, to the letter. Percentages and megabytes have one
 * decimal, halves rounded up; a megabyte is a million bytes, as in scenarios. What is not measured, or has nothing to be
 * divided by, is `n/a`.
 */
import { MINUTE_US, SECOND_US } from "../kernel/units.ts";
import type { VersionFigures } from "../result.ts";

/** What the summary line says. Counts are since the run's start. */
export interface SummaryFigures {
  /** Requests that completed, by the version they were routed to. */
  readonly baselineRequests: number;
  readonly candidateRequests: number;
  /** Attempts that failed, on either version. */
  readonly errors: number;
  /** Requests of the candidate that the baseline was given. */
  readonly fallbacks: number;
  /** Look-ups in the caches, and those that found something; null: no cache is simulated. */
  readonly cache: { readonly hits: number; readonly lookups: number } | null;
  /** Of the baseline and of the candidate; null: not simulated. */
  readonly memoryBytes: readonly [number | null, number | null];
  readonly uptimeUs: number;
}

/**
 * `METRICS SUMMARY: Total=1000, V1=500, V2=500, Errors=5 (0.5%), Fallbacks=2 (0.4%), Cache=85.2%,
 * Memory=45.2MB/32.1MB, Uptime=2h15m` on one line. Errors are divided by the total, fallbacks by V2.
 */
export function summaryLine(figures: SummaryFigures): string {
  const { baselineRequests, candidateRequests, errors, fallbacks, cache, memoryBytes, uptimeUs } = figures;
  const total = baselineRequests + candidateRequests;
  const [v1, v2] = memoryBytes;
  const memory = v1 === null && v2 === null ? "n/a" : `${megabytes(v1)}/${megabytes(v2)}`;
  return [
    `METRICS SUMMARY: Total=${total}`,
    `V1=${baselineRequests}`,
    `V2=${candidateRequests}`,
    `Errors=${errors} (${percent(errors, total)})`,
    `Fallbacks=${fallbacks} (${percent(fallbacks, candidateRequests)})`,
    `Cache=${cache === null ? "n/a" : percent(cache.hits, cache.lookups)}`,
    `Memory=${memory}`,
    `Uptime=${shortDuration(uptimeUs)}`,
  ].join(", ");
}

/** One version in one stage: requests, errors, error rate (of its attempts), P50, P99, P999, duration. */
export function stageLine(stage: string, version: "V1" | "V2", figures: VersionFigures, durationUs: number): string {
  const { requests, attempts, errors, p50Ms, p99Ms, p999Ms } = figures;
  return [
    `STAGE REPORT: Stage=${stage}`,
    `Version=${version}`,
    `Requests=${requests}`,
    `Errors=${errors} (${percent(errors, attempts)})`,
    `P50=${milliseconds(p50Ms)}`,
    `P99=${milliseconds(p99Ms)}`,
    `P999=${milliseconds(p999Ms)}`,
    `Duration=${shortDuration(durationUs)}`,
  ].join(", ");
}

/** `2h15m`, `15m30s`, `30s`: whole seconds, without parts that are zero. */
function shortDuration(us: number): string {
  const seconds = Math.floor(us / SECOND_US);
  const minutes = Math.floor(seconds / (MINUTE_US / SECOND_US));
  const parts = [
    [Math.floor(minutes / 60), "h"],
    [minutes % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "n/a" : `${tenths(part * 100, whole)}%`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "n/a" : `${tenths(bytes, 1_000_000)}MB`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? "n/a" : `${tenths(Math.round(ms * 1_000), 1_000)}ms`;
}

/** `part / whole` with one decimal, decided on integers. */
function tenths(part: number, whole: number): string {
  const all = Math.floor((20 * part + whole) / (2 * whole));
  return `${Math.floor(all / 10)}.${all % 10}`;
}
