/**
 * Cuts text into lines and cells, each with its hash, a piece at a time: sixteen bytes at once where the machine can (SIMD
 * in WebAssembly), else byte by byte, to the same numbers. The piece and what was found in it are scratch space,
 * overwritten by the next.
 */
import { hashOfBytes } from "./byte-hash.ts";
import { assembleText, type TextPlaces } from "./text-assembly.ts";

/** Longest piece of text, bytes; a line of the longest kind that is read fits. */
export const PIECE_BYTES = 131_072;

const PAGE_BYTES = 65_536;
/** Before and behind the text: what is looked at beyond its ends. */
const MARGIN_BYTES = 64;
/** Every byte can end a cell, and so can the line end that is added. */
const TABLE_NUMBERS = PIECE_BYTES + 16;
const TABLE_BYTES = 4 * TABLE_NUMBERS;
const TABLES = 6;
const TABLES_AT = MARGIN_BYTES + PIECE_BYTES + MARGIN_BYTES;
const tableAt = (nth: number): number => TABLES_AT + nth * TABLE_BYTES;
const PLACES: TextPlaces = {
  text: MARGIN_BYTES,
  starts: tableAt(0),
  ends: tableAt(1),
  hashes: tableAt(2),
  lineCells: tableAt(3),
  targetEnds: tableAt(4),
  targetHashes: tableAt(5),
  pages: Math.ceil(tableAt(TABLES) / PAGE_BYTES),
};
const LF = 0x0a;
const CR = 0x0d;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;

/** A piece of text, cut. All places are indices into `bytes`. */
export interface CutText {
  readonly bytes: Buffer;
  /** By cell: the bytes `[starts, ends)`, and what `hashOfBytes` makes of them. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly hashes: Uint32Array;
  /** By line: how many cells there are up to its end. */
  readonly lineCells: Uint32Array;
  /**
   * By line, of the cell in the target's column, where the line has so many: the position behind its first `?` or `#`, or
   * its end; and the hash of its bytes up to there.
   */
  readonly targetEnds: Uint32Array;
  readonly targetHashes: Uint32Array;
}

interface Machine {
  readonly cut: (until: number, delimiter: number, targetColumn: number) => number;
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** What this module needs of WebAssembly, which has no types of its own here. */
declare const WebAssembly:
  | {
      readonly validate: (bytes: Uint8Array) => boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Machine };
    }
  | undefined;

let machine: Machine | null = null;
let scratch: CutText | null = null;

/** Where text is cut: the same object every time. Made when it is first needed, as it takes 3 MB. */
export function cutText(): CutText {
  if (scratch !== null) return scratch;
  const module = assembleText(PLACES);
  if (typeof WebAssembly === "object" && WebAssembly.validate(module)) {
    machine = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  }
  scratch = layOut(machine === null ? new ArrayBuffer(PLACES.pages * PAGE_BYTES) : machine.memory.buffer);
  return scratch;
}

/**
 * Cuts the bytes `[from, to)` of a block, at most `PIECE_BYTES`, into lines and their cells; how many lines there are. Line
 * ends are LF or CRLF, and the last line may lack its own. `targetColumn` is the column whose cells are targets; -1: none.
 */
export function cutPiece(block: Uint8Array, from: number, to: number, delimiter: number, targetColumn: number): number {
  const text = cutText();
  const until = loadPiece(text, block, from, to);
  return machine === null
    ? cutPlainly(text, until, delimiter, targetColumn)
    : machine.cut(until, delimiter, targetColumn);
}

/** The same byte by byte. For tests. */
export function cutPiecePlainly(
  block: Uint8Array,
  from: number,
  to: number,
  delimiter: number,
  targetColumn: number,
): { readonly text: CutText; readonly lines: number } {
  const text = layOut(new ArrayBuffer(PLACES.pages * PAGE_BYTES));
  const until = loadPiece(text, block, from, to);
  return { text, lines: cutPlainly(text, until, delimiter, targetColumn) };
}

function layOut(buffer: ArrayBuffer): CutText {
  const table = (at: number): Uint32Array => new Uint32Array(buffer, at, TABLE_NUMBERS);
  return {
    bytes: Buffer.from(buffer, 0, TABLES_AT),
    starts: table(PLACES.starts),
    ends: table(PLACES.ends),
    hashes: table(PLACES.hashes),
    lineCells: table(PLACES.lineCells),
    targetEnds: table(PLACES.targetEnds),
    targetHashes: table(PLACES.targetHashes),
  };
}

/** Copies a piece to where it is cut, with a line end; the position behind it. */
function loadPiece({ bytes }: CutText, block: Uint8Array, from: number, to: number): number {
  bytes.set(block.subarray(from, to), PLACES.text);
  let until = PLACES.text + to - from;
  if (block[to - 1] !== LF) bytes[until++] = LF;
  bytes.fill(0, until, until + 16);
  return until;
}

function cutPlainly(text: CutText, until: number, delimiter: number, targetColumn: number): number {
  const { bytes, starts, ends, hashes, lineCells, targetEnds, targetHashes } = text;
  let cell = 0;
  let line = 0;
  let column = 0;
  let start = PLACES.text;
  for (let at = PLACES.text; at < until; at++) {
    const byte = bytes[at] as number;
    if (byte !== delimiter && byte !== LF) continue;
    const end = byte === LF && at > start && bytes[at - 1] === CR ? at - 1 : at;
    starts[cell] = start;
    ends[cell] = end;
    hashes[cell] = hashOfBytes(bytes, start, end);
    if (column === targetColumn) {
      const target = targetEnd(bytes, start, end);
      targetEnds[line] = target;
      targetHashes[line] = hashOfBytes(bytes, start, target);
    }
    cell++;
    column++;
    start = at + 1;
    if (byte !== LF) continue;
    lineCells[line] = cell;
    line++;
    column = 0;
  }
  return line;
}

/** Position behind the first question mark or number sign, which is how far a target counts; `to` where there is none. */
export function targetEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUESTION_MARK || byte === NUMBER_SIGN) return at + 1;
  }
  return to;
}
