/** The control plane: what each control event does to the stack, and how the manager's effects are carried out. */
import { invariant } from "./kernel/assert.ts";
import { digestNumber } from "./kernel/digest.ts";
import { closeWindow, record } from "./kernel/journal.ts";
import type { KernelEvent } from "./kernel/event-queue.ts";
import type { Model } from "./kernel/simulation.ts";
import { MILLISECOND_US, msFromUs } from "./kernel/units.ts";
import { CONTROL_EVENT, scheduleControl, type ControlEventKind } from "./control-event.ts";
import { advanceDataPlane } from "./data-plane.ts";
import { obey } from "./deployment/commands.ts";
import type { Effect } from "./deployment/effect.ts";
import { considerGates, gatesAreDue } from "./deployment/gates.ts";
import { startRollout } from "./deployment/phases.ts";
import { considerVerification, endRollbackStep } from "./deployment/rollback.ts";
import { considerTriggers, triggersGuard } from "./deployment/triggers.ts";
import type { FeatureFlags } from "./flags/feature-flags.ts";
import { lookAtAlert, lookAtGates, lookAtTriggers, phaseSpan } from "./looking.ts";
import { ARRIVED_CANDIDATE, BASELINE, CANDIDATE, REQUESTS, versionOffset } from "./monitor/counters.ts";
import { copyTotals, pushTotals } from "./monitor/totals.ts";
import { recordPhase } from "./phase-record.ts";
import type { Decision, Evidence } from "./result.ts";
import { viewOfFlags } from "./routing/router.ts";
import { describeLimit, ruleAt } from "./rules.ts";
import { effectiveFlags, type ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** The model that the kernel runs: both planes of the stack. */
export function createStackModel(ready: ReadyPlan): Model<StackState> {
  return {
    advance: (state, toUs) => advanceDataPlane(ready.plane, state, toUs),
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
      return updateRouter(ready, state, event.a);
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
      return apply(ready, state, startRollout(manager, policy, nowUs, "manager", "the rollout is started"));
    case CONTROL_EVENT.operatorCommanded: {
      const command = plan.operator[event.a];
      invariant(command !== undefined, "an operator command is not in the script");
      return apply(ready, state, obey(manager, policy, nowUs, command));
    }
    case CONTROL_EVENT.rollbackStepEnded:
      return apply(ready, state, endRollbackStep(manager, policy, nowUs));
    case CONTROL_EVENT.rollbackVerified:
      return apply(ready, state, considerVerification(manager, policy, nowUs, candidateIsQuiet(state)));
    case CONTROL_EVENT.traceEnded:
      // A rollback that is under way is seen through to its verification.
      if (manager.status !== "rolling-back") state.ending = "trace ended";
      return;
    case CONTROL_EVENT.horizonReached:
      state.ending = "the duration is over";
  }
}

/** A tick: totals are kept, the digest of all that was counted is closed, and whoever decides at ticks is called. */
function closeTick(ready: ReadyPlan, state: StackState): void {
  const { kernel, recording } = state;
  pushTotals(state.ring, recording);
  for (const counter of recording.counters) digestNumber(kernel.digest, counter);
  closeWindow(state.journal, kernel.nowUs, kernel.digest);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.alertsConsidered);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.triggersConsidered);
  scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.gatesConsidered);
  if (state.manager.rollback !== null) scheduleControl(kernel, kernel.nowUs, CONTROL_EVENT.rollbackVerified);
  scheduleControl(kernel, kernel.nowUs + ready.plan.policy.tickUs, CONTROL_EVENT.windowClosed);
}

function setFault(ready: ReadyPlan, state: StackState, index: number, isActive: boolean): void {
  state.activeFaults[index] = isActive ? 1 : 0;
  const name = ready.plan.faults[index]?.name ?? "";
  decide(ready, state, "fault", "scenario", `${name} ${isActive ? "begins" : "ends"}`, null, []);
}

/** The router sees one change of the flags; later ones are still on their way to it. */
function updateRouter(ready: ReadyPlan, state: StackState, change: number): void {
  const { nowUs } = state.kernel;
  const flags = state.flagsHistory[change];
  invariant(flags !== undefined, "the router sees flags that were never set");
  const view = viewOfFlags(effectiveFlags(ready, flags));
  const { rollback } = state.manager;
  const isNewest = change === state.flagsHistory.length - 1;
  if (rollback !== null && rollback.revertedAtUs < 0 && isNewest && view.threshold === 0) rollback.revertedAtUs = nowUs;
  state.router = view;
  record(state.journal, nowUs, "router.updated", { sharePpm: view.sharePpm, fallsBack: view.fallsBack });
}

