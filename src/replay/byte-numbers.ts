/** Numbers as they stand in a line's bytes, without making text of them. */

/** More digits than this do not fit into a double exactly. */
const DIGITS_MAX = 15;
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** A whole number of 1 to 15 digits; -1: it is none. */
export function wholeNumberOf(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > DIGITS_MAX) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * A plain decimal number (`12`, `0.120`, `.5`, `5.`) of at most 15 digits, the double that is nearest to it, as
 * `Number` gives it; NaN: it is none, or is written in another way.
 */
export function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  let digits = 0;
  let point = -1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x2e) {
      if (point !== -1) return Number.NaN;
      point = at;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
    digits++;
  }
  if (digits === 0 || digits > DIGITS_MAX) return Number.NaN;
  // Both are exact, so their quotient is rounded once.
  return point === -1 ? value : value / (POWERS[to - point - 1] as number);
}

/** Two digits, or NaN. */
export function twoDigitsAt(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Four digits, or NaN. */
export function fourDigitsAt(bytes: Uint8Array, at: number): number {
  return twoDigitsAt(bytes, at) * 100 + twoDigitsAt(bytes, at + 2);
}
