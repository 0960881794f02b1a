/** The way back: steps one after the other, then verification that nothing reaches the candidate any more. */
import type { Evidence } from "../result.ts";
import { decided, decidedOn, type Effect } from "./effect.ts";
import { nextStatus, type ManagerState } from "./manager-state.ts";
import type { Policy } from "./policy.ts";

/** Begins the rollback; at most one is ever begun. `cause`: name of the trigger, or `operator:NAME`. */
export function beginRollback(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  cause: string,
  by: string,
  reason: string,
  evidence: Evidence | null,
  looked: readonly Evidence[],
): Effect[] {
  const next = nextStatus(state.status, "roll-back");
  if (next === null) return [];
  state.status = next;
  state.pausedAtUs = -1;
  state.rollback = {
    cause,
    detectedAtUs: nowUs,
    step: 0,
    stepStartedAtUs: nowUs,
    steps: [],
    revertedAtUs: -1,
    quietSinceUs: -1,
    verifiedAtUs: -1,
  };
  return [
    decidedOn("rollback", by, reason, evidence, looked),
    { kind: "phase.left", verdict: "rolled-back" },
    { kind: "rollback.step.started", endsAtUs: nowUs + (policy.rollback.steps[0]?.durationUs ?? 0) },
  ];
}

/** The step under way has ended: it has its effect now, and the next one starts. */
export function endRollbackStep(state: ManagerState, policy: Policy, nowUs: number): Effect[] {
  const { rollback } = state;
  const step = rollback === null ? undefined : policy.rollback.steps[rollback.step];
  if (rollback === null || step === undefined) return [];
  rollback.steps.push({ name: step.name, startedAtUs: rollback.stepStartedAtUs, endedAtUs: nowUs });
  rollback.step++;
  rollback.stepStartedAtUs = nowUs;
  const effects: Effect[] = [];
  if (step.does === "revert-flags") {
    const flags = { useOptimizedAnalytics: false, rolloutPpm: 0 };
    effects.push({ kind: "flags.changed", flags, reason: `rollback step "${step.name}"` });
  }
  const next = policy.rollback.steps[rollback.step];
  if (next !== undefined) effects.push({ kind: "rollback.step.started", endsAtUs: nowUs + next.durationUs });
  return effects;
}

/**
 * At a tick: has the way back been gone? `candidateIsQuiet`: no router sends traffic to the candidate, and none of its
 * requests is in flight.
 */
export function considerVerification(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  candidateIsQuiet: boolean,
): Effect[] {
  const { rollback } = state;
  if (rollback === null || state.status !== "rolling-back" || rollback.step < policy.rollback.steps.length) return [];
  if (!candidateIsQuiet) {
    rollback.quietSinceUs = -1;
    return [];
  }
  if (rollback.quietSinceUs < 0) rollback.quietSinceUs = nowUs;
  if (nowUs - rollback.quietSinceUs < policy.rollback.verifyUs) return [];
  rollback.verifiedAtUs = nowUs;
  state.status = nextStatus(state.status, "verify") ?? state.status;
  return [decided("verified", "manager", "no request reaches the candidate any more")];
}
