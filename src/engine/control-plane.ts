/** The control plane: what each control event does to the stack, and how the manager's effects are carried out. */
import { TRACE_ENDED_UNVERIFIED, endWhereCutShort, isCutShort } from "./cut-short.ts";
import { invariant } from "./kernel/assert.ts";
import { digestNumber } from "./kernel/digest.ts";
import { closeWindow, record } from "./kernel/journal.ts";
import type { KernelEvent } from "./kernel/event-queue.ts";
import type { Model } from "./kernel/simulation.ts";
import { MILLISECOND_US, msFromUs } from "./kernel/units.ts";
import { CONTROL_EVENT, scheduleControl, type ControlEventKind } from "./control-event.ts";
import { beginAftermath, describeAftermath } from "./after-rollback.ts";
import { advanceDataPlane } from "./data-plane.ts";
import { obey } from "./deployment/commands.ts";
import type { Effect } from "./deployment/effect.ts";
import { considerGates, gatesAreDue } from "./deployment/gates.ts";
import { considerVerification, endRollbackStep, verificationIsDue } from "./deployment/rollback.ts";
import { considerTriggers, triggersGuard } from "./deployment/triggers.ts";
import { candidateWeightPpm, type FeatureFlags } from "./flags/feature-flags.ts";
import {
  announceChange,
  describeOutage,
  learnChange,
  seeKillSwitch,
  throwKillSwitch,
  type RoutingDecision,
} from "./flag-propagation.ts";
import { lookAtAlert, lookAtChecks, lookAtGates, lookAtTriggers, phaseSpan } from "./looking.ts";
import { ARRIVED_CANDIDATE, BASELINE, CANDIDATE, REQUESTS, versionOffset } from "./monitor/counters.ts";
import { stopSplit } from "./monitor/sample-ratio.ts";
import { copyTotals, pushTotals } from "./monitor/totals.ts";
import { isHealthy, keepsFiring } from "./monitoring-alerts.ts";
import { monitorFaultOf } from "./monitoring-faults.ts";
import { keepReadings } from "./monitoring-view.ts";
import { closeMonitorTick, monitorPhaseEntered, monitorPhaseLeft } from "./monitoring-ticks.ts";
import { commandOf, mayRetry, reactTo } from "./operator-script.ts";
import { compareShadows, newestParityFaultUs } from "./parity-plane.ts";
import { recordPhase } from "./phase-record.ts";
import {
  endPipelineStage,
  obeyPipeline,
  rolloutCompleted,
  rolloutStopped,
  startDeployment,
  type PipelineHands,
} from "./pipeline-stages.ts";
import { newestResourceFaultUs, pollInstances, setResourceFault } from "./resource-wiring.ts";
import type { Decision, Evidence } from "./result.ts";
import { stopCandidate } from "./rollback-disruption.ts";
import { describeLimit, ruleAt } from "./rules.ts";
import { runSequentialTests } from "./sequential-tests.ts";
import { failsHealthOf } from "./service/fault-shape.ts";
import { startCandidate } from "./service/warm-up.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";
import { standingPhase, stayOfFailedRollback } from "./standing-phase.ts";

/** The model that the kernel runs: both planes of the stack. */
export function createStackModel(ready: ReadyPlan): Model<StackState> {
  return {
    advance: (state, toUs) => advanceDataPlane(ready.plane, state, toUs, ready.resources),
    handle: (state, event) => handle(ready, state, event),
    done: (state) => state.ending !== "",
  };
}

