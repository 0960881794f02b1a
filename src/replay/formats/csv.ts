/** CSV with a header (or columns by number): any columns, in any order. */
import { countKnownColumns, isByNumber, layOutColumns } from "./csv-columns.ts";
import { headerAmong } from "./csv-header.ts";
import { createCsvReader, readingByNames } from "./csv-reader.ts";
import { quoteState, splitRecord } from "./csv-records.ts";
import type { FormatOptions, TraceFormat } from "./trace-format.ts";

const DELIMITERS = [",", ";", "\t", "|"];

/** The format `csv`. */
export const csv: TraceFormat = {
  name: "csv",
  recognises: (firstLines, options) => {
    if (isByNumber(options.columns)) return { confidence: 0.9, because: "" };
    const first = firstLines[0] ?? "";
    const whyNot = whyNoHeader(first, options);
    if (whyNot === null) return { confidence: cellsOf(first).length > 1 ? 0.9 : 0.6, because: "" };
    const isHeader = (line: string): boolean => cellsOf(line).length > 1 && whyNoHeader(line, options) === null;
    const isBelow = isHeader(headerAmong(firstLines, isHeader));
    return isBelow ? { confidence: 0.8, because: "" } : { confidence: 0, because: whyNot };
  },
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: !isByNumber(options.columns),
      delimiterOf,
      layOut: (header) => readingByNames(header, options),
      describe: (delimiter) => (delimiter === "," ? "CSV" : `CSV, cells separated by ${JSON.stringify(delimiter)}`),
    }),
};

function cellsOf(line: string): string[] {
  return splitRecord(line, delimiterOf(line));
}

/** Why a file's first line is no header that names a time; null: it is one. */
function whyNoHeader(line: string, options: FormatOptions): string | null {
  if (quoteState(line, delimiterOf(line)) === "misplaced")
    return "its first line is no header: quotes stand within cells";
  const { layout, missing } = layOutColumns(cellsOf(line), options.columns);
  if (missing.length > 0) return `its first line has no column ${missing.join(", ")}`;
  const hasTime = layout.indexOf.timestamp !== -1 || layout.indexOf.end !== -1;
  return hasTime ? null : "its first line names no column for the time (timestamp, time, start, …)";
}

/** The delimiter by which most columns of a header are known; where none is, the one that makes most cells. */
export function delimiterOf(header: string): string {
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
