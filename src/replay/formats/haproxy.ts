/**
 * HAProxy's log of HTTP requests (`option httplog`), among its lines that are none. The time is the request's start,
 * in milliseconds and without a zone.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_CLIENT_CLOSED, STATUS_NO_ANSWER, STATUS_UNFINISHED } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { createTimeReader } from "../time-reader.ts";
import { LATENCY_TOO_LONG, recogniseByShare, rejectLine, rejectUnusable } from "./trace-format.ts";
import type { FormatOptions, RowReader, TraceFormat } from "./trace-format.ts";

/**
 * Groups: client, time, total time (a plus: the log was written before the end), status, bytes, how it ended, request.
 * The request's closing quote is missing where syslog has cut the line.
 */
const LINE =
  /^(\S+):\d+ \[([^\]]+)\] \S+ \S+\/\S+ -?\d+\/-?\d+\/-?\d+\/-?\d+\/(\+?-?\d+) (-?\d+) \+?(\d+) \S+ \S+ ([A-Za-z-]{4}) \d+\/\d+\/\d+\/\d+\/\+?\d+ \d+\/\d+ (?:\{[^}]*\} ?){0,2}"([^"]*)"?/;

/** The format `haproxy`. */
export const haproxy: TraceFormat = {
  name: "haproxy",
  recognises: (firstLines) =>
    recogniseByShare(
      firstLines,
      (line) => LINE.test(line),
      'addr:port [time] frontend backend/server 0/0/1/2/3 200 12 - - ---- 1/1/0/0/0 0/0 "request"',
    ),
  create: createReader,
};

/** Without an answer: by who ended it (the client itself, or because it was silent for too long), and when it was logged. */
function unansweredStatusOf(ended: string, isEarly: boolean): number {
  if (isEarly) return STATUS_UNFINISHED;
  return /^c/i.test(ended) ? STATUS_CLIENT_CLOSED : STATUS_NO_ANSWER;
}

function createReader(builder: TraceBuilder, options: FormatOptions): RowReader {
  const times = createTimeReader(options);
  const routes = createRouteReader(builder);
  let early = 0;
  return {
    readLine: (bytes, from, to, line) => {
      if (rejectUnusable(builder, bytes, from, to, line)) return;
      const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
      const match = LINE.exec(latin1Of(bytes, from, to));
      if (match === null) return refuse("another line of the log, not a request");
      const [client = "", time = "", total = "", code = "", sent = "", ended = "", requestLine = ""] = match.slice(1);
      const timeAt = from + match[0].indexOf("[") + 1;
      const startUs = times.read(bytes, timeAt, timeAt + time.length);
      if (!Number.isFinite(startUs)) return refuse(times.reasonFor(startUs, line));
      const isEarly = total.startsWith("+");
      if (isEarly) early++;
      const latencyUs = isEarly || total.startsWith("-") ? NO_LATENCY : Number(total) * 1_000;
      if (latencyUs > LATENCY_US_MAX) return refuse(LATENCY_TOO_LONG);
      const status = Number(code) < 0 ? unansweredStatusOf(ended, isEarly) : Number(code);
      if (Number(code) >= 0 && ((status < 100 && status !== 0) || status > 999)) return refuse("no such status");
      const request = Buffer.from(requestLine, "latin1");
      appendRow(
        builder,
        startUs,
        indexOf(builder.keys, client),
        routes.ofRequestLine(request, 0, request.length),
        status,
        latencyUs,
        VERSION_UNKNOWN,
        sent === "" ? NO_BYTES : Number(sent),
        line,
        hashOfBytes(bytes, from, to),
      );
    },
    fatal: () => times.fatal(builder.count),
    describe: () => "HAProxy HTTP log",
    notes: () =>
      early > 0 ? [`${early} rows were logged before their end (option logasap): their latency is not known`] : [],
  };
}
