/** Everything that one rehearsal needs, resolved and validated: what `stack.ts` runs. Plain data but for the world. */
import type { Policy } from "./deployment/policy.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { FeatureFlags } from "./flags/feature-flags.ts";
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
  readonly faults: readonly Fault[];
  readonly operator: readonly OperatorCommand[];
  readonly slowed: SlowedLimits;
  readonly world: World;
}
