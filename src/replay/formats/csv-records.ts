/**
 * Where records of a CSV file begin and end, so that what is handed to csv-parse is always whole and well quoted,
 * and a quote that is never closed costs one line, not the rest of the file.
 */

/** Most lines and characters that a quoted cell may span. */
const RECORD_LINES_MAX = 100;
const RECORD_CHARACTERS_MAX = 65_536;

/** How the quotes of a text stand. */
export type QuoteState =
  /** A whole record. */
  | "closed"
  /** A quoted cell goes on in the next line. */
  | "open"
  /** A quote within a plain cell, or something between a closing quote and the delimiter. */
  | "misplaced";

/** The state of quotes at the end of a text that begins a record (RFC 4180: only a cell's first character opens). */
export function quoteState(text: string, delimiter: string): QuoteState {
  if (!text.includes('"')) return "closed";
  let at = 0;
  for (;;) {
    // At the start of a cell.
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close === -1) return "open";
      at = close + 1;
      if (at === text.length) return "closed";
      if (text[at] !== delimiter) return "misplaced";
      at++;
    } else {
      const quote = text.indexOf('"', at);
      if (quote === -1) return "closed";
      const next = text.indexOf(delimiter, at);
      if (next === -1 || next > quote) return "misplaced";
      at = next + 1;
    }
  }
}

/** Cells of one whole record. For headers; rows go through csv-parse. */
export function splitRecord(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      const end = close === -1 ? text.length : close;
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = text.indexOf(delimiter, end);
    } else {
      const end = text.indexOf(delimiter, at);
      cells.push(end === -1 ? text.slice(at) : text.slice(at, end));
      at = end;
    }
    if (at === -1) return cells;
    at++;
  }
}

/** A record that is not whole yet: the lines that it has so far. */
export interface OpenRecord {
  readonly lines: string[];
  firstLine: number;
}

/** No lines yet. */
export function createOpenRecord(): OpenRecord {
  return { lines: [], firstLine: 0 };
}

/**
 * Hands every line to exactly one of `take` (whole records, lines joined by LF) and `refuse`. With `last` true no
 * more lines follow, and what is open is refused.
 */
export function frameRecords(
  open: OpenRecord,
  lines: readonly string[],
  firstLine: number,
  last: boolean,
  delimiter: string,
  take: (record: string, line: number) => void,
  refuse: (text: string, line: number) => void,
): void {
  // Lines that were part of an open record come first again when it turns out not to be one.
  const queue = open.lines.splice(0);
  let line = queue.length > 0 ? open.firstLine : firstLine;
  queue.push(...lines);
  let at = 0;
  while (at < queue.length) {
    let record = queue[at] ?? "";
    let state = quoteState(record, delimiter);
    let taken = 1;
    while (state === "open" && at + taken < queue.length && fits(record, taken)) {
      const next = queue[at + taken] ?? "";
      record += `\n${next}`;
      taken++;
      // Without another quote the cell cannot have ended; looking again at all of it would be quadratic.
      if (next.includes('"')) state = quoteState(record, delimiter);
    }
    if (state === "open" && fits(record, taken) && !last) break;
    if (state === "closed") {
      take(record, line);
    } else {
      taken = 1;
      refuse(queue[at] ?? "", line);
    }
    at += taken;
    line += taken;
  }
  for (; at < queue.length; at++) open.lines.push(queue[at] ?? "");
  open.firstLine = line;
}

function fits(record: string, lines: number): boolean {
  return lines < RECORD_LINES_MAX && record.length <= RECORD_CHARACTERS_MAX;
}
