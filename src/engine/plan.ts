/** Everything that one rehearsal needs, resolved and validated: what `stack.ts` runs. Plain data but for the world. */
import type { Policy } from "./deployment/policy.ts";
import type { OperatorCommand, OperatorReaction } from "./deployment/operator.ts";
import type { RollbackFault } from "./deployment/rollback-fault.ts";
import type { FeatureFlags } from "./flags/feature-flags.ts";
import type { MonitorFault } from "./monitor/monitor-policy.ts";
import type { ParityPlan } from "./parity/parity-plan.ts";
import type { PipelinePlan } from "./pipeline/pipeline-plan.ts";
import type { ResourceFault, ResourcePlan } from "./resources/resource-plan.ts";
import type { RoutingPlan } from "./routing/routing-plan.ts";
import type { Fault } from "./service/fault.ts";
import type { World } from "./service/world.ts";

/** What counts as slowed (`impact.slowedRequests`): both must be exceeded. */
export interface SlowedLimits {
  /** More than this many times the baseline's latency of the same request. */
  readonly factor: number;
  /** And later by more than this. */
  readonly addUs: number;
}

/** One rehearsal. */
export interface RehearsalPlan {
  readonly scenario: string;
  readonly seed: string;
  /** The run ends here if nothing ended it before. */
  readonly horizonUs: number;
  readonly policy: Policy;
  /** The flags before the manager starts the rollout. */
  readonly flags: FeatureFlags;
  /** Flags that an operator has pinned: the manager's changes to them have no effect (requirement A4). */
  readonly pinnedFlags: Partial<FeatureFlags>;
  /** How long after a change of the flags the router sees it. */
  readonly propagationUs: number;
  /** Several routers, or more than a share to decide by; absent: one plain router that sees changes after `propagationUs`. */
  readonly routing?: RoutingPlan;
  readonly faults: readonly Fault[];
  /** What goes wrong with the monitor itself; absent: nothing. */
  readonly monitorFaults?: readonly MonitorFault[];
  /** What feeds back on the versions; absent: nothing does, each serves any number of requests at once. */
  readonly resources?: ResourcePlan;
  /** What goes wrong with the resources, or with single instances; absent: nothing. */
  readonly resourceFaults?: readonly ResourceFault[];
  readonly operator: readonly OperatorCommand[];
  /** Commands that answer decisions; absent: nobody reacts. */
  readonly reactions?: readonly OperatorReaction[];
  /** What goes wrong with steps of the rollback; absent: nothing but what the policy's own chances say. */
  readonly rollbackFaults?: readonly RollbackFault[];
  /** The calendar at the run's start, milliseconds since 1970; absent: the run has no date. */
  readonly calendarStartMs?: number;
  /** How long the run goes on after a rollback was verified; absent: not at all. */
  readonly afterRollbackUs?: number;
  /** Shadow traffic, on which the answers of both versions are compared; absent: none. */
  readonly parity?: ParityPlan;
  /** What comes before and after the rollout; absent: nothing does. */
  readonly pipeline?: PipelinePlan;
  readonly slowed: SlowedLimits;
  readonly world: World;
}
