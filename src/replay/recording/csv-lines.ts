/** Records of a recording as CSV, from blocks of its lines: a line end within quotes is part of a cell. */
import { LINE_BYTES_MAX } from "../lines.ts";

const LF = 0x0a;

/** What takes records; it remembers one that goes on in the next block. */
export interface CsvLines {
  /** The next block of whole lines. */
  readonly read: (block: Buffer) => void;
  /** Hands over what was not closed, for whoever reads it to refuse. */
  readonly end: () => void;
}

/** `take` gets each record without its line end, and the number of the line that it begins in. */
export function createCsvLines(take: (record: string, line: number) => void): CsvLines {
  let line = 0;
  let open = "";
  let openedAt = 0;
  const close = (): void => {
    const record = open.endsWith("\r") ? open.slice(0, -1) : open;
    const at = openedAt > 0 ? openedAt : line;
    open = "";
    openedAt = 0;
    take(record, at);
  };
  return {
    read: (block) => {
      for (let from = 0; from < block.length;) {
        const found = block.indexOf(LF, from);
        const end = found === -1 ? block.length : found;
        const text = block.toString("utf8", from, end);
        from = end + 1;
        line++;
        const isOpen = hasOpenQuotes(text) !== openedAt > 0;
        open += text;
        // Longer than any row: quotes that nothing closes would take in the whole file.
        if (!isOpen || open.length > LINE_BYTES_MAX) {
          close();
          continue;
        }
        if (openedAt === 0) openedAt = line;
        open += "\n";
      }
    },
    end: () => {
      if (openedAt > 0) close();
    },
  };
}

function hasOpenQuotes(text: string): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}
