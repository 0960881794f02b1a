/** What `json-scanner.ts` must find in a line, by `JSON.parse`: it takes over wherever a line is unusual. */
import {
  JSON_ABSENT,
  JSON_BOOLEAN,
  JSON_NESTED,
  JSON_NULL,
  JSON_NUMBER,
  JSON_STRING,
  spillValue,
} from "./json-values.ts";
import type { JsonValues } from "./json-values.ts";

/**
 * Looks for the chosen keys in the line `[from, to)`; false: it is no JSON object. Numbers are written as
 * JavaScript writes them, so digits beyond 2^53 are lost here (strings of digits lose none).
 */
export function readByReference(values: JsonValues, bytes: Buffer, from: number, to: number): boolean {
  values.kinds.fill(JSON_ABSENT);
  values.spillUsed = 0;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8", from, to));
  } catch {
    return false;
  }
  if (!isObject(value)) return false;
  for (let path = 0; path < values.paths.length; path++) {
    spill(values, path, valueAt(value, values.paths[path] ?? []));
  }
  return true;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function spill(values: JsonValues, path: number, value: unknown): void {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") spillValue(values, path, JSON_STRING, first);
  else if (typeof first === "number") spillValue(values, path, JSON_NUMBER, String(first));
  else if (typeof first === "boolean") spillValue(values, path, JSON_BOOLEAN, String(first));
  else if (value !== undefined) values.kinds[path] = first === null ? JSON_NULL : JSON_NESTED;
}
