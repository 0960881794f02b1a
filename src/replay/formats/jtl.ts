/**
 * JMeter's results as CSV (JTL). A row is a sample; its code may be the name of a Java exception, and a sample with a
 * good code may have failed one of JMeter's assertions. Sums of transactions are no requests.
 */
import { STATUS_NO_ANSWER } from "../failure.ts";
import { layOutColumns } from "./csv-columns.ts";
import { headerAmong } from "./csv-header.ts";
import { createCsvReader } from "./csv-reader.ts";
import { splitRecord } from "./csv-records.ts";
import { cellText, type CsvReading } from "./csv-rows.ts";
import { ERROR_CLASS, NOT_A_STATUS, statusOf } from "./csv-cells.ts";
import { delimiterOf } from "./csv.ts";
import type { FormatOptions, TraceFormat } from "./trace-format.ts";

const NEEDED = ["timeStamp", "elapsed", "label"];
const TRANSACTION = "the sum of a transaction, not a request";
/** What failed where JMeter says so and the code does not. */
const ASSERTION = "failed assertion";
const PREFIX = /^Non HTTP response code: */;

/** The outcome of a sample by its code and by what JMeter says. */
function jtlStatusOf(code: string, success: string): number | string {
  const named = code.replace(PREFIX, "");
  const status = named === "" ? (success === "true" ? 200 : STATUS_NO_ANSWER) : statusOf(named);
  if (status === ERROR_CLASS) return success === "true" ? 200 : named;
  if (status === NOT_A_STATUS) return NOT_A_STATUS;
  if (status === 0) return STATUS_NO_ANSWER;
  return success === "false" && status < 400 ? ASSERTION : status;
}

function layOut(header: readonly string[] | null, options: FormatOptions): CsvReading | readonly string[] {
  const names = (header ?? []).map((name) => name.trim());
  const index = (name: string): number => names.indexOf(name);
  const missing = NEEDED.filter((name) => index(name) === -1);
  if (missing.length > 0) return missing;
  const given = layOutColumns(header, options.columns);
  if (given.missing.length > 0) return given.missing;
  const columnOf = options.columns?.columnOf ?? {};
  const chosen = (field: "user" | "route" | "version" | "address" | "agent"): number | null =>
    columnOf[field] === undefined ? null : given.layout.indexOf[field];
  const [code, success, message] = [index("responseCode"), index("success"), index("responseMessage")];
  return {
    layout: {
      ...given.layout,
      indexOf: {
        timestamp: index("timeStamp"),
        end: -1,
        user: chosen("user") ?? index("threadName"),
        address: chosen("address") ?? -1,
        agent: chosen("agent") ?? -1,
        route: chosen("route") ?? index("label"),
        method: -1,
        status: code,
        latency: index("elapsed"),
        version: chosen("version") ?? -1,
        bytes: index("bytes"),
      },
      latencyUnitUs: 1_000,
      latencyUnitAssumed: false,
      timeUnitUs: 1_000,
    },
    whyNoRequest: (cells) =>
      cellText(cells, message).startsWith("Number of samples in transaction") ? TRANSACTION : null,
    statusOf: (cells) => jtlStatusOf(cellText(cells, code), cellText(cells, success).toLowerCase()),
  };
}

/** The format `jtl`. */
export const jtl: TraceFormat = {
  name: "jtl",
  recognises: (firstLines) => {
    const isHeader = (line: string): boolean => {
      const names = splitRecord(line, delimiterOf(line)).map((name) => name.trim());
      return NEEDED.every((name) => names.includes(name));
    };
    const isOwn = isHeader(headerAmong(firstLines, isHeader));
    const because = /^<\?xml|^<testResults/.test(firstLines[0] ?? "")
      ? "JMeter's results are read as CSV, not as XML"
      : "its first line is not timeStamp,elapsed,label,…";
    return { confidence: isOwn ? 1 : 0, because };
  },
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: true,
      delimiterOf,
      layOut: (header) => layOut(header, options),
      describe: () => "JMeter's results as CSV",
    }),
};
