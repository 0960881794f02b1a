/** A journal read from its file: the order to execute again, and the lines of every window. */
import { decodeState } from "../../engine/kernel/snapshot.ts";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import type { RecordedOrder } from "../recording/sealed-sheet.ts";
import { JOURNAL_LAYOUT, sealOf } from "./journal-text.ts";

/** A journal as it was written; nothing is said of whether it is true. */
export interface WrittenJournal {
  readonly program: string;
  readonly order: RecordedOrder;
  /** Lines without their ends, window by window; the last part is what came after the last window. */
  readonly windows: readonly (readonly string[])[];
  /** The line of the end. */
  readonly end: string;
}

const HEAD = /^\{"journal":(\d+),"program":("(?:[^"\\]|\\.)*"),"seal":"([0-9a-f]{64})","order":(.*)\}$/u;

/** Whether a file begins as a journal does. */
export function beginsAsJournal(text: string): boolean {
  return /^\{"journal":\d/u.test(text);
}

/** Reads a journal; `source` is its file. */
export function readJournal(text: string, source: string): Read<WrittenJournal> {
  const refuse = (line: number, message: string, found: string | null, allowed: string): Read<never> => {
    const problem: Problem = { source, line, column: 1, path: "", message, found, allowed, suggestion: null };
    return { ok: false, problems: [problem] };
  };
  const lines = text.split("\n");
  const whole = "the file as rehearse run --journal wrote it";
  const head = HEAD.exec(lines[0] ?? "");
  if (head === null) return refuse(1, "this is not the head of a journal", shortened(lines[0] ?? ""), whole);
  const [, layout, program = "", seal, order = ""] = head;
  if (Number(layout) !== JOURNAL_LAYOUT)
    return refuse(1, "this journal has another layout", layout ?? "", String(JOURNAL_LAYOUT));
  if (seal !== sealOf(order)) {
    const message = "what was run was changed in this journal, or is not whole: it cannot be executed again";
    return refuse(1, message, `a seal of ${sealOf(order).slice(0, 12)}`, whole);
  }
  const end = lines.at(-2) ?? "";
  if (lines.at(-1) !== "" || !end.startsWith('{"end":')) {
    return refuse(lines.length, "this journal was cut short: it has no end", shortened(lines.at(-1) ?? ""), whole);
  }
  const windows: string[][] = [[]];
  for (const line of lines.slice(1, -2)) {
    windows.at(-1)?.push(line);
    if (line.startsWith('{"window":')) windows.push([]);
  }
  const value: WrittenJournal = {
    program: String(JSON.parse(program)),
    order: decodeState<RecordedOrder>(order),
    windows,
    end,
  };
  return { ok: true, value, warnings: [] };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
