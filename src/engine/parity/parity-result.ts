/** What a run leaves behind of its shadow traffic. */
import type { Mismatch } from "./compare-answers.ts";

/** One way in which answers differed. */
export interface ParityKindRecord {
  readonly kind: Mismatch;
  /** Shadow requests on which it occurred. */
  readonly requests: number;
  /** The first of them: the end of its window, its number, and what was seen. */
  readonly firstAtMs: number;
  readonly request: number;
  readonly example: string;
}

/** Shadow traffic and how the answers compared. */
export interface ParityRecord {
  readonly compared: number;
  /** Shadow requests on which the answers differed in any way. */
  readonly mismatched: number;
  /** A fraction; null where nothing was compared. */
  readonly mismatchRate: number | null;
  /** Only the ways that occurred. */
  readonly kinds: readonly ParityKindRecord[];
}
