/** How decisions are written down: a digit for four keys. Nothing here needs an SDK. */

/** How many keys the table has. */
export const TABLE_KEYS = 1_200;

/** One case's decisions, of the first `TABLE_KEYS` keys of `vendorKeys`. */
export interface DecidedCase {
  readonly name: string;
  /** By share in parts per million: a hexadecimal digit for four keys, the first the most significant; 1 is in. */
  readonly decisions: Readonly<Record<string, string>>;
}

/** Four decisions a digit. */
export function hexOf(bits: readonly boolean[]): string {
  let text = "";
  for (let i = 0; i < bits.length; i += 4) {
    let digit = 0;
    for (let k = 0; k < 4; k++) digit = 2 * digit + (bits[i + k] === true ? 1 : 0);
    text += digit.toString(16);
  }
  return text;
}
