/**
 * Reads CSV by its lines. Plain lines are read as they come; from the first quote in a block on, records are framed
 * (`csv-records.ts`), so that each keeps its line number and none can be lost, and cut by csv-parse.
 */
import { complain, type Complaint } from "../../scenarios/complaint.ts";
import type { TraceBuilder } from "../columns.ts";
import { isBlank, latin1Of } from "../latin1-text.ts";
import { LINE_BYTES_MAX, takeLines } from "../lines.ts";
import { reject } from "../rejections.ts";
import { cutPiece, cutText, lineEnd, pieceEnd } from "../text-machine.ts";
import { layOutColumns, type CsvLayout } from "./csv-columns.ts";
import { createOpenRecord, frameRecords, splitRecord } from "./csv-records.ts";
import { createCsvRows, type CsvReading, type CsvRows } from "./csv-rows.ts";
import { HEADER_LINES } from "./csv-header.ts";
import { createCells, HAS_QUOTE, setCells, splitByReference, splitPlain, type Cells } from "./csv-split.ts";
import { BATCH_ROWS } from "./plain-batch.ts";
import type { PlainRows } from "./plain-rows.ts";
import { BLANK_LINE, LINE_TOO_LONG, rejectUnusable, type FormatOptions, type RowReader } from "./trace-format.ts";
import { GUESS_BYTES_MAX, GUESS_ROWS, latencyUnitUsOf, relativeUnitUsOf, unitName } from "./unit-guess.ts";

/** Why a line is rejected that stands above the header. */
const ABOVE_HEADER = "above the header";

/** Why a record is rejected whose quotes are not as RFC 4180 has them. */
const BAD_QUOTES = "quotes misplaced or never closed";

const QUOTE = 0x22;

/** A format over CSV. */
export interface CsvShape {
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  readonly delimiterOf: (firstLine: string) => string;
  /** From the header (null: there is none) to the columns' meaning, or to the names that are missing. */
  readonly layOut: (header: readonly string[] | null) => CsvReading | readonly string[];
  readonly describe: (delimiter: string) => string;
  readonly notes?: readonly string[];
  /** For tests: every record through csv-parse. */
  readonly byReference?: true;
}

/** The reading of a layout that the user's `--columns` and the columns' names decide. */
export function readingByNames(
  header: readonly string[] | null,
  options: FormatOptions,
): CsvReading | readonly string[] {
  const { layout, missing } = layOutColumns(header, options.columns);
  if (missing.length > 0) return missing;
  return layout.indexOf.timestamp === -1 && layout.indexOf.end === -1 ? [] : { layout };
}

