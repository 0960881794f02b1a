/** FNV-1a in 32 bits over UTF-16 code units, as GrowthBook's SDKs in JavaScript hash texts. */

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * The hash of the first `length` units: an unsigned 32-bit integer. Fowler, Noll and Vo's FNV-1a, with a whole code unit
 * where the original takes a byte; the same for ASCII.
 */
export function fnv1a32(units: Uint16Array, length: number): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (units[i] as number), PRIME);
  return hash >>> 0;
}
