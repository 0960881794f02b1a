/**
 * murmur3_x86_32 with seed 0 over UTF-16 code units, in the two ways that JavaScript SDKs go about units that are no
 * bytes. Over ASCII both are the published hash; over anything else each differs from it, and from the other.
 */
import { fmix32 } from "./bucketing.ts";

/** Of the low byte of each unit, the high one being dropped: package `murmurhash3js`, used by Unleash's Node client. */
export function murmur3LowBytes(units: Uint16Array, length: number): number {
  let hash = 0;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word =
      ((units[i] as number) & 0xff) |
      (((units[i + 1] as number) & 0xff) << 8) |
      (((units[i + 2] as number) & 0xff) << 16) |
      ((units[i + 3] as number) << 24);
    hash = mixIn(hash, word);
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | ((units[i] as number) & 0xff);
  return fmix32(hash ^ scramble(tail) ^ length);
}

/**
 * Of whole units that overlap: the high byte of one is XORed onto the low byte of the next, and that of the fourth of a
 * word onto its first; a tail that is negative as a signed word is left out. Package `imurmurhash`, used by flagd's core
 * in JavaScript.
 */
export function murmur3OverlappingUnits(units: Uint16Array, length: number): number {
  let hash = 0;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const fourth = units[i + 3] as number;
    const word =
      (units[i] as number) ^
      ((units[i + 1] as number) << 8) ^
      ((units[i + 2] as number) << 16) ^
      (fourth << 24) ^
      (fourth >>> 8);
    hash = mixIn(hash, word);
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) tail ^= (units[i] as number) << (8 * (i - whole));
  if (tail > 0) hash ^= scramble(tail);
  return fmix32(hash ^ length);
}

function mixIn(hash: number, word: number): number {
  const mixed = hash ^ scramble(word);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function scramble(word: number): number {
  const x = Math.imul(word, 0xcc9e2d51);
  return Math.imul((x << 15) | (x >>> 17), 0x1b873593);
}
