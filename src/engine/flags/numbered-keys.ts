/** Canonical hashes of keys that are a letter and a number, without making a text of each. */
import { murmur3 } from "./bucketing.ts";

const DIGIT_ZERO = 48;
const DIGIT_NINE = 57;

/** What `hashKey` gives for `u0`, `u1`, …, the user keys of synthetic traffic. */
export function hashNumberedUsers(count: number): Uint32Array {
  const hashes = new Uint32Array(count);
  const bytes = new Uint8Array(1 + 10);
  bytes[0] = "u".charCodeAt(0);
  bytes[1] = DIGIT_ZERO;
  let length = 2;
  for (let user = 0; user < count; user++) {
    hashes[user] = murmur3(bytes, length);
    let at = length - 1;
    for (; at > 0 && bytes[at] === DIGIT_NINE; at--) bytes[at] = DIGIT_ZERO;
    if (at > 0) {
      bytes[at] = (bytes[at] as number) + 1;
    } else {
      // All nines: a one in front, and a zero more.
      bytes[1] = DIGIT_ZERO + 1;
      bytes[length++] = DIGIT_ZERO;
    }
  }
  return hashes;
}
