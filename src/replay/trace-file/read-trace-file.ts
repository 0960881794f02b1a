/**
 * Reads trace files: columns straight into one shared buffer, so that threads can work on the same rows. What is not a
 * whole, undamaged trace file is refused with what is wrong.
 */
import { readBytes } from "../read-bytes.ts";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { fileProblem } from "../file-problem.ts";
import type { Columns, Trace } from "../columns.ts";
import { impossibleColumn, parseFooter } from "./check-footer.ts";
import {
  ELEMENT_BYTES,
  isTraceFile,
  PREAMBLE_BYTES,
  readPreamble,
  SECTIONS,
  RECORDING_FILE_VERSION,
  TRACE_FILE_VERSION,
  type Footer,
  type Section,
  type TraceOrigin,
} from "./layout.ts";

/** A trace from a file, and what it was imported from. */
export interface StoredTrace {
  readonly trace: Trace;
  readonly origin: TraceOrigin | null;
}

/** Longest piece that is read at once. */
const PIECE_BYTES = 64 * 1_048_576;
const NO_TRACE = "this is no trace file";

/** Reads a trace file. `source` is what problems and the report call it. */
export function readTraceFile(path: string, source: string = path): Read<StoredTrace> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return fileProblem(source, error);
  }
  try {
    const footer = readFooter(file, source);
    if (!footer.ok) return footer;
    return readColumns(file, footer.value, source);
  } catch (error) {
    return fileProblem(source, error);
  } finally {
    closeSync(file);
  }
}