/** A reader of one CSV file. */
export function createCsvReader(builder: TraceBuilder, options: FormatOptions, shape: CsvShape): RowReader {
  const open = createOpenRecord();
  const problems: (Complaint & { readonly line: number })[] = [];
  const aboveHeader: (Complaint & { readonly line: number })[] = [];
  const cells = createCells();
  const guesses: string[] = [];
  let header: Buffer | null = null;
  let delimiter = ",";
  let reading: CsvReading | null = null;
  let rows: CsvRows | null = null;
  let plain: PlainRows | null = null;
  // Lines by which units are guessed, before the first row is read.
  let held: { readonly bytes: Buffer; readonly line: number }[] = [];
  let heldBytes = 0;
  // Lines from the first quote on, until the block's end.
  const quoted: string[] = [];
  let quotedFrom = 0;
  // Those of lines that are cut a piece at a time.
  const cutCells = createCells();

  const startRows = (by: CsvReading): void => {
    rows = createCsvRows(builder, by, options);
    plain = rows.plainRows(header === null ? -1 : header.length);
  };

  /** Takes a line as the header, or as one that stands above it: logs that were copied begin with a shell's prompt. */
  const begin = (bytes: Buffer, from: number, to: number, line: number): void => {
    const firstLine = latin1Of(bytes, from, to);
    delimiter = shape.delimiterOf(firstLine);
    const names = shape.hasHeader ? splitRecord(firstLine, delimiter) : null;
    const laidOut = shape.layOut(names);
    if (!("layout" in laidOut) || (aboveHeader.length > 0 && names?.length === 1)) {
      const found = names === null ? "columns by number" : names.join(delimiter).slice(0, 200);
      const message =
        "layout" in laidOut || laidOut.length === 0
          ? "no column is known to be the time of the request"
          : `there is no column ${laidOut.join(", ")}`;
      aboveHeader.push({ ...complain(message, { found, allowed: "--columns timestamp=COLUMN, …" }), line });
      if (names === null || aboveHeader.length === HEADER_LINES) noHeader();
      else reject(builder.rejections, ABOVE_HEADER, line, firstLine);
      return;
    }
    if (names !== null) header = Buffer.from(bytes.subarray(from, to));
    reading = laidOut;
    if (!isGuessNeeded(laidOut.layout, options)) startRows(laidOut);
  };

  /** What is wrong with the first line, if no line is the header. */
  const noHeader = (): void => {
    if (reading === null && problems.length === 0) problems.push(...aboveHeader.slice(0, 1));
  };

  /** The rows, once the units are known: as they are named, or as the held lines look. */
  const guessUnits = (): void => {
    if (reading === null || rows !== null) return;
    const { layout } = reading;
    const texts = held.map(({ bytes }) => splitRecord(latin1Of(bytes, 0, bytes.length), delimiter));
    const column = (index: number): readonly string[] => texts.map((one) => one[index] ?? "");
    let { latencyUnitUs, timeUnitUs } = layout;
    if (layout.latencyUnitAssumed && latencyUnitUs === 1_000) {
      latencyUnitUs = latencyUnitUsOf(column(layout.indexOf.latency)) ?? latencyUnitUs;
    }
    if (timeUnitUs === null && options.startEpochUs !== null) {
      const { timestamp, end } = layout.indexOf;
      timeUnitUs = relativeUnitUsOf(column(timestamp === -1 ? end : timestamp));
      if (timeUnitUs !== null) guesses.push(relativeNote(timeUnitUs));
    }
    reading = { ...reading, layout: { ...layout, latencyUnitUs, timeUnitUs } };
    startRows(reading);
    const lines = held;
    held = [];
    for (const { bytes, line } of lines) readLine(bytes, 0, bytes.length, line);
  };

  const readLine = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (quoted.length > 0 || open.lines.length > 0) {
      if (quoted.length === 0) quotedFrom = line;
      quoted.push(latin1Of(bytes, from, to));
      return;
    }
    if (problems.length > 0) return;
    if (rows === null) {
      if (reading === null) {
        if (rejectUnusable(builder, bytes, from, to, line)) return;
        begin(bytes, from, to, line);
        if (shape.hasHeader || problems.length > 0) return;
      }
      if (rows === null) {
        held.push({ bytes: Buffer.from(bytes.subarray(from, to)), line });
        heldBytes += to - from;
        if (held.length >= GUESS_ROWS || heldBytes >= GUESS_BYTES_MAX) guessUnits();
        return;
      }
    }
    const reader: CsvRows = rows;
    if (to - from <= LINE_BYTES_MAX) {
      const isQuoted =
        shape.byReference === true || splitPlain(cells, delimiter.charCodeAt(0), bytes, from, to) === HAS_QUOTE;
      if (isQuoted) {
        quotedFrom = line;
        quoted.push(latin1Of(bytes, from, to));
        return;
      }
    }
    readRecord(reader, cells, bytes, from, to, line);
  };

  /** A record without quotes; its cells are known unless it is too long. */
  const readRecord = (
    reader: CsvRows,
    recordCells: Cells,
    bytes: Buffer,
    from: number,
    to: number,
    line: number,
  ): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    if (header !== null && header.length === to - from && header.compare(bytes, from, to) === 0) {
      reject(builder.rejections, "the header again", line, latin1Of(bytes, from, to));
      return;
    }
    reader.readRow(recordCells, line, bytes, from, to);
  };

  /** Reads lines of a block until whole pieces of it can be cut; how many lines, and where they end. */
  const readBlock = (block: Buffer, firstLine: number): number => {
    const isPlain = shape.byReference !== true && !block.includes(QUOTE);
    let line = firstLine;
    let from = 0;
    while (from < block.length) {
      const end = rows === null || quoted.length > 0 || open.lines.length > 0 || !isPlain ? -1 : pieceEnd(block, from);
      if (rows !== null && end > from) {
        line = readPiece(rows, block, from, end, line);
        from = end;
      } else {
        const next = lineEnd(block, from);
        line = takeLines(block.subarray(from, next), line, readLine);
        from = next;
      }
    }
    return line;
  };

  const readPiece = (reader: CsvRows, block: Buffer, from: number, to: number, firstLine: number): number => {
    const { targetColumn } = reader;
    const lines = cutPiece(block, from, to, delimiter.charCodeAt(0), targetColumn);
    const text = cutText();
    const { bytes, starts, ends, hashes, lineCells, targetEnds, targetHashes } = text;
    Object.assign(cutCells, { bytes, starts, ends, hashes });
    let first = 0;
    for (let nth = 0; nth < lines; nth++) {
      const next = lineCells[nth] as number;
      if (plain !== null) {
        const row = nth % BATCH_ROWS;
        if (row === 0) plain.look(text, nth, Math.min(lines - nth, BATCH_ROWS));
        if (plain.isPlain[row] === 1) {
          plain.append(row, firstLine + nth);
          first = next;
          continue;
        }
      }
      cutCells.first = first;
      cutCells.count = next - first;
      cutCells.targetEnd = targetColumn === -1 ? -1 : (targetEnds[nth] as number);
      cutCells.targetHash = targetHashes[nth] as number;
      readRecord(reader, cutCells, bytes, starts[first] as number, ends[next - 1] as number, firstLine + nth);
      first = next;
    }
    return firstLine + lines;
  };

  const readQuoted = async (last: boolean): Promise<void> => {
    if (rows === null || (quoted.length === 0 && open.lines.length === 0)) return;
    const reader: CsvRows = rows;
    const records: string[] = [];
    const lineNumbers: number[] = [];
    const headerText = header === null ? null : latin1Of(header, 0, header.length);
    frameRecords(
      open,
      quoted.splice(0),
      quotedFrom,
      last,
      delimiter,
      (record, line) => {
        if (record.length > LINE_BYTES_MAX) reject(builder.rejections, LINE_TOO_LONG, line, record);
        else if (isBlank(record)) reject(builder.rejections, BLANK_LINE, line, record);
        else if (record === headerText) reject(builder.rejections, "the header again", line, record);
        else {
          records.push(record);
          lineNumbers.push(line);
        }
      },
      (text, line) => reject(builder.rejections, text.length > LINE_BYTES_MAX ? LINE_TOO_LONG : BAD_QUOTES, line, text),
    );
    if (records.length === 0) return;
    const split = await splitByReference(records, delimiter);
    records.forEach((record, i) => {
      const line = lineNumbers[i] ?? 0;
      const row = split[i];
      if (row === undefined) return reject(builder.rejections, BAD_QUOTES, line, record);
      setCells(cells, row);
      const bytes = Buffer.from(record, "latin1");
      reader.readRow(cells, line, bytes, 0, bytes.length);
    });
  };

  return {
    readLine,
    readBlock,
    settle: () => readQuoted(false),
    end: async () => {
      noHeader();
      guessUnits();
      await readQuoted(true);
    },
    fatal: () => [...problems, ...(rows?.fatal() ?? [])],
    describe: () => shape.describe(delimiter),
    notes: () => [...(shape.notes ?? []), ...guesses, ...(rows?.notes() ?? [])],
  };
}

/** What is said of times that count from 0 in a unit that was guessed. */
export function relativeNote(unitUs: number): string {
  return `times that count from 0 are taken as ${unitName(unitUs)} (--columns timestamp_ms=… says otherwise)`;
}

function isGuessNeeded(layout: CsvLayout, options: FormatOptions): boolean {
  const isLatencyUnknown = layout.latencyUnitAssumed && layout.latencyUnitUs === 1_000;
  return isLatencyUnknown || (layout.timeUnitUs === null && options.startEpochUs !== null);
}
