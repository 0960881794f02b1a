/** From a stream of bytes to a trace, or to everything that is wrong with it. Opens no file: see `read-trace.ts`. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { WHOLE_PPM } from "../engine/kernel/units.ts";
import { writeShare } from "../scenarios/quantity.ts";
import { createTraceBuilder, type Trace, type TraceBuilder } from "./columns.ts";
import { defaultFailureRules, unmetStatuses, type FailureRules } from "./failure.ts";
import { finishTrace, type TraceDescription, type TraceFacts } from "./finish-trace.ts";
import { detectFormat, documentFormat, formatOfName } from "./formats/detect-format.ts";
import { EXPECTED_REASONS, type FormatOptions, type RowReader } from "./formats/trace-format.ts";
import { beginsAsJournal } from "./journal/read-journal.ts";
import { isBlank, latin1Of } from "./latin1-text.ts";
import { showFound } from "../scenarios/complaint.ts";
import type { ImportReport } from "./import-report.ts";
import { createLineReader, type LineReader } from "./line-reader.ts";
import { lineBlocks, takeLines } from "./lines.ts";
import { beginsAsRecording } from "./recording/recorded-row.ts";
import type { RowRuns } from "./row-runs.ts";
import { createUnpacking, unpacked } from "./unpacked.ts";
import { unmetWords } from "./version-words.ts";

/** How a trace is to be read. */
export interface ImportOptions extends FormatOptions {
  /** The file as typed, for problems and reports. */
  readonly source: string;
  /** Name of the format; null: told by the first lines. */
  readonly format: string | null;
  /** Null: the default, and of a trace file its own. */
  readonly failure: FailureRules | null;
  /** Greatest share of rejected rows, 0 to 1; null: any, as long as one row is accepted. */
  readonly maxRejectedShare: number | null;
}

/** How many lines (not blank) a format is told by. */
const FIRST_LINES = 100;

/** How much of a file shows whether it is a document, bytes. */
const BEGINNING_BYTES = 4_096;

/** Rows that were read, in memory or on disk, and what else goes into the report. */
export interface ImportedRows {
  readonly builder: TraceBuilder;
  readonly description: TraceDescription;
}

/** Imports a trace. Rows that cannot be read are rejected and counted; what makes the whole useless is a problem. */
export async function importTrace(
  chunks: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  runs: RowRuns | null = null,
): Promise<Read<Trace>> {
  const rows = await importRows(chunks, options, runs);
  if (!rows.ok) return rows;
  const trace = finishTrace(rows.value.builder, rows.value.description);
  return judgeImport(trace, options);
}

/** What is said of an option that changed nothing. */
const START_UNUSED = "--start was not used: no time of a row counts from 0";

