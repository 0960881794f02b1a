/** The state of a whole rehearsal: plain data, so that a snapshot is a copy, and going back a copy plus re-execution. */
import type { ManagerState } from "./deployment/manager-state.ts";
import type { SequentialTests } from "./deployment/sequential.ts";
import type { FeatureFlags } from "./flags/feature-flags.ts";
import type { JournalState } from "./kernel/journal.ts";
import type { Kernel } from "./kernel/simulation.ts";
import type { Recording } from "./monitor/recording.ts";
import type { SplitState } from "./monitor/sample-ratio.ts";
import type { Totals, TotalsRing } from "./monitor/totals.ts";
import type { MonitoringState } from "./monitoring-state.ts";
import type { Decision, PhaseRecord } from "./result.ts";
import type { ParityState } from "./parity-plane.ts";
import type { PipelineState } from "./pipeline/pipeline-state.ts";
import type { ResourceState } from "./resources/resource-state.ts";
import type { RouterView } from "./routing/router.ts";
import type { RoutersState } from "./routing/routers.ts";
import type { WorldState } from "./service/world.ts";

/** Health of one version by its polls. */
export interface HealthState {
  polls: number;
  failedPolls: number;
  /** Polls answered one after the other; absent: not counted yet. */
  answeredPolls?: number;
  ok: boolean;
}

/** One alert: since when its condition holds (-1: not), and whether it has been raised. */
export interface AlertState {
  heldSinceUs: number;
  raised: boolean;
  /** When it last held; absent: it never has. */
  lastHeldUs?: number;
}

/** Everything that changes during a rehearsal. */
export interface StackState {
  readonly kernel: Kernel;
  readonly journal: JournalState;
  readonly decisions: Decision[];
  readonly world: WorldState;
  readonly recording: Recording;
  readonly ring: TotalsRing;
  /** Totals when the current phase was entered. */
  phaseFrom: Totals;
  /** Index of the phase that has been entered and not left; -1: none. */
  openPhase: number;
  readonly phases: PhaseRecord[];
  /** The flags as stored, pinned ones not applied. */
  flags: FeatureFlags;
  /** Every value that the flags have had since the start, the present one last: routers see them one after the other. */
  readonly flagsHistory: FeatureFlags[];
  /** What the router knows of them. */
  router: RouterView;
  /** What several routers know, `router` being the first; absent: there is one plain router. */
  readonly routers?: RoutersState;
  /** Per fault of the plan: 1 while it is active. */
  readonly activeFaults: Uint8Array;
  /** Onset that the rollback is measured from, microseconds; -1: none. */
  onsetUs: number;
  /** By version index. */
  readonly health: [HealthState, HealthState];
  readonly alerts: AlertState[];
  readonly manager: ManagerState;
  /** Tests that go on from attempt to attempt; absent where the policy has none. */
  readonly sequential?: SequentialTests;
  /** Distinct keys of the phase by where they were routed; absent where no rule looks at them. */
  readonly split?: SplitState;
  /** Instances, queues, caches and clients; absent where the plan declares no resources. */
  readonly resources?: ResourceState;
  /** What the monitor remembers besides the totals of all traffic. */
  readonly monitoring: MonitoringState;
  /** Shadow traffic; absent where the plan has none. */
  readonly parity?: ParityState;
  /** Stages around the rollout; absent where the plan has none. */
  readonly pipeline?: PipelineState;
  /** Why the run is over; empty while it goes on. */
  ending: string;
}
