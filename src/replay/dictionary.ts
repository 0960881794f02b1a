/**
 * Distinct texts with an index each, in order of first appearance. Texts are looked up by their bytes in a hash table
 * of numbers, so that a text that is known costs no string.
 */

import { invariant } from "../engine/kernel/assert.ts";
import { hashOfBytes } from "./byte-hash.ts";

/** Name of the entry that texts share for which there is no room. */
export const OTHER = "other";

const FIRST_PAGE_BYTES = 4_096;
const PAGE_BYTES_MAX = 2 ** 20;
const FIRST_SLOTS = 1_024;

/** A growing dictionary. Texts are looked up as they stand in the file and kept as decoded. */
export interface Dictionary {
  /** The texts by index, decoded as UTF-8. */
  readonly names: string[];
  /** Most entries; when all but one are taken, new texts share the last, `other`. */
  readonly entriesMax: number;
  /** The texts' bytes, in pages; each text lies within one page. */
  readonly pages: Buffer[];
  pageUsed: number;
  /**
   * By hash four numbers: index + 1 (0: free), hash, where the text lies, its length. A power of two of such slots, at
   * most half of them taken. All that a look at a slot needs lies within one line of the processor's cache.
   */
  slots: Uint32Array;
}

const SLOT_NUMBERS = 4;
/** A place is the page's number and the place in it, in one number of 32 bits. */
const PLACE_BITS = 20;
const PAGES_MAX = 2 ** (32 - PLACE_BITS);
const BLANK = 0x20;
const BLANK_BYTES = Buffer.from([BLANK]);

/** An empty dictionary. */
export function createDictionary(entriesMax: number = 0xffff_ffff): Dictionary {
  return {
    names: [],
    entriesMax,
    pages: [Buffer.allocUnsafeSlow(FIRST_PAGE_BYTES)],
    pageUsed: 0,
    slots: new Uint32Array(FIRST_SLOTS * SLOT_NUMBERS),
  };
}

/** Index of a text (one character per byte), which is added when it is new and there is room. */
export function indexOf(dictionary: Dictionary, text: string): number {
  const bytes = Buffer.from(text, "latin1");
  return indexOfBytes(dictionary, bytes, 0, bytes.length);
}

/** Index of the text of the bytes `[from, to)`, which is added when it is new and there is room. */
export function indexOfBytes(dictionary: Dictionary, bytes: Uint8Array, from: number, to: number): number {
  const blank = blankWithin(bytes, from, to);
  if (blank !== to) return indexOfParts(dictionary, bytes, from, blank, bytes, blank + 1, to);
  return lookUp(dictionary, hashOfBytes(bytes, from, to), bytes, from, to, bytes, to, to - 1);
}

/** Index of two texts with a blank between them: the bytes `[fromA, toA)` of `a` and `[fromB, toB)` of `b`. */
export function indexOfJoined(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): number {
  if (blankWithin(a, fromA, toA) === toA) return indexOfParts(dictionary, a, fromA, toA, b, fromB, toB);
  const joined = joinedBytes(a, fromA, toA, b, fromB, toB);
  return indexOfBytes(dictionary, joined, 0, joined.length);
}

/**
 * The same where `a` has no blank: texts are hashed in two parts, around their first blank, so that texts that are joined
 * need no copy to be found.
 */
export function indexOfParts(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): number {
  return indexOfHashedParts(dictionary, a, fromA, toA, b, fromB, toB, hashOfBytes(b, fromB, toB));
}

/** The same where the hash of the second text (`hashOfBytes`) is known already. */
export function indexOfHashedParts(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
  hashB: number,
): number {
  const hash = (Math.imul(hashOfBytes(a, fromA, toA), 0x9e3779b1) ^ hashB) >>> 0;
  return lookUp(dictionary, hash, a, fromA, toA, b, fromB, toB);
}

