/** Values of JSON, as places in a buffer: what `json-scanner.ts` finds, or `json-reference.ts` where it takes over. */

/** What a chosen value is. */
export const JSON_ABSENT = 0;
/** A string; its place is that of its content. */
export const JSON_STRING = 1;
/** A number, as it is written. */
export const JSON_NUMBER = 2;
/** `true`, `false`. */
export const JSON_BOOLEAN = 3;
/** `null`. */
export const JSON_NULL = 4;
/** An object, an empty list, or a list that begins with one of these. */
export const JSON_NESTED = 5;

/** What was found of some paths of keys in one object; by index of the path. */
export interface JsonValues {
  readonly paths: (readonly string[])[];
  readonly kinds: Uint8Array;
  /** Where a string or a number stands: `[starts, ends)` in the line, or in `spill` where `spilled` is 1. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly spilled: Uint8Array;
  /** The line that was read last. */
  line: Buffer;
  /** Values that could not be taken as they stand: with escapes, or from `JSON.parse`. */
  spill: Buffer;
  spillUsed: number;
}

/** Nothing found yet; so many `more` paths can be added. */
export function createJsonValues(paths: readonly (readonly string[])[], more: number = 0): JsonValues {
  const room = paths.length + more;
  return {
    paths: [...paths],
    kinds: new Uint8Array(room),
    starts: new Uint32Array(room),
    ends: new Uint32Array(room),
    spilled: new Uint8Array(room),
    line: Buffer.alloc(0),
    spill: Buffer.allocUnsafeSlow(4_096),
    spillUsed: 0,
  };
}

/** The buffer in which the place of a value is. */
export function bytesOf(values: JsonValues, path: number): Buffer {
  return values.spilled[path] === 1 ? values.spill : values.line;
}

/** Puts a text into the spill, as the value of a path. */
export function spillValue(values: JsonValues, path: number, kind: number, text: string): void {
  const from = values.spillUsed;
  const needed = from + Buffer.byteLength(text);
  if (needed > values.spill.length) {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * values.spill.length));
    grown.set(values.spill.subarray(0, from));
    values.spill = grown;
  }
  values.spill.write(text, from);
  values.spillUsed = needed;
  values.kinds[path] = kind;
  values.starts[path] = from;
  values.ends[path] = needed;
  values.spilled[path] = 1;
}
