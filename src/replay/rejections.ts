/** Lines that were not accepted: counted by reason, the first of each kept to be shown. */
import { decodeLatin1 } from "./latin1-text.ts";

/** How many lines of each reason are kept. */
const FIRST_LINES = 3;
/** How much of a rejected line is kept, characters. */
const TEXT_CHARACTERS = 160;

/** One reason, how often it was met, and where first. */
export interface Rejection {
  readonly reason: string;
  count: number;
  readonly firstLines: { readonly line: number; readonly text: string }[];
}

/** All rejections so far. The reasons are a small fixed set per format: they never contain text of the file. */
export interface Rejections {
  count: number;
  readonly byReason: Map<string, Rejection>;
}

/** None yet. */
export function createRejections(): Rejections {
  return { count: 0, byReason: new Map() };
}

/** Counts one line (its number from 1, its text in Latin-1) as rejected for a reason. */
export function reject(rejections: Rejections, reason: string, line: number, text: string): void {
  rejections.count++;
  let rejection = rejections.byReason.get(reason);
  if (rejection === undefined) {
    rejection = { reason, count: 0, firstLines: [] };
    rejections.byReason.set(reason, rejection);
  }
  rejection.count++;
  if (rejection.firstLines.length < FIRST_LINES) {
    rejection.firstLines.push({ line, text: decodeLatin1(text.slice(0, TEXT_CHARACTERS)) });
  }
}

/** The reasons, the most frequent first; equally frequent ones in order of their first line. */
export function listRejections(rejections: Rejections): readonly Rejection[] {
  return [...rejections.byReason.values()].sort((a, b) => b.count - a.count || firstLineOf(a) - firstLineOf(b));
}

function firstLineOf(rejection: Rejection): number {
  return rejection.firstLines[0]?.line ?? 0;
}
