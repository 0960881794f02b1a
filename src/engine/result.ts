/**
 * What one run leaves behind, as others may rely on it: the fields of `--json`. Times are milliseconds from the
 * run's start; rates are fractions (0.31 is 31 %). Fields may be added, never renamed.
 */
import type { Comparison, RuleWindow } from "./deployment/policy.ts";
import type { RollbackRecord } from "./deployment/rollback-result.ts";
import type { ErrorsRecord, MonitorRecord, OwnFigures, SliceRecord } from "./monitor/monitor-record.ts";
import type { ParityRecord } from "./parity/parity-result.ts";
import type { PipelineRecord } from "./pipeline/pipeline-result.ts";
import type { ResourcesRecord } from "./resources/resource-result.ts";
import type { RoutingRecord } from "./routing/routing-result.ts";
import type { ShardRecord } from "./shard-record.ts";
import type { StatisticEvidence } from "./statistics/evidence.ts";
import type { TraceRecord } from "./trace-record.ts";

/** How a run ended. */
export type Outcome = "completed" | "rolled-back" | "rollback-failed" | "stalled" | "paused" | "awaiting-approval";

/** One version during one phase. Latencies are within 1 % (log-linear histogram), null where nothing was measured. */
export interface VersionFigures {
  /** Requests routed to the version that completed in the phase. */
  readonly requests: number;
  /**
   * Attempts on the version, which its error rate is divided by: a request that it declined is none. Of the baseline,
   * without those that it made as a fallback.
   */
  readonly attempts: number;
  /** Attempts on the version that failed. */
  readonly errors: number;
  /** Candidate: requests that fell back. Baseline: attempts it made as a fallback. */
  readonly fallbacks: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly meanMs: number | null;
  /** Metrics of the world's own, by name; absent where it has none. */
  readonly metrics?: Readonly<Record<string, OwnFigures>>;
}

/** Why a phase ended. `advanced`: its gates passed, for the last phase too; `held`: the run ended in it. */
export type PhaseVerdict = "advanced" | "rolled-back" | "held" | "overridden";

/** One stay in one phase; a phase that was entered twice has two records. */
export interface PhaseRecord {
  readonly name: string;
  readonly trafficPercent: number;
  readonly enteredAtMs: number;
  readonly leftAtMs: number;
  readonly verdict: PhaseVerdict;
  readonly baseline: VersionFigures;
  readonly candidate: VersionFigures;
}

/** What a rule saw when it was looked at. */
export interface Evidence {
  /** Name of the rule (gate or trigger). */
  readonly rule: string;
  readonly metric: string;
  /** The slice of the traffic that it was measured on, as in `of "GET /b"`; absent: all of it. */
  readonly slice?: string;
  /** Fraction, milliseconds or plain number, by the metric's unit; null when absent. */
  readonly value: number | null;
  readonly operator: Comparison;
  readonly limit: number;
  /** Length of the window in milliseconds: for a phase window, the phase so far. */
  readonly windowMs: number;
  readonly window: RuleWindow["kind"];
  readonly samples: number;
  readonly minSamples: number;
  /** Three-valued: does the condition hold? */
  readonly holds: "yes" | "no" | "not enough data";
  /** True where the value comes from a histogram (within 1 %), not from exact counts. */
  readonly approximate: boolean;
  /** What stands behind it where the rule is more than a plain comparison. */
  readonly statistic?: StatisticEvidence;
  /** Why a comparison of the versions means nothing now; it is then never enough data. */
  readonly invalid?: string;
}

export type { ShardRecord, SuiteEntryRecord } from "./shard-record.ts";
export type { RoutingRecord } from "./routing/routing-result.ts";
export type { RollbackPromise, RollbackRecord, RollbackStepRecord } from "./deployment/rollback-result.ts";

/** Kinds of decisions: what `decisions` of the `--json` document holds. */
export const DECISION_KINDS = [
  "start",
  "advance",
  "hold",
  "rollback",
  "pause",
  "resume",
  "override",
  "adjust",
  "alert",
  "investigate",
  "complete",
] as const;
/** What else the audit trail holds: what `events` of the `--json` document holds. */
export const EVENT_KINDS = [
  "notify",
  "refused",
  "flags",
  "health",
  "fault",
  "verified",
  /** A phase waits for a sign-off. */
  "await",
  "approve",
  "reject",
  "review",
  /** Investigations are closed. */
  "close",
  /** A step of the rollback is tried again. */
  "retry",
  "rollback-failed",
  /** What people do after a rollback. */
  "aftermath",
  /** A stage of the pipeline begins, ends or fails. */
  "stage",
] as const;

/** Kinds of entries of the audit trail. */
export type DecisionKind = (typeof DECISION_KINDS)[number] | (typeof EVENT_KINDS)[number];

/** One entry of the audit trail: who did what, when, why, on what evidence. */
export interface Decision {
  /** Its place in the audit trail, from 0: decisions and events together, in order. */
  readonly sequence: number;
  readonly atMs: number;
  /** The phase in which it was taken. */
  readonly phase: string;
  readonly kind: DecisionKind;
  /** Decisions: `manager` or `operator:NAME`. Events: also `monitor` and `scenario`. */
  readonly by: string;
  readonly reason: string;
  /** The evidence that decided; null where none was needed. */
  readonly evidence: Evidence | null;
  /** All that was looked at for it (every gate of an advance), the deciding one included. */
  readonly looked: readonly Evidence[];
}

