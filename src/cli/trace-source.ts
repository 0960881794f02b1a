/** Where a trace comes from: a file, by way of the store of traces, or standard input. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Read } from "../engine/kernel/problem.ts";
import type { Trace } from "../replay/columns.ts";
import { cutTrace } from "../replay/cut-trace.ts";
import { fileProblem, refusedFile } from "../replay/file-problem.ts";
import type { ImportSettings, ImportSettingsText } from "../replay/import-settings.ts";
import { readLog, readTrace, type TraceStore } from "../replay/read-trace.ts";
import { foreignToTraceFile } from "../replay/trace-file-options.ts";
import { looksLikeTraceFile } from "../replay/trace-file/read-trace-file.ts";
import { importerDigest } from "./package-files.ts";
import type { Surroundings } from "./surroundings.ts";

/** Options of every verb that reads a trace. */
export interface TraceOptionsText extends ImportSettingsText {
  /** A folder; false: none. */
  readonly traceStore?: string | false;
}

/** Reads a trace, and of it the part that was asked for. */
export async function readTraceOf(
  file: string,
  settings: ImportSettings,
  { traceStore, incidents }: TraceOptionsText & { readonly incidents?: string },
  surroundings: Surroundings,
): Promise<Read<Trace>> {
  if (file !== "-" && looksLikeTraceFile(file)) {
    const problems = foreignToTraceFile(settings, file, incidents !== undefined);
    if (problems.length > 0) return { ok: false, problems };
  }
  const folder = traceStore === undefined || typeof traceStore !== "string" ? surroundings.traceStore : traceStore;
  const store: TraceStore | null =
    traceStore === false || folder === null ? null : { folder, program: importerDigest() };
  const read = await (file === "-" ? readLog(surroundings.stdin, file, settings) : readTrace(file, settings, store));
  if (!read.ok) return read;
  const cut = cutTrace(read.value, settings.range);
  return cut.ok ? { ...cut, warnings: [...read.warnings, ...cut.warnings] } : cut;
}

/** The bytes of a file or of standard input; a file that cannot be read is a problem. */
export async function chunksOf(file: string, { stdin }: Surroundings): Promise<Read<AsyncIterable<Uint8Array>>> {
  if (file === "-") return { ok: true, value: stdin, warnings: [] };
  try {
    if ((await stat(file)).isDirectory()) return refusedFile(file, "this is a directory, not a trace");
    // Opened before anything is written elsewhere: a file that may not be read is said at once.
    await (await open(file)).close();
  } catch (error) {
    return fileProblem(file, error);
  }
  return { ok: true, value: createReadStream(file, { highWaterMark: 1_048_576 }), warnings: [] };
}
