/**
 * What one run leaves behind, as others may rely on it: the fields of `--json`. Times are milliseconds from the
 * run's start; rates are fractions (0.31 is 31 %). Fields may be added, never renamed.
 */
import type { Comparison, RuleWindow } from "./deployment/policy.ts";

/** How a run ended. */
export type Outcome = "completed" | "rolled-back" | "rollback-failed" | "stalled" | "paused" | "awaiting-approval";

/** One version during one phase. Latencies are within 1 % (log-linear histogram), null where nothing was measured. */
export interface VersionFigures {
  /** Requests routed to the version that completed in the phase. */
  readonly requests: number;
  /** Attempts on the version that failed. */
  readonly errors: number;
  /** Candidate: requests that fell back. Baseline: attempts it made as a fallback. */
  readonly fallbacks: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly meanMs: number | null;
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
}

/** Decisions: what `decisions` of the record holds. */
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
/** What else the audit trail holds: what `events` of the record holds. */
export const EVENT_KINDS = ["notify", "refused", "flags", "health", "fault", "verified"] as const;

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

/** One step of a rollback as it went. */
export interface RollbackStepRecord {
  readonly name: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly result: "done" | "failed";
}

/** The rollback, if there was one. */
export interface RollbackRecord {
  /** Name of the trigger, or `operator:NAME`. */
  readonly trigger: string;
  /** When what it detected began: the newest fault active at detection, else the candidate's first request. */
  readonly onsetAtMs: number | null;
  readonly detectedAtMs: number;
  /** When the last router stopped sending traffic to the candidate; null: not before the run ended. */
  readonly revertedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  readonly steps: readonly RollbackStepRecord[];
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
  /** Why the run ended where it did, in words: `rollback verified`, `trace ended`, `the scenario's duration is over`. */
  readonly ending: string;
  readonly phases: readonly PhaseRecord[];
  readonly decisions: readonly Decision[];
  /** The rest of the audit trail: changes of flags, faults, health, refused commands, verification. */
  readonly events: readonly Decision[];
  readonly rollback: RollbackRecord | null;
  readonly impact: Impact;
  /** Requests in flight when the run ended. */
  readonly inFlight: number;
  /** What the model leaves out of what was asked, in words. */
  readonly notes: readonly string[];
  /** 16 hexadecimal digits; equal for runs that went equally. */
  readonly digest: string;
}

/** What a replay says of the trace it ran on; null for scenarios. */
export interface TraceRecord {
  readonly format: string;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: readonly {
    readonly reason: string;
    readonly count: number;
    readonly firstLines: readonly { readonly line: number; readonly text: string }[];
  }[];
  /** Rows that start before the row directly above them in the file. */
  readonly outOfOrder: number;
  /** How far at most a row starts before any row above it, milliseconds. */
  readonly outOfOrderMsMax: number;
  readonly duplicates: number;
  /** Accepted rows without a latency: the model supplies it. */
  readonly withoutLatency: number;
  /** Rows whose client left before an answer: excluded from the accepted ones' outcomes, and counted. */
  readonly clientLeft: number;
  /** Time from the first to the last row as recorded, milliseconds. */
  readonly spanMs: number;
  /** First row's time as ISO 8601 in UTC; null when the times are relative. */
  readonly startsAt: string | null;
  readonly keys: number;
  readonly routes: number;
  readonly rate: number;
  readonly amplify: number;
  /** How many outcomes of requests routed to the candidate were recorded, resampled and modelled. */
  readonly recorded: number;
  readonly resampled: number;
  readonly modelled: number;
}

/** One expectation and how it fared. */
export interface ExpectationRecord {
  readonly text: string;
  readonly held: boolean;
  readonly got: string;
  readonly file: string;
  readonly line: number;
}

/** One entry of `results` in `--json`. */
export interface ScenarioRecord extends RunRecord {
  readonly trace: TraceRecord | null;
  readonly expectations: readonly ExpectationRecord[];
}

/** The document that `--json` prints. */
export interface RunDocument {
  readonly schema: "rehearse.run/1";
  /** The command that reproduces it, as typed, seed included. */
  readonly command: string;
  readonly results: readonly ScenarioRecord[];
}
