/**
 * A rolling 64-bit digest, kept as two 32-bit lanes. It tells runs apart; it is no protection against somebody who
 * wants two inputs to collide.
 *
 * Every number mixed in permutes the 64 bits of state (each step can be undone), so two states that differ never become
 * the same by mixing in the same values. The multipliers are those of the lowbias32 finaliser of Chris Wellons
 * ("Prospecting for Hash Functions", 2018).
 */

/** State of a digest: two lanes, each a signed 32-bit integer. */
export interface Digest {
  a: number;
  b: number;
}

/** What a digest takes in of an event. */
interface DigestedEvent {
  readonly atUs: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** High words of safe integers lie within 2^21 of zero: these three lie outside, and so tell the kinds of value apart. */
const FRACTION_MARK = 0x4000_0000;
const TEXT_MARK = 0x5000_0000;
const NAN_MARK = 0x6000_0000;

const scratchDouble = new Float64Array(1);
const scratchWords = new Int32Array(scratchDouble.buffer);

/** A digest of nothing. */
export function createDigest(): Digest {
  return { a: 0x243f6a88 | 0, b: 0x85a308d3 | 0 };
}

/** Mixes in any double: a safe integer by its value (0 and -0 are the same), anything else by its bits; all NaN are one. */
export function digestNumber(digest: Digest, value: number): void {
  if (Number.isSafeInteger(value)) {
    mix(digest, value | 0, highWord(value));
  } else if (Number.isNaN(value)) {
    mix(digest, 0, NAN_MARK);
  } else {
    mix(digest, 0, FRACTION_MARK);
    scratchDouble[0] = value;
    mix(digest, scratchWords[0]!, scratchWords[1]!);
  }
}

/**
 * Mixes in one event: its time, its kind and its two operands. Faster than number by number where all are safe integers,
 * as they nearly always are: the words of the operands share a step, each under a multiplier of its own.
 */
export function digestEvent(digest: Digest, event: DigestedEvent): void {
  const { atUs, kind, a, b } = event;
  if ((kind | 0) === kind && (a | 0) === a && (b | 0) === b && Number.isSafeInteger(atUs)) {
    // The words of a 32-bit integer are itself and its sign: the same words as below, without a division for each.
    mix(digest, atUs | 0, highWord(atUs) ^ Math.imul(kind, 0x9e3779b1) ^ Math.imul(kind >> 31, 0x85ebca6b));
    mix(digest, a ^ Math.imul(b, 0xc2b2ae35), (a >> 31) ^ Math.imul(b, 0x27d4eb2f) ^ Math.imul(b >> 31, 0x165667b1));
  } else if (
    Number.isSafeInteger(atUs) &&
    Number.isSafeInteger(kind) &&
    Number.isSafeInteger(a) &&
    Number.isSafeInteger(b)
  ) {
    mix(digest, atUs | 0, highWord(atUs) ^ Math.imul(kind, 0x9e3779b1) ^ Math.imul(highWord(kind), 0x85ebca6b));
    mix(
      digest,
      a ^ Math.imul(b, 0xc2b2ae35),
      highWord(a) ^ Math.imul(b, 0x27d4eb2f) ^ Math.imul(highWord(b), 0x165667b1),
    );
  } else {
    digestNumber(digest, atUs);
    digestNumber(digest, kind);
    digestNumber(digest, a);
    digestNumber(digest, b);
  }
}

/** Mixes in a text, its length first, so that "a", "bc" is not "ab", "c". */
export function digestText(digest: Digest, text: string): void {
  mix(digest, text.length, TEXT_MARK);
  for (let at = 0; at < text.length; at += 2) {
    mix(digest, text.charCodeAt(at), at + 1 < text.length ? text.charCodeAt(at + 1) : 0);
  }
}

/** The digest so far as 16 hexadecimal digits. The state is left as it is. */
export function digestHex(digest: Digest): string {
  const final: Digest = { a: digest.a, b: digest.b };
  for (let round = 0; round < 3; round += 1) mix(final, 0, 0);
  return hexWord(final.a) + hexWord(final.b);
}

function mix(digest: Digest, low: number, high: number): void {
  let a = digest.a ^ low;
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  let b = ((digest.b ^ high) + a) | 0;
  b = Math.imul(b ^ (b >>> 15), 0x846ca68b);
  digest.b = b ^ (b >>> 16);
  digest.a = (a + ((b << 13) | (b >>> 19)) + 0x9e3779b9) | 0;
}

/** The bits of a safe integer above the lowest 32, as a signed integer. */
function highWord(value: number): number {
  return Math.floor(value / 4_294_967_296) | 0;
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
