/**
 * What is counted, cumulatively, from the run's start: integers in one Float64Array, so that a window or a phase is
 * the difference of two copies. Samples enter at the completion of what they measure; `impact` counts arrivals.
 */

/** Counters of one version, as offsets from `versionOffset(version)`. */
export const ATTEMPTS = 0;
/** Attempts on the version that failed. */
export const ERRORS = 1;
/** Sum of the latencies of its attempts, microseconds. */
export const LATENCY_SUM_US = 2;
/** Requests routed to the version that completed. */
export const REQUESTS = 3;
/** Of these, those whose user got a failure. */
export const USER_FAILURES = 4;
/** Candidate: of these, those that fell back. Baseline: attempts made as a fallback. */
export const FALLBACKS = 5;
/** Candidate: of these, those that it declined without an attempt. */
export const DECLINES = 6;
/** Counters per version. */
export const VERSION_COUNTERS = 7;

/** Version index of the baseline. */
export const BASELINE = 0;
/** Version index of the candidate. */
export const CANDIDATE = 1;

/** Counters of impact, after those of the two versions. */
export const ARRIVED = 2 * VERSION_COUNTERS;
/** Requests that arrived and were routed to the candidate. */
export const ARRIVED_CANDIDATE = ARRIVED + 1;
/** Arrivals whose user will get a failure. */
export const FAILED = ARRIVED + 2;
/** Of these, those that the baseline would have served. */
export const HARMED = ARRIVED + 3;
/** Served, but later than both limits against the baseline. */
export const SLOWED = ARRIVED + 4;
/** The candidate failed or declined, and the baseline served in its place. */
export const SAVED = ARRIVED + 5;
/** Distinct keys routed to the candidate at least once. */
export const USERS_EXPOSED = ARRIVED + 6;

/** From here on: for each limit, attempts of the baseline above it, then of the candidate. */
export const LIMITS = ARRIVED + 7;

/** Where a version's counters start. */
export function versionOffset(version: number): number {
  return version * VERSION_COUNTERS;
}

/** Counter of the attempts of a version above the limit with this index. */
export function limitCounter(limitIndex: number, version: number): number {
  return LIMITS + 2 * limitIndex + version;
}

/** How many counters there are with so many limits. */
export function counterCount(limits: number): number {
  return LIMITS + 2 * limits;
}
