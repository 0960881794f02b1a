/**
 * Spans of traces as CSV, one per row: the root spans are the requests, their children are counted as rejected. Ids of
 * traces are no users, so each request is on its own unless a column names one.
 */
import { STATUS_NOT_STATED } from "../failure.ts";
import { layOutColumns, plainName } from "./csv-columns.ts";
import { headerAmong } from "./csv-header.ts";
import { createCsvReader, readingByNames } from "./csv-reader.ts";
import { splitRecord } from "./csv-records.ts";
import { cellText, type CsvReading } from "./csv-rows.ts";
import { delimiterOf } from "./csv.ts";
import { ERROR_CLASS, statusOf } from "./csv-cells.ts";
import { CHILD_SPAN, type FormatOptions, type TraceFormat } from "./trace-format.ts";

const PARENTS = new Set(["parentid", "parentspanid", "parent", "parentspan"]);
/** Columns in which the route of a root span is looked for, the best first. */
const ROUTES = ["httproute", "operationname", "operation", "spanname", "name"];

/** Whether a span's parent (its id, or a word) says that there is none. */
export function isRoot(parent: string): boolean {
  return /^(?:|-|0+|root|null|none|nil|nan|undefined)$/i.test(parent);
}

/** What a span's status says: OpenTelemetry's, by name or number, or one of HTTP. */
export function spanStatusOf(text: string): number | string {
  const word = text.replace(/^(?:STATUS_CODE_|StatusCode\.)/i, "").toLowerCase();
  if (word === "" || word === "unset" || word === "0") return STATUS_NOT_STATED;
  if (word === "ok" || word === "1") return 200;
  if (word === "error" || word === "2") return "span with error";
  const status = statusOf(text);
  return status === ERROR_CLASS ? text : status;
}

function parentOf(header: readonly string[]): number {
  return header.findIndex((name) => PARENTS.has(plainName(name)));
}

function layOut(header: readonly string[] | null, options: FormatOptions): CsvReading | readonly string[] {
  const reading = readingByNames(header, options);
  if (!("layout" in reading) || header === null) return reading;
  const parent = parentOf(header);
  if (parent === -1) return ["ParentID"];
  const names = header.map(plainName);
  const given = options.columns?.columnOf ?? {};
  const { layout } = reading;
  const indexOf = { ...layout.indexOf };
  const route = ROUTES.map((name) => names.indexOf(name)).find((index) => index !== -1);
  if (given.route === undefined && route !== undefined) indexOf.route = route;
  // Start and end say more than a duration without a unit.
  const hasBoth = indexOf.timestamp !== -1 && indexOf.end !== -1;
  const isVague = layout.latencyUnitAssumed && given.latency === undefined;
  if (hasBoth && isVague) indexOf.latency = -1;
  return {
    layout: { ...layout, indexOf, latencyUnitAssumed: layout.latencyUnitAssumed && indexOf.latency !== -1 },
    whyNoRequest: (cells) => (isRoot(cellText(cells, parent)) ? null : CHILD_SPAN),
    ...(indexOf.status === -1 ? {} : { statusOf: (cells) => spanStatusOf(cellText(cells, indexOf.status)) }),
  };
}

/** The format `spans-csv`. */
export const spansCsv: TraceFormat = {
  name: "spans-csv",
  recognises: (firstLines, options) => {
    const namesOf = (line: string): string[] => splitRecord(line, delimiterOf(line));
    const namesSpans = (line: string): boolean => {
      const names = namesOf(line);
      return parentOf(names) !== -1 && names.some((name) => /^(?:span_?id|trace_?id)$/i.test(name.trim()));
    };
    const header = headerAmong(firstLines, namesSpans);
    const { layout } = layOutColumns(namesOf(header), null);
    if (!namesSpans(header) || Object.values(options.columns?.columnOf ?? {}).some((one) => one.startsWith("#"))) {
      return { confidence: 0, because: "its first line names no spans and their parents (TraceID, SpanID, ParentID)" };
    }
    if (layout.indexOf.timestamp === -1 && layout.indexOf.end === -1) {
      return { confidence: 0, because: "its spans have no column for the time" };
    }
    return { confidence: 0.95, because: "" };
  },
  create: (builder, options) =>
    createCsvReader(builder, options, {
      hasHeader: true,
      delimiterOf,
      layOut: (header) => layOut(header, options),
      describe: () => "spans as CSV",
      notes: ["the root spans are the requests; the other spans are counted as rejected"],
    }),
};
