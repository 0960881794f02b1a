/**
 * Keys as cells of CSV. Importers take blanks around a cell away and words such as `null` for nothing, so a key that
 * has them is written with escapes (`\x20curl`, `\x6Eull`), and so are control characters: bytes in capital hexadecimal, as
 * bytes that are no UTF-8 are. A cell is read as a key with escapes only where that key is written just so: other files
 * have backslashes, too.
 */
import { isAbsent } from "./csv-cells.ts";

/** Control characters, blanks at either end, and backslashes that would be read as an escape. */
const TO_ESCAPE = /[\x00-\x1f\x7f]|^ +| +$|\\(?=x(?:[01][0-9A-F]|20|2D|4E|55|5C|6E|75|7F))/g;
const ESCAPE = /\\x([01][0-9A-F]|20|2D|4E|55|5C|6E|75|7F)/g;

/** The text of a cell that is read as this key; it may need quotes. A key without a character is none. */
export function writeKeyCell(key: string): string {
  if (isAbsent(key) && key !== "") return escapeAll(key.slice(0, 1)) + key.slice(1);
  return key.replace(TO_ESCAPE, escapeAll);
}

/** The key that a cell names. */
export function readKeyCell(cell: string): string {
  if (!cell.includes("\\x")) return cell;
  const key = cell.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return writeKeyCell(key) === cell ? key : cell;
}

function escapeAll(text: string): string {
  return Array.from(text, (one) => `\\x${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
