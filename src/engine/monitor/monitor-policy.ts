/** What a policy asks of its monitor beyond its rules, and what can go wrong with the monitor itself. Plain data. */

/** Shares, in parts per million, from which a part of the system counts as degraded and as unhealthy: above, not at. */
export interface HealthLimit {
  readonly degradedPpm: number;
  readonly unhealthyPpm: number;
}

/** The parts that the overall status is made of besides health polls. */
export type HealthPart = "errors" | "cpu" | "memory" | "workers";

/** Limits of the overall status by part. */
export type HealthLimits = Readonly<Record<HealthPart, HealthLimit>>;

/**
 * Ours: no document states figures for the overall status. 5 % of errors is the limit of the alert and 10 % that of the
 * rollback of `setbull-v2`; 80 % of memory is its alert.
 */
export const HEALTH_LIMITS: HealthLimits = {
  errors: { degradedPpm: 50_000, unhealthyPpm: 100_000 },
  cpu: { degradedPpm: 800_000, unhealthyPpm: 950_000 },
  memory: { degradedPpm: 800_000, unhealthyPpm: 950_000 },
  workers: { degradedPpm: 800_000, unhealthyPpm: 990_000 },
};

/** What the monitor does besides looking at rules. Everything is optional, and costs nothing where it is not asked for. */
export interface MonitorPolicy {
  /** A summary line so often; a whole number of ticks. Absent: none. */
  readonly summaryEveryUs?: number;
  /** A report of all stages so often, and at the end; a whole number of ticks. Absent: none. */
  readonly reportEveryUs?: number;
  /** So many of the newest failed attempts are kept; 0: failures are not recorded one by one. */
  readonly recentErrors: number;
  /** Broken down by `route` and by dimensions of segments (`region`), per phase. */
  readonly by: readonly string[];
  /** The monitor sees the figures as they were when it last fetched them; a whole number of ticks. Absent: at once. */
  readonly scrapeEveryUs?: number;
  /** Figures older than this are no data. Absent: any age will do. */
  readonly staleAfterUs?: number;
  readonly health: HealthLimits;
}

/** A fault of the monitor itself, in effect at the ticks in `[atUs, untilUs)`; the system goes on as it is. */
export interface MonitorFault {
  /** Shown in the audit trail, e.g. `monitor blind`. */
  readonly name: string;
  readonly atUs: number;
  readonly untilUs: number;
  /**
   * `blind`: there is no data. `late`: the figures are those of `lateUs` ago. `stale`: they stay as they were when the
   * fault began.
   */
  readonly effect: { readonly kind: "blind" | "stale" } | { readonly kind: "late"; readonly lateUs: number };
}
