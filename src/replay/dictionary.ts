/**
 * Distinct texts with an index each, in order of first appearance. Texts are looked up by their bytes in a hash table
 * of numbers, so that a text that is known costs no string.
 */

import { isUtf8 } from "node:buffer";
import { invariant } from "../engine/kernel/assert.ts";
import { areEqual, hashOfBytes } from "./byte-hash.ts";

/** Name of the entry that texts share for which there is no room. */
export const OTHER = "other";

/** What is found of a text that is not known. */
export const NOT_FOUND = -1;

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
  readonly pages: Page[];
  pageUsed: number;
  /**
   * By hash four numbers: index + 1 (0: free), hash, where the text lies, its length. A power of two of such slots, at
   * most three quarters of them taken. All that a look at a slot needs lies within one line of the processor's cache.
   */
  slots: Uint32Array;
}

interface Page {
  readonly bytes: Buffer;
  readonly view: DataView;
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
    pages: [createPage(FIRST_PAGE_BYTES)],
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
  return indexOfHashed(dictionary, bytes, from, to, hashOfBytes(bytes, from, to));
}

/** The same where the hash of the bytes (`hashOfBytes`) is known already. */
export function indexOfHashed(
  dictionary: Dictionary,
  bytes: Uint8Array,
  from: number,
  to: number,
  hash: number,
): number {
  const blank = blankWithin(bytes, from, to);
  if (blank !== to) return indexOfParts(dictionary, bytes, from, blank, bytes, blank + 1, to);
  const known = findText(dictionary, hash, bytes, from, to);
  return known === NOT_FOUND ? add(dictionary, bytes.subarray(from, to), hash) : known;
}

/** The same of a text that is not to be added: `NOT_FOUND` where it is not known, and where it has a blank. */
export function findHashed(dictionary: Dictionary, bytes: Uint8Array, from: number, to: number, hash: number): number {
  return blankWithin(bytes, from, to) === to ? findText(dictionary, hash, bytes, from, to) : NOT_FOUND;
}

/** As `indexOfWhole`, of a text whose hash is known, and which is not to be added. */
export function findWhole(dictionary: Dictionary, bytes: Uint8Array, from: number, to: number, hash: number): number {
  return findText(dictionary, hash, bytes, from, to);
}

/**
 * Index of the text of the bytes `[from, to)` in a dictionary that is asked by nothing else: a text that has a blank
 * has another hash here than elsewhere.
 */
