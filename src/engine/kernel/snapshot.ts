/**
 * Snapshots: a state is plain data, so a snapshot is a copy, a fork is a copy, and going back is the nearest copy plus
 * re-execution. As JSON text, exactly, a state also travels to another process.
 *
 * A record that can be reached by two paths becomes two; what is immutable and shared by all runs (plan, policy, world)
 * belongs beside the state, not in it.
 */
import { InvariantError } from "./assert.ts";
import { DEPTH_MAX, describeUnplain, isColumn, isPrimitive, isRecord, setField } from "./plain-data.ts";
import type { Column } from "./plain-data.ts";

/** A deep copy. Throws `InvariantError`, naming the path, for what is not plain data (a function, Map, class instance…). */
export function copyState<S>(state: S): S {
  return copyValue(state, state, 0) as S;
}

/**
 * The state as JSON text. A record stands for itself. Whatever JSON cannot say is a record with the fields `$` (what it
 * is) and `v` (its value), typed arrays included; a record that has a field `$` of its own is written as its entries.
 * Throws `InvariantError`, naming the path, for what is not plain data.
 */
export function encodeState(state: unknown): string {
  const complaint = describeUnplain(state);
  if (complaint !== null) throw new InvariantError(complaint);
  return JSON.stringify(encodeValue(state));
}

/** The state that `encodeState` wrote. Throws `InvariantError` for a text it did not write. */
export function decodeState<S>(text: string): S {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InvariantError(`not the text of a state: ${error instanceof Error ? error.message : String(error)}`);
  }
  return decodeValue(parsed) as S;
}

function encodeValue(value: unknown): unknown {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number") {
    const written = encodeNumber(value);
    return typeof written === "string" ? { $: "number", v: written } : written;
  }
  if (typeof value !== "object" || value === null) return value;
  if (isColumn(value)) return { $: columnName(value), v: Array.from(value, encodeNumber) };
  if (Array.isArray(value)) return value.map(encodeValue);
  const entries = Object.entries(value).map(([name, field]): [string, unknown] => [name, encodeValue(field)]);
  return Object.hasOwn(value, "$") ? { $: "record", v: entries } : recordFromEntries(entries);
}

/** JSON's own number where it has one, else its name. */
function encodeNumber(value: number): number | string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

function decodeValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (!("$" in value) || !Object.hasOwn(value, "$")) {
    return recordFromEntries(Object.entries(value).map(([name, field]) => [name, decodeValue(field)]));
  }
  const content: unknown = "v" in value ? value.v : undefined;
  if (value.$ === "undefined") return undefined;
  if (value.$ === "number") return Number(content);
  if (!Array.isArray(content)) throw new InvariantError(`not the text of a state: a ${String(value.$)} without values`);
  if (value.$ === "record") {
    return recordFromEntries(
      content.map((entry: unknown) => {
        if (!Array.isArray(entry)) throw new InvariantError("not the text of a state: a record without entries");
        return [String(entry[0]), decodeValue(entry[1])];
      }),
    );
  }
  return decodeColumn(String(value.$), content.map(Number));
}

function recordFromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, value] of entries) setField(record, name, value);
  return record;
}

function columnName(column: Column): string {
  return column.constructor.name;
}

function decodeColumn(name: string, values: readonly number[]): Column {
  switch (name) {
    case "Int8Array":
      return Int8Array.from(values);
    case "Uint8Array":
      return Uint8Array.from(values);
    case "Uint8ClampedArray":
      return Uint8ClampedArray.from(values);
    case "Int16Array":
      return Int16Array.from(values);
    case "Uint16Array":
      return Uint16Array.from(values);
    case "Int32Array":
      return Int32Array.from(values);
    case "Uint32Array":
      return Uint32Array.from(values);
    case "Float32Array":
      return Float32Array.from(values);
    case "Float64Array":
      return Float64Array.from(values);
    default:
      throw new InvariantError(`not the text of a state: unknown kind ${name}`);
  }
}

function copyValue(value: unknown, root: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) {
    if (!isPrimitive(value)) refuse(root);
    return value;
  }
  if (isColumn(value)) return value.slice();
  if (depth >= DEPTH_MAX) refuse(root);
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index += 1) copy.push(copyValue(value[index], root, depth + 1));
    return copy;
  }
  if (!isRecord(value)) refuse(root);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) setField(copy, name, copyValue(value[name], root, depth + 1));
  return copy;
}

function refuse(root: unknown): never {
  throw new InvariantError(describeUnplain(root) ?? "the state changed while it was copied");
}
