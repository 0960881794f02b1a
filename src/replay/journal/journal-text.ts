/**
 * A run's journal as JSON Lines: a head with all that is needed to execute the run again, then line by line what
 * happened (control events with the run's digest after each, entries, decisions), a line at the end of every window, and
 * the run's end.
 */
import { createHash } from "node:crypto";
import { digestHex } from "../../engine/kernel/digest.ts";
import { encodeState } from "../../engine/kernel/snapshot.ts";
import type { RunRecord } from "../../engine/result.ts";
import type { StackState } from "../../engine/stack-state.ts";
import type { RecordedOrder } from "../recording/sealed-sheet.ts";

/** What has happened since it was asked last. */
export interface JournalText {
  /** To be called after every control event. Every line has its line end. */
  readonly take: (state: StackState) => { readonly lines: readonly string[]; readonly closesWindow: boolean };
}

/** Version of the layout. */
export const JOURNAL_LAYOUT = 1;

/** The first line, with its line end. */
export function journalHead(program: string, order: RecordedOrder): string {
  const text = encodeState(order);
  const sealed = JSON.stringify({ journal: JOURNAL_LAYOUT, program, seal: sealOf(text) });
  return `${sealed.slice(0, -1)},"order":${text}}\n`;
}

/** What the head's seal says of an order as text. */
export function sealOf(order: string): string {
  return createHash("sha256").update(order).digest("hex");
}

/** The last line. */
export function journalEnd({ digest, endedAtMs, outcome }: RunRecord): string {
  return `${JSON.stringify({ end: { atMs: endedAtMs, outcome, digest } })}\n`;
}

/** The text of a run of which nothing has been taken yet. */
export function createJournalText(): JournalText {
  let entries = 0;
  let decisions = 0;
  let windows = 0;
  return {
    take: (state) => {
      const { kernel, journal } = state;
      const { atUs, kind, a, b } = kernel.current;
      const lines = [`${JSON.stringify({ event: { atUs, kind, a, b }, digest: digestHex(kernel.digest) })}\n`];
      for (; entries < journal.entries.length; entries++) {
        lines.push(`${JSON.stringify({ entry: journal.entries[entries] })}\n`);
      }
      for (; decisions < state.decisions.length; decisions++) {
        lines.push(`${JSON.stringify({ decision: state.decisions[decisions] })}\n`);
      }
      const closesWindow = journal.windowCount > windows;
      if (closesWindow) {
        windows = journal.windowCount;
        const digest = {
          a: journal.windowDigestA[windows - 1] as number,
          b: journal.windowDigestB[windows - 1] as number,
        };
        const window = { number: windows - 1, endedAtUs: journal.windowAtUs[windows - 1], digest: digestHex(digest) };
        lines.push(`${JSON.stringify({ window })}\n`);
      }
      return { lines, closesWindow };
    },
  };
}