/** The rows of a trace as they come; where there are more than memory is to hold, they lie in runs on disk. */
export async function importRows(
  chunks: AsyncIterable<Uint8Array>,
  given: ImportOptions,
  runs: RowRuns | null,
): Promise<Read<ImportedRows>> {
  const options = { ...given, relativeTimes: { rows: 0 } };
  const refuse = (message: string): Read<never> => ({ ok: false, problems: [placeless(options.source, message)] });
  const named = options.format === null ? null : formatOfName(options.format);
  if (named !== null && !named.ok) return named;

  const unpacking = createUnpacking();
  const builder = createTraceBuilder(runs);
  const held: Buffer[] = [];
  const firstLines: string[] = [];
  let lines: LineReader | null = null;

  const start = (): Read<LineReader> => {
    const detected = detectFormat(firstLines, options, options.source, named?.value ?? null);
    if (!detected.ok) return detected;
    const { format, prefix } = detected.value;
    return { ok: true, value: createLineReader(format.create(builder, options), prefix), warnings: [] };
  };
  const readHeld = async (reader: LineReader): Promise<readonly Problem[]> => {
    for (const block of held.splice(0)) await reader.readBlock(block);
    return fatalProblems(reader.rows, options);
  };

  const text = await beginningOf(unpacked(chunks, unpacking));
  const run = named === null ? whyNoLog(text.beginning) : null;
  if (run !== null) return { ok: false, problems: [{ ...placeless(options.source, ""), ...run }] };
  const document = documentFormat(text.beginning, named?.value ?? null);
  if (document !== null) {
    const reader = document.create(builder, options);
    let isFirstChunk = true;
    for await (const chunk of text.chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      reader.readChunk?.(isFirstChunk ? withoutByteOrderMark(bytes) : bytes);
      isFirstChunk = false;
      const fatal = fatalProblems(reader, options);
      if (fatal.length > 0) return { ok: false, problems: fatal };
    }
    if (unpacking.whyNot !== null) return refuse(unpacking.whyNot);
    await reader.end?.();
    const fatal = fatalProblems(reader, options);
    return fatal.length > 0 ? { ok: false, problems: fatal } : imported(builder, reader.describe(), reader, options);
  }

  let isFirst = true;
  for await (const whole of lineBlocks(text.chunks)) {
    const block = isFirst ? withoutByteOrderMark(whole) : whole;
    isFirst = false;
    held.push(block);
    if (lines === null) {
      collectFirstLines(block, firstLines);
      if (firstLines.length < FIRST_LINES) continue;
      const started = start();
      if (!started.ok) return started;
      lines = started.value;
    }
    const fatal = await readHeld(lines);
    if (fatal.length > 0) return { ok: false, problems: fatal };
  }
  if (unpacking.whyNot !== null) return refuse(unpacking.whyNot);
  if (unpacking.bytes === 0) return refuse("the file is empty");
  if (firstLines.length === 0) return refuse("the file has nothing but blank lines");
  if (lines === null) {
    const started = start();
    if (!started.ok) return started;
    lines = started.value;
  }
  await readHeld(lines);
  await lines.end();
  const fatal = await readHeld(lines);
  if (fatal.length > 0) return { ok: false, problems: fatal };

  return imported(builder, lines.describe(), lines.rows, options);
}

function imported(
  builder: TraceBuilder,
  format: string,
  reader: RowReader,
  { source, failure, startEpochUs, relativeTimes }: ImportOptions,
): Read<ImportedRows> {
  const isStartUnused = startEpochUs !== null && relativeTimes?.rows === 0;
  const description: TraceDescription = {
    source,
    format,
    notes: [...(reader.notes?.() ?? []), ...(isStartUnused ? [START_UNUSED] : [])],
    failure: failure ?? defaultFailureRules(),
  };
  return { ok: true, value: { builder, description }, warnings: [] };
}

/** What the program itself writes of a run is no log; null: this is not that. */
function whyNoLog(beginning: string): Pick<Problem, "message" | "allowed"> | null {
  if (beginsAsRecording(beginning)) {
    const allowed = "a log; rehearse replay runs a recording again, as a plain file with its .yaml beside it";
    return { message: "this is a recording of a run, not a log", allowed };
  }
  if (!beginsAsJournal(beginning)) return null;
  const allowed = "a log; rehearse replay executes a journal again, as a plain file";
  return { message: "this is the journal of a run, not a log", allowed };
}

function fatalProblems(reader: RowReader, { source }: ImportOptions): readonly Problem[] {
  return (reader.fatal?.() ?? []).map((complaint) => ({ ...placeless(source, ""), ...complaint, column: 1 }));
}

/** The beginning of some text (Latin-1), and all of it. */
async function beginningOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly beginning: string; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < BEGINNING_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    bytes += next.value.length;
  }
  const first = Buffer.concat(held);
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    try {
      if (first.length > 0) yield first;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  const beginning = withoutByteOrderMark(first.subarray(0, BEGINNING_BYTES));
  return { beginning: latin1Of(beginning, 0, beginning.length), chunks: all() };
}

function collectFirstLines(block: Buffer, firstLines: string[]): void {
  if (firstLines.length >= FIRST_LINES) return;
  takeLines(block, 1, (bytes, from, to) => {
    if (firstLines.length >= FIRST_LINES) return;
    const line = latin1Of(bytes, from, to);
    if (!isBlank(line)) firstLines.push(line);
  });
}