function pollHealth(ready: ReadyPlan, state: StackState): void {
  const { plan } = ready;
  for (const version of [BASELINE, CANDIDATE] as const) {
    const name = version === BASELINE ? "baseline" : "candidate";
    const health = state.health[version];
    const fails = plan.faults.some(
      (fault, i) => fault.failsHealth && fault.version === name && state.activeFaults[i] === 1,
    );
    health.polls++;
    health.failedPolls = fails ? health.failedPolls + 1 : 0;
    const isOk = health.failedPolls < plan.policy.health.failures;
    if (isOk === health.ok) continue;
    health.ok = isOk;
    const reason = isOk ? `${name} answers health polls again` : `${name} failed ${health.failedPolls} health polls`;
    decide(ready, state, "health", "monitor", reason, null, []);
  }
}

function considerAlerts(ready: ReadyPlan, state: StackState): void {
  const { nowUs } = state.kernel;
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
      if (memory.raised || nowUs - memory.heldSinceUs < alert.forUs) return;
      memory.raised = true;
      decide(ready, state, "alert", "manager", `alert ${alert.name} (${alert.severity}) is raised`, look, [look]);
      return;
    }
    memory.heldSinceUs = -1;
    // What can't be measured has not got better: a raised alert stands until a measured value says otherwise.
    if (!memory.raised || look.holds === "not enough data") return;
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

function apply(ready: ReadyPlan, state: StackState, effects: readonly Effect[]): void {
  const { plan } = ready;
  const { policy } = plan;
  const { manager, kernel } = state;
  for (const effect of effects) {
    switch (effect.kind) {
      case "decided":
        if (effect.decision === "rollback") state.onsetUs = onsetOf(ready, state, effect.evidence);
        decide(ready, state, effect.decision, effect.by, effect.reason, effect.evidence, effect.looked);
        if (effect.decision === "complete") state.ending = "the rollout is complete";
        if (effect.decision === "verified") state.ending = "the rollback is verified";
        break;
      case "phase.left": {
        const left = state.openPhase;
        if (left < 0) break;
        const phase = policy.phases[left];
        invariant(phase !== undefined, "a phase is left that was never entered");
        state.phases.push(recordPhase(phase.name, phase.trafficPpm, effect.verdict, phaseSpan(ready, state)));
        record(state.journal, kernel.nowUs, "phase.left", { phase: phase.name, verdict: effect.verdict });
        state.openPhase = -1;
        break;
      }
      case "phase.entered":
        state.openPhase = effect.phase;
        state.phaseFrom = copyTotals(state.recording, kernel.nowUs);
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

/** Stores flags; the router sees them after the propagation time. A pinned flag stays as it is, and the audit trail says so. */
function changeFlags(ready: ReadyPlan, state: StackState, changes: Partial<FeatureFlags>, reason: string): void {
  const { plan } = ready;
  state.flags = { ...state.flags, ...changes };
  const change = state.flagsHistory.push(state.flags) - 1;
  const pinned = Object.keys(changes).filter((name) => Object.hasOwn(plan.pinnedFlags, name));
  const words = Object.entries(changes).map(([name, value]) => describeFlag(name, value));
  const note = pinned.length === 0 ? "" : ` (pinned by an operator, no effect: ${pinned.join(", ")})`;
  decide(ready, state, "flags", "manager", `${words.join(", ")}: ${reason}${note}`, null, []);
  scheduleControl(state.kernel, state.kernel.nowUs + plan.propagationUs, CONTROL_EVENT.routerUpdated, change);
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
  let onset = -1;
  for (const fault of ready.plan.faults) {
    const touches = fault.atUs <= state.kernel.nowUs && fault.untilUs > fromUs;
    if (touches && (fault.version === "candidate" || !isOnCandidate)) onset = Math.max(onset, fault.atUs);
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
  const phase = phaseOfDecision(ready, state);
  const sequence = state.decisions.length;
  state.decisions.push({ sequence, atMs: msFromUs(nowUs), phase, kind, by, reason, evidence, looked });
  record(state.journal, nowUs, `${kind}.decided`, { by, reason, phase });
}

/** The phase in which a decision is taken: the open one, while rolling back the one that was left, else none. */
function phaseOfDecision(ready: ReadyPlan, state: StackState): string {
  const { policy } = ready.plan;
  const index = state.manager.status === "rolling-back" && state.openPhase < 0 ? state.manager.phase : state.openPhase;
  return policy.phases[index]?.name ?? policy.disabledName;
}
