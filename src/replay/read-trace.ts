/**
 * The edge: reads a trace from a file, a trace file or a log. Rows of a long log go through runs on disk. What was made
 * of a log is kept as a trace file in a folder, and taken from there when the same log is read in the same way.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { Trace } from "./columns.ts";
import { errorCode, fileProblem, refusedFile } from "./file-problem.ts";
import { finishInto, finishTrace } from "./finish-trace.ts";
import { importRows, importTrace, judgeImport, type ImportOptions } from "./import-trace.ts";
import { writeFailureRules } from "./failure.ts";
import { makeFolder } from "./make-folder.ts";
import { recodeOutcomes } from "./recode-outcomes.ts";
import { createRowRuns, RUN_ROWS } from "./row-runs.ts";
import type { TraceOrigin } from "./trace-file/layout.ts";
import { looksLikeTraceFile, readTraceFile } from "./trace-file/read-trace-file.ts";
import { createTraceWriter, writeTraceFile } from "./trace-file/write-trace-file.ts";
import { tryUnfinishedFile } from "./unfinished-file.ts";

/** Where traces are kept. */
export interface TraceStore {
  readonly folder: string;
  /** Version of the program: another one may read logs otherwise. */
  readonly program: string;
}

/** How a trace is read. */
export type TraceReading = Omit<ImportOptions, "source">;

const PIECE_BYTES = 1_048_576;

/**
 * Reads the trace in a file. A missing, unreadable, empty or binary file, or a directory, is a problem. `store` null:
 * nothing is kept, and nothing taken from what was. A store that cannot be written is a warning.
 */
export async function readTrace(
  path: string,
  options: TraceReading,
  store: TraceStore | null = null,
  runRows: number = RUN_ROWS,
): Promise<Read<Trace>> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return refusedFile(path, "this is a directory, not a trace");
    if (looksLikeTraceFile(path)) {
      const stored = readTraceFile(path);
      if (!stored.ok) return stored;
      const { trace } = stored.value;
      const recoded = options.failure === null ? trace : recodeOutcomes(trace, options.failure);
      return recoded === null ? clientsMissing(path, trace) : judgeImport(recoded, { ...options, source: path });
    }
    const chunks = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: PIECE_BYTES });
    if (store === null || !status.isFile()) return await readLog(chunks(), path, options, runRows);
    return await readStored(path, chunks, options, store, runRows);
  } catch (error) {
    return fileProblem(path, error);
  }
}

/** Reads a log from a stream that can be read once; nothing is kept of it. */
export async function readLog(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: TraceReading,
  runRows: number = RUN_ROWS,
): Promise<Read<Trace>> {
  const runs = createRowRuns(tmpdir(), runRows);
  try {
    return await importTrace(chunks, { ...options, source }, runs);
  } finally {
    runs.remove();
  }
}

/** Reads a log straight into a trace file; at no time are all its rows in memory. Gives what the report says. */
export async function convertLog(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: TraceReading,
  into: { readonly path: string; readonly origin: TraceOrigin | null },
  runRows: number = RUN_ROWS,
): Promise<Read<Omit<Trace, "columns" | "outcome">>> {
  const runs = createRowRuns(tmpdir(), runRows);
  const writer = createTraceWriter(into.path);
  try {
    const rows = await importRows(chunks, { ...options, source }, runs);
    if (!rows.ok) return rows;
    const facts = finishInto(rows.value.builder, rows.value.description, writer.sink);
    const judged = judgeImport(facts, { ...options, source });
    if (judged.ok) writer.end(facts, into.origin);
    return judged;
  } finally {
    writer.abandon();
    runs.remove();
  }
}

/** From the store where it has the trace of this log and these options; else from the log, and then into the store. */
async function readStored(
  path: string,
  chunks: () => AsyncIterable<Uint8Array>,
  options: TraceReading,
  store: TraceStore,
  runRows: number,
): Promise<Read<Trace>> {
  const origin = { sourceSha256: await sha256(chunks()), options: optionsText(options, store.program) };
  const kept = join(store.folder, keptName(path, origin));
  const warnings: Problem[] = [];
  if (existsSync(kept)) {
    const stored = readTraceFile(kept, path);
    if (stored.ok && isSame(stored.value.origin, origin)) {
      return judgeImport(stored.value.trace, { ...options, source: path });
    }
    if (!stored.ok) warnings.push(...stored.problems.map((problem) => ({ ...problem, source: kept })));
  }
  const withWarnings = (read: Read<Trace>): Read<Trace> =>
    read.ok ? { ...read, warnings: [...read.warnings, ...warnings] } : read;
  try {
    makeFolder(store.folder);
    tryUnfinishedFile(kept);
  } catch (error) {
    warnings.push(notKept(store.folder, error));
    return withWarnings(await readLog(chunks(), path, options, runRows));
  }
  const runs = createRowRuns(store.folder, runRows);
  try {
    const rows = await importRows(chunks(), { ...options, source: path }, runs);
    if (!rows.ok) return rows;
    const { builder, description } = rows.value;
    if (runs.lengths.length === 0) {
      const trace = judgeImport(finishTrace(builder, description), { ...options, source: path });
      if (!trace.ok) return trace;
      try {
        writeTraceFile(kept, trace.value, origin);
      } catch (error) {
        warnings.push(notKept(store.folder, error));
      }
      return withWarnings(trace);
    }
    const writer = createTraceWriter(kept);
    try {
      const judged = judgeImport(finishInto(builder, description, writer.sink), { ...options, source: path });
      if (!judged.ok) return judged;
      writer.end(judged.value, origin);
    } finally {
      writer.abandon();
    }
    const stored = readTraceFile(kept, path);
    return stored.ok ? withWarnings({ ok: true, value: stored.value.trace, warnings: [] }) : stored;
  } finally {
    runs.remove();
  }
}

function clientsMissing(path: string, { report }: Trace): Read<never> {
  const problem: Problem = {
    source: "--errors",
    line: 0,
    column: 0,
    path: "",
    message: `requests whose client left (0 and 499; there were ${report.clientLeft}) are not in the trace file ${path}`,
    found: null,
    allowed: "other statuses, or the log itself, perhaps converted anew with these --errors",
    suggestion: null,
  };
  return { ok: false, problems: [problem] };
}

function notKept(folder: string, error: unknown): Problem {
  const code = errorCode(error);
  if (code === null) throw error;
  return {
    source: folder,
    line: 0,
    column: 0,
    path: "",
    message: `the trace could not be kept here (${code}): the next replay reads the log again`,
    found: null,
    allowed: "a folder that may be written (--trace-store), or --no-trace-store",
    suggestion: null,
  };
}

async function sha256(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

/** All that a trace hangs on besides the log itself. */
function optionsText(
  { format, columns, versions, zoneMinutes, startEpochUs, failure }: TraceReading,
  program: string,
): string {
  return JSON.stringify({
    program,
    format,
    columns,
    versions,
    zoneMinutes,
    startEpochUs,
    failed: failure === null ? null : writeFailureRules(failure),
  });
}

function keptName(path: string, { sourceSha256, options }: TraceOrigin): string {
  const digest = createHash("sha256").update(`${sourceSha256}\n${options}`).digest("hex");
  const name = basename(path)
    .replace(/[^\w.-]/gu, "_")
    .slice(0, 60);
  return `${name}-${digest.slice(0, 16)}.trace`;
}

function isSame(one: TraceOrigin | null, other: TraceOrigin): boolean {
  return one !== null && one.sourceSha256 === other.sourceSha256 && one.options === other.options;
}