function handle(ready: ReadyPlan, state: StackState, event: KernelEvent): void {
  const { plan } = ready;
  const { policy } = plan;
  const { manager, kernel } = state;
  const { nowUs } = kernel;
  switch (event.kind as ControlEventKind) {
    case CONTROL_EVENT.faultStarted:
      return setFault(ready, state, event.a, true);
    case CONTROL_EVENT.faultEnded:
      return setFault(ready, state, event.a, false);
    case CONTROL_EVENT.routerUpdated:
      learnChange(ready, state, event.a, event.b);
      return apply(ready, state, []);
    case CONTROL_EVENT.killSwitchSeen:
      seeKillSwitch(ready, state, event.a === 1, event.b);
      return apply(ready, state, []);
    case CONTROL_EVENT.killSwitchThrown:
      return decideRouting(ready, state, throwKillSwitch(ready, state, event.a));
    case CONTROL_EVENT.storeCutOff:
      return decideRouting(ready, state, describeOutage(ready, event.a, true));
    case CONTROL_EVENT.storeBack:
      return decideRouting(ready, state, describeOutage(ready, event.a, false));
    case CONTROL_EVENT.windowClosed:
      return closeTick(ready, state);
    case CONTROL_EVENT.healthPolled:
      pollHealth(ready, state);
      return scheduleControl(kernel, nowUs + policy.health.pollUs, CONTROL_EVENT.healthPolled);
    case CONTROL_EVENT.alertsConsidered:
      return considerAlerts(ready, state);
    case CONTROL_EVENT.triggersConsidered:
      if (!triggersGuard(manager)) return;
      return apply(ready, state, considerTriggers(manager, policy, nowUs, lookAtTriggers(ready, state)));
    case CONTROL_EVENT.gatesConsidered:
      if (!gatesAreDue(manager, policy, nowUs)) return;
      return apply(ready, state, considerGates(manager, policy, nowUs, lookAtGates(ready, state)));
    case CONTROL_EVENT.rolloutStarted:
      return startDeployment(ready, state, handsOf(ready, state), "manager", "the rollout is started");
    case CONTROL_EVENT.pipelineStageEnded:
      return endPipelineStage(ready, state, handsOf(ready, state));
    case CONTROL_EVENT.operatorCommanded: {
      const command = commandOf(plan, manager, event.a, nowUs);
      if (obeyPipeline(ready, state, handsOf(ready, state), command)) return;
      const looks = command.action.kind === "review" ? lookAtGates(ready, state) : [];
      return apply(ready, state, obey(manager, policy, nowUs, command, looks));
    }
    case CONTROL_EVENT.rollbackStepEnded:
      return apply(ready, state, endRollbackStep(manager, policy, nowUs));
    case CONTROL_EVENT.rollbackVerified: {
      const looks = verificationIsDue(manager, policy) ? lookAtChecks(ready, state) : [];
      apply(ready, state, considerVerification(manager, policy, nowUs, candidateIsQuiet(state), looks));
      endWhereCutShort(ready, state, looks);
      return;
    }
    case CONTROL_EVENT.aftermathReached:
      return decide(ready, state, "aftermath", "scenario", describeAftermath(policy, event.a), null, []);
    case CONTROL_EVENT.afterRollbackEnded:
      state.ending = "the time after the rollback is over";
      return;
    case CONTROL_EVENT.traceEnded:
      // A rollback that is under way is seen through to its verification.
      if (manager.status !== "rolling-back") state.ending = "trace ended";
      return;
    case CONTROL_EVENT.horizonReached:
      state.ending = isCutShort(ready, state) ? TRACE_ENDED_UNVERIFIED : "the duration is over";
  }
}

/** A tick: totals are kept, the digest of all that was counted is closed, and whoever decides at ticks is called. */
function closeTick(ready: ReadyPlan, state: StackState): void {
  const { kernel, recording } = state;
  compareShadows(ready, state);
  pushTotals(state.ring, recording);
  closeMonitorTick(ready, state, () => phaseSpan(ready, state));
  runSequentialTests(ready, state);
  for (const counter of recording.counters) digestNumber(kernel.digest, counter);
  closeWindow(state.journal, kernel.nowUs, kernel.digest);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.alertsConsidered);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.triggersConsidered);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.gatesConsidered);
  if (state.manager.rollback !== null) scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.rollbackVerified);
  scheduleControl(kernel, kernel.nowUs + ready.plan.policy.tickUs, CONTROL_EVENT.windowClosed);
}

function setFault(ready: ReadyPlan, state: StackState, index: number, isActive: boolean): void {
  const ofMonitor = monitorFaultOf(ready.plan, index);
  if (ofMonitor !== null) {
    return decide(ready, state, "fault", "scenario", `${ofMonitor.name} ${isActive ? "begins" : "ends"}`, null, []);
  }
  const ofResources = setResourceFault(ready, state, index, isActive);
  if (ofResources === undefined) state.activeFaults[index] = isActive ? 1 : 0;
  const name = ofResources ?? ready.plan.faults[index]?.name ?? "";
  decide(ready, state, "fault", "scenario", `${name} ${isActive ? "begins" : "ends"}`, null, []);
}

