/**
 * CSV with a header (or columns by number): any columns, in any order. Cells are split by csv-parse's stream; where
 * records end is decided before (`csv-records.ts`), so that each record keeps its line number and none can be lost.
 */
import { parse, type Parser } from "csv-parse";
import { complain, type Complaint } from "../../scenarios/complaint.ts";
import type { TraceBuilder } from "../columns.ts";
import { BLANK_LINE, LINE_TOO_LONG } from "./trace-format.ts";
import type { FormatOptions, RowReader, TraceFormat } from "./trace-format.ts";
import { isBlank, latin1Of } from "../latin1-text.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import { reject } from "../rejections.ts";
import { countKnownColumns, isByNumber, layOutColumns, type CsvLayout } from "./csv-columns.ts";
import { createOpenRecord, frameRecords, quoteState, splitRecord } from "./csv-records.ts";
import { createCsvRows, type CsvRows } from "./csv-rows.ts";

const DELIMITERS = [",", ";", "\t", "|"];
/** Why a record is rejected whose quotes are not as RFC 4180 has them. */
const BAD_QUOTES = "quotes misplaced or never closed";

/** The format `csv`. */
export const csv: TraceFormat = {
  name: "csv",
  recognises: (firstLines, options) => {
    const first = firstLines[0] ?? "";
    const header = splitRecord(first, delimiterOf(first));
    if (isByNumber(options.columns)) return { confidence: 0.9, because: "" };
    if (quoteState(first, delimiterOf(first)) === "misplaced") {
      return { confidence: 0, because: "its first line is no header: quotes stand within cells" };
    }
    if (header.length > 1 && /^metric_name$/i.test(header[0] ?? "")) {
      return { confidence: 0, because: "k6's output has one row per metric, not one per request" };
    }
    if (header.some((name) => /^parent_?(span)?_?id$/i.test(name))) {
      return { confidence: 0, because: "a row is a span, not a request (--format csv takes every span as one)" };
    }
    const { layout, missing } = layOutColumns(header, options.columns);
    if (missing.length > 0) return { confidence: 0, because: `its first line has no column ${missing.join(", ")}` };
    if (layout.indexOf.timestamp === -1 && layout.indexOf.end === -1) {
      return { confidence: 0, because: "its first line names no column for the time (timestamp, time, start, …)" };
    }
    return { confidence: header.length > 1 ? 0.9 : 0.6, because: "" };
  },
  create: (builder, options) => createReader(builder, options),
};

/** The delimiter by which most columns of a header are known; where none is, the one that makes most cells. */
function delimiterOf(header: string): string {
  let best = ",";
  let bestScore = -1;
  for (const delimiter of DELIMITERS) {
    const cells = splitRecord(header, delimiter);
    const score = countKnownColumns(cells) * 1_000 + Math.min(cells.length, 999);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  const open = createOpenRecord();
  const problems: (Complaint & { readonly line: number })[] = [];
  let stream: CsvStream | null = null;
  let header: string | null = null;
  let delimiter = ",";
  let layout: CsvLayout | null = null;
  let rows: CsvRows | null = null;

  const begin = (firstLine: string, line: number, isHeader: boolean): void => {
    delimiter = delimiterOf(firstLine);
    const names = isHeader ? splitRecord(firstLine, delimiter) : null;
    const laidOut = layOutColumns(names, options.columns);
    layout = laidOut.layout;
    if (isHeader) header = firstLine;
    if (laidOut.missing.length > 0 || (layout.indexOf.timestamp === -1 && layout.indexOf.end === -1)) {
      const found = names === null ? "columns by number" : names.join(delimiter).slice(0, 200);
      const message =
        laidOut.missing.length > 0
          ? `there is no column ${laidOut.missing.join(", ")}`
          : "no column is known to be the time of the request";
      problems.push({ ...complain(message, { found, allowed: "--columns timestamp=COLUMN, …" }), line });
      return;
    }
    const reading = createCsvRows(builder, layout, options.zoneMinutes);
    rows = reading;
    stream = openStream(delimiter, (cells) => reading.readRow(cells));
  };

  const readFrom = async (lines: readonly string[], firstLine: number, last: boolean): Promise<void> => {
    let from = 0;
    while (rows === null && from < lines.length && problems.length === 0) {
      const line = lines[from] ?? "";
      if (isBlank(line)) {
        reject(builder.rejections, BLANK_LINE, firstLine + from, line);
        from++;
        continue;
      }
      const isHeader = !isByNumber(options.columns);
      begin(line, firstLine + from, isHeader);
      if (isHeader) from++;
    }
    if (stream === null || rows === null) return;
    const records: string[] = [];
    const queue = rows.lineNumbers;
    frameRecords(
      open,
      from === 0 ? lines : lines.slice(from),
      firstLine + from,
      last,
      delimiter,
      (record, line) => {
        if (record.length > LINE_BYTES_MAX) reject(builder.rejections, LINE_TOO_LONG, line, record);
        else if (isBlank(record)) reject(builder.rejections, BLANK_LINE, line, record);
        else if (record === header) reject(builder.rejections, "the header again", line, record);
        else {
          records.push(record);
          queue.push(line);
        }
      },
      (text, line) => reject(builder.rejections, text.length > LINE_BYTES_MAX ? LINE_TOO_LONG : BAD_QUOTES, line, text),
    );
    if (records.length > 0) await stream.write(`${records.join("\n")}\n`);
  };

  const waiting: string[] = [];
  let waitingFrom = 0;

  return {
    readLine: (bytes, from, to, line) => {
      if (waiting.length === 0) waitingFrom = line;
      waiting.push(latin1Of(bytes, from, to));
    },
    settle: () => readFrom(waiting.splice(0), waitingFrom, false),
    end: async () => {
      await readFrom([], open.firstLine, true);
      if (stream !== null) await stream.end();
    },
    fatal: () => [...problems, ...(rows?.fatal() ?? [])],
    describe: () => (delimiter === "," ? "CSV" : `CSV, cells separated by ${JSON.stringify(delimiter)}`),
    notes: () => (layout === null || rows === null ? [] : rows.notes()),
  };
}

interface CsvStream {
  /** Resolves when the text has been parsed. */
  write(text: string): Promise<void>;
  /** Resolves when every row has been handed over. */
  end(): Promise<void>;
}

/** A csv-parse stream whose rows (arrays of cells, Latin-1) go to `onRow`, in order. */
function openStream(delimiter: string, onRow: (cells: readonly string[]) => void): CsvStream {
  const parser: Parser = parse({
    delimiter,
    encoding: "latin1",
    record_delimiter: "\n",
    relax_column_count: true,
    max_record_size: 0,
  });
  parser.on("data", onRow);
  const ended = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", reject);
  });
  // Whoever awaits `end` sees the error; before that it must not count as unhandled.
  ended.catch(() => undefined);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        parser.write(text, "latin1", (error) => (error ? reject(error) : resolve()));
      }),
    end: () => {
      parser.end();
      return ended;
    },
  };
}
