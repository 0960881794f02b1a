/**
 * A recording as typed columns: a trace file of the recordings' own version, in blocks of rows so that it is written as
 * the run goes. Behind the blocks a footer in JSON says where each column of each block stands, with its checksum
 * (CRC-32), and what the numbers of the columns of words mean.
 */
import { readBytes } from "../read-bytes.ts";
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { fileProblem } from "../file-problem.ts";
import {
  isTraceFile,
  PREAMBLE_BYTES,
  readPreamble,
  RECORDING_FILE_VERSION,
  writePreamble,
} from "../trace-file/layout.ts";
import type { RecordedRow } from "./recorded-row.ts";

/** Rows of a block. */
const BLOCK_ROWS = 65_536;

/** The columns of a block, in their order: numbers as they are, and words by their place in the footer's list. */
const NUMBERS = ["request", "atUs", "key", "router", "session", "baselineUs", "candidateUs"] as const;
const WORDS = ["route", "segment", "baselineResult", "candidateResult"] as const;

const ALIGNMENT = 8;

interface BlockColumns {
  readonly request: Float64Array;
  readonly atUs: Float64Array;
  readonly session: Float64Array;
  readonly key: Uint32Array;
  readonly router: Uint32Array;
  readonly baselineUs: Uint32Array;
  readonly candidateUs: Uint32Array;
  readonly route: Uint16Array;
  readonly segment: Uint16Array;
  readonly baselineResult: Uint16Array;
  readonly candidateResult: Uint16Array;
}

interface BlockSection {
  readonly rows: number;
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

interface RecordingFooter {
  readonly rows: number;
  readonly blocks: readonly BlockSection[];
  readonly words: Readonly<Record<(typeof WORDS)[number], readonly string[]>>;
}

/** A file of columns that is being written. */
export interface ColumnFile {
  readonly write: (row: RecordedRow) => void;
  /** Writes what still waits, the footer and the preamble; gives the SHA-256 of the footer, which vouches for all. */
  readonly end: () => string;
  readonly close: () => void;
}

/** Begins a file; what the file system refuses is thrown as it says it. */
export function openColumnFile(path: string): ColumnFile {
  const file = openSync(path, "w");
  const block = new ArrayBuffer(blockBytes(BLOCK_ROWS));
  const columns = columnsIn(block, BLOCK_ROWS);
  const places = {
    route: new Map<string, number>(),
    segment: new Map<string, number>(),
    baselineResult: new Map<string, number>(),
    candidateResult: new Map<string, number>(),
  };
  const blocks: BlockSection[] = [];
  let count = 0;
  let rows = 0;
  let offset = PREAMBLE_BYTES;
  const put = (bytes: Uint8Array, at: number): void => {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  };
  const flush = (): void => {
    if (count === 0) return;
    const bytes = new Uint8Array(packed(columns, count));
    put(bytes, offset);
    blocks.push({ rows: count, offset, bytes: bytes.length, crc: crc32(bytes) });
    offset += bytes.length;
    rows += count;
    count = 0;
  };
  return {
    write: (row) => {
      columns.request[count] = row.request;
      columns.atUs[count] = row.atUs;
      columns.key[count] = Number(row.key.slice(1));
      columns.router[count] = row.router;
      columns.session[count] = row.session;
      columns.baselineUs[count] = row.baselineUs;
      columns.candidateUs[count] = row.candidateUs;
      columns.route[count] = placeOf(places.route, row.route);
      columns.segment[count] = placeOf(places.segment, row.segment);
      columns.baselineResult[count] = placeOf(places.baselineResult, row.baselineResult);
      columns.candidateResult[count] = placeOf(places.candidateResult, row.candidateResult);
      count++;
      if (count === BLOCK_ROWS) flush();
    },
    end: () => {
      flush();
      const words = {
        route: [...places.route.keys()],
        segment: [...places.segment.keys()],
        baselineResult: [...places.baselineResult.keys()],
        candidateResult: [...places.candidateResult.keys()],
      };
      const footer: RecordingFooter = { rows, blocks, words };
      const footerBytes = Buffer.from(JSON.stringify(footer));
      put(footerBytes, offset);
      const preamble = {
        version: RECORDING_FILE_VERSION,
        footerCrc: crc32(footerBytes),
        footerOffset: offset,
        footerBytes: footerBytes.length,
        fileBytes: offset + footerBytes.length,
      };
      put(writePreamble(preamble), 0);
      return createHash("sha256").update(footerBytes).digest("hex");
    },
    close: () => closeSync(file),
  };
}

/** Whether a file that begins with these bytes is a recording as columns. */
export function beginsAsColumnFile(bytes: Uint8Array): boolean {
  return isTraceFile(bytes) && readPreamble(bytes)?.version === RECORDING_FILE_VERSION;
}

/**
 * Reads a file of columns whose footer has this SHA-256. `take` is given every row, which is reused, and its number from
 * 1; it may say what is wrong with it.
 */
export function readColumnFile(
  path: string,
  sha256: string,
  take: (row: RecordedRow, number: number) => Problem | null,
): Read<number> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return fileProblem(path, error);
  }
  try {
    const { size } = fstatSync(file);
    const start = readBytes(file, 0, Math.min(size, PREAMBLE_BYTES));
    const preamble = isTraceFile(start) ? readPreamble(start) : null;
    // Written anew it is the same bytes, those that no checksum covers included.
    const isOurs = preamble?.version === RECORDING_FILE_VERSION && Buffer.compare(start, writePreamble(preamble)) === 0;
    if (preamble === null || !isOurs) return refused(path, "this does not begin as a recording does", "other bytes");
    if (size !== preamble.fileBytes)
      return refused(path, "this recording is not whole", `${size} of ${preamble.fileBytes} bytes`);
    const footerBytes = readBytes(file, preamble.footerOffset, preamble.footerBytes);
    if (createHash("sha256").update(footerBytes).digest("hex") !== sha256)
      return refused(path, "this is not the file that was recorded", "another description");
    return readBlocks(file, path, JSON.parse(Buffer.from(footerBytes).toString()) as RecordingFooter, take);
  } catch (error) {
    return fileProblem(path, error);
  } finally {
    closeSync(file);
  }
}

