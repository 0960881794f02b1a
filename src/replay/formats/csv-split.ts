/**
 * Cells of CSV records as places in bytes. Plain lines (no quotes) are cut at their delimiters; whatever has a quote
 * goes through csv-parse, which is the reference for both.
 */
import { parse } from "csv-parse";

/** The cells of one record: cell i is the bytes `[starts[i], ends[i])`. */
export interface Cells {
  bytes: Buffer;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
}

/** Cells with a quote among them cannot be cut like this. */
export const HAS_QUOTE = -1;

const QUOTE = 0x22;
const FIRST_CELLS = 64;

/** No cells yet. */
export function createCells(): Cells {
  return {
    bytes: Buffer.alloc(0),
    count: 0,
    starts: new Uint32Array(FIRST_CELLS),
    ends: new Uint32Array(FIRST_CELLS),
  };
}

/** Cuts the line `[from, to)` at the delimiter (one byte); how many cells there are, or `HAS_QUOTE`. */
export function splitPlain(cells: Cells, delimiter: number, bytes: Buffer, from: number, to: number): number {
  let { starts, ends } = cells;
  let count = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return HAS_QUOTE;
    if (byte !== delimiter) continue;
    if (count === starts.length - 1) {
      grow(cells);
      ({ starts, ends } = cells);
    }
    starts[count] = start;
    ends[count] = at;
    count++;
    start = at + 1;
  }
  starts[count] = start;
  ends[count] = to;
  cells.bytes = bytes;
  cells.count = count + 1;
  return count + 1;
}

/** A block of bytes without quotes, to be cut four bytes at a time. */
export interface UnquotedBlock {
  readonly bytes: Buffer;
  /** The words of the memory that the block lies in, and where in it the block begins. */
  readonly words: Int32Array;
  readonly offset: number;
}

/** The words of a block. */
export function unquotedBlock(bytes: Buffer): UnquotedBlock {
  const words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
  return { bytes, words, offset: bytes.byteOffset };
}

/** As `splitPlain`, of a line in a block that has no quote. */
export function splitUnquoted(cells: Cells, delimiter: number, block: UnquotedBlock, from: number, to: number): number {
  const { bytes, words, offset } = block;
  const pattern = Math.imul(delimiter, 0x01010101);
  let { starts, ends } = cells;
  let count = 0;
  starts[0] = from;
  let at = from;
  while (at < to) {
    let until = at + 1;
    if (((at + offset) & 3) === 0) {
      // Words without the delimiter are passed over.
      let word = (at + offset) >> 2;
      const lastWord = (to + offset) >> 2;
      while (word < lastWord) {
        const differs = (words[word] as number) ^ pattern;
        if (((differs - 0x01010101) & ~differs & 0x80808080) !== 0) break;
        word++;
      }
      at = (word << 2) - offset;
      until = at + 4 < to ? at + 4 : to;
    }
    for (; at < until; at++) {
      if (bytes[at] !== delimiter) continue;
      ends[count] = at;
      count++;
      if (count === starts.length) {
        grow(cells);
        ({ starts, ends } = cells);
      }
      starts[count] = at + 1;
    }
  }
  ends[count] = to;
  cells.bytes = bytes;
  cells.count = count + 1;
  return count + 1;
}

/** The texts (Latin-1) of a record, as cells. */
export function setCells(cells: Cells, texts: readonly string[]): void {
  while (cells.starts.length < texts.length) grow(cells);
  cells.bytes = Buffer.from(texts.join(""), "latin1");
  cells.count = texts.length;
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    cells.starts[i] = at;
    at += texts[i]?.length ?? 0;
    cells.ends[i] = at;
  }
}

/**
 * The cells of whole and well quoted records (Latin-1), by csv-parse. Should it not agree that they are so, there are
 * fewer rows than records.
 */
export function splitByReference(records: readonly string[], delimiter: string): Promise<readonly string[][]> {
  const rows: string[][] = [];
  const parser = parse({
    delimiter,
    encoding: "latin1",
    record_delimiter: "\n",
    relax_column_count: true,
    max_record_size: 0,
  });
  parser.on("data", (row: string[]) => rows.push(row));
  return new Promise((resolve) => {
    parser.on("end", () => resolve(rows));
    parser.on("error", () => resolve(rows));
    parser.end(`${records.join("\n")}\n`, "latin1");
  });
}

function grow(cells: Cells): void {
  const starts = new Uint32Array(cells.starts.length * 2);
  const ends = new Uint32Array(cells.ends.length * 2);
  starts.set(cells.starts);
  ends.set(cells.ends);
  cells.starts = starts;
  cells.ends = ends;
}
