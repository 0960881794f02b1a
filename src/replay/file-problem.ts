/** What the file system refuses, as a problem. */
import type { Problem, Read } from "../engine/kernel/problem.ts";

/** The problem of an error that the file system threw; any other error is thrown on. */
export function fileProblem(source: string, error: unknown): Read<never> {
  const code = errorCode(error);
  if (code === null) throw error;
  return refusedFile(source, describeCode(code));
}

/** A file that is refused for a reason. */
export function refusedFile(source: string, message: string): Read<never> {
  const problem: Problem = {
    source,
    line: 0,
    column: 0,
    path: "",
    message,
    found: null,
    allowed: null,
    suggestion: null,
  };
  return { ok: false, problems: [problem] };
}

/** The code of an error of the file system; null: it is another one. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

function describeCode(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "this file may not be read";
    case "EISDIR":
      return "this is a directory, not a trace";
    default:
      return `this file cannot be read (${code})`;
  }
}
