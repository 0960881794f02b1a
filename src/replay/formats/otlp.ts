/**
 * Spans of OpenTelemetry as OTLP JSON: one document, or one per line. Root spans are the requests; their times are
 * nanoseconds in strings or as digits beyond 2^53. Attributes say route, method, status and user.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { acceptedRows, appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_FIRST_CLASS, STATUS_NOT_STATED } from "../failure.ts";
import { createJsonScanner, scanJson } from "../json-scanner.ts";
import { bytesOf, JSON_NUMBER, JSON_STRING } from "../json-values.ts";
import { latin1Of } from "../latin1-text.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import { reject } from "../rejections.ts";
import { createRouteReader } from "../route-reader.ts";
import { createTimeReader } from "../time-reader.ts";
import { unnamedKey } from "../unnamed-key.ts";
import { NOT_A_STATUS, withoutEnd } from "./csv-cells.ts";
import { isObject, jsonObjectOf, recogniseJson } from "./json-recognition.ts";
import { createSpanCutter } from "./otlp-spans.ts";
import { isRoot, spanStatusOf } from "./spans-csv.ts";
import { CHILD_SPAN, LATENCY_TOO_LONG, LINE_TOO_LONG, rejectLine } from "./trace-format.ts";
import type { FormatOptions, RowReader, TraceFormat } from "./trace-format.ts";

const START = 0;
const END = 1;
const PARENT = 2;
const NAME = 3;
const STATUS = 4;
const PATHS = [["startTimeUnixNano"], ["endTimeUnixNano"], ["parentSpanId"], ["name"], ["status", "code"]];

const ROUTES = ["http.route", "url.path", "http.target", "url.full", "http.url", "rpc.method"];
const METHODS = ["http.request.method", "http.method"];
const STATUSES = ["http.response.status_code", "http.status_code"];
const USERS = ["enduser.id", "user.id", "session.id"];
const ADDRESSES = ["client.address", "http.client_ip", "net.peer.ip"];

/** The attributes of a span by their keys, as text. */
function attributesOf(span: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const list = jsonObjectOf(span)?.["attributes"];
  if (!Array.isArray(list)) return attributes;
  for (const one of list as readonly unknown[]) {
    if (!isObject(one) || typeof one["key"] !== "string" || !isObject(one["value"])) continue;
    const value = Object.values(one["value"])[0];
    // As it stands in the file: one character per byte.
    if (typeof value === "string") attributes.set(one["key"], Buffer.from(value).toString("latin1"));
    else if (typeof value === "number" || typeof value === "boolean") attributes.set(one["key"], String(value));
  }
  return attributes;
}

function firstOf(attributes: ReadonlyMap<string, string>, keys: readonly string[]): string {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value !== undefined && value !== "") return value;
  }
  return "";
}

function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  const scanner = createJsonScanner(PATHS);
  const times = createTimeReader(options);
  const routes = createRouteReader(builder);
  let withoutKey = 0;
  let withoutStatus = 0;

  const textOf = (path: number): string => {
    const kind = scanner.kinds[path];
    if (kind !== JSON_STRING && kind !== JSON_NUMBER) return "";
    return latin1Of(bytesOf(scanner, path), scanner.starts[path] as number, scanner.ends[path] as number);
  };
  const timeOf = (path: number): number =>
    scanner.kinds[path] === JSON_STRING || scanner.kinds[path] === JSON_NUMBER
      ? times.read(bytesOf(scanner, path), scanner.starts[path] as number, scanner.ends[path] as number)
      : Number.NaN;

  /** Appends the row of a span; null, or why it is none. */
  const takeSpan = (bytes: Buffer, to: number, line: number): string | null => {
    if (!scanJson(scanner, bytes, 0, to)) return "damaged JSON";
    if (!isRoot(textOf(PARENT))) return CHILD_SPAN;
    const startUs = timeOf(START);
    if (!Number.isFinite(startUs)) return times.reasonFor(startUs, line);
    // Spans are exported when they have ended, by most.
    const hasEnded = !/^0?$/.test(textOf(END));
    const endUs = hasEnded ? timeOf(END) : startUs;
    if (!Number.isFinite(endUs)) return times.reasonFor(endUs, line);
    const latencyUs = hasEnded ? endUs - startUs : NO_LATENCY;
    if (hasEnded && latencyUs < 0) return "the end is before the start";
    if (latencyUs > LATENCY_US_MAX) return LATENCY_TOO_LONG;
    const attributes = attributesOf(latin1Of(bytes, 0, to));
    const byHttp = firstOf(attributes, STATUSES);
    const told = spanStatusOf(byHttp === "" ? textOf(STATUS) : byHttp);
    const status = hasEnded || typeof told === "string" ? told : withoutEnd(told);
    if (status === NOT_A_STATUS) return "no such status";
    if (status === STATUS_NOT_STATED) withoutStatus++;
    const user = firstOf(attributes, USERS) || firstOf(attributes, ADDRESSES);
    if (user === "") withoutKey++;
    const route = firstOf(attributes, ROUTES);
    appendRow(
      builder,
      startUs,
      indexOf(builder.keys, user === "" ? unnamedKey(line) : user),
      route === "" ? routes.ofTarget("", textOf(NAME)) : routes.ofTarget(firstOf(attributes, METHODS), route),
      typeof status === "number" ? status : STATUS_FIRST_CLASS + indexOf(builder.errorClasses, status.slice(0, 80)),
      latencyUs,
      VERSION_UNKNOWN,
      NO_BYTES,
      line,
      hashOfBytes(bytes, 0, to),
    );
    return null;
  };

  const cutter = createSpanCutter({
    span: (bytes, to, line) => {
      const whyNot = takeSpan(bytes, to, line);
      if (whyNot !== null) rejectLine(builder, whyNot, bytes, 0, to, line);
    },
    damaged: (reason, spans, line, text) => {
      for (let i = 0; i < spans; i++) reject(builder.rejections, reason, line, text);
    },
  });
  const lineEnd = Buffer.from("\n");

  return {
    readLine: (bytes, from, to, line) => {
      cutter.atLine(line);
      // Behind a prefix lines are cut; the rest of this one is lost.
      if (to - from > LINE_BYTES_MAX) return rejectLine(builder, LINE_TOO_LONG, bytes, from, to, line);
      cutter.feed(bytes, from, to);
      cutter.feed(lineEnd, 0, 1);
    },
    readChunk: (bytes) => cutter.feed(bytes, 0, bytes.length),
    end: () => cutter.end(),
    fatal: () => times.fatal(acceptedRows(builder)),
    describe: () => "OTLP spans as JSON",
    notes: () => {
      const notes = ["the root spans are the requests; the other spans are counted as rejected"];
      if (withoutKey > 0) notes.push(`${withoutKey} rows name no user and no address: each is routed on its own`);
      if (withoutStatus > 0) notes.push(`${withoutStatus} rows have no status: they count as served`);
      return notes;
    },
  };
}

/** A shell's prompt may stand above the document. */
const BEGINNING = /^(?:(?!\s*\{)[^\n]*\n){0,10}\s*\{\s*"resourceSpans"\s*:/;

/** The format `otlp`. */
export const otlp: TraceFormat = {
  name: "otlp",
  recognisesDocument: (beginning) => BEGINNING.test(beginning),
  recognises: (firstLines) => {
    if (BEGINNING.test(firstLines.join("\n"))) return { confidence: 1, because: "" };
    return recogniseJson(firstLines, (object) => Object.hasOwn(object, "resourceSpans"), '{"resourceSpans":[…]}');
  },
  create: createReader,
};
