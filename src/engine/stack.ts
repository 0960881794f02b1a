/**
 * The stack: flags, router, service, monitor and deployment manager wired together over the two planes. A rehearsal
 * is `(plan) -> record`, the same every time; stepped, run, copied or restored makes no difference.
 */
import type { RoutingWatch } from "./batch-stages.ts";
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import { createStackModel } from "./control-plane.ts";
import { createManagerState } from "./deployment/manager-state.ts";
import { managerTerms } from "./operator-script.ts";
import { scheduleRouting, startRouters } from "./flag-propagation.ts";
import { checkInvariants, createInvariantMemory } from "./invariants.ts";
import { createJournal } from "./kernel/journal.ts";
import { createKernel, step, type Model } from "./kernel/simulation.ts";
import { createPhaseSplit } from "./phase-split.ts";
import { createRecording } from "./monitor/recording.ts";
import { copyTotals, createTotalsRing } from "./monitor/totals.ts";
import { scheduleMonitorFaults } from "./monitoring-faults.ts";
import { createMonitoringState } from "./monitoring-state.ts";
import { createDelivery, type Observers } from "./observers.ts";

import { startParity } from "./parity-plane.ts";
import { startPipelineState } from "./pipeline/pipeline-state.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { RunRecord } from "./result.ts";
import { moreRecorded } from "./recorded-places.ts";
import { viewOfFlags } from "./routing/router.ts";
import { createRoutedCount, watchRouting } from "./routing-watch.ts";
import { scheduleResourceFaults, startResources } from "./resource-wiring.ts";
import { recordRun } from "./run-record.ts";
import { createSequentialTests } from "./sequential-tests.ts";
import type { WorldState } from "./service/world.ts";
import { effectiveFlags, readyPlan, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** A plan ready to run, and the model that the kernel steps (`step`, `stepUntil`, `run` of `kernel/simulation`). */
export interface Stack {
  readonly ready: ReadyPlan;
  readonly model: Model<StackState>;
}

/** Prepares a valid plan. `watch` is told of every batch that has been routed, see `routing-watch`. */
export function createStack(plan: RehearsalPlan, watch?: RoutingWatch): Stack {
  const ready = readyPlan(plan, watch);
  return { ready, model: createStackModel(ready) };
}

/** The state at time 0: nothing has happened, everything known in advance is scheduled. */
export function startStack({ ready }: Stack): StackState {
  const { plan, rules, monitor } = ready;
  const { policy } = plan;
  const sequential = createSequentialTests(policy);
  const split = createPhaseSplit(ready);
  const routers = startRouters(ready);
  const more = moreRecorded(plan, rules.limitsUs.length);
  const recording = createRecording(plan.world.keyHashes.length, rules.limitsUs.length, more.counters, more.bins);
  const state: StackState = {
    kernel: createKernel(),
    journal: createJournal(),
    decisions: [],
    world: plan.world.start(),
    recording,
    ring: createTotalsRing(monitor.ringTicks, recording, monitor.keepsHistograms),
    phaseFrom: copyTotals(recording, 0),
    openPhase: -1,
    phases: [],
    flags: plan.flags,
    flagsHistory: [plan.flags],
    router: viewOfFlags(effectiveFlags(ready, plan.flags)),
    activeFaults: new Uint8Array(plan.faults.length),
    onsetUs: -1,
    health: [
      { polls: 0, failedPolls: 0, ok: true },
      { polls: 0, failedPolls: 0, ok: true },
    ],
    alerts: policy.alerts.map(() => ({ heldSinceUs: -1, raised: false })),
    manager: createManagerState(policy, managerTerms(plan)),
    ...(sequential === null ? {} : { sequential }),
    ...(split === null ? {} : { split }),
    ...(routers === undefined ? {} : { routers }),
    monitoring: createMonitoringState(plan, monitor, rules.limitsUs.length),
    ...startResources(ready),
    ...startParity(plan),
    ...startPipelineState(plan.pipeline),
    ending: "",
  };
  const { kernel } = state;
  plan.faults.forEach((fault, i) => {
    // An empty span holds no request; its end, which comes before beginnings of the same instant, would never come.
    if (fault.untilUs <= fault.atUs) return;
    scheduleControl(kernel, fault.atUs, CONTROL_EVENT.faultStarted, i);
    scheduleControl(kernel, fault.untilUs, CONTROL_EVENT.faultEnded, i);
  });
  scheduleRouting(ready, state);
  scheduleResourceFaults(plan, kernel);
  scheduleMonitorFaults(plan, kernel);
  plan.operator.forEach((command, i) => scheduleControl(kernel, command.atUs, CONTROL_EVENT.operatorCommanded, i));
  // An operator script that starts the rollout itself decides when; otherwise it starts at once.
  if (!plan.operator.some((command) => command.action.kind === "start")) {
    scheduleControl(kernel, 0, CONTROL_EVENT.rolloutStarted);
  }
  scheduleControl(kernel, policy.tickUs, CONTROL_EVENT.windowClosed);
  scheduleControl(kernel, policy.health.pollUs, CONTROL_EVENT.healthPolled);
  if (ready.trafficEndsUs !== null) scheduleControl(kernel, ready.trafficEndsUs, CONTROL_EVENT.traceEnded);
  scheduleControl(kernel, plan.horizonUs, CONTROL_EVENT.horizonReached);
  return state;
}

/** The record of a state, over or not. */
export function recordStack({ ready }: Stack, state: StackState): RunRecord {
  return recordRun(ready, state);
}

/** How to run; observers are told what happens as it does. */
export interface RehearseOptions extends Observers {
  /** Called now and then with the simulated time, for a progress bar; it cannot change the run. */
  readonly onProgress?: (atUs: number) => void;
  /** Check the invariants at every state; slower. */
  readonly check?: boolean;
  /** Called with the state after every control event; it is the run's own, to be read and not kept. */
  readonly onState?: (state: StackState) => void;
}

/** Runs a plan from the start to its end. */
export function rehearse(plan: RehearsalPlan, options: RehearseOptions = {}): RunRecord {
  return rehearseKeepingState(plan, options).record;
}

/** As `rehearse`, and gives the world's final state as well, for what a world counts of itself. */
export function rehearseKeepingState(
  plan: RehearsalPlan,
  options: RehearseOptions = {},
): { readonly record: RunRecord; readonly worldState: WorldState } {
  const memory = options.check === true ? createInvariantMemory(createRoutedCount()) : null;
  const stack = createStack(plan, memory === null ? undefined : watchRouting(memory.watched));
  const state = startStack(stack);
  if (memory !== null) checkInvariants(stack.ready, state, memory);
  const delivery = createDelivery(stack.ready, options);
  let reported = 0;
  while (step(stack.model, state)) {
    if (memory !== null) checkInvariants(stack.ready, state, memory);
    delivery.deliver(state);
    options.onState?.(state);
    if (options.onProgress !== undefined && state.journal.windowCount !== reported) {
      reported = state.journal.windowCount;
      options.onProgress(state.kernel.nowUs);
    }
  }
  return { record: recordStack(stack, state), worldState: state.world };
}
