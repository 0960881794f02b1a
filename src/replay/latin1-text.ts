/**
 * Text while it is being imported: one character per byte (Latin-1), so that no byte is lost, whatever the encoding
 * of the file. Only what is kept (keys, route names, error classes, lines that are shown) is decoded as UTF-8.
 */

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/**
 * The UTF-8 text whose bytes these characters are; bytes that are no UTF-8 become U+FFFD. Always a string of its
 * own: a slice would keep the whole chunk that it was cut from in memory.
 */
export function decodeLatin1(text: string): string {
  return Buffer.from(text, "latin1").toString(BEYOND_ASCII.test(text) ? "utf8" : "latin1");
}

/** Whether nothing but blanks stands in the text. */
export function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0b && code !== 0x0c) return false;
  }
  return true;
}

/** The bytes `[from, to)` as text, one character per byte. */
export function latin1Of(bytes: Buffer, from: number, to: number): string {
  return bytes.toString("latin1", from, to);
}
