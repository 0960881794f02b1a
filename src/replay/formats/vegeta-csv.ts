/**
 * Vegeta's results as CSV (`vegeta encode --to csv`), without a header: `unix_ns, code, latency_ns, bytes_out, bytes_in,
 * error, body, attack, seq, method, url, headers`; older ones end before. The time is the request's start.
 */
import { createCsvReader } from "./csv-reader.ts";
import { cellText, type CsvReading } from "./csv-rows.ts";
import { loadStatusOf } from "./load-status.ts";
import { recogniseByShare, type TraceFormat } from "./trace-format.ts";

const LINE = /^\d{18,19},\d{1,3},\d+,\d+,\d+,/;

const READING: CsvReading = {
  layout: {
    indexOf: {
      timestamp: 0,
      end: -1,
      user: -1,
      address: -1,
      agent: -1,
      route: 10,
      method: 9,
      status: 1,
      latency: 2,
      version: -1,
      bytes: 4,
    },
    latencyUnitUs: 0.001,
    latencyUnitAssumed: false,
    timeUnitUs: 0.001,
    cells: 0,
  },
  whyNoRequest: (cells) => (cells.count < 6 ? "fewer than the six cells of a result" : null),
  statusOf: (cells) => loadStatusOf(cellText(cells, 1), cellText(cells, 5), ""),
};

/** The format `vegeta-csv`. */
export const vegetaCsv: TraceFormat = {
  name: "vegeta-csv",
  recognises: (firstLines) =>
    recogniseByShare(firstLines, (line) => LINE.test(line), "unix_ns,code,latency_ns,bytes_out,bytes_in,…"),
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: false,
      delimiterOf: () => ",",
      layOut: () => READING,
      describe: () => "Vegeta's results as CSV",
    }),
};
