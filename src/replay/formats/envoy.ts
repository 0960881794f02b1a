/**
 * Envoy's access log: its default text (and Istio's, which has three more fields), or JSON, whose keys are the user's;
 * these are those of Envoy's own examples and of Istio. Either names the time at which a request began.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { callerKey } from "../caller-key.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_NO_ANSWER, STATUS_UNFINISHED } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { createTimeReader } from "../time-reader.ts";
import { unnamedKey } from "../unnamed-key.ts";
import { ERROR_CLASS, NOT_A_STATUS, statusOf } from "./csv-cells.ts";
import { jsonObjectOf, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import { LATENCY_TOO_LONG, recogniseByShare, rejectUnusable, rejectLine } from "./trace-format.ts";
import type { FormatOptions, RowReader, TraceFormat } from "./trace-format.ts";

const KEYS: JsonKeys = {
  start: [["start_time"], ["startTime"], ["timestamp"], ["time"]],
  user: [["user_id"], ["user"]],
  address: [["x-forwarded-for"], ["x_forwarded_for"], ["downstream_remote_address"], ["remote_address"], ["client_ip"]],
  agent: [["user-agent"], ["user_agent"], ["userAgent"]],
  method: [["method"], [":method"], ["request_method"]],
  route: [["x-envoy-origin-path"], ["x-envoy-original-path"], ["path"], [":path"], ["uri"]],
  status: [["response_code"], ["responseCode"], ["status"]],
  latency: [
    { path: ["duration"], unitUs: 1_000 },
    { path: ["duration_ms"], unitUs: 1_000 },
  ],
  bytes: [["bytes_sent"], ["bytesSent"]],
  error: [["access_log_type"], ["accessLogType"]],
};

/** Lines that Envoy writes of a request while it goes on (`flush_access_log_on_new_request`, or from time to time). */
const BEFORE_THE_END = /(?:Start|Periodic|Connected)$/;

/** The outcome by Envoy: a request without an answer (code 0) has its client left, unless it was not over. */
function envoyStatusOf(code: string, logType: string, hasLatency: boolean): number | string {
  if (BEFORE_THE_END.test(logType)) return STATUS_UNFINISHED;
  const status = statusOf(code);
  if (!hasLatency && (status === 0 || status === STATUS_NO_ANSWER)) return STATUS_UNFINISHED;
  return status === ERROR_CLASS ? code : status;
}

/** Groups: time, request line, status, bytes sent, duration, forwarded for, agent. Istio's fields stand before the bytes. */
const LINE =
  /^\[([^\]\s]+)\] "([^"\\]*(?:\\[^][^"\\]*)*)" (\d+|-) \S+ (?:\S+ \S+ "[^"]*" )?(?:\d+|-) (\d+|-) (\d+|-) \S+ "([^"]*)" "([^"]*)" "[^"]*" "[^"]*"(?: |$)/;

/** The format `envoy`. */
export const envoy: TraceFormat = {
  name: "envoy",
  recognises: (firstLines) =>
    recogniseByShare(
      firstLines,
      isOwn,
      '[START] "GET /a HTTP/1.1" 200 - 0 12 5 4 …, or {"start_time":…,"response_code":…}',
    ),
  create: createReader,
};

function isOwn(line: string): boolean {
  if (LINE.test(line)) return true;
  const object = jsonObjectOf(line);
  return object !== null && isOwnObject(object);
}

function isOwnObject(object: JsonFacts): boolean {
  const code = Object.hasOwn(object, "response_code") || Object.hasOwn(object, "response_flags");
  return code && (Object.hasOwn(object, "start_time") || Object.hasOwn(object, "upstream_cluster"));
}

function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  let asText = 0;
  let asJson = 0;
  const json = createJsonRows(builder, options, {
    keys: KEYS,
    needed: ["status"],
    statusOf: (code, logType, _, hasLatency) => envoyStatusOf(code, logType, hasLatency),
    describe: () => (asText === 0 ? "Envoy log as JSON" : asJson === 0 ? "Envoy log" : "Envoy log, in part as JSON"),
  });
  const times = createTimeReader(options);
  const routes = createRouteReader(builder);

  const readText = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
    const match = LINE.exec(latin1Of(bytes, from, to));
    if (match === null) return refuse("not an Envoy log line");
    const startUs = times.read(bytes, from + 1, from + 1 + (match[1] ?? "").length);
    if (!Number.isFinite(startUs)) return refuse(times.reasonFor(startUs, line));
    const latencyUs = match[5] === "-" ? NO_LATENCY : Number(match[5]) * 1_000;
    if (latencyUs > LATENCY_US_MAX) return refuse(LATENCY_TOO_LONG);
    const status = envoyStatusOf(match[3] ?? "", "", latencyUs !== NO_LATENCY);
    if (typeof status === "string" || status === NOT_A_STATUS) return refuse("no such status");
    const [address = "-", agent = "-"] = [match[6], match[7]];
    const key =
      address !== "-" && address !== "" ? callerKey(address, agent) : agent !== "-" ? agent : unnamedKey(line);
    const request = from + (match[1] ?? "").length + 4;
    appendRow(
      builder,
      startUs,
      indexOf(builder.keys, key),
      routes.ofRequestLine(bytes, request, request + (match[2] ?? "").length),
      status,
      latencyUs,
      VERSION_UNKNOWN,
      match[4] === "-" ? NO_BYTES : Number(match[4]),
      line,
      hashOfBytes(bytes, from, to),
    );
  };

  return {
    readLine: (bytes, from, to, line) => {
      if (bytes[from] === 0x7b && from < to) {
        asJson++;
        json.readLine(bytes, from, to, line);
      } else {
        if (bytes[from] === 0x5b) asText++;
        readText(bytes, from, to, line);
      }
    },
    fatal: () => [...(json.fatal?.() ?? []), ...times.fatal(builder.count)],
    describe: () => json.describe(),
    notes: () => json.notes?.() ?? [],
  };
}
