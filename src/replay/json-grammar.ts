/** What JSON is made of, in bytes: numbers, blanks, words, escapes. */

/** What the functions here give where JSON would be something else. */
export const UNUSUAL = -1;

/** Position behind a number; `UNUSUAL`: there is none, or a negative zero. */
export function skipNumber(bytes: Buffer, from: number, to: number): number {
  let at = from;
  if (bytes[at] === 0x2d) at++;
  if (at >= to) return UNUSUAL;
  if (bytes[at] === 0x30) {
    // JavaScript has a negative zero, and writes it without its sign.
    if (at > from) return UNUSUAL;
    at++;
  } else {
    const whole = skipDigits(bytes, at, to);
    if (whole === at) return UNUSUAL;
    at = whole;
  }
  if (at < to && bytes[at] === 0x2e) {
    const fraction = skipDigits(bytes, at + 1, to);
    if (fraction === at + 1) return UNUSUAL;
    at = fraction;
  }
  if (at < to && ((bytes[at] as number) | 0x20) === 0x65) {
    at++;
    if (at < to && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponent = skipDigits(bytes, at, to);
    if (exponent === at) return UNUSUAL;
    at = exponent;
  }
  return at;
}

function skipDigits(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}

/** Position behind blanks. */
export function skipBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at] as number)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** Whether a word stands there. */
export function isWord(bytes: Buffer, from: number, to: number, word: string): boolean {
  if (to - from < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** A digit of `\\uXXXX`. */
export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/** `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t`: what may follow a backslash, besides `u`. */
export function isEscape(byte: number): boolean {
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}