/** Who was hurt. Counts of requests that arrived, by what happened to them in the end. */
export interface Impact {
  readonly requests: number;
  readonly candidateRequests: number;
  /** The user got a failure. */
  readonly failedRequests: number;
  /** Failed, where the baseline would have served. */
  readonly harmedRequests: number;
  /** Served, but later than both limits of `SlowedLimits` against the baseline, failed attempts included. */
  readonly slowedRequests: number;
  /** The candidate failed or declined, and the baseline served in its place. */
  readonly savedByFallback: number;
  /** Distinct users (keys) with at least one request routed to the candidate. */
  readonly usersExposed: number;
}

/** What the engine says of one run. */
export interface RunRecord {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: string;
  readonly outcome: Outcome;
  readonly endedAtMs: number;
  /** The calendar at the run's start, milliseconds since 1970-01-01T00:00:00Z; absent: the run has no date. */
  readonly calendarStartMs?: number;
  /** Why the run ended where it did, in words: `rollback verified`, `trace ended`, `the scenario's duration is over`. */
  readonly ending: string;
  readonly phases: readonly PhaseRecord[];
  /** The whole audit trail, in order; `--json` tells decisions and events apart, see `EVENT_KINDS`. */
  readonly decisions: readonly Decision[];
  readonly rollback: RollbackRecord | null;
  readonly impact: Impact;
  /** Requests in flight when the run ended. */
  readonly inFlight: number;
  /** Absent: one plain router. */
  readonly routing?: RoutingRecord;
  /** Failed attempts by kind, route and time; absent where the policy's monitor does not record them. */
  readonly errors?: ErrorsRecord;
  /** Figures per slice and stay in a phase; absent where the policy's monitor asks for none. */
  readonly slices?: readonly SliceRecord[];
  /** What the monitor wrote to its log; absent where the policy has no monitor. */
  readonly monitor?: MonitorRecord;
  /** What the resources came to; absent where the plan declares none. */
  readonly resources?: ResourcesRecord;
  /** Shadow traffic and how the answers compared; absent where there is none. */
  readonly parity?: ParityRecord;
  /** The stages around the rollout; absent where the scenario has none. */
  readonly pipeline?: PipelineRecord;
  /** What the model leaves out of what was asked, in words. */
  readonly notes: readonly string[];
  /** 16 hexadecimal digits; equal for runs that went equally. */
  readonly digest: string;
}

/** One expectation and how it fared. */
export interface ExpectationRecord {
  readonly text: string;
  readonly held: boolean;
  readonly got: string;
  readonly file: string;
  readonly line: number;
  /** True: a shard that saw too few replications to say; `held` is then true. */
  readonly undecided?: boolean;
}

/** How many of some runs, with the Wilson score interval of their share at 95 %; shares are fractions. */
export interface RunShare {
  readonly count: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** One run among the replications of a scenario. */
export interface ReplicationRecord {
  /** From 0; the first has the scenario's own seed. */
  readonly replication: number;
  readonly seed: string;
  readonly outcome: Outcome;
  /** What rolled it back; null where nothing did. */
  readonly trigger: string | null;
  /** The last phase that was entered; null where none was. */
  readonly phase: string | null;
  readonly endedAtMs: number;
  /** Onset to detection; null where no rule detected anything. */
  readonly detectionDelayMs: number | null;
  readonly usersExposed: number;
  readonly harmedRequests: number;
  readonly digest: string;
}

/** The replications of a scenario, as many as ran here. */
export interface ReplicationsRecord {
  /** How many ran here. */
  readonly count: number;
  /** How many were asked for; more than `count` in a shard. */
  readonly of: number;
  /** Outcomes that came, the most frequent first. */
  readonly outcomes: readonly (RunShare & { readonly outcome: Outcome })[];
  /** What rolled back, the most frequent first. */
  readonly triggers: readonly (RunShare & { readonly trigger: string })[];
  /**
   * Delays of detection over all runs; a run in which nothing was detected counts as longer than all others
   * (censored). A quantile (nearest rank) that falls among those is null.
   */
  readonly detectionDelay: {
    readonly detected: number;
    readonly censored: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
  };
  /** In how many runs each expectation of the scenario was met. */
  readonly expectations: readonly (RunShare & { readonly text: string })[];
  readonly runs: readonly ReplicationRecord[];
}

/** A warning about what was rehearsed: the rule that says so (null: no lint), where, and what. */
export interface WarningRecord {
  readonly rule: string | null;
  readonly file: string;
  /** From 1; 0 where there is no line. */
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** One entry of `results` in `--json`. */
export interface ScenarioRecord extends RunRecord {
  readonly trace: TraceRecord | null;
  readonly expectations: readonly ExpectationRecord[];
  /** Where a scenario was replicated (`--replications`); the rest of the record is then of its first run. */
  readonly replications?: ReplicationsRecord;
}

/** The document that `--json` prints. */
export interface RunDocument {
  readonly schema: "rehearse.run/1";
  /** The command that reproduces it, as typed, seed included. */
  readonly command: string;
  readonly results: readonly ScenarioRecord[];
  /** What is unwise in the scenarios and their policies; absent where nobody looked. */
  readonly warnings?: readonly WarningRecord[];
  /** Which part of a suite this is; absent where it is the whole. */
  readonly shard?: ShardRecord;
}
