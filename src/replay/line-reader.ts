/** Blocks of lines as lines of one format: numbered, without a collector's prefix, records put together again. */
import type { RowReader } from "./formats/trace-format.ts";
import { createJoinedLines } from "./joined-lines.ts";
import type { LinePrefix } from "./line-wrapping.ts";
import { takeLines, type LineTaker } from "./lines.ts";

/** Reads the blocks of one trace, in order. */
export interface LineReader {
  readonly rows: RowReader;
  readBlock(block: Buffer): Promise<void>;
  /** After the last block. */
  end(): Promise<void>;
  /** The format in words, with the prefix. */
  describe(): string;
}

/** A reader that hands lines to `rows`, behind a prefix where there is one. */
export function createLineReader(rows: RowReader, prefix: LinePrefix | null): LineReader {
  const readPlain: LineTaker = (bytes, from, to, line) => rows.readLine(bytes, from, to, line);
  const joined = prefix === null ? null : createJoinedLines(prefix, readPlain);
  let nextLine = 1;

  const readLine = joined === null ? readPlain : joined.readLine;

  return {
    rows,
    readBlock: async (block) => {
      nextLine =
        prefix === null && rows.readBlock !== undefined
          ? rows.readBlock(block, nextLine)
          : takeLines(block, nextLine, readLine);
      await rows.settle?.();
    },
    end: async () => {
      joined?.end();
      await rows.settle?.();
      await rows.end?.();
    },
    describe: () => `${rows.describe()}${prefix === null ? "" : `, behind the prefix of ${prefix.name}`}`,
  };
}
