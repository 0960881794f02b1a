/** From a stream of bytes to a trace, or to everything that is wrong with it. Opens no file: see `read-trace.ts`. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { createTraceBuilder, type Trace } from "./columns.ts";
import type { FailureRules } from "./failure.ts";
import { finishTrace } from "./finish-trace.ts";
import { detectFormat, formatOfName } from "./formats/detect-format.ts";
import type { FormatOptions, RowReader } from "./formats/trace-format.ts";
import { isBlank } from "./latin1-text.ts";
import { lineBatches, type LineBatch } from "./lines.ts";

/** How a trace is to be read. */
export interface ImportOptions extends FormatOptions {
  /** The file as typed, for problems and reports. */
  readonly source: string;
  /** Name of the format; null: told by the first lines. */
  readonly format: string | null;
  readonly failure: FailureRules;
  /** Greatest share of rejected rows, 0 to 1; null: any, as long as one row is accepted. */
  readonly maxRejectedShare: number | null;
}

/** How many lines (not blank) a format is told by. */
const FIRST_LINES = 20;
/** How much of the beginning shows whether a file is text, bytes; and the share of NULs above which it is not. */
const SAMPLE_BYTES = 65_536;
const NUL_SHARE_MAX = 0.1;

/** Imports a trace. Rows that cannot be read are rejected and counted; what makes the whole useless is a problem. */
export async function importTrace(chunks: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<Read<Trace>> {
  const refuse = (message: string, details: Partial<Problem> = {}): Read<never> => ({
    ok: false,
    problems: [{ ...placeless(options.source, message), ...details }],
  });
  const named = options.format === null ? null : formatOfName(options.format);
  if (named !== null && !named.ok) return named;

  const sample: { whyNot: string | null; bytes: number } = { whyNot: null, bytes: 0 };
  const builder = createTraceBuilder();
  const held: LineBatch[] = [];
  const firstLines: string[] = [];
  let reader: RowReader | null = null;

  const start = (): Read<RowReader> => {
    const format = named ?? detectFormat(firstLines, options, options.source);
    return format.ok ? { ok: true, value: format.value.create(builder, options), warnings: [] } : format;
  };
  const fatalProblems = (): Problem[] =>
    (reader?.fatal() ?? []).map((complaint) => ({ ...placeless(options.source, ""), ...complaint, column: 1 }));

  for await (const batch of lineBatches(sampled(chunks, sample))) {
    if (sample.whyNot !== null) return refuse(sample.whyNot);
    held.push(batch.firstLine === 1 ? withoutByteOrderMark(batch) : batch);
    if (reader === null) {
      for (const line of held[held.length - 1]?.lines ?? []) {
        if (firstLines.length < FIRST_LINES && !isBlank(line)) firstLines.push(line);
      }
      if (firstLines.length < FIRST_LINES) continue;
      const started = start();
      if (!started.ok) return started;
      reader = started.value;
    }
    for (const { lines, firstLine } of held.splice(0)) await reader.read(lines, firstLine);
    const fatal = fatalProblems();
    if (fatal.length > 0) return { ok: false, problems: fatal };
  }
  if (sample.whyNot !== null) return refuse(sample.whyNot);
  if (sample.bytes === 0) return refuse("the file is empty");
  if (firstLines.length === 0) return refuse("the file has nothing but blank lines");
  if (reader === null) {
    const started = start();
    if (!started.ok) return started;
    reader = started.value;
  }
  for (const { lines, firstLine } of held.splice(0)) await reader.read(lines, firstLine);
  await reader.end();
  const fatal = fatalProblems();
  if (fatal.length > 0) return { ok: false, problems: fatal };

  const trace = finishTrace(builder, {
    source: options.source,
    format: reader.describe(),
    notes: reader.notes(),
    failure: options.failure,
  });
  return judge(trace, options);
}

/** A trace without a row to replay, or with too many rejected ones, is a problem that shows the first of them. */
function judge(trace: Trace, options: ImportOptions): Read<Trace> {
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
    return refuse(`all of ${accepted} requests were left by their clients: none has an outcome`, {});
  const share = options.maxRejectedShare;
  if (share !== null && rejected > share * rows) {
    const message = `${rejected} of ${rows} rows were rejected: ${shown}`;
    return refuse(message, { ...place, allowed: `at most ${share * 100}% (--max-rejected)` });
  }
  return { ok: true, value: trace, warnings: [] };
}

function placeless(source: string, message: string): Problem {
  return { source, line: 0, column: 0, path: "", message, found: null, allowed: null, suggestion: null };
}

/** Passes chunks on, after looking at the beginning: `whyNot` is set when it is no text, and nothing follows. */
async function* sampled(
  chunks: AsyncIterable<Uint8Array>,
  sample: { whyNot: string | null; bytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array[] = [];
  let isText = false;
  for await (const chunk of chunks) {
    sample.bytes += chunk.length;
    if (isText) {
      yield chunk;
      continue;
    }
    held.push(chunk);
    if (sample.bytes < SAMPLE_BYTES) continue;
    sample.whyNot = whyNoText(held);
    if (sample.whyNot !== null) return;
    isText = true;
    yield* held;
    held = [];
  }
  if (isText) return;
  sample.whyNot = whyNoText(held);
  if (sample.whyNot === null) yield* held;
}

function whyNoText(chunks: readonly Uint8Array[]): string | null {
  const bytes = Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "the file is compressed (gzip): unpack it first";
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) {
    return "the file is compressed (zstd): unpack it first";
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03) return "the file is a ZIP archive: unpack it first";
  let nuls = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) nuls++;
  return nuls > bytes.length * NUL_SHARE_MAX ? "the file is binary, not text" : null;
}

function withoutByteOrderMark(batch: LineBatch): LineBatch {
  const [first = "", ...rest] = batch.lines;
  return first.startsWith("\u00ef\u00bb\u00bf") ? { ...batch, lines: [first.slice(3), ...rest] } : batch;
}
