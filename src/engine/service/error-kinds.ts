/** Names of the kinds of failure that versions can have, in the order in which codes are given out. */
import type { VersionModel } from "./version-model.ts";

/** The kind of a failure that nobody gave a kind. */
export const PLAIN_ERROR = "error";
/** The kind of an attempt that was cut off at its version's timeout. */
export const TIMEOUT_ERROR = "timeout";
/** Most kinds of failure: codes are bytes, and two of them are taken (`SERVED`, `DECLINED`). */
export const ERROR_KINDS_MAX = 254;

/** `first`, then all other kinds that the versions name, then `extra` (of faults, say); each once. */
export function errorKindsOf(
  first: readonly string[],
  versions: readonly VersionModel[],
  extra: readonly string[],
): readonly string[] {
  const kinds = new Set(first);
  for (const version of versions) {
    for (const behaviour of [version, ...Object.values(version.routes), ...(version.segments ?? [])]) {
      for (const kind of behaviour.errors?.kinds ?? []) kinds.add(kind.name);
      if (behaviour.timeoutUs !== undefined) kinds.add(TIMEOUT_ERROR);
    }
  }
  for (const kind of extra) kinds.add(kind);
  return [...kinds];
}
