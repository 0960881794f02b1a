/**
 * k6's `--out csv`: one row per metric, some seventeen for each request, without an id of the request. The rows of
 * `http_req_duration` are the requests; the others are counted as rejected. The time is the request's end, in whole
 * seconds unless k6 was told otherwise.
 */
import { layOutColumns } from "./csv-columns.ts";
import { headerAmong } from "./csv-header.ts";
import { createCsvReader } from "./csv-reader.ts";
import { splitRecord } from "./csv-records.ts";
import { cellText, type CsvReading } from "./csv-rows.ts";
import { loadStatusOf } from "./load-status.ts";
import { OTHER_METRIC, type FormatOptions, type TraceFormat } from "./trace-format.ts";

const METRIC = "http_req_duration";

function layOut(header: readonly string[] | null, options: FormatOptions): CsvReading | readonly string[] {
  const names = header ?? [];
  const index = (name: string): number => names.indexOf(name);
  const missing = ["metric_name", "timestamp", "metric_value"].filter((name) => index(name) === -1);
  if (missing.length > 0) return missing;
  const given = layOutColumns(header, options.columns);
  if (given.missing.length > 0) return given.missing;
  const chosen = (field: "user" | "route" | "version" | "address" | "agent"): number | null =>
    options.columns?.columnOf[field] === undefined ? null : given.layout.indexOf[field];
  const route = index("name") === -1 ? index("url") : index("name");
  const [metric, status, error, errorCode] = [
    index("metric_name"),
    index("status"),
    index("error"),
    index("error_code"),
  ];
  return {
    layout: {
      ...given.layout,
      indexOf: {
        timestamp: -1,
        end: index("timestamp"),
        user: chosen("user") ?? index("vu"),
        address: chosen("address") ?? -1,
        agent: chosen("agent") ?? -1,
        route: chosen("route") ?? route,
        method: index("method"),
        status,
        latency: index("metric_value"),
        version: chosen("version") ?? -1,
        bytes: -1,
      },
      latencyUnitUs: 1_000,
      latencyUnitAssumed: false,
    },
    whyNoRequest: (cells) => (cellText(cells, metric) === METRIC ? null : OTHER_METRIC),
    statusOf: (cells) => loadStatusOf(cellText(cells, status), cellText(cells, error), cellText(cells, errorCode)),
  };
}

/** The format `k6-csv`. */
export const k6Csv: TraceFormat = {
  name: "k6-csv",
  recognises: (firstLines) => {
    const isHeader = (line: string): boolean => {
      const names = splitRecord(line, ",");
      return ["metric_name", "timestamp", "metric_value"].every((name) => names.includes(name));
    };
    const isOwn = isHeader(headerAmong(firstLines, isHeader));
    return { confidence: isOwn ? 1 : 0, because: "its first line is not metric_name,timestamp,metric_value,…" };
  },
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: true,
      delimiterOf: () => ",",
      layOut: (header) => layOut(header, options),
      describe: () => "k6 metrics as CSV",
      notes: ["the rows of http_req_duration are the requests; those of other metrics are counted as rejected"],
    }),
};