export function indexOfWhole(dictionary: Dictionary, bytes: Uint8Array, from: number, to: number): number {
  const hash = hashOfBytes(bytes, from, to);
  const known = findText(dictionary, hash, bytes, from, to);
  return known === NOT_FOUND ? add(dictionary, bytes.subarray(from, to), hash) : known;
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
function indexOfParts(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): number {
  const hash = hashOfParts(hashOfBytes(a, fromA, toA), hashOfBytes(b, fromB, toB));
  return indexOfHashedParts(dictionary, a, fromA, toA, b, fromB, toB, hash);
}

/** The same where the hash of both (`hashOfParts`) is known already. */
export function indexOfHashedParts(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
  hash: number,
): number {
  const known = findHashedParts(dictionary, a, fromA, toA, b, fromB, toB, hash);
  return known === NOT_FOUND ? add(dictionary, joinedBytes(a, fromA, toA, b, fromB, toB), hash) : known;
}

/** The same of a text that is not to be added: `NOT_FOUND` where it is not known. */
export function findHashedParts(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
  hash: number,
): number {
  const { slots, pages } = dictionary;
  const lengthA = toA - fromA;
  const lengthB = toB - fromB;
  const length = lengthA + 1 + lengthB;
  let slot = candidate(slots, hash * SLOT_NUMBERS, hash, length);
  for (; slots[slot] !== 0; slot = candidate(slots, slot + SLOT_NUMBERS, hash, length)) {
    const position = slots[slot + 2] as number;
    const { bytes, view } = pages[position >>> PLACE_BITS] as Page;
    const place = position & (PAGE_BYTES_MAX - 1);
    if (bytes[place + lengthA] !== BLANK || !areEqual(bytes, view, place + lengthA + 1, b, fromB, lengthB)) continue;
    if (areEqual(bytes, view, place, a, fromA, lengthA)) return (slots[slot] as number) - 1;
  }
  return NOT_FOUND;
}

/** The same, whatever the first text: `NOT_FOUND` where that has a blank. */
export function findHashedJoined(
  dictionary: Dictionary,
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
  hash: number,
): number {
  return blankWithin(a, fromA, toA) === toA
    ? findHashedParts(dictionary, a, fromA, toA, b, fromB, toB, hash)
    : NOT_FOUND;
}

/** The hash of two texts with a blank between them, the first of which has none, by what `hashOfBytes` makes of each. */
export function hashOfParts(hashA: number, hashB: number): number {
  return (Math.imul(hashA, 0x9e3779b1) ^ hashB) >>> 0;
}

/** Index of a text without a blank, or in a dictionary in which texts are not cut at their blanks. */
function findText(dictionary: Dictionary, hash: number, bytes: Uint8Array, from: number, to: number): number {
  const { slots, pages } = dictionary;
  const length = to - from;
  let slot = candidate(slots, hash * SLOT_NUMBERS, hash, length);
  for (; slots[slot] !== 0; slot = candidate(slots, slot + SLOT_NUMBERS, hash, length)) {
    const position = slots[slot + 2] as number;
    const page = pages[position >>> PLACE_BITS] as Page;
    if (areEqual(page.bytes, page.view, position & (PAGE_BYTES_MAX - 1), bytes, from, length))
      return (slots[slot] as number) - 1;
  }
  return NOT_FOUND;
}

/** The next slot from `slot` on (which may lie behind the last) that is free, or has a text of this hash and length. */
function candidate(slots: Uint32Array, slot: number, hash: number, length: number): number {
  const mask = slots.length - 1;
  let at = slot & mask;
  while (slots[at] !== 0 && (slots[at + 1] !== hash || slots[at + 3] !== length)) at = (at + SLOT_NUMBERS) & mask;
  return at;
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

/** Adds a new text; its index, or that which it shares where there is no room. */
function add(dictionary: Dictionary, text: Uint8Array, hash: number): number {
  const { pages, names } = dictionary;
  const last = dictionary.entriesMax - 1;
  if (names.length >= last) {
    names[last] = OTHER;
    return last;
  }
  const length = text.length;
  let page = (pages[pages.length - 1] as Page).bytes;
  if (dictionary.pageUsed + length > page.length) {
    invariant(pages.length < PAGES_MAX, "texts of more than 4 GB are in no dictionary");
    const larger = createPage(Math.max(Math.min(2 * page.length, PAGE_BYTES_MAX), length));
    pages.push(larger);
    page = larger.bytes;
    dictionary.pageUsed = 0;
  }
  const place = dictionary.pageUsed;
  page.set(text, place);
  dictionary.pageUsed = place + length;
  const index = names.push(nameOf(page.subarray(place, place + length))) - 1;
  const position = (((pages.length - 1) << PLACE_BITS) | place) >>> 0;
  dictionary.slots.set([index + 1, hash, position, length], freeSlot(dictionary.slots, hash));
  if (names.length * 4 * SLOT_NUMBERS >= dictionary.slots.length * 3) growSlots(dictionary);
  return index;
}

function freeSlot(slots: Uint32Array, hash: number): number {
  const mask = slots.length - 1;
  let slot = (hash * SLOT_NUMBERS) & mask;
  while (slots[slot] !== 0) slot = (slot + SLOT_NUMBERS) & mask;
  return slot;
}

function createPage(length: number): Page {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) };
}

function growSlots(dictionary: Dictionary): void {
  const before = dictionary.slots;
  const slots = new Uint32Array(before.length * 2);
  for (let from = 0; from < before.length; from += SLOT_NUMBERS) {
    if (before[from] === 0) continue;
    const slot = freeSlot(slots, before[from + 1] as number);
    for (let i = 0; i < SLOT_NUMBERS; i++) slots[slot + i] = before[from + i] as number;
  }
  dictionary.slots = slots;
}

/** A text as UTF-8. Bytes that are none are written `\xE9`: as U+FFFD, texts that differ would have one name. */
function nameOf(text: Buffer): string {
  const name = text.toString("utf8");
  return !name.includes("\uFFFD") || isUtf8(text) ? name : namedByBytes(text);
}

function namedByBytes(text: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    // How long a character is, its first byte says.
    const first = text[at] as number;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const character = text.subarray(at, at + length);
    const isCharacter = isUtf8(character) && character.length === length;
    parts.push(isCharacter ? character.toString("utf8") : `\\x${first.toString(16).toUpperCase()}`);
    at += isCharacter ? length : 1;
  }
  return parts.join("");
}
