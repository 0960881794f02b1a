/**
 * Common and combined access logs, as Apache and nginx write them: `addr - user [time] "request" status bytes`, then
 * perhaps `"referer" "agent"`, further fields and a request time. The time is written when the request ends, so a
 * request starts that much earlier where its latency is known.
 */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { epochUsFromCalendar } from "../calendar.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes, indexOf } from "../dictionary.ts";
import { STATUS_NO_ANSWER } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { reject } from "../rejections.ts";
import { routeFromRequestLine } from "../route-name.ts";
import { createLogTail, readLogTail } from "./log-tail.ts";
import {
  LATENCY_TOO_LONG,
  recogniseByShare,
  rejectUnusable,
  type RowReader,
  type TraceFormat,
} from "./trace-format.ts";

/** Groups: address, user, day, month, year, hour, minute, second, zone sign, hours, minutes, request, status, bytes. */
const LINE =
  /^(?:[^\s:]+:\d+ )?(\S+) \S+ (\S.*?) \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\] "([^"\\]*(?:\\[^][^"\\]*)*)" (\d{3}|-) (\d+|-)(?: |$)/;
/** A user without blanks. */
const PLAIN_USER = /^(?:[^\s:]+:\d+ )?\S+ \S+ \S+ \[/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The format `common-log`. */
export const commonLog: TraceFormat = {
  name: "common-log",
  recognises: (firstLines) => {
    const shape = 'addr - user [time] "request" status bytes';
    const { confidence, because } = recogniseByShare(firstLines, (line) => LINE.test(line), shape);
    // Users may have blanks in their names, but a prefix that is taken for an address and a user is likelier.
    const plain = recogniseByShare(firstLines, (line) => PLAIN_USER.test(line), shape);
    return { confidence: confidence > 0 ? 0.9 * confidence + 0.1 * plain.confidence : 0, because };
  },
  create: (builder) => createReader(builder),
};

function createReader(builder: TraceBuilder): RowReader {
  const tail = createLogTail();
  let combined = 0;
  let timed = 0;
  let bareIntegers = 0;

  const readLine = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    const text = latin1Of(bytes, from, to);
    const match = LINE.exec(text);
    if (match === null) return reject(builder.rejections, "not a common log line", line, text);
    const endUs = epochUsOf(match);
    if (Number.isNaN(endUs)) return reject(builder.rejections, "no such date or time", line, text);
    readLogTail(text, match[0].length, tail);
    if (tail.latencyUs > LATENCY_US_MAX) return reject(builder.rejections, LATENCY_TOO_LONG, line, text);
    const status = match[13] === "-" ? STATUS_NO_ANSWER : Number(match[13]);
    if (status < 100 && status !== 0) return reject(builder.rejections, "no such status", line, text);

    const address = match[1] ?? "-";
    const user = match[2] ?? "-";
    const known = user !== "-" && user !== '""';
    const key = known ? user : tail.quoted >= 2 ? `${address} ${tail.agent}` : address;
    const latencyUs = tail.latencyUs < 0 ? NO_LATENCY : tail.latencyUs;
    if (tail.quoted >= 2) combined++;
    if (latencyUs !== NO_LATENCY) timed++;
    if (tail.bareInteger) bareIntegers++;
    appendRow(
      builder,
      latencyUs === NO_LATENCY ? endUs : endUs - latencyUs,
      indexOf(builder.keys, key),
      indexOf(builder.routes, routeFromRequestLine(match[12] ?? "")),
      status,
      latencyUs,
      VERSION_UNKNOWN,
      match[14] === "-" ? NO_BYTES : Number(match[14]),
      line,
      hashOfBytes(bytes, from, to),
    );
  };

  return {
    readLine,
    describe: () => `${combined > 0 ? "combined" : "common"} log${timed > 0 ? ", with request time" : ""}`,
    notes: () =>
      bareIntegers > 0
        ? ["the request times are integers without a unit: taken as microseconds, as Apache's %D writes them"]
        : [],
  };
}

function epochUsOf(match: RegExpExecArray): number {
  const zone = Number(match[10]) * 60 + Number(match[11]);
  return epochUsFromCalendar(
    {
      day: Number(match[3]),
      month: MONTHS.indexOf(match[4] ?? "") + 1,
      year: Number(match[5]),
      hour: Number(match[6]),
      minute: Number(match[7]),
      second: Number(match[8]),
      microsecond: 0,
    },
    match[9] === "-" ? -zone : zone,
  );
}
