/**
 * Sticky bucketing: who is routed to the candidate at a share is fixed by the keys. Each distinct key is hashed
 * once; a flag's salt is mixed in as integers; the result against a threshold of 32 bits decides. A key that is in
 * at a share is in at every larger share.
 */
import { WHOLE_PPM } from "../kernel/units.ts";

/** MurmurHash3's 32-bit finaliser (Austin Appleby, public domain algorithm): every input bit reaches every output bit. */
export function fmix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/**
 * Canonical hash of a key: murmur3_x86_32 with seed 0 over its UTF-8 bytes; an unsigned 32-bit integer. Allocates nothing
 * for keys of up to 1,365 characters.
 */
export function hashKey(key: string): number {
  // The bytes of ASCII are its characters: no need to encode them first.
  const { length } = key;
  const whole = length & ~3;
  let hash = 0;
  let seen = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    const first = key.charCodeAt(i);
    const second = key.charCodeAt(i + 1);
    const third = key.charCodeAt(i + 2);
    const fourth = key.charCodeAt(i + 3);
    seen |= first | second | third | fourth;
    hash ^= scramble(first | (second << 8) | (third << 16) | (fourth << 24));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let k = length - 1; k >= whole; k--) {
    const code = key.charCodeAt(k);
    seen |= code;
    tail = (tail << 8) | code;
  }
  if (seen > 0x7f) return hashEncoded(key);
  if (length > whole) hash ^= scramble(tail);
  return fmix32(hash ^ length);
}

function hashEncoded(key: string): number {
  if (key.length * 3 > scratch.length) {
    const bytes = encoder.encode(key);
    return murmur3(bytes, bytes.length);
  }
  return murmur3(scratch, encoder.encodeInto(key, scratch).written);
}

/** murmur3_x86_32, seed 0, over the first `length` bytes. */
export function murmur3(bytes: Uint8Array, length: number): number {
  let hash = 0;
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const word =
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
    hash ^= scramble(word);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let k = length - 1; k >= whole; k--) tail = (tail << 8) | (bytes[k] ?? 0);
  if (length > whole) hash ^= scramble(tail);
  return fmix32(hash ^ length);
}

function scramble(word: number): number {
  const x = Math.imul(word, 0xcc9e2d51);
  return Math.imul((x << 15) | (x >>> 17), 0x1b873593);
}

/** A flag's salt, mixed into every key's hash so that flags are independent of each other. */
export function flagSalt(flagName: string): number {
  return hashKey(flagName);
}

/** The bucket of a hashed key under a salt: an unsigned 32-bit integer. */
export function bucketOf(keyHash: number, salt: number): number {
  return fmix32(keyHash ^ salt);
}

/**
 * Buckets below this are in at the share; 2^32 at 100 %, so that every key is in. Always even, so that a comparison of
 * the upper 31 bits decides (see `routeBatch`).
 */
export function shareThreshold(sharePpm: number): number {
  return 2 * Math.round((sharePpm * 2_147_483_648) / WHOLE_PPM);
}
