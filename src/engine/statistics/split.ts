/** Sample ratio mismatch: does the split of keys fit the share that was configured? */
import { normalBothTails } from "./normal.ts";

/** A chi-square test of a split. */
export interface SplitTest {
  /** Pearson's statistic, one degree of freedom; null: infinite, for an arm has keys that can have none. */
  readonly chiSquare: number | null;
  /** Chance of a split at least as far off, if every key went to the candidate with the configured share. */
  readonly pValue: number;
}

/** Fewer keys expected in an arm than this make the chi-square distribution a bad guess (Cochran's rule). */
const EXPECTED_MIN = 5;

/**
 * Tests `inCandidate` of `keys` distinct keys against a share, 0 to 1 as a fraction; null where too few keys are expected
 * in one of the arms. A chi-square of one degree of freedom is the square of a standard normal. At 0 and 1 nothing is left
 * to chance: a single key in the wrong arm is impossible, and without one the split is as configured.
 */
export function testSplit(inCandidate: number, keys: number, share: number): SplitTest | null {
  const expected = keys * share;
  if (share === 0 || share === 1) {
    if (keys < EXPECTED_MIN) return null;
    return inCandidate === expected ? { chiSquare: 0, pValue: 1 } : { chiSquare: null, pValue: 0 };
  }
  if (!(expected >= EXPECTED_MIN && keys - expected >= EXPECTED_MIN)) return null;
  const off = inCandidate - expected;
  const chiSquare = (off * off) / (expected * (1 - share));
  return { chiSquare, pValue: normalBothTails(Math.sqrt(chiSquare)) };
}
