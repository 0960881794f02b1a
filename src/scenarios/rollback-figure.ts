/** Figures of a rollback beyond its times: promises, steps, and the harm that the way back did. */
import type { RollbackRecord, RollbackStepRecord, RunRecord } from "../engine/result.ts";
import type { PartFigures } from "./figure.ts";

const KEPT = ["kept", "broken"];

function promised(rollback: RollbackRecord, what: string): string | null {
  const promise = rollback.promises?.find((one) => one.what === what);
  return promise === undefined ? null : promise.kept ? "kept" : "broken";
}

/** Of the rollback as a whole. */
export const PROMISES: PartFigures<RollbackRecord> = {
  promise: { kind: "word", words: KEPT, read: (rollback) => promised(rollback, "rollback") },
  detection: { kind: "word", words: KEPT, read: (rollback) => promised(rollback, "detection") },
  brokenPromises: {
    kind: "count",
    read: (rollback) => rollback.promises?.filter((one) => !one.kept).length ?? null,
  },
  failedSteps: { kind: "count", read: (rollback) => rollback.steps.filter((step) => step.result === "failed").length },
  cutOff: { kind: "count", read: (rollback) => rollback.cutOff ?? null },
  harmedByRestart: { kind: "count", read: (rollback) => rollback.harmedByRestart ?? null },
};

/** Of the attempts of one step. */
export const STEP: PartFigures<readonly RollbackStepRecord[]> = {
  duration: {
    kind: "duration",
    read: (attempts) => attempts.reduce((sum, one) => sum + one.endedAtMs - one.startedAtMs, 0),
  },
  attempts: { kind: "count", read: (attempts) => attempts.length },
  result: { kind: "word", words: ["done", "failed"], read: (attempts) => attempts.at(-1)?.result ?? null },
};

/** The attempts of a step of a run's rollback; null where there was none. */
export function attemptsOf(run: RunRecord, name: string): readonly RollbackStepRecord[] | null {
  const attempts = run.rollback?.steps.filter((step) => stepWord(step.name) === name) ?? [];
  return attempts.length === 0 ? null : attempts;
}

/** A step's (or stage's) name as a word of a path. */
export function stepWord(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
