/** A scenario: what is rehearsed under a policy, and what is expected of it. Plain data. */
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { MetricUnit } from "../engine/monitor/catalogue.ts";
import type { SlowedLimits } from "../engine/plan.ts";
import type { Fault } from "../engine/service/fault.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import type { Traffic } from "../engine/traffic/traffic.ts";
import type { Expectation } from "./expectation.ts";

/** Line and column in the scenario's file, from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

/** The policy of a scenario: a built-in name or a path relative to the scenario's file, or written out in it. */
export type ScenarioPolicy =
  | { readonly kind: "reference"; readonly reference: string; readonly place: FilePlace }
  | { readonly kind: "inline"; readonly policy: Policy };

/** An operator's command, with the unit in which its limit was written and its place, for checks against the policy. */
export interface ScriptedCommand {
  readonly command: OperatorCommand;
  /** The unit of an adjusted limit; `number` for a plain one; null where nothing is adjusted. */
  readonly limitUnit: Extract<MetricUnit, "rate" | "duration" | "perSecond"> | "number" | null;
  readonly place: FilePlace;
}

/** A scenario as read from its file. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** The file as typed. */
  readonly file: string;
  readonly seed: string | null;
  readonly policy: ScenarioPolicy;
  /** Null: see `defaultHorizonUs` in `runner.ts`. */
  readonly durationUs: number | null;
  readonly traffic: Traffic;
  readonly baseline: VersionModel;
  readonly candidate: VersionModel;
  /** Flags before the start; what is not given is safe (or from the environment, when asked for). */
  readonly flags: Partial<FeatureFlags>;
  /** Flags that an operator has pinned. */
  readonly pinnedFlags: Partial<FeatureFlags>;
  readonly propagationUs: number;
  readonly faults: readonly Fault[];
  readonly operator: readonly ScriptedCommand[];
  readonly slowed: SlowedLimits;
  readonly expectations: readonly Expectation[];
}
