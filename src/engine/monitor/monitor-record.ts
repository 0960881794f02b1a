/** What the monitor leaves in the record of a run besides decisions. Shares are fractions, times milliseconds. */
import type { VersionFigures } from "../result.ts";

/** The two versions by name. */
export type RecordedVersion = "baseline" | "candidate";

/** One failed attempt. */
export interface RecentError {
  /** When it completed. */
  readonly atMs: number;
  readonly version: RecordedVersion;
  readonly route: string;
  readonly kind: string;
}

/** Failed attempts of one kind or of one route. */
export interface ErrorShare {
  readonly name: string;
  readonly baseline: number;
  readonly candidate: number;
  /** Of all failed attempts. */
  readonly share: number;
}

/** A time in which a version failed more often than its rate before leads to by luck. */
export interface ErrorBurst {
  readonly fromMs: number;
  readonly toMs: number;
  readonly errors: number;
  readonly attempts: number;
}

/** How one version failed. */
export interface VersionErrors {
  /** Failed attempts that completed; the sum over kinds, and over routes. */
  readonly errors: number;
  /** Most requests in a row, in the order of arrival at the version, whose attempts all failed; in flight included. */
  readonly longestRun: number;
  /** Runs of at least five. */
  readonly longRuns: number;
  /** How many bursts there were; the first of them stand in `bursts`. */
  readonly burstCount: number;
  readonly bursts: readonly ErrorBurst[];
}

/** Failed attempts of a run, where the policy's monitor records them. */
export interface ErrorsRecord {
  /** Of all failed attempts that completed. */
  readonly total: number;
  /** The kinds that occurred, most frequent first. */
  readonly kinds: readonly ErrorShare[];
  /** The routes on which attempts failed, most failures first; at most ten. */
  readonly routes: readonly ErrorShare[];
  readonly baseline: VersionErrors;
  readonly candidate: VersionErrors;
  /** The newest, in the order of completion. */
  readonly recent: readonly RecentError[];
}

/** Both versions on one slice of the traffic during one stay in a phase. */
export interface SliceRecord {
  /** `of "GET /b"`, `in region=eu`. */
  readonly slice: string;
  readonly phase: string;
  readonly enteredAtMs: number;
  readonly baseline: VersionFigures;
  readonly candidate: VersionFigures;
}

/** What the monitor wrote to its log. */
export interface MonitorRecord {
  readonly summaries: number;
  /** The newest summary line; null: none yet. */
  readonly lastSummary: string | null;
  readonly reports: number;
  /** Lines of the report at the run's end; empty where the policy asks for no reports. */
  readonly finalReport: readonly string[];
}

/** Figures of a metric of the world's own, of the requests that the version served. */
export interface OwnFigures {
  readonly samples: number;
  /** Of a number, where it has one. */
  readonly unit?: string;
  /** Of a boolean: the share that is true, a fraction; null without samples. */
  readonly rate?: number | null;
  /** Of a number. */
  readonly mean?: number | null;
  readonly p50?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
  readonly p999?: number | null;
}
