/** Telling scenario, policy and version files apart by their keys, before they are read in earnest. */

/** Kinds of files that a user writes. */
export type FileKind = "scenario" | "policy" | "versions" | "readiness";

const VERSION_KEYS: ReadonlySet<string> = new Set(["candidate", "baseline", "latency", "errors", "declines", "routes"]);

/** The kind of a YAML text: by its first key; null where it is of none. */
export function fileKindOf(text: string): FileKind | null {
  const firstKey = /^["']?([A-Za-z][\w-]*)["']?\s*:(?:\s|$)/mu.exec(text)?.[1];
  if (firstKey === "scenario" || firstKey === "policy" || firstKey === "readiness") return firstKey;
  return firstKey !== undefined && VERSION_KEYS.has(firstKey) ? "versions" : null;
}
