/** Keys of an amplified trace: `key` for the recorded user, `key#1`, `key#2`, … for the clones. */
import { hashKey, murmur3 } from "../engine/flags/bucketing.ts";

const HASH_MARK = 0x23;
const ZERO = 0x30;
/** Bytes that `#` and the number of a clone can take. */
const SUFFIX_BYTES_MAX = 12;

/**
 * Hashes of all keys of all clones: the hash of clone k of key i (k = 0: the key itself) stands at `i * amplify + k`.
 * No string is made per clone: the number is written behind the key's bytes.
 */
export function hashAmplifiedKeys(keys: readonly string[], amplify: number): Uint32Array {
  const hashes = new Uint32Array(keys.length * amplify);
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(4_096);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? "";
    const first = i * amplify;
    hashes[first] = hashKey(key);
    if (amplify === 1) continue;
    if (key.length * 3 + SUFFIX_BYTES_MAX > bytes.length) bytes = new Uint8Array(key.length * 3 + SUFFIX_BYTES_MAX);
    const prefix = encoder.encodeInto(key, bytes).written;
    bytes[prefix] = HASH_MARK;
    for (let clone = 1; clone < amplify; clone++) {
      const length = writeDecimal(bytes, prefix + 1, clone);
      hashes[first + clone] = murmur3(bytes, length);
    }
  }
  return hashes;
}

/** The key whose hash stands at an index, as text. */
export function amplifiedKey(keys: readonly string[], amplify: number, index: number): string {
  const clone = index % amplify;
  const key = keys[(index - clone) / amplify] ?? "";
  return clone === 0 ? key : `${key}#${clone}`;
}

/** Writes a positive whole number in decimal digits from `at` on; returns where it ends. */
function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    bytes[i] = ZERO + (rest - next * 10);
    rest = next;
  }
  return at + digits;
}
