/** Hashes of bytes, comparisons, and passes over bytes four at a time. */

/** What `hashOfBytes` is made with; `text-assembly.ts` has it once more. */
export const HASH_SEED = 0x811c9dc5 | 0;
/** The factor of each word. */
export const HASH_PRIME = 0x01000193;
/** The factors by which the two hashes become one. */
export const HASH_MIX = 0x9e3779b1 | 0;
/** And by which that is mixed. */
export const HASH_FINISH = 0x85ebca6b | 0;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Views are made of blocks, not of single texts: it takes longer to make one than to do without. */
const VIEWED_BYTES_MIN = 4_096;
/** The block that was looked at last: its lines and fields lie in the same memory. */
const last: { bytes: Uint8Array; view: DataView } = {
  bytes: new Uint8Array(0),
  view: new DataView(new ArrayBuffer(0)),
};

/** Bytes from which words can be read at any place at once. */
function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== last.bytes) {
    last.bytes = bytes;
    last.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return last.view;
}

/**
 * A hash of the bytes `[from, to)`, 32 bits without a sign: FNV-1a on words of four bytes, then mixed. Words go to two
 * hashes in turn, because each has to wait for itself only.
 */
export function hashOfBytes(bytes: Uint8Array, from: number, to: number): number {
  let even = HASH_SEED;
  let odd = HASH_SEED;
  let at = from;
  const view = bytes.length >= VIEWED_BYTES_MIN ? viewOf(bytes) : null;
  for (; at + 8 <= to; at += 8) {
    even = addWord(even, view === null ? wordAt(bytes, at) : view.getInt32(at, true));
    odd = addWord(odd, view === null ? wordAt(bytes, at + 4) : view.getInt32(at + 4, true));
  }
  return finishHash(even, odd, bytes, at, to, to - from);
}

/** Whether `length` bytes of a page, of which there is a view, are those of `bytes` from `from` on. */
export function areEqual(
  page: Uint8Array,
  pageView: DataView,
  pageFrom: number,
  bytes: Uint8Array,
  from: number,
  length: number,
): boolean {
  if (length < 4 || bytes.length < VIEWED_BYTES_MIN) {
    for (let i = 0; i < length; i++) if (page[pageFrom + i] !== bytes[from + i]) return false;
    return true;
  }
  const view = viewOf(bytes);
  for (let i = 0; i < length - 4; i += 4)
    if (pageView.getInt32(pageFrom + i, true) !== view.getInt32(from + i, true)) return false;
  // The last word may overlap the one before.
  return pageView.getInt32(pageFrom + length - 4, true) === view.getInt32(from + length - 4, true);
}

/** What `hashToQuote` found. */
export interface QuotedText {
  /** Of the bytes up to the quote, as by `hashOfBytes`; -1: they have an escape, or there is no quote. */
  hash: number;
}

/**
 * Position of the quote that ends a text without escapes, from its beginning; `to` where there is none. With a backslash
 * in it the text is left where that is met, and `found.hash` is -1.
 */
export function hashToQuote(found: QuotedText, bytes: Uint8Array, from: number, to: number): number {
  let even = HASH_SEED;
  let odd = HASH_SEED;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const first = wordAt(bytes, at);
    const second = wordAt(bytes, at + 4);
    const quotes = zeroBytes(first ^ 0x22222222) | zeroBytes(second ^ 0x22222222);
    const backslashes = zeroBytes(first ^ 0x5c5c5c5c) | zeroBytes(second ^ 0x5c5c5c5c);
    if (((quotes | backslashes) & 0x80808080) !== 0) break;
    even = addWord(even, first);
    odd = addWord(odd, second);
  }
  // The quote is among the next eight bytes, or a backslash, or the end.
  for (let end = at; end < to; end++) {
    if (bytes[end] === QUOTE) {
      found.hash = finishHash(even, odd, bytes, at, end, end - from);
      return end;
    }
    if (bytes[end] === BACKSLASH) {
      found.hash = -1;
      return end;
    }
  }
  found.hash = -1;
  return to;
}

/** Position of the first byte that a JSON string cannot simply go over: a quote, a backslash, a control character. */
export function skipPlainBytes(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = wordAt(bytes, at);
    // The last finds bytes below 0x20, and where one is found perhaps the byte above it.
    const found = zeroBytes(word ^ 0x22222222) | zeroBytes(word ^ 0x5c5c5c5c) | ((word - 0x20202020) & ~word);
    if ((found & 0x80808080) !== 0) break;
  }
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) return at;
  }
  return to;
}

/** Four bytes as one number. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** The highest bit of the lowest byte that is zero is set, and perhaps those of bytes above it. */
function zeroBytes(word: number): number {
  return (word - 0x01010101) & ~word;
}

function addWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, HASH_PRIME);
  return mixed ^ (mixed >>> 15);
}

/** Adds the last bytes, fewer than eight, filled up with zeros, and the length. */
function finishHash(
  evenWords: number,
  oddWords: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  length: number,
): number {
  const isWhole = from + 4 <= to;
  const middle = isWhole ? from + 4 : from;
  const rest = restAt(bytes, middle, to);
  const even = addWord(evenWords, isWhole ? wordAt(bytes, from) : rest);
  const odd = addWord(oddWords, isWhole ? rest : 0);
  let hash = even ^ Math.imul(odd, HASH_MIX);
  hash = Math.imul(hash ^ length ^ (hash >>> 16), HASH_FINISH);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Fewer than four bytes as one number. */
function restAt(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  for (let at = from, shift = 0; at < to; at++, shift += 8) word |= (bytes[at] as number) << shift;
  return word;
}