function pollHealth(ready: ReadyPlan, state: StackState): void {
  const { plan } = ready;
  for (const version of [BASELINE, CANDIDATE] as const) {
    const name = version === BASELINE ? "baseline" : "candidate";
    const health = state.health[version];
    const everywhere = plan.faults.some(
      (fault, i) => state.activeFaults[i] === 1 && failsHealthOf(fault, name, state.kernel.nowUs),
    );
    const { allFail: fails, news } = pollInstances(ready, state, version, everywhere);
    for (const line of news) decide(ready, state, "health", "monitor", line, null, []);
    health.polls++;
    health.failedPolls = fails ? health.failedPolls + 1 : 0;
    const isOk = isHealthy(health, fails, plan.policy.health);
    if (isOk === health.ok) continue;
    health.ok = isOk;
    const reason = isOk ? `${name} answers health polls again` : `${name} failed ${health.failedPolls} health polls`;
    decide(ready, state, "health", "monitor", reason, null, []);
  }
}

function considerAlerts(ready: ReadyPlan, state: StackState): void {
  const { nowUs } = state.kernel;
  keepReadings(ready, state);
  ready.plan.policy.alerts.forEach((alert, i) => {
    const rule = ready.rules.alerts[i];
    const memory = state.alerts[i];
    if (rule === undefined || memory === undefined) return;
    const phase = ready.plan.policy.phases[state.openPhase]?.name ?? "";
    if (alert.phases?.includes(phase) === false) {
      if (memory.raised) decide(ready, state, "alert", "manager", `alert ${alert.name} ends with its phase`, null, []);
      memory.raised = false;
      memory.heldSinceUs = -1;
      return;
    }
    const look = lookAtAlert(ready, state, rule);
    if (look.holds === "yes") {
      if (memory.heldSinceUs < 0) memory.heldSinceUs = nowUs;
      memory.lastHeldUs = nowUs;
      if (memory.raised || nowUs - memory.heldSinceUs < alert.forUs) return;
      memory.raised = true;
      decide(ready, state, "alert", "manager", `alert ${alert.name} (${alert.severity}) is raised`, look, [look]);
      return;
    }
    memory.heldSinceUs = -1;
    if (!memory.raised || keepsFiring(alert, memory, nowUs)) return;
    // What can't be measured has not got better: a raised alert stands until a measured value says otherwise.
    if (look.holds === "not enough data") return;
    memory.raised = false;
    decide(ready, state, "alert", "manager", `alert ${alert.name} is resolved`, look, [look]);
  });
}

/** The router has seen the way back, and none of the candidate's requests is in flight. */
function candidateIsQuiet(state: StackState): boolean {
  const { counters } = state.recording;
  const completed = counters[versionOffset(CANDIDATE) + REQUESTS] as number;
  const revertedAtUs = state.manager.rollback?.revertedAtUs ?? -1;
  return revertedAtUs >= 0 && counters[ARRIVED_CANDIDATE] === completed;
}

/** Carries effects out, and then keeps true which phase a rollback that has failed stands in. */
function apply(ready: ReadyPlan, state: StackState, effects: readonly Effect[]): void {
  carryOut(ready, state, effects);
  carryOut(ready, state, stayOfFailedRollback(state));
}

function carryOut(ready: ReadyPlan, state: StackState, effects: readonly Effect[]): void {
  const { plan } = ready;
  const { policy } = plan;
  const { manager, kernel } = state;
  for (const effect of effects) {
    switch (effect.kind) {
      case "decided":
        if (effect.decision === "start") startCandidate(state.world, kernel.nowUs);
        if (effect.decision === "rollback") state.onsetUs = onsetOf(ready, state, effect.evidence);
        decide(ready, state, effect.decision, effect.by, effect.reason, effect.evidence, effect.looked);
        if (effect.decision === "rollback") rolloutStopped(state, kernel.nowUs);
        if (effect.decision === "complete") rolloutCompleted(ready, state, handsOf(ready, state));
        if (effect.decision === "verified") beginAftermath(plan, state);
        if (effect.decision === "rollback-failed" && !mayRetry(plan, kernel.nowUs)) state.ending = effect.reason;
        break;
      case "candidate.stopped":
        stopCandidate(state);
        break;
      case "phase.left": {
        const left = state.openPhase;
        if (left < 0) break;
        const phase = policy.phases[left];
        invariant(phase !== undefined, "a phase is left that was never entered");
        state.phases.push(recordPhase(phase.name, phase.trafficPpm, effect.verdict, phaseSpan(ready, state)));
        monitorPhaseLeft(ready, state, phase.name, phaseSpan(ready, state));
        record(state.journal, kernel.nowUs, "phase.left", { phase: phase.name, verdict: effect.verdict });
        state.openPhase = -1;
        break;
      }
      case "phase.entered":
        state.openPhase = effect.phase;
        state.phaseFrom = copyTotals(state.recording, kernel.nowUs);
        monitorPhaseEntered(state);
        if (state.split !== undefined) stopSplit(state.split);
        record(state.journal, kernel.nowUs, "phase.entered", { phase: policy.phases[effect.phase]?.name ?? "" });
        break;
      case "flags.changed":
        changeFlags(ready, state, effect.flags, effect.reason);
        break;
      case "rollback.step.started":
        scheduleControl(kernel, effect.endsAtUs, CONTROL_EVENT.rollbackStepEnded);
        break;
      case "limit.adjusted": {
        const { by, reason, target, place, fromLimit, toLimit } = effect;
        const rule = ruleAt(ready.rules, place);
        invariant(rule !== undefined, "a limit was adjusted that no rule has");
        const change = `from ${describeLimit(rule, fromLimit)} to ${describeLimit(rule, toLimit)}`;
        decide(ready, state, "adjust", by, `${target} set ${change}: ${reason}`, null, []);
        break;
      }
    }
  }
  invariant(manager.phase < policy.phases.length, "the manager is beyond the last phase");
}

