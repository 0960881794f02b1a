/** Lines of JSON that are alike: what stands around their values, as `matchPiece` looks for it. */
import { skipBlanks, skipNumber, UNUSUAL } from "./json-grammar.ts";
import type { LineTemplate } from "./text-machine.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const DASH = 0x2d;

/** A template, and where the values stood in the line that it was made of. */
export interface TemplateOfLine {
  readonly template: LineTemplate;
  /** By value, where it began: behind the quote of a text. */
  readonly starts: readonly number[];
}

/**
 * The template of the line `[from, to)`, which is a JSON object: its texts and numbers are values, whatever else stands in
 * it (keys, brackets, words, blanks) is around them. Lines that match it are objects with the same keys.
 */
export function templateOfLine(bytes: Buffer, from: number, to: number): TemplateOfLine {
  const template: Buffer[] = [];
  const starts: number[] = [];
  let literal = from;
  const take = (start: number, valueFrom: number, valueTo: number): void => {
    template.push(Buffer.from(bytes.subarray(literal, valueFrom)));
    starts.push(start);
    literal = valueTo;
  };
  for (let at = from; at < to;) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const end = textEnd(bytes, at + 1, to);
      if (!isKey(bytes, end, to)) take(at + 1, at, end);
      at = end;
    } else if (byte === DASH || isDigit(byte)) {
      const end = numberEnd(bytes, at, to);
      take(at, at, end);
      at = end;
    } else at++;
  }
  template.push(Buffer.from(bytes.subarray(literal, to)));
  return { template, starts };
}

/** Position behind the quote that closes a text. */
function textEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, to);
}

function isKey(bytes: Buffer, from: number, to: number): boolean {
  const at = skipBlanks(bytes, from, to);
  return at < to && bytes[at] === COLON;
}

function numberEnd(bytes: Buffer, from: number, to: number): number {
  const end = skipNumber(bytes, from, to);
  return end === UNUSUAL ? from + 1 : end;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
