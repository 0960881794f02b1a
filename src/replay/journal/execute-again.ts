/**
 * Executes a journal's run again and finds where the two first part: by window, as fast as the run itself; then, where a
 * window differs, that window once more, line by line.
 */
import { step } from "../../engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { RunRecord } from "../../engine/result.ts";
import { createStack, recordStack, startStack } from "../../engine/stack.ts";
import { createJournalText, journalEnd } from "./journal-text.ts";
import type { WrittenJournal } from "./read-journal.ts";

/** Where a journal and the run executed again first part. */
export interface JournalDivergence {
  /** The window, from 0; as many as there are windows: after the last of them. */
  readonly window: number;
  /** When that window began, milliseconds. */
  readonly fromMs: number;
  /** The line of that window, from 1: a control event, an entry, a decision or the window's end. */
  readonly line: number;
  /** That line in the journal's file, from 1. */
  readonly fileLine: number;
  /** As the journal has it and as it is now; null where one has no such line. */
  readonly recorded: string | null;
  readonly executed: string | null;
}

/** What became of the run. */
export interface ExecutedAgain {
  /** Null where it parted from the journal. */
  readonly record: RunRecord | null;
  readonly divergence: JournalDivergence | null;
}

/** Executes the plan of a journal's order. `onWindow` is told the time that has been reached, microseconds. */
export function executeAgain(
  plan: RehearsalPlan,
  journal: WrittenJournal,
  onWindow: (atUs: number) => void,
): ExecutedAgain {
  const { windows, end } = journal;
  const stack = createStack(plan);
  const state = startStack(stack);
  const text = createJournalText();
  let window = 0;
  let atUs = 0;
  let lines = "";
  while (step(stack.model, state)) {
    const taken = text.take(state);
    lines += taken.lines.join("");
    if (!taken.closesWindow) continue;
    if (lines !== textOf(windows[window]))
      return { record: null, divergence: divergenceIn(plan, journal, window, atUs) };
    window++;
    lines = "";
    atUs = state.kernel.nowUs;
    onWindow(atUs);
  }
  const record = recordStack(stack, state);
  const isSame =
    window === windows.length - 1 && lines === textOf(windows[window]) && journalEnd(record) === `${end}\n`;
  return isSame
    ? { record, divergence: null }
    : { record: null, divergence: divergenceIn(plan, journal, window, atUs) };
}

/** The first line that differs in a window that does: the run up to it once more, and then event by event. */
function divergenceIn(
  plan: RehearsalPlan,
  { windows, end }: WrittenJournal,
  window: number,
  fromUs: number,
): JournalDivergence {
  const stack = createStack(plan);
  const state = startStack(stack);
  const text = createJournalText();
  let before = 0;
  while (before < window && step(stack.model, state)) if (text.take(state).closesWindow) before++;
  const isLast = window >= windows.length - 1;
  const recorded = [...(windows[window] ?? []), ...(isLast ? [end] : [])];
  const fileLine = 2 + windows.slice(0, window).reduce((sum, lines) => sum + lines.length, 0);
  const part = (line: number, executed: string | null): JournalDivergence => ({
    window,
    fromMs: fromUs / 1_000,
    line: line + 1,
    fileLine: fileLine + line,
    recorded: recorded[line] ?? null,
    executed,
  });
  let at = 0;
  while (step(stack.model, state)) {
    const taken = text.take(state);
    for (const line of taken.lines) {
      if (`${recorded[at] ?? ""}\n` !== line) return part(at, line.trimEnd());
      at++;
    }
    if (taken.closesWindow) return part(at, null);
  }
  const executedEnd = journalEnd(recordStack(stack, state)).trimEnd();
  return part(at, recorded[at] === executedEnd ? null : executedEnd);
}

function textOf(lines: readonly string[] | undefined): string {
  return (lines ?? []).map((line) => `${line}\n`).join("");
}
