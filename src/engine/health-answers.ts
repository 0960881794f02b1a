/**
 * What the simulated service answers at any time: `/health`, for a load balancer or a monitor that polls, and
 * `/status`, for people. Both are functions of a state, which is left as it is.
 */
import { MINUTE_US, msFromUs } from "./kernel/units.ts";
import { spanFrom } from "./looking.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, FALLBACKS, REQUESTS, versionOffset } from "./monitor/counters.ts";
import type { Span } from "./monitor/measure.ts";
import {
  healthFacts,
  healthParts,
  overallStatus,
  type HealthStatus,
  type PartStatus,
} from "./monitor/system-health.ts";
import { totalsAtTick } from "./monitor/totals.ts";
import { resourceSummary } from "./resource-summary.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";
import { standingPhase } from "./standing-phase.ts";

/** One check of `/health`. */
export interface HealthCheck {
  readonly name: string;
  readonly status: HealthStatus;
  /** The share that was judged, as a fraction; null for health polls and for a rollback that has failed. */
  readonly value: number | null;
}

/** The answer to `GET /health`. */
export interface HealthAnswer {
  /** 200 while healthy or degraded, 503 while unhealthy. */
  readonly httpStatus: 200 | 503;
  /** `unknown`: nothing has been measured yet. */
  readonly status: HealthStatus | "unknown";
  readonly atMs: number;
  /** Errors and CPU are those of this long before. */
  readonly windowMs: number;
  readonly checks: readonly HealthCheck[];
}

/** One version in the answer to `GET /status`. Counts are since the start. */
export interface VersionStatus {
  readonly healthy: boolean;
  readonly requests: number;
  readonly attempts: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly memoryBytes: number | null;
}

/** The answer to `GET /status`. */
export interface StatusAnswer {
  readonly status: HealthStatus | "unknown";
  readonly atMs: number;
  readonly deployment: {
    readonly policy: string;
    readonly status: string;
    readonly phase: string;
    /** What the router sends to the candidate, percent of the keys. */
    readonly trafficPercent: number;
  };
  readonly flags: Readonly<Record<string, boolean | number>>;
  readonly baseline: VersionStatus;
  readonly candidate: VersionStatus;
  /** Hits / look-ups since the start; null where no cache is simulated or nothing was looked up. */
  readonly cacheHitRate: number | null;
  /** Names of the alerts that are raised. */
  readonly alerts: readonly string[];
  readonly lastSummary: string | null;
  /** Why the run is over; null while it goes on. */
  readonly ending: string | null;
}

/** What `/health` answers now. */
export function healthAnswer(ready: ReadyPlan, state: StackState): HealthAnswer {
  const span = lastMinute(ready, state);
  const measured = healthParts(healthFacts(span));
  // The baseline serves, but a person has to act.
  const parts: PartStatus[] =
    state.manager.status === "failed"
      ? [...measured, { part: "rollback", status: "degraded", valuePpm: null }]
      : measured;
  const status = overallStatus(parts) ?? "unknown";
  return {
    httpStatus: status === "unhealthy" ? 503 : 200,
    status,
    atMs: msFromUs(state.kernel.nowUs),
    windowMs: msFromUs(span.to.atUs - span.from.atUs),
    checks: parts.map(({ part, status: ofPart, valuePpm }) => ({
      name: part,
      status: ofPart,
      value: valuePpm === null ? null : valuePpm / 1_000_000,
    })),
  };
}

/** What `/status` answers now. */
export function statusAnswer(ready: ReadyPlan, state: StackState): StatusAnswer {
  const { plan } = ready;
  const { policy } = plan;
  const { cache, memoryBytes } = resourceSummary(ready, state);
  const { lastSummary } = state.monitoring;
  return {
    status: healthAnswer(ready, state).status,
    atMs: msFromUs(state.kernel.nowUs),
    deployment: {
      policy: policy.name,
      status: state.manager.status,
      phase: standingPhase(ready, state),
      trafficPercent: state.router.sharePpm / 10_000,
    },
    flags: { ...effectiveFlags(ready, state.flags) },
    baseline: versionStatus(state, BASELINE, memoryBytes[BASELINE]),
    candidate: versionStatus(state, CANDIDATE, memoryBytes[CANDIDATE]),
    cacheHitRate: cache === null || cache.lookups === 0 ? null : cache.hits / cache.lookups,
    alerts: policy.alerts.filter((_, i) => state.alerts[i]?.raised === true).map((alert) => alert.name),
    lastSummary: lastSummary === "" ? null : lastSummary,
    ending: state.ending === "" ? null : state.ending,
  };
}

/** The last minute, or as much of it as is known. */
function lastMinute(ready: ReadyPlan, state: StackState): Span {
  const { tickUs } = ready.plan.policy;
  const ticks = Math.min(Math.ceil(MINUTE_US / tickUs), ready.monitor.ringTicks);
  return spanFrom(ready, state, totalsAtTick(state.ring, state.ring.newestTick - ticks, tickUs));
}

function versionStatus(state: StackState, version: 0 | 1, memoryBytes: number | null): VersionStatus {
  const count = (counter: number): number => state.recording.counters[versionOffset(version) + counter] as number;
  return {
    healthy: state.health[version].ok,
    requests: count(REQUESTS),
    attempts: count(ATTEMPTS),
    errors: count(ERRORS),
    fallbacks: count(FALLBACKS),
    memoryBytes,
  };
}