/** Stores flags; each router sees them after a time of its own. A pinned flag stays as it is, and the audit trail says so. */
function changeFlags(ready: ReadyPlan, state: StackState, changes: Partial<FeatureFlags>, reason: string): void {
  const { plan } = ready;
  const isSwapped = plan.faults.some((fault, i) => fault.swapsWeights === true && state.activeFaults[i] === 1);
  state.flags = {
    ...state.flags,
    ...changes,
    ...(isSwapped || state.flags.weightsSwapped ? { weightsSwapped: isSwapped } : {}),
  };
  const change = state.flagsHistory.push(state.flags) - 1;
  const pinned = Object.keys(changes).filter((name) => Object.hasOwn(plan.pinnedFlags, name));
  const words = Object.entries(changes).map(([name, value]) => describeFlag(name, value));
  const swapped = isSwapped
    ? ` (but the weights are swapped: the candidate's is ${candidateWeightPpm(state.flags) / 10_000} %)`
    : "";
  const note = pinned.length === 0 ? swapped : ` (pinned by an operator, no effect: ${pinned.join(", ")})${swapped}`;
  decide(ready, state, "flags", "manager", `${words.join(", ")}: ${reason}${note}`, null, []);
  announceChange(ready, state, change);
}

/** What the pipeline has others do. */
function handsOf(ready: ReadyPlan, state: StackState): PipelineHands {
  return {
    decide: (kind, by, reason) => decide(ready, state, kind, by, reason, null, []),
    apply: (effects) => apply(ready, state, effects),
  };
}

function decideRouting(ready: ReadyPlan, state: StackState, { kind, by, reason }: RoutingDecision): void {
  decide(ready, state, kind, by, reason, null, []);
}

function describeFlag(name: string, value: boolean | number): string {
  return name === "rolloutPpm" ? `RolloutPercentage ${Number(value) / 10_000} %` : `UseOptimizedAnalytics ${value}`;
}

/**
 * When what was detected began: the newest fault that touches the evidence's window, of a version that its metric
 * measures; without one, the candidate has been so from its first request. -1 where nothing was detected: an operator
 * or a maximum duration ended it.
 */
function onsetOf(ready: ReadyPlan, state: StackState, evidence: Evidence | null): number {
  if (evidence === null || evidence.holds !== "yes") return -1;
  const fromUs = state.kernel.nowUs - evidence.windowMs * MILLISECOND_US;
  const isOnCandidate = !evidence.metric.startsWith("all.") && !evidence.metric.startsWith("baseline.");
  let onset = Math.max(newestResourceFaultUs(ready, state), newestParityFaultUs(ready, state));
  for (const fault of ready.plan.faults) {
    const touches = fault.atUs <= state.kernel.nowUs && fault.untilUs > fromUs;
    if (touches && (fault.version !== "baseline" || !isOnCandidate)) onset = Math.max(onset, fault.atUs);
  }
  return onset >= 0 ? onset : state.recording.firstCandidateAtUs;
}

function decide(
  ready: ReadyPlan,
  state: StackState,
  kind: Decision["kind"],
  by: string,
  reason: string,
  evidence: Evidence | null,
  looked: readonly Evidence[],
): void {
  const { nowUs } = state.kernel;
  const phase = standingPhase(ready, state);
  const sequence = state.decisions.length;
  state.decisions.push({ sequence, atMs: msFromUs(nowUs), phase, kind, by, reason, evidence, looked });
  record(state.journal, nowUs, `${kind}.decided`, { by, reason, phase });
  reactTo(ready.plan, state.manager, state.kernel, kind, evidence?.rule ?? null);
}
