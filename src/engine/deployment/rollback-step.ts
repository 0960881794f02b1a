/** One attempt of a step of the way back: how long it takes and whether it fails, by the seed and by faults. */
import { deriveStream, draw32, DRAW_UNIT } from "../kernel/random.ts";
import type { ManagerTerms } from "./manager-state.ts";
import type { RollbackStep } from "./policy.ts";

/** What an attempt is going to be. */
export interface StepAttempt {
  readonly takesUs: number;
  readonly fails: boolean;
  /** Faults that make it so, in words. */
  readonly faults: readonly string[];
}

/** Draws per attempt: its time within the range, whether it is slow, whether it fails. */
const DRAWS = 3;

/**
 * The attempt (from 1) of a step that begins now. Each step has a stream of its own, drawn by the attempt: what
 * happens to one step never shifts the luck of another.
 */
export function attemptStep(step: RollbackStep, attempt: number, nowUs: number, terms: ManagerTerms): StepAttempt {
  const { a, b } = deriveStream(terms.seed, `rollback/${step.name}`);
  const drawn = (which: number): number => draw32(a, b, DRAWS * attempt + which) * DRAW_UNIT;
  const { durationUs, durationMaxUs = durationUs, slow, failsPpm = 0 } = step;
  const rangeUs = durationUs + Math.floor(drawn(0) * (durationMaxUs - durationUs + 1));
  const isSlow = slow !== undefined && drawn(1) * 1_000_000 < slow.chancePpm;
  const faults = terms.rollbackFaults.filter(
    (fault) => fault.step === step.name && fault.atUs <= nowUs && nowUs < fault.untilUs,
  );
  const factor = faults.reduce((product, fault) => product * fault.slowFactor, isSlow ? slow.factor : 1);
  return {
    takesUs: Math.round(rangeUs * factor),
    fails: faults.some((fault) => fault.fails) || drawn(2) * 1_000_000 < failsPpm,
    faults: faults.map((fault) => fault.name),
  };
}
