/**
 * The policy: how traffic is moved to the candidate, what must hold to advance (gates), and what stops it
 * (triggers). Plain data; written by hand in TypeScript or read from YAML by `scenarios/`.
 */
import type { MonitorPolicy } from "../monitor/monitor-policy.ts";
import type { OwnMetricKind } from "../service/own-metric.ts";
import type { BoundMethod } from "../statistics/evidence.ts";

/** Comparison operators of rules and expectations on numbers. */
export type Comparison = "<" | "<=" | ">" | ">=";

/**
 * The span of time that a rule measures: a sliding window of a fixed length (a whole number of ticks), or
 * everything since the current phase began (what was then in flight included).
 */
export type RuleWindow = { readonly kind: "sliding"; readonly lengthUs: number } | { readonly kind: "phase" };

/** A slice of the traffic: a route, a segment of the users, or where the two meet. */
export interface RuleSlice {
  readonly route?: string;
  /** `region=eu`; several dimensions as `region=eu and plan=pro`. */
  readonly segment?: string;
}

/** How sure a condition has to be: an interval's end, not the value, must be on the right side of the limit. */
export interface RuleBound {
  readonly method: BoundMethod;
  /** Confidence of each end by itself, parts per million: 95 % is 950,000. More than half, less than all. */
  readonly confidencePpm: number;
}

/**
 * A test that goes on from attempt to attempt, of the bad rate against the good one, which is the condition's limit.
 * Rates and chances are in parts per million.
 */
export type SequentialTest =
  /** One-sided Bernoulli CUSUM; `alarm` is the score at which it fires. */
  | { readonly kind: "cusum"; readonly badPpm: number; readonly alarm: number }
  /** Wald's test, begun anew whenever it finds the rate good. */
  | { readonly kind: "sprt"; readonly badPpm: number; readonly falseAlarmPpm: number; readonly missPpm: number };

/** One condition on one metric. */
export interface Condition {
  /** Full name in the catalogue, scope included: `candidate.errorRate`, `all.successRate`, `latency.delta`. */
  readonly metric: string;
  readonly operator: Comparison;
  /** The limit in the metric's base unit: parts per million for rates, microseconds for durations, else as it is. */
  readonly limit: number;
  readonly window: RuleWindow;
  /** Fewer samples of the metric's denominator than this in the window: not enough data. At least 1. */
  readonly minSamples: number;
  /** Only the requests of this slice of the traffic; absent: all. */
  readonly slice?: RuleSlice;
  /** Absent: the value itself is compared. */
  readonly bound?: RuleBound;
  /** A second, shorter sliding window, a whole number of ticks, over which the condition must hold as well. */
  readonly alsoOverUs?: number;
  /** The service level that the limit was written against, as a burn rate of its error budget: 99.9 % is 999,000. */
  readonly objectivePpm?: number;
}

/** A condition that has to hold before a phase may be left for the next one. */
export interface Gate extends Condition {
  /** Name within its phase, unique there: by default `METRIC OPERATOR` made readable, e.g. `error-rate`. */
  readonly name: string;
}

/** What a trigger does when it fires. */
export type TriggerAction = "rollback" | "pause" | "investigate" | "notify";
/** How grave a trigger or an alert is. */
export type Severity = "info" | "warning" | "critical";

/** A condition that is looked at on every tick, and acts when it holds. The first in the list wins. */
export interface Trigger extends Condition {
  /** Unique within the policy, e.g. `error-rate`. */
  readonly name: string;
  /** The condition must have held at every tick for this long before the trigger fires; 0 fires at once. */
  readonly forUs: number;
  /** Decides instead of a comparison over the window; only on an `errorRate`, with the operator `>`. */
  readonly sequential?: SequentialTest;
  readonly severity: Severity;
  readonly action: TriggerAction;
  /** Names of the phases in which it is looked at; null: in all of them. */
  readonly phases: readonly string[] | null;
}

/** An alert: a condition that is announced when it starts to hold and when it ceases to; it never moves traffic. */
export interface AlertRule extends Condition {
  readonly name: string;
  readonly forUs: number;
  /** A raised alert is resolved only when its condition has not held for this long; absent or 0: at once. */
  readonly keepFiringUs?: number;
  readonly severity: Severity;
  /** Names of the phases in which it is looked at; null or absent: always. */
  readonly phases?: readonly string[] | null;
}

/** What happens when something that should be decided cannot be: too few samples, or a maximum duration is over. */
export type Fallthrough = "wait" | "pause" | "rollback";

/** Who has to sign off before a phase is entered. */
export interface Approval {
  /** All of these, as roles or names; none named: anybody, once. */
  readonly by: readonly string[];
}

/** An instant of the calendar. */
export interface CalendarInstant {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly epochMs: number;
  /** As it is written, for people. */
  readonly text: string;
}

