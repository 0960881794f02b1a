/** CSV with a header (or columns by number): any columns, in any order. */
import { countKnownColumns, isByNumber, layOutColumns } from "./csv-columns.ts";
import { createCsvReader, readingByNames } from "./csv-reader.ts";
import { quoteState, splitRecord } from "./csv-records.ts";
import type { TraceFormat } from "./trace-format.ts";

const DELIMITERS = [",", ";", "\t", "|"];

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
    const { layout, missing } = layOutColumns(header, options.columns);
    if (missing.length > 0) return { confidence: 0, because: `its first line has no column ${missing.join(", ")}` };
    if (layout.indexOf.timestamp === -1 && layout.indexOf.end === -1) {
      return { confidence: 0, because: "its first line names no column for the time (timestamp, time, start, …)" };
    }
    return { confidence: header.length > 1 ? 0.9 : 0.6, because: "" };
  },
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: !isByNumber(options.columns),
      delimiterOf,
      layOut: (header) => readingByNames(header, options),
      describe: (delimiter) => (delimiter === "," ? "CSV" : `CSV, cells separated by ${JSON.stringify(delimiter)}`),
    }),
};

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
