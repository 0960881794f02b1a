/**
 * The policy: how traffic is moved to the candidate, what must hold to advance (gates), and what stops it
 * (triggers). Plain data; written by hand in TypeScript or read from YAML by `scenarios/`.
 */

/** Comparison operators of rules and expectations on numbers. */
export type Comparison = "<" | "<=" | ">" | ">=";

/**
 * The span of time that a rule measures: a sliding window of a fixed length (a whole number of ticks), or
 * everything since the current phase began (what was then in flight included).
 */
export type RuleWindow = { readonly kind: "sliding"; readonly lengthUs: number } | { readonly kind: "phase" };

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
  readonly severity: Severity;
  readonly action: TriggerAction;
  /** Names of the phases in which it is looked at; null: in all of them. */
  readonly phases: readonly string[] | null;
}

/** An alert: a condition that is announced when it starts to hold and when it ceases to; it never moves traffic. */
export interface AlertRule extends Condition {
  readonly name: string;
  readonly forUs: number;
  readonly severity: Severity;
  /** Names of the phases in which it is looked at; null or absent: always. */
  readonly phases?: readonly string[] | null;
}

/** What happens when something that should be decided cannot be: too few samples, or a maximum duration is over. */
export type Fallthrough = "wait" | "pause" | "rollback";

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
}

/** A step of the rollback procedure; steps run one after the other. */
export interface RollbackStep {
  readonly name: string;
  /** What it does to the simulated stack, besides taking time. `revert-flags` sends all traffic back. */
  readonly does: "revert-flags" | "nothing";
  readonly durationUs: number;
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
  /** How health is polled: a version is unhealthy after so many failed polls one after the other. */
  readonly health: { readonly pollUs: number; readonly failures: number };
}