/** A span of the week, UTC, in which changes are allowed. */
export interface ChangeWindow {
  /** Days on which it begins, 0 (Sunday) to 6. */
  readonly days: readonly number[];
  /** Minutes since midnight: allowed in `[fromMinute, toMinute)`, over midnight where `toMinute` is not greater. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly text: string;
}

/** A span of the calendar, `[from, until)`, in which nothing is changed. */
export interface ChangeFreeze {
  readonly name: string;
  readonly from: CalendarInstant;
  readonly until: CalendarInstant;
}

/** When the next phase may be entered: inside one of the windows (if there are any), outside all freezes. */
export interface ChangeSchedule {
  readonly windows: readonly ChangeWindow[];
  readonly freezes: readonly ChangeFreeze[];
}

/** One step of the rollout. */
export interface Phase {
  /** Unique within the policy, e.g. `CANARY`. */
  readonly name: string;
  /** Share of the keys that are routed to the candidate, in parts per million of all: 1 % is 10,000. */
  readonly trafficPpm: number;
  /** Gates are not looked at before the phase's clock (which stands still while paused) shows this. */
  readonly minDurationUs: number;
  /** When the phase's clock shows this and the gates have not passed, `onMaxDuration` happens; null: never. */
  readonly maxDurationUs: number | null;
  readonly onMaxDuration: Exclude<Fallthrough, "wait">;
  /** What to do when the minimum duration is over and a gate still has not enough data. */
  readonly onNotEnoughData: Fallthrough;
  readonly gates: readonly Gate[];
  /** Entered only after this sign-off; absent: the manager enters it by itself. */
  readonly approval?: Approval;
  /** Entered by the manager no earlier than this; absent: as soon as it can be. */
  readonly startsAt?: CalendarInstant;
}

/** A step of the rollback procedure; steps run one after the other. */
export interface RollbackStep {
  readonly name: string;
  /**
   * What it does to the simulated stack, besides taking time. `revert-flags` sends all traffic back and
   * `stop-candidate` cuts off the candidate's requests in flight, both when the step has succeeded;
   * `restart-baseline` takes a share of the baseline away for as long as the step lasts.
   */
  readonly does: "revert-flags" | "stop-candidate" | "restart-baseline" | "nothing";
  /** How long it takes; with `durationMaxUs`, at least. */
  readonly durationUs: number;
  /** The time is drawn evenly between `durationUs` and this; absent: it takes exactly `durationUs`. */
  readonly durationMaxUs?: number;
  /** How long it is promised to take at most, its retries included; absent: nothing is promised. */
  readonly promiseUs?: number;
  /** The chance, parts per million, that an attempt takes so many times as long; absent: none. */
  readonly slow?: { readonly chancePpm: number; readonly factor: number };
  /** The chance, parts per million, that an attempt fails; absent: none. */
  readonly failsPpm?: number;
  /** How often a failed attempt is made again before the rollback has failed; absent: never. */
  readonly retries?: number;
  /** `restart-baseline`: the share of the baseline's requests, parts per million, that fail meanwhile; absent: none. */
  readonly downPpm?: number;
}

/** How the way back is gone. */
export interface RollbackProcedure {
  /** Exactly one of the steps reverts the flags. */
  readonly steps: readonly RollbackStep[];
  /**
   * The rollback is verified at the first tick that sees no router sending traffic to the candidate and none of its
   * requests in flight, as every tick since one this long ago has: 0 for the first such tick.
   */
  readonly verifyUs: number;
  /** The verification as a step of its own in the record; absent: it is in none. */
  readonly verifyStep?: { readonly name: string; readonly promiseUs?: number };
  /** What must hold as well, at every tick of `verifyUs`: health, errors, latency back to normal. Absent: nothing. */
  readonly checks?: readonly Gate[];
  /** Not verified so long after the last step: the rollback has failed. Absent: it goes on being looked at. */
  readonly giveUpUs?: number;
  /** How soon after the onset it is promised to be detected; absent: nothing is promised. */
  readonly detectPromiseUs?: number;
  /** How soon after the detection it is promised to be verified; absent: nothing is promised. */
  readonly promiseUs?: number;
  /** What people do after a verified rollback, by the time since; absent: nothing is written down. */
  readonly aftermath?: readonly AftermathEntry[];
}

/** One thing that is done after a rollback: begins `fromUs` after its verification, and is due at `toUs`. */
export interface AftermathEntry {
  readonly name: string;
  readonly fromUs: number;
  /** Null: without an end. */
  readonly toUs: number | null;
}

/** A whole policy. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  /** How often windows close and triggers and gates are looked at. All windows are multiples of it. */
  readonly tickUs: number;
  /** Name of the state before the start and after a rollback, with no traffic on the candidate. */
  readonly disabledName: string;
  readonly phases: readonly Phase[];
  readonly triggers: readonly Trigger[];
  readonly alerts: readonly AlertRule[];
  readonly rollback: RollbackProcedure;
  /**
   * How health is polled: a version is unhealthy after so many failed polls one after the other, and healthy again
   * after so many answered ones (absent: 1).
   */
  readonly health: { readonly pollUs: number; readonly failures: number; readonly recoveries?: number };
  /** What the monitor does besides looking at rules; absent: nothing. */
  readonly monitor?: MonitorPolicy;
  /** When a next phase may be entered at all; absent: at any time. */
  readonly schedule?: ChangeSchedule;
  /** Metrics of the world's own that its rules speak of, by name; absent: none. */
  readonly metrics?: Readonly<Record<string, OwnMetricKind>>;
}
