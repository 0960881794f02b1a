/** Outcomes in words. */
import type { Outcome } from "../engine/result.ts";

const WORDS: Readonly<Record<Outcome, string>> = {
  completed: "completed",
  "rolled-back": "rolled back",
  "rollback-failed": "rollback failed",
  stalled: "stalled",
  paused: "paused",
  "awaiting-approval": "awaiting approval",
};

/** `rolled back`. */
export function outcomeWord(outcome: Outcome): string {
  return WORDS[outcome];
}
