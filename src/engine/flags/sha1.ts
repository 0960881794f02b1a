/** SHA-1 (FIPS 180-4): LaunchDarkly's buckets are its first digits. Not for anything secret. */

const schedule = new Int32Array(80);
const state = new Int32Array(5);

/**
 * The first 60 bits of the digest of the first `length` bytes as a number, rounded to the nearest double (ties to even):
 * what `parseInt` makes of the first 15 hexadecimal digits. `bytes` needs 72 bytes of room behind them, which are
 * overwritten by the padding.
 */
export function sha1First60Bits(bytes: Uint8Array, length: number): number {
  const blocks = (length + 9 + 63) >>> 6;
  bytes[length] = 0x80;
  bytes.fill(0, length + 1, blocks * 64);
  // The length in bits, 64 bits big-endian; texts are far shorter than 2^29 bytes.
  const bits = length * 8;
  for (let i = 0; i < 4; i++) bytes[blocks * 64 - 1 - i] = bits >>> (8 * i);
  state[0] = 0x67452301;
  state[1] = 0xefcdab89 | 0;
  state[2] = 0x98badcfe | 0;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0 | 0;
  for (let block = 0; block < blocks; block++) compress(bytes, block * 64);
  const high = state[0] >>> 0;
  const low = state[1] >>> 4;
  // The product is exact and the sum is rounded once.
  return high * 2 ** 28 + low;
}

/** How many bytes of room a text of `length` bytes needs, padding included. */
export function sha1Room(length: number): number {
  return length + 72;
}

function compress(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + 4 * i;
    schedule[i] =
      ((bytes[from] as number) << 24) |
      ((bytes[from + 1] as number) << 16) |
      ((bytes[from + 2] as number) << 8) |
      (bytes[from + 3] as number);
  }
  for (let i = 16; i < 80; i++) {
    const x =
      (schedule[i - 3] as number) ^
      (schedule[i - 8] as number) ^
      (schedule[i - 14] as number) ^
      (schedule[i - 16] as number);
    schedule[i] = (x << 1) | (x >>> 31);
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  for (let i = 0; i < 80; i++) {
    let f: number;
    if (i < 20) f = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) f = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else f = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + (schedule[i] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
  state[4] = ((state[4] as number) + e) | 0;
}