/** A trace without a row to replay, or with too many rejected ones, is a problem that shows the first of them. */
export function judgeImport<T extends TraceFacts>(
  trace: T,
  options: Pick<ImportOptions, "source" | "maxRejectedShare" | "versions" | "failure">,
): Read<T> {
  const { rows, accepted, rejected, rejections } = trace.report;
  const shown = rejections
    .map(({ reason, count, firstLines }) => `${count} x ${reason} (first at line ${firstLines[0]?.line ?? 0})`)
    .join(", ");
  const first = rejections[0]?.firstLines[0];
  const place = { line: first?.line ?? 0, column: first === undefined ? 0 : 1, found: first?.text ?? null };
  const refuse = (message: string, details: Partial<Problem>): Read<never> => ({
    ok: false,
    problems: [{ ...placeless(options.source, message), ...details }],
  });
  if (accepted === 0) {
    return refuse(
      `none of ${rows} rows could be read as ${trace.report.format}${shown === "" ? "" : `: ${shown}`}`,
      place,
    );
  }
  if (trace.count === 0)
    return refuse(`all of ${accepted} requests were left by their clients or unfinished: none has an outcome`, {});
  const share = options.maxRejectedShare;
  const expected = rejections.reduce((sum, one) => sum + (EXPECTED_REASONS.has(one.reason) ? one.count : 0), 0);
  if (share !== null && rejected - expected > share * (rows - expected)) {
    const message = `${rejected} of ${rows} rows were rejected: ${shown}`;
    return refuse(message, {
      ...place,
      allowed: `at most ${writeShare(Math.round(share * WHOLE_PPM))} (--max-rejected)`,
    });
  }
  const warnings = [...versionWarnings(trace.report, options), ...statusWarnings(trace.errorKinds, options)];
  return { ok: true, value: trace, warnings };
}

/** What has to be said of statuses that are to be failures. */
function statusWarnings(errorKinds: readonly string[], { failure }: Pick<ImportOptions, "failure">): Problem[] {
  const unmet = failure === null ? [] : unmetStatuses(failure, errorKinds);
  if (unmet.length === 0) return [];
  const message = "HTTP has no status above 599, and no row has one of these";
  const allowed = "a list such as 5xx,429 or 500-504";
  return [{ ...placeless("--errors", message), found: unmet.join(", "), allowed }];
}

/** What has to be said of versions before anybody relies on them. */
function versionWarnings(
  { otherVersions: others, namesBaseline, onBaseline, onCandidate }: ImportReport,
  { source, versions = null }: Pick<ImportOptions, "source" | "versions">,
): Problem[] {
  const warnings: Problem[] = [];
  const warn = (message: string, found: string, allowed: string): void => {
    warnings.push({ ...placeless(source, message), found, allowed });
  };
  // One version all over is no canary: nothing is mistaken for anything.
  if (others.rows > 0 && (others.distinct > 1 || onBaseline + onCandidate > 0)) {
    const named = others.most.map(({ version, rows }) => `${showFound(version)} (${rows})`).join(", ");
    const more = others.distinct > others.most.length ? `, and ${others.distinct - others.most.length} more` : "";
    const whose = namesBaseline ? "they are taken for neither's" : "they are taken for the baseline's";
    const message = `${others.rows} rows name a version that is neither the baseline nor the candidate: ${whose}`;
    warn(message, `${named}${more}`, "--versions baseline=VALUE,candidate=VALUE, which says whose they are");
  }
  for (const [name, rows] of [["baseline", onBaseline] as const, ["candidate", onCandidate] as const]) {
    const unmet = unmetWords(versions?.[name] ?? [], rows);
    if (unmet !== null)
      warn(`no row is the ${name}'s: none names this version`, unmet, "a value of the version column");
  }
  return warnings;
}

function placeless(source: string, message: string): Problem {
  return { source, line: 0, column: 0, path: "", message, found: null, allowed: null, suggestion: null };
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function withoutByteOrderMark(block: Buffer): Buffer {
  return block.subarray(0, 3).equals(BYTE_ORDER_MARK) ? block.subarray(3) : block;
}
