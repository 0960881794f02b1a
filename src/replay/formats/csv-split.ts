/**
 * Cells of CSV records as places in bytes. Plain lines (no quotes) are cut at their delimiters; whatever has a quote
 * goes through csv-parse, which is the reference for both.
 */
import { parse } from "csv-parse";
import { hashOfBytes } from "../byte-hash.ts";

/** The cells of one record: of the record's cell i, number `first + i` here, the bytes `[starts, ends)`. */
export interface Cells {
  bytes: Buffer;
  first: number;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  /** What `hashOfBytes` makes of each cell. */
  hashes: Uint32Array;
  /** Of the cell that is the route, as in `CutText`; an end of -1: not known. */
  targetEnd: number;
  targetHash: number;
}

/** Cells with a quote among them cannot be cut like this. */
export const HAS_QUOTE = -1;

const QUOTE = 0x22;
const FIRST_CELLS = 64;

/** No cells yet. */
export function createCells(): Cells {
  return {
    bytes: Buffer.alloc(0),
    first: 0,
    count: 0,
    starts: new Uint32Array(FIRST_CELLS),
    ends: new Uint32Array(FIRST_CELLS),
    hashes: new Uint32Array(FIRST_CELLS),
    targetEnd: -1,
    targetHash: 0,
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
  hashCells(cells);
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
  hashCells(cells);
}

/** A hash of a record by those of its cells: records are equal when all their cells are. */
export function fingerprintOf(hashes: Uint32Array, first: number, count: number): number {
  let hash = count;
  for (let i = first; i < first + count; i++)
    hash = Math.imul(hash ^ (hash >>> 15) ^ (hashes[i] as number), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function hashCells({ bytes, count, starts, ends, hashes }: Cells): void {
  for (let i = 0; i < count; i++) hashes[i] = hashOfBytes(bytes, starts[i] as number, ends[i] as number);
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
  cells.hashes = new Uint32Array(starts.length);
}