function readBlocks(
  file: number,
  path: string,
  { blocks, words }: RecordingFooter,
  take: (row: RecordedRow, number: number) => Problem | null,
): Read<number> {
  let number = 0;
  for (const { rows, offset, bytes, crc } of blocks) {
    const block = readBytes(file, offset, bytes);
    if (crc32(block) !== crc)
      return refused(path, "this recording is damaged", `rows ${number + 1} to ${number + rows} do not match`);
    const columns = columnsIn(block.buffer as ArrayBuffer, rows);
    for (let i = 0; i < rows; i++) {
      const row: RecordedRow = {
        request: columns.request[i] as number,
        atUs: columns.atUs[i] as number,
        key: `u${columns.key[i] as number}`,
        router: columns.router[i] as number,
        route: words.route[columns.route[i] as number] ?? "",
        segment: words.segment[columns.segment[i] as number] ?? "",
        session: columns.session[i] as number,
        baselineUs: columns.baselineUs[i] as number,
        baselineResult: words.baselineResult[columns.baselineResult[i] as number] ?? "",
        candidateUs: columns.candidateUs[i] as number,
        candidateResult: words.candidateResult[columns.candidateResult[i] as number] ?? "",
      };
      const problem = take(row, ++number);
      if (problem !== null) return { ok: false, problems: [problem] };
    }
  }
  return { ok: true, value: number, warnings: [] };
}

function placeOf(places: Map<string, number>, word: string): number {
  const known = places.get(word);
  if (known !== undefined) return known;
  places.set(word, places.size);
  return places.size - 1;
}

/** Bytes of a block: three columns of 8, four of 4 and four of 2 bytes, each from an aligned place. */
function blockBytes(rows: number): number {
  return 3 * 8 * rows + 4 * alignedBytes(4 * rows) + 4 * alignedBytes(2 * rows);
}

function alignedBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** The columns of so many rows in a buffer, one after the other. */
function columnsIn(buffer: ArrayBuffer, rows: number): BlockColumns {
  let at = 0;
  const from = (bytes: number): number => {
    const start = at;
    at += alignedBytes(bytes);
    return start;
  };
  const f64 = (): Float64Array => new Float64Array(buffer, from(8 * rows), rows);
  const u32 = (): Uint32Array => new Uint32Array(buffer, from(4 * rows), rows);
  const u16 = (): Uint16Array => new Uint16Array(buffer, from(2 * rows), rows);
  return {
    request: f64(),
    atUs: f64(),
    session: f64(),
    key: u32(),
    router: u32(),
    baselineUs: u32(),
    candidateUs: u32(),
    route: u16(),
    segment: u16(),
    baselineResult: u16(),
    candidateResult: u16(),
  };
}

/** The first rows of columns as a block of just so many. */
function packed(columns: BlockColumns, rows: number): ArrayBuffer {
  const buffer = new ArrayBuffer(blockBytes(rows));
  const into = columnsIn(buffer, rows);
  for (const name of NUMBERS) into[name].set(columns[name].subarray(0, rows));
  for (const name of WORDS) into[name].set(columns[name].subarray(0, rows));
  return buffer;
}

function refused(source: string, message: string, found: string): Read<never> {
  const allowed = "the file as rehearse run --record wrote it";
  const problem: Problem = { source, line: 0, column: 0, path: "", message, found, allowed, suggestion: null };
  return { ok: false, problems: [problem] };
}
