/** Texts as UTF-16 code units in a buffer that is used again and again: hashing a text allocates nothing. */

/** A buffer of code units, of which the first `length` are valid. Grows when a text is longer. */
export interface CodeUnits {
  units: Uint16Array;
  length: number;
}

/** An empty buffer. */
export function createCodeUnits(): CodeUnits {
  return { units: new Uint16Array(256), length: 0 };
}

/** Writes a text behind what is there. */
export function appendText(buffer: CodeUnits, text: string): void {
  reserve(buffer, text.length);
  const { units, length } = buffer;
  for (let i = 0; i < text.length; i++) units[length + i] = text.charCodeAt(i);
  buffer.length = length + text.length;
}

/** Writes the eight hexadecimal digits of an unsigned 32-bit integer behind what is there. */
export function appendHex(buffer: CodeUnits, value: number): void {
  reserve(buffer, 8);
  const { units, length } = buffer;
  for (let i = 0; i < 8; i++) {
    const digit = (value >>> (28 - 4 * i)) & 15;
    units[length + i] = digit < 10 ? 0x30 + digit : 0x57 + digit;
  }
  buffer.length = length + 8;
}

/** Writes a whole number from 0 to 2^53 - 1 in decimal digits behind what is there. */
export function appendDecimal(buffer: CodeUnits, value: number): void {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  reserve(buffer, digits);
  const { units, length } = buffer;
  let rest = value;
  for (let i = digits - 1; i >= 0; i--) {
    const next = Math.floor(rest / 10);
    units[length + i] = 0x30 + (rest - next * 10);
    rest = next;
  }
  buffer.length = length + digits;
}

/**
 * Writes the units as UTF-8 from the start of `bytes`, which has room for three bytes a unit; returns how many were
 * written. A surrogate without its other half becomes U+FFFD, as it does wherever text is encoded.
 */
export function encodeUtf8({ units, length }: CodeUnits, bytes: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < length; i++) {
    let point = units[i] as number;
    if (point >= 0xd800 && point <= 0xdfff) {
      const next = i + 1 < length ? (units[i + 1] as number) : 0;
      if (point < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00);
        i++;
      } else {
        point = 0xfffd;
      }
    }
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >>> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >>> 12);
      } else {
        bytes[at++] = 0xf0 | (point >>> 18);
        bytes[at++] = 0x80 | ((point >>> 12) & 63);
      }
      bytes[at++] = 0x80 | ((point >>> 6) & 63);
    }
    bytes[at++] = 0x80 | (point & 63);
  }
  return at;
}

function reserve(buffer: CodeUnits, more: number): void {
  const needed = buffer.length + more;
  if (needed <= buffer.units.length) return;
  const units = new Uint16Array(2 * needed);
  units.set(buffer.units);
  buffer.units = units;
}
