/** Text of files that a scenario refers to. What can go wrong is said as a problem, never thrown. */
import { readFileSync } from "node:fs";
import type { Problem, Read } from "../engine/kernel/problem.ts";

/**
 * The text of a file in UTF-8. `shown` is how the file is called in problems; `what` is what it should be, e.g.
 * `a policy`.
 */
export function readFileText(path: string, shown: string, what: string): Read<string> {
  const refused = (message: string): Read<string> => ({ ok: false, problems: [fileProblem(shown, message)] });
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return refused(describeReadError(error));
  }
  if (bytes.includes(0)) return refused(`this is a binary file, not ${what}`);
  try {
    return { ok: true, value: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    return refused(`this is not text in UTF-8, so it is not ${what}`);
  }
}

/** A problem with a whole file. */
function fileProblem(shown: string, message: string): Problem {
  return { source: shown, line: 0, column: 0, path: "", message, found: null, allowed: null, suggestion: null };
}

function describeReadError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "this is a folder, not a file";
    case "EACCES":
    case "EPERM":
      return "the file may not be read: permission denied";
    default:
      return `the file cannot be read (${code === "" ? "unknown reason" : code})`;
  }
}
