/** Blocks of lines as lines of one format: numbered, without a collector's prefix, records put together again. */
import type { RowReader } from "./formats/trace-format.ts";
import { matchPrefix, type LinePrefix } from "./line-prefix.ts";
import { LINE_BYTES_MAX, takeLines, type LineTaker } from "./lines.ts";

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
  let nextLine = 1;
  // A record that the collector has split over several lines, and the line at which it begins.
  let partial: Buffer | null = null;
  let partialLine = 0;

  const readPlain: LineTaker = (bytes, from, to, line) => rows.readLine(bytes, from, to, line);
  const readPrefixed: LineTaker = (bytes, from, to, line) => {
    const match = prefix === null ? null : matchPrefix(prefix, bytes, from, to);
    if (prefix === null || match === null) return readPlain(bytes, from, to, line);
    const start = from + match[0].length;
    const isPartial = prefix.isPartial(match);
    if (partial === null && !isPartial) return readPlain(bytes, start, to, line);
    if (partial === null) partialLine = line;
    const whole = Buffer.concat([partial ?? Buffer.alloc(0), bytes.subarray(start, to)]);
    partial = whole.length > LINE_BYTES_MAX + 1 ? whole.subarray(0, LINE_BYTES_MAX + 1) : whole;
    if (!isPartial) flushPartial();
  };
  const flushPartial = (): void => {
    const whole = partial;
    partial = null;
    if (whole !== null) readPlain(whole, 0, whole.length, partialLine);
  };
  const readLine = prefix === null ? readPlain : readPrefixed;

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
      flushPartial();
      await rows.settle?.();
      await rows.end?.();
    },
    describe: () => `${rows.describe()}${prefix === null ? "" : `, behind the prefix of ${prefix.name}`}`,
  };
}
