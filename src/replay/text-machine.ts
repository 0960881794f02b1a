/**
 * Cuts text into lines and cells, each with its hash, a piece at a time: sixteen bytes at once where the machine can (SIMD
 * in WebAssembly), else byte by byte, to the same numbers. The piece and what was found in it are scratch space,
 * overwritten by the next.
 */
import { startModule } from "../engine/kernel/assembly.ts";
import { hashOfBytes, skipPlainBytes } from "./byte-hash.ts";
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
/** Literals of `matchPiece`: their texts, and by literal where its text lies and how long it is. */
const LITERAL_BYTES = 8_192;
const LITERALS_MAX = 257;
const tableAt = (nth: number): number => TABLES_AT + nth * TABLE_BYTES;
const PLACES: TextPlaces = {
  text: MARGIN_BYTES,
  starts: tableAt(0),
  ends: tableAt(1),
  hashes: tableAt(2),
  lineCells: tableAt(3),
  targetEnds: tableAt(4),
  targetHashes: tableAt(5),
  literals: tableAt(TABLES) + LITERAL_BYTES,
  pages: Math.ceil((tableAt(TABLES) + LITERAL_BYTES + 8 * LITERALS_MAX) / PAGE_BYTES),
};
const LF = 0x0a;
const CR = 0x0d;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;
const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;

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
  readonly match: (until: number, values: number, targetColumn: number) => number;
  readonly memory: { readonly buffer: ArrayBuffer };
}

let machine: Machine | null = null;
let scratch: CutText | null = null;

/** Where text is cut: the same object every time. Made when it is first needed, as it takes 3 MB. */
export function cutText(): CutText {
  if (scratch !== null) return scratch;
  machine = startModule(assembleText(PLACES)) as Machine | null;
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

/** Where the longest piece of whole lines from `from` on ends; `from` itself: not even one line fits. */
export function pieceEnd(block: Buffer, from: number): number {
  if (block.length - from <= PIECE_BYTES) return block.length;
  return Math.max(block.lastIndexOf(LF, from + PIECE_BYTES - 1) + 1, from);
}

/** The position behind the line that begins at `from`. */
export function lineEnd(block: Buffer, from: number): number {
  const end = block.indexOf(LF, from);
  return end === -1 ? block.length : end + 1;
}

/** What stands around the values of lines that are alike: before the first, between two, behind the last. */
export type LineTemplate = readonly Buffer[];

/** Whether there is room for a template, so that `matchPiece` can be asked. */
export function isMatchable(template: LineTemplate): boolean {
  const bytes = template.reduce((sum, literal) => sum + literal.length, 0);
  return template.length <= LITERALS_MAX && bytes + 8 <= LITERAL_BYTES;
}

/**
 * As `cutPiece`, of lines of JSON of which most have the literals of a template around their values: texts in quotes, with
 * neither escapes nor control characters, and numbers with neither sign nor exponent. The first cell of a line is the whole
 * line; where it is as the template says, its values follow as further cells (texts without their quotes).
 * `targetColumn` counts values.
 */
export function matchPiece(
  block: Uint8Array,
  from: number,
  to: number,
  template: LineTemplate,
  targetColumn: number,
): number {
  const text = cutText();
  const until = loadPiece(text, block, from, to);
  if (machine === null) return matchPlainly(text, until, template, targetColumn);
  loadTemplate(machine.memory.buffer, template);
  return machine.match(until, template.length - 1, targetColumn);
}

/** The same byte by byte. For tests. */
export function matchPiecePlainly(
  block: Uint8Array,
  from: number,
  to: number,
  template: LineTemplate,
  targetColumn: number,
): { readonly text: CutText; readonly lines: number } {
  const text = layOut(new ArrayBuffer(PLACES.pages * PAGE_BYTES));
  const until = loadPiece(text, block, from, to);
  return { text, lines: matchPlainly(text, until, template, targetColumn) };
}

let loaded: LineTemplate | null = null;

function loadTemplate(buffer: ArrayBuffer, template: LineTemplate): void {
  if (template === loaded) return;
  loaded = template;
  const texts = new Uint8Array(buffer, tableAt(TABLES), LITERAL_BYTES);
  const literals = new Uint32Array(buffer, PLACES.literals, 2 * LITERALS_MAX);
  let at = 0;
  template.forEach((literal, nth) => {
    texts.set(literal, at);
    literals[2 * nth] = tableAt(TABLES) + at;
    literals[2 * nth + 1] = literal.length;
    at += literal.length;
  });
}

function matchPlainly(text: CutText, until: number, template: LineTemplate, targetColumn: number): number {
  const { bytes, starts, ends, hashes, lineCells, targetEnds, targetHashes } = text;
  let cell = 0;
  let line = 0;
  for (let start = PLACES.text; start < until; line++) {
    const lineEnd = bytes.indexOf(LF, start);
    const to = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    starts[cell] = start;
    ends[cell] = to;
    hashes[cell] = hashOfBytes(bytes, start, to);
    const values = matchLine(text, start, to, template, cell + 1);
    for (let value = cell + 1; value <= cell + values; value++)
      hashes[value] = hashOfBytes(bytes, starts[value] as number, ends[value] as number);
    if (targetColumn >= 0 && targetColumn < values) {
      const from = starts[cell + 1 + targetColumn] as number;
      const target = targetEnd(bytes, from, ends[cell + 1 + targetColumn] as number);
      targetEnds[line] = target;
      targetHashes[line] = hashOfBytes(bytes, from, target);
    }
    cell += 1 + values;
    lineCells[line] = cell;
    start = lineEnd + 1;
  }
  return line;
}

/** Notes the values of a line from a cell on; how many: none where it is not as the template says. */
function matchLine(
  { bytes, starts, ends }: CutText,
  from: number,
  to: number,
  template: LineTemplate,
  first: number,
): number {
  let at = from;
  for (let nth = 0; nth < template.length; nth++) {
    const literal = template[nth] as Buffer;
    if (at + literal.length > to || literal.compare(bytes, at, at + literal.length) !== 0) return 0;
    at += literal.length;
    if (nth === template.length - 1) break;
    const isText = bytes[at] === QUOTE;
    const end = isText ? skipPlainBytes(bytes, at + 1, to) : unsignedEnd(bytes, at, to);
    if (isText ? bytes[end] !== QUOTE || end >= to : end === at) return 0;
    starts[first + nth] = isText ? at + 1 : at;
    ends[first + nth] = end;
    at = isText ? end + 1 : end;
  }
  return at === to ? template.length - 1 : 0;
}

/** Position behind a number without sign and exponent; `from`: there is none. */
function unsignedEnd(bytes: Buffer, from: number, to: number): number {
  const whole = digitsEnd(bytes, from, to);
  if (whole === from || (bytes[from] === ZERO && whole > from + 1)) return from;
  if (whole >= to || bytes[whole] !== POINT) return whole;
  const fraction = digitsEnd(bytes, whole + 1, to);
  return fraction === whole + 1 ? from : fraction;
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= ZERO + 9) at++;
  return at;
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
