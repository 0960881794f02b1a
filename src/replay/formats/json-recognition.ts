/** How logs of one JSON object per line are told apart: by the keys of the first ones. */
import { recogniseByShare, type Recognition } from "./trace-format.ts";

/** An object as `JSON.parse` gives it. */
export type JsonFacts = Readonly<Record<string, unknown>>;

/** The object in a line (Latin-1), or null. */
export function jsonObjectOf(line: string): JsonFacts | null {
  if (!/^\s*\{/.test(line)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(line, "latin1").toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is JsonFacts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How sure a format is: the share of the first lines that are objects of its own. */
export function recogniseJson(
  firstLines: readonly string[],
  isOwn: (object: JsonFacts) => boolean,
  shape: string,
): Recognition {
  const hasShape = (line: string): boolean => {
    const object = jsonObjectOf(line);
    return object !== null && isOwn(object);
  };
  return recogniseByShare(firstLines, hasShape, shape);
}
