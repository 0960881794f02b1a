/**
 * Plain data: what a state may be made of. Primitives (neither symbols nor big integers), arrays, typed arrays, and records, which are objects
 * made by a literal.
 */

/** Every kind of typed array that a state may hold. */
export type Column =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Deeper than any state of ours, and shallow enough to tell a cycle from one. */
export const DEPTH_MAX = 100;

/** Whether a value that is no object is one that a state may hold. */
export function isPrimitive(value: unknown): boolean {
  return typeof value !== "function" && typeof value !== "symbol" && typeof value !== "bigint";
}

/** Whether a value is one of the typed arrays that a state may hold. */
export function isColumn(value: unknown): value is Column {
  return (
    ArrayBuffer.isView(value) &&
    "length" in value &&
    !(value instanceof BigInt64Array || value instanceof BigUint64Array)
  );
}

/** Whether a value is a record: an object made by a literal. */
export function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Sets an own property, also one whose name is `__proto__`. */
export function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    record[name] = value;
  }
}

/** The first thing that is not plain data, as a complaint that names its path; null when all of it is. */
export function describeUnplain(value: unknown, path: string = "state", depth: number = 0): string | null {
  if (!isPrimitive(value)) return `${path} is a ${typeof value}, not plain data`;
  if (typeof value !== "object" || value === null || isColumn(value)) return null;
  if (depth >= DEPTH_MAX) return `${path} is deeper than ${DEPTH_MAX} levels, or contains itself`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const complaint = describeUnplain(value[index], `${path}[${index}]`, depth + 1);
      if (complaint !== null) return complaint;
    }
    return null;
  }
  if (!isRecord(value)) {
    const { constructor } = value;
    return `${path} is a ${typeof constructor === "function" ? constructor.name : "foreign object"}, not plain data`;
  }
  for (const name of Object.keys(value)) {
    const complaint = describeUnplain(value[name], `${path}.${name}`, depth + 1);
    if (complaint !== null) return complaint;
  }
  return null;
}
