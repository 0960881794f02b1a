/** `rehearse trace info` and `rehearse trace convert`: what is in a recorded log, and a log as a file that reads fast. */
import { appendFileSync, existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { Problem } from "../engine/kernel/problem.ts";
import type { Trace } from "../replay/columns.ts";
import { errorCode } from "../replay/file-problem.ts";
import { importRecord } from "../replay/import-record.ts";
import { readImportSettings } from "../replay/import-settings.ts";
import { convertLog } from "../replay/read-trace.ts";
import { traceCsv } from "../replay/trace-csv.ts";
import { looksLikeTraceFile } from "../replay/trace-file/read-trace-file.ts";
import { writeTraceFile } from "../replay/trace-file/write-trace-file.ts";
import { openUnfinishedFile } from "../replay/unfinished-file.ts";
import { renderImport } from "../report/trace-text.ts";
import { EXIT } from "./exit-code.ts";
import { describeFileError } from "./file-error.ts";
import { findCollisions } from "./input-files.ts";
import { reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { recordingInfo } from "./recording-info.ts";
import { isRecording } from "./replay-recording.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";
import { makeFoldersOf } from "./text-file.ts";
import { chunksOf, readTraceOf, type TraceOptionsText } from "./trace-source.ts";

/** Options of `rehearse trace info`. */
export interface TraceInfoOptions extends TraceOptionsText {
  readonly json?: true;
  readonly ascii?: true;
}

/** Options of `rehearse trace convert`. */
export interface TraceConvertOptions extends TraceOptionsText {
  readonly force?: true;
}

/** Says what is in a trace, or in a recording. Resolves to the exit code. */
export async function traceInfo(file: string, options: TraceInfoOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  if (await isRecording(file)) return recordingInfo(file, options, surroundings);
  const settings = readImportSettings(options);
  if (!settings.ok) return reportProblems(settings.problems, stderr);
  const trace = await readTraceOf(file, settings.value, options, surroundings);
  if (!trace.ok) return reportProblems(trace.problems, stderr);
  reportWarnings(trace.warnings, stderr);
  const record = importRecord(trace.value);
  const { notes } = trace.value.report;
  if (options.json === true) {
    const document = { schema: "rehearse.trace/1", file, trace: record, routes: trace.value.routes, notes };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const theme = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
    stdout.write(renderImport(file, record, notes, theme));
  }
  return EXIT.ok;
}

/** Writes a trace as a trace file or as CSV. Resolves to the exit code. */
export async function traceConvert(
  file: string,
  into: string,
  options: TraceConvertOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr } = surroundings;
  const settings = readImportSettings(options);
  const problems: Problem[] = settings.ok ? [] : [...settings.problems];
  if (!/\.(trace|csv)$/u.test(into)) {
    const details = { found: into, allowed: "a name that ends in .trace or .csv" };
    problems.push(wholeProblem(into, "it is not clear what is to be written here", details));
  } else if (existsSync(into) && options.force !== true) {
    problems.push(wholeProblem(into, "there is such a file already", { allowed: "another name, or --force" }));
  }
  problems.push(...findCollisions([{ option: into, file: into }], [file]));
  if (!settings.ok || problems.length > 0) return reportProblems(problems, stderr);
  const { range } = settings.value;
  try {
    // A log goes straight into the file, whatever its length; only what is cut, or a trace file, is read as a whole.
    if (into.endsWith(".trace") && range.from === null && range.to === null && !looksLikeTraceFile(file)) {
      const chunks = await chunksOf(file, surroundings);
      if (!chunks.ok) return reportProblems(chunks.problems, stderr);
      makeFoldersOf(into);
      const converted = await convertLog(chunks.value, file, settings.value, { path: into, origin: null });
      if (!converted.ok) return reportProblems(converted.problems, stderr);
      reportWarnings(converted.warnings, stderr);
      return said(into, converted.value, surroundings);
    }
    const trace = await readTraceOf(file, settings.value, { ...options, traceStore: false }, surroundings);
    if (!trace.ok) return reportProblems(trace.problems, stderr);
    makeFoldersOf(into);
    if (into.endsWith(".trace")) writeTraceFile(into, trace.value, null);
    else await writeCsv(into, trace.value);
    reportWarnings(trace.warnings, stderr);
    return said(into, trace.value, surroundings);
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return reportProblems([wholeProblem(into, describeFileError(error))], stderr);
  }
}

/** Pieces of text that are written between two turns of the event loop, in which signals are heard. */
const PIECES_AT_ONCE = 64;

async function writeCsv(path: string, trace: Trace): Promise<void> {
  const file = openUnfinishedFile(path);
  try {
    let pieces = 0;
    for (const text of traceCsv(trace)) {
      appendFileSync(file.descriptor, text);
      if (++pieces % PIECES_AT_ONCE === 0) await setImmediate();
    }
    file.finish();
  } finally {
    file.abandon();
  }
}

function said(into: string, { count, report }: Pick<Trace, "count" | "report">, { stderr }: Surroundings): number {
  stderr.write(`${into}: ${count} requests of ${report.rows} rows, ${report.rejected} rejected\n`);
  return EXIT.ok;
}