/** Whether the file at a path begins as a trace file does; false also where there is none. */
export function looksLikeTraceFile(path: string): boolean {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = new Uint8Array(PREAMBLE_BYTES);
      readSync(file, bytes, 0, bytes.length, 0);
      return isTraceFile(bytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function readFooter(file: number, source: string): Read<Footer> {
  const { size } = fstatSync(file);
  const start = readBytes(file, 0, Math.min(size, PREAMBLE_BYTES));
  if (!isTraceFile(start)) return refused(source, NO_TRACE, "its first bytes are another format's", "a .trace file");
  const preamble = readPreamble(start);
  if (preamble === null) return damaged(source, "its beginning does not match its checksum");
  if (preamble.version === RECORDING_FILE_VERSION) {
    const allowed = "a log or a trace file; rehearse replay runs a recording, and rehearse trace info describes it";
    return refused(source, "this is a recording of a run, not a trace", `version ${preamble.version}`, allowed);
  }
  if (preamble.version !== TRACE_FILE_VERSION) {
    const allowed = `version ${TRACE_FILE_VERSION}: convert the log anew`;
    return refused(source, "this trace file is of another version", `version ${preamble.version}`, allowed);
  }
  if (size < preamble.fileBytes) {
    const found = `${size} of ${preamble.fileBytes} bytes`;
    return refused(source, "this trace file is cut short", found, "a whole trace file");
  }
  if (size > preamble.fileBytes) return damaged(source, `${size - preamble.fileBytes} bytes follow its end`);
  const bytes = readBytes(file, preamble.footerOffset, preamble.footerBytes);
  if (crc32(bytes) !== preamble.footerCrc) return damaged(source, "its description does not match its checksum");
  const footer = parseFooter(Buffer.from(bytes).toString());
  if (footer === null) return damaged(source, "its description is not one of a trace");
  const outside = footer.sections.find(({ offset, bytes: length }) => offset + length > preamble.footerOffset);
  if (outside !== undefined) return damaged(source, `${outside.name} is not within it`);
  return { ok: true, value: footer, warnings: [] };
}

function readColumns(file: number, footer: Footer, source: string): Read<StoredTrace> {
  const { rows, sections } = footer;
  const named = new Map(sections.map((section) => [section.name, section]));
  // The checksum says that these are ours; still nothing is read from places that do not fit.
  const bytesOfRows = SECTIONS.map(([name, type]) => {
    const section = named.get(name);
    return section !== undefined && section.bytes === rows * ELEMENT_BYTES[type] ? section : null;
  });
  if (bytesOfRows.includes(null)) return damaged(source, "its columns are not as long as it has rows");
  const shared = new SharedArrayBuffer(bytesOfRows.reduce((sum, section) => sum + padded(section?.bytes ?? 0), 0));
  const damages: string[] = [];
  const fill = (section: Section, into: Uint8Array): void => {
    if (!fillFrom(file, section, into)) damages.push(section.name);
  };
  let at = 0;
  const place = (name: string): { readonly at: number; readonly bytes: number } => {
    const section = named.get(name) as Section;
    const from = at;
    fill(section, new Uint8Array(shared, from, section.bytes));
    at += padded(section.bytes);
    return { at: from, bytes: section.bytes };
  };
  const f64 = (name: string): Float64Array => new Float64Array(shared, place(name).at, rows);
  const u32 = (name: string): Uint32Array => new Uint32Array(shared, place(name).at, rows);
  const columns: Columns = {
    startUs: f64("startUs"),
    bytes: f64("bytes"),
    key: u32("key"),
    route: u32("route"),
    line: u32("line"),
    latencyUs: new Int32Array(shared, place("latencyUs").at, rows),
    status: new Uint16Array(shared, place("status").at, rows),
    version: new Uint8Array(shared, place("version").at, rows),
  };
  const outcome = new Uint8Array(shared, place("outcome").at, rows);
  const keys = readKeys(named, footer.keys, fill);
  if (keys === null) return damaged(source, "its keys are not as many as it says");
  if (damages.length > 0) {
    return damaged(source, `${damages.join(", ")} ${damages.length === 1 ? "does" : "do"} not match the checksum`);
  }
  const { routes, errorKinds, report, origin } = footer;
  const trace: Trace = { count: rows, columns, outcome, keys, routes, errorKinds, report: { ...report, source } };
  const impossible = impossibleColumn(trace);
  if (impossible !== null) return damaged(source, `${impossible} has a value that no import gives`);
  return { ok: true, value: { trace, origin }, warnings: [] };
}

function readKeys(
  named: ReadonlyMap<string, Section>,
  count: number,
  fill: (section: Section, into: Uint8Array) => void,
): string[] | null {
  const bytesAt = named.get("keyBytes");
  const endsAt = named.get("keyEnds");
  if (bytesAt === undefined || endsAt === undefined || endsAt.bytes !== count * 8) return null;
  const bytes = Buffer.allocUnsafeSlow(bytesAt.bytes);
  const ends = new Float64Array(count);
  fill(bytesAt, bytes);
  fill(endsAt, new Uint8Array(ends.buffer));
  const keys: string[] = [];
  let from = 0;
  for (const end of ends) {
    if (!Number.isSafeInteger(end) || end < from || end > bytes.length) return null;
    keys.push(bytes.toString("utf8", from, end));
    from = end;
  }
  return keys;
}

/** Reads a section; false: it does not match its checksum. */
function fillFrom(file: number, section: Section, into: Uint8Array): boolean {
  let crc = 0;
  for (let done = 0; done < section.bytes;) {
    const piece = into.subarray(done, Math.min(done + PIECE_BYTES, section.bytes));
    const read = readSync(file, piece, 0, piece.length, section.offset + done);
    if (read === 0) return false;
    crc = crc32(piece.subarray(0, read), crc);
    done += read;
  }
  return crc === section.crc;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function damaged(source: string, how: string): Read<never> {
  return refused(source, "this trace file is damaged", how, "an undamaged file: convert the log anew");
}

function refused(source: string, message: string, found: string, allowed: string): Read<never> {
  const problem: Problem = { source, line: 0, column: 0, path: "", message, found, allowed, suggestion: null };
  return { ok: false, problems: [problem] };
}
