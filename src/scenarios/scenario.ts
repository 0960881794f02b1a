/** A scenario: what is rehearsed under a policy, and what is expected of it. Plain data. */
import type { OperatorCommand, OperatorReaction } from "../engine/deployment/operator.ts";
import type { CalendarInstant, Policy } from "../engine/deployment/policy.ts";
import type { RollbackFault } from "../engine/deployment/rollback-fault.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { MetricUnit } from "../engine/monitor/catalogue.ts";
import type { MonitorFault } from "../engine/monitor/monitor-policy.ts";
import type { SlowedLimits } from "../engine/plan.ts";
import type { ParityPlan } from "../engine/parity/parity-plan.ts";
import type { PipelinePlan } from "../engine/pipeline/pipeline-plan.ts";
import type { RoutingPlan } from "../engine/routing/routing-plan.ts";
import type { ResourceFault } from "../engine/resources/resource-plan.ts";
import type { Fault } from "../engine/service/fault.ts";
import type { OwnMetricModel } from "../engine/service/own-metric-model.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import type { Traffic } from "../engine/traffic/traffic.ts";
import type { Expectation } from "./expectation.ts";
import type { ScenarioResources } from "./resource-file.ts";

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
  readonly limitUnit: Extract<MetricUnit, "rate" | "duration" | "perSecond" | "size"> | "number" | null;
  readonly place: FilePlace;
  /** Its place in the file's list, from 0. */
  readonly index?: number;
}

/** A command that answers decisions, likewise. */
export interface ScriptedReaction {
  readonly reaction: OperatorReaction;
  readonly limitUnit: ScriptedCommand["limitUnit"];
  readonly place: FilePlace;
  /** Its place in the file's list, from 0. */
  readonly index: number;
}

/** A fault of a step of the rollback, its place in the list of faults and in the file. */
export interface ScriptedRollbackFault {
  readonly fault: RollbackFault;
  readonly index: number;
  readonly place: FilePlace;
}

/** A scenario as read from its file. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** The file as typed. */
  readonly file: string;
  readonly seed: string | null;
  /** True: left out where a suite or folder is run; absent: not. */
  readonly slow?: true;
  readonly policy: ScenarioPolicy;
  /** Null: see `defaultHorizonUs` in `runner.ts`. */
  readonly durationUs: number | null;
  readonly traffic: Traffic;
  /** Where the traffic stands in the file; absent: it was not read from one. */
  readonly trafficPlace?: FilePlace;
  /** The trace that the traffic has its shape from, seen from the scenario's file; absent: from none. */
  readonly traceFile?: string;
  readonly baseline: VersionModel;
  readonly candidate: VersionModel;
  /** Metrics of its own, and where they stand in the file; absent: none. */
  readonly metrics?: readonly OwnMetricModel[];
  readonly metricsPlace?: FilePlace;
  /** Flags before the start; what is not given is safe (or from the environment, when asked for). */
  readonly flags: Partial<FeatureFlags>;
  /** Flags that an operator has pinned. */
  readonly pinnedFlags: Partial<FeatureFlags>;
  readonly propagationUs: number;
  /** Absent: one plain router. */
  readonly routing?: RoutingPlan;
  /** Where what it says of routing stands in the file, by key; absent: it was not read from one. */
  readonly routingPlaces?: Readonly<Record<string, FilePlace>>;
  readonly faults: readonly Fault[];
  /** Absent: nothing feeds back. */
  readonly resources?: ScenarioResources;
  readonly resourceFaults?: readonly ResourceFault[];
  readonly monitorFaults?: readonly MonitorFault[];
  readonly operator: readonly ScriptedCommand[];
  /** Absent: nobody reacts. */
  readonly reactions?: readonly ScriptedReaction[];
  /** Absent: none. */
  readonly rollbackFaults?: readonly ScriptedRollbackFault[];
  /** The calendar at the run's start; absent: the run has no date. */
  readonly calendarStart?: CalendarInstant;
  /** How long the run goes on after a verified rollback; absent: not at all. */
  readonly afterRollbackUs?: number;
  /** Shadow traffic; absent: none. */
  readonly parity?: ParityPlan;
  /** Stages around the rollout; absent: none. */
  readonly pipeline?: PipelinePlan;
  readonly slowed: SlowedLimits;
  readonly expectations: readonly Expectation[];
}
