/** The edge: reads a trace from a file. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { Trace } from "./columns.ts";
import { importTrace, type ImportOptions } from "./import-trace.ts";

/** Reads the trace in a file. A missing, unreadable, empty or binary file, or a directory, is a problem. */
export async function readTrace(path: string, options: Omit<ImportOptions, "source">): Promise<Read<Trace>> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return refused(path, "this is a directory, not a trace");
    return await importTrace(createReadStream(path, { highWaterMark: 1_048_576 }), { ...options, source: path });
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    return refused(path, describeCode(code));
  }
}

function errorCode(error: unknown): string | null {
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

function refused(source: string, message: string): Read<never> {
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