/** Where `toB` is below `fromB` there is no second part, and no blank. */
function lookUp(
  dictionary: Dictionary,
  hash: number,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): number {
  const { slots, pages, names } = dictionary;
  const mask = slots.length - 1;
  const lengthA = toA - fromA;
  const length = lengthA + 1 + toB - fromB;
  let slot = (hash * SLOT_NUMBERS) & mask;
  for (let found = slots[slot] as number; found !== 0; found = slots[slot] as number) {
    if (slots[slot + 1] === hash && slots[slot + 3] === length) {
      const position = slots[slot + 2] as number;
      const page = pages[position >>> PLACE_BITS] as Buffer;
      const place = position & (PAGE_BYTES_MAX - 1);
      const isSame =
        isEqual(page, place, a, fromA, lengthA) &&
        (toB < fromB || (page[place + lengthA] === BLANK && isEqual(page, place + lengthA + 1, b, fromB, toB - fromB)));
      if (isSame) return found - 1;
    }
    slot = (slot + SLOT_NUMBERS) & mask;
  }
  const last = dictionary.entriesMax - 1;
  if (names.length >= last) {
    names[last] = OTHER;
    return last;
  }
  const text = toB < fromB ? a.subarray(fromA, toA) : joinedBytes(a, fromA, toA, b, fromB, toB);
  return addEntry(dictionary, text, hash, slot);
}

function joinedBytes(a: Uint8Array, fromA: number, toA: number, b: Uint8Array, fromB: number, toB: number): Uint8Array {
  return Buffer.concat([a.subarray(fromA, toA), BLANK_BYTES, b.subarray(fromB, toB)]);
}

/** Position of the first blank; `to` where there is none. */
function blankWithin(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== BLANK) at++;
  return at;
}

/**
 * Index of the text of the bytes `[from, to)` in a dictionary that is asked by nothing else: a text that has a blank
 * has another hash here than elsewhere.
 */
export function indexOfWhole(dictionary: Dictionary, bytes: Uint8Array, from: number, to: number): number {
  return lookUp(dictionary, hashOfBytes(bytes, from, to), bytes, from, to, bytes, to, to - 1);
}

function isEqual(page: Uint8Array, pageFrom: number, bytes: Uint8Array, from: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = from + i;
    const other = pageFrom + i;
    const difference =
      ((bytes[at] as number) ^ (page[other] as number)) |
      ((bytes[at + 1] as number) ^ (page[other + 1] as number)) |
      ((bytes[at + 2] as number) ^ (page[other + 2] as number)) |
      ((bytes[at + 3] as number) ^ (page[other + 3] as number));
    if (difference !== 0) return false;
  }
  for (; i < length; i++) if (page[pageFrom + i] !== bytes[from + i]) return false;
  return true;
}

function addEntry(dictionary: Dictionary, text: Uint8Array, hash: number, slot: number): number {
  const length = text.length;
  const { pages, names } = dictionary;
  let page = pages[pages.length - 1] as Buffer;
  if (dictionary.pageUsed + length > page.length) {
    invariant(pages.length < PAGES_MAX, "texts of more than 4 GB are in no dictionary");
    page = Buffer.allocUnsafeSlow(Math.max(Math.min(2 * page.length, PAGE_BYTES_MAX), length));
    pages.push(page);
    dictionary.pageUsed = 0;
  }
  const place = dictionary.pageUsed;
  page.set(text, place);
  dictionary.pageUsed = place + length;
  const index = names.push(page.toString("utf8", place, place + length)) - 1;
  const position = (((pages.length - 1) << PLACE_BITS) | place) >>> 0;
  dictionary.slots.set([index + 1, hash, position, length], slot);
  if (names.length * 2 * SLOT_NUMBERS >= dictionary.slots.length) growSlots(dictionary);
  return index;
}

function growSlots(dictionary: Dictionary): void {
  const before = dictionary.slots;
  const slots = new Uint32Array(before.length * 2);
  const mask = slots.length - 1;
  for (let from = 0; from < before.length; from += SLOT_NUMBERS) {
    if (before[from] === 0) continue;
    let slot = ((before[from + 1] as number) * SLOT_NUMBERS) & mask;
    while (slots[slot] !== 0) slot = (slot + SLOT_NUMBERS) & mask;
    for (let i = 0; i < SLOT_NUMBERS; i++) slots[slot + i] = before[from + i] as number;
  }
  dictionary.slots = slots;
}
