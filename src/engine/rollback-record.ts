/** What a run says of its rollback: steps as they went, promises kept and broken, harm that the way back itself did. */
import type { RollbackProgress } from "./deployment/manager-state.ts";
import type { Policy } from "./deployment/policy.ts";
import { speaksOfCalendar } from "./deployment/schedule.ts";
import { msFromUs } from "./kernel/units.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { RollbackPromise, RollbackRecord, RollbackStepRecord } from "./result.ts";
import type { StackState } from "./stack-state.ts";

/** The record of the rollback; null when there was none. */
export function recordRollback(policy: Policy, state: StackState): RollbackRecord | null {
  const { rollback } = state.manager;
  if (rollback === null) return null;
  const orNull = (us: number): number | null => (us < 0 ? null : msFromUs(us));
  const promises = promisesOf(policy, rollback, state.onsetUs, state.kernel.nowUs);
  return {
    trigger: rollback.cause,
    onsetAtMs: orNull(state.onsetUs),
    detectedAtMs: msFromUs(rollback.detectedAtUs),
    revertedAtMs: orNull(rollback.revertedAtUs),
    verifiedAtMs: orNull(rollback.verifiedAtUs),
    steps: stepsOf(policy, rollback),
    ...(promises.length === 0 ? {} : { promises }),
    ...(rollback.cutOff === undefined ? {} : { cutOff: rollback.cutOff }),
    ...(rollback.harmedByRestart === undefined ? {} : { harmedByRestart: rollback.harmedByRestart }),
  };
}

function stepsOf(policy: Policy, rollback: RollbackProgress): RollbackStepRecord[] {
  const { steps, verifyStep } = policy.rollback;
  const records = rollback.steps.map((step): RollbackStepRecord => {
    const promiseUs = steps.find((one) => one.name === step.name)?.promiseUs;
    return {
      name: step.name,
      startedAtMs: msFromUs(step.startedAtUs),
      endedAtMs: msFromUs(step.endedAtUs),
      result: step.failed === true ? "failed" : "done",
      ...(step.attempt === undefined ? {} : { attempt: step.attempt }),
      ...(promiseUs === undefined ? {} : { promisedMs: msFromUs(promiseUs) }),
    };
  });
  if (verifyStep === undefined || rollback.verifyFromUs === undefined || rollback.verifiedAtUs < 0) return records;
  const verified: RollbackStepRecord = {
    name: verifyStep.name,
    startedAtMs: msFromUs(rollback.verifyFromUs),
    endedAtMs: msFromUs(rollback.verifiedAtUs),
    result: "done",
    ...(verifyStep.promiseUs === undefined ? {} : { promisedMs: msFromUs(verifyStep.promiseUs) }),
  };
  return [...records, verified];
}

/** A promise about something that has not come to an end is broken once its time is over. */
function promisesOf(policy: Policy, rollback: RollbackProgress, onsetUs: number, nowUs: number): RollbackPromise[] {
  const { steps, verifyStep, detectPromiseUs, promiseUs } = policy.rollback;
  const promises: RollbackPromise[] = [];
  const judge = (what: string, promisedUs: number | undefined, fromUs: number, toUs: number): void => {
    if (promisedUs === undefined || fromUs < 0) return;
    const tookUs = toUs < 0 ? null : toUs - fromUs;
    promises.push({
      what,
      promisedMs: msFromUs(promisedUs),
      tookMs: tookUs === null ? null : msFromUs(tookUs),
      // Less is promised, not at most.
      kept: (tookUs ?? nowUs - fromUs) < promisedUs,
    });
  };
  judge("detection", detectPromiseUs, onsetUs, rollback.detectedAtUs);
  for (const [index, step] of steps.entries()) {
    const attempts = rollback.steps.filter((one) => one.name === step.name);
    const isUnderWay = index === rollback.step;
    const fromUs = attempts[0]?.startedAtUs ?? (isUnderWay ? rollback.stepStartedAtUs : -1);
    const done = attempts.find((one) => one.failed !== true);
    judge(step.name, step.promiseUs, fromUs, done?.endedAtUs ?? -1);
  }
  judge(verifyStep?.name ?? "", verifyStep?.promiseUs, rollback.verifyFromUs ?? -1, rollback.verifiedAtUs);
  judge("rollback", promiseUs, rollback.detectedAtUs, rollback.verifiedAtUs);
  return promises;
}

/** The date of the run's start as a field of its record; nothing where the run has none. */
export function calendarStartOf({ calendarStartMs }: RehearsalPlan): { readonly calendarStartMs?: number } {
  return calendarStartMs === undefined ? {} : { calendarStartMs };
}

/** What the manager was asked and could not do, or does more simply than it is. */
export function managerNotes(plan: RehearsalPlan, state: StackState): string[] {
  const { policy } = plan;
  const notes: string[] = [];
  if (speaksOfCalendar(policy) && plan.calendarStartMs === undefined) {
    notes.push("the run has no date: starts, change windows and freezes of the policy are not observed");
  }
  if ((policy.rollback.aftermath ?? []).length > 0 && plan.afterRollbackUs === undefined) {
    notes.push("the run ends with the rollback: what the policy says of the time after it is not shown");
  }
  if (state.router.fallsBack && (state.manager.rollback?.cutOff ?? 0) > 0) {
    notes.push("fallbacks of requests that were cut off take as long as the candidate's attempts would have");
  }
  return notes;
}
