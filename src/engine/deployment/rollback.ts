/** The way back: steps one after the other, then verification that nothing reaches the candidate any more. */
import type { Evidence } from "../result.ts";
import { decided, decidedOn, type Effect } from "./effect.ts";
import { nextStatus, type ManagerState, type RollbackProgress } from "./manager-state.ts";
import { leavePhase } from "./phases.ts";
import type { Policy } from "./policy.ts";
import { attemptStep } from "./rollback-step.ts";

/** Begins the rollback; at most one is ever begun. `cause`: name of the trigger, or `operator:NAME`; `undo`: of a finished rollout. */
export function beginRollback(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  cause: string,
  by: string,
  reason: string,
  evidence: Evidence | null,
  looked: readonly Evidence[],
  movement: "roll-back" | "undo" = "roll-back",
): Effect[] {
  const next = nextStatus(state.status, movement);
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
    ...leavePhase(state, "rolled-back"),
    ...startAttempt(state, state.rollback, policy, nowUs),
  ];
}

/** The attempt under way has ended: the step has its effect now and the next one starts, or it is tried again. */
export function endRollbackStep(state: ManagerState, policy: Policy, nowUs: number): Effect[] {
  const { rollback } = state;
  const step = rollback === null ? undefined : policy.rollback.steps[rollback.step];
  if (rollback === null || step === undefined || state.status !== "rolling-back") return [];
  const attempt = rollback.attempt ?? 1;
  const hasFailed = rollback.failing === 1;
  rollback.steps.push({
    name: step.name,
    startedAtUs: rollback.stepStartedAtUs,
    endedAtUs: nowUs,
    ...(hasFailed ? { failed: true } : {}),
    ...(attempt > 1 ? { attempt } : {}),
  });
  rollback.stepStartedAtUs = nowUs;
  if (hasFailed) {
    rollback.attempt = attempt + 1;
    const tries = (step.retries ?? 0) + 1;
    if (attempt % tries === 0) return fail(state, `step "${step.name}" failed, attempt ${attempt}`);
    const again = decided("retry", "manager", `step "${step.name}" failed, attempt ${attempt}: it is tried again`);
    return [again, ...startAttempt(state, rollback, policy, nowUs)];
  }
  rollback.step++;
  delete rollback.attempt;
  const effects: Effect[] = [];
  if (step.does === "revert-flags") {
    const flags = { useOptimizedAnalytics: false, rolloutPpm: 0 };
    effects.push({ kind: "flags.changed", flags, reason: `rollback step "${step.name}"` });
  }
  if (step.does === "stop-candidate") {
    rollback.candidateStopped = 1;
    effects.push({ kind: "candidate.stopped" });
  }
  if (rollback.step === policy.rollback.steps.length) rollback.verifyFromUs = nowUs;
  return [...effects, ...startAttempt(state, rollback, policy, nowUs)];
}

/** Begins the next attempt of the step that is due; nothing after the last one. */
function startAttempt(state: ManagerState, rollback: RollbackProgress, policy: Policy, nowUs: number): Effect[] {
  const step = policy.rollback.steps[rollback.step];
  if (step === undefined) return [];
  const { takesUs, fails, faults } = attemptStep(step, rollback.attempt ?? 1, nowUs, state.terms);
  if (fails) rollback.failing = 1;
  else delete rollback.failing;
  return [
    ...faults.map((fault) => decided("fault", "scenario", fault)),
    { kind: "rollback.step.started", endsAtUs: nowUs + takesUs },
  ];
}

/** The rollback has failed, which is said aloud: only a person can take it up again. */
function fail(state: ManagerState, what: string): Effect[] {
  state.status = nextStatus(state.status, "fail") ?? state.status;
  return [decided("rollback-failed", "manager", `the rollback has failed: ${what}`)];
}

/** A person takes a failed rollback up again, at the step or the verification that failed. */
export function retryRollback(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  by: string,
  reason: string,
): Effect[] {
  const { rollback } = state;
  if (rollback === null) return [];
  state.status = nextStatus(state.status, "retry") ?? state.status;
  const step = policy.rollback.steps[rollback.step];
  rollback.stepStartedAtUs = nowUs;
  if (step === undefined) rollback.verifyFromUs = nowUs;
  delete rollback.waitsFor;
  const what = step === undefined ? "the verification" : `step "${step.name}"`;
  return [decided("retry", by, `${what} is tried again: ${reason}`), ...startAttempt(state, rollback, policy, nowUs)];
}

/** Whether it is looked whether the rollback is verified: all steps are done, and it is not over. */
export function verificationIsDue(state: ManagerState, policy: Policy): boolean {
  const { rollback } = state;
  return rollback !== null && state.status === "rolling-back" && rollback.step >= policy.rollback.steps.length;
}

/**
 * At a tick: has the way back been gone? `candidateIsQuiet`: no router sends traffic to the candidate, and none of its
 * requests is in flight. `looks`: what the policy's checks see; one that is absent does not hold.
 */
export function considerVerification(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  candidateIsQuiet: boolean,
  looks: readonly Evidence[] = [],
): Effect[] {
  const { rollback } = state;
  if (rollback === null || !verificationIsDue(state, policy)) return [];
  const standing = looks.filter((look) => look.holds !== "yes");
  const isQuiet = candidateIsQuiet && standing.length === 0;
  if (isQuiet && rollback.quietSinceUs < 0) rollback.quietSinceUs = nowUs;
  if (isQuiet) delete rollback.waitsFor;
  if (isQuiet && nowUs - rollback.quietSinceUs >= policy.rollback.verifyUs) {
    rollback.verifiedAtUs = nowUs;
    state.status = nextStatus(state.status, "verify") ?? state.status;
    const checked = looks.length === 0 ? "" : ", and all checks hold";
    const reason = `no request reaches the candidate any more${checked}`;
    return [decidedOn("verified", "manager", reason, looks[0] ?? null, looks)];
  }
  if (!isQuiet) rollback.quietSinceUs = -1;
  const effects = isQuiet ? [] : waitFor(rollback, candidateIsQuiet, standing, looks);
  const { giveUpUs } = policy.rollback;
  const waitedUs = nowUs - (rollback.verifyFromUs ?? nowUs);
  return giveUpUs === undefined || waitedUs < giveUpUs
    ? effects
    : [...effects, ...fail(state, "it could not be verified")];
}

/** Says which checks keep the rollback from being verified, once, and again when they are others. */
function waitFor(
  rollback: RollbackProgress,
  candidateIsQuiet: boolean,
  standing: readonly Evidence[],
  looks: readonly Evidence[],
): Effect[] {
  const waitsFor = standing.map((look) => `${look.rule}: ${look.holds}`).join(", ");
  if (waitsFor === "" || waitsFor === rollback.waitsFor) return [];
  rollback.waitsFor = waitsFor;
  const traffic = candidateIsQuiet ? "" : ", and the candidate still has requests";
  return [
    decidedOn("hold", "manager", `the rollback is not verified: ${waitsFor}${traffic}`, standing[0] ?? null, looks),
  ];
}
