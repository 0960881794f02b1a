/**
 * Common and combined access logs, as Apache, nginx and Traefik write them: `addr - user [time] "request" status bytes`,
 * then perhaps `"referer" "agent"`, further fields and a request time. The time is written when the request ends, so a
 * request starts that much earlier where its latency is known; Traefik writes the start. Plain lines are read by
 * `common-log-scanner.ts`, all others by one regular expression.
 */
import { LATENCY_US_MAX, SECOND_US } from "../../engine/kernel/units.ts";
import { epochUsFromCalendar } from "../calendar.ts";
import { callerKey, isNoAgent } from "../caller-key.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { hashOfParts, indexOf, indexOfBytes, indexOfHashedParts } from "../dictionary.ts";
import { STATUS_NO_ANSWER } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { routeFromRequestLine } from "../route-name.ts";
import { createRouteReader } from "../route-reader.ts";
import { createPlainLogLine, scanPlainLogLine } from "./common-log-scanner.ts";
import { createLogTail, readLogTail } from "./log-tail.ts";
import {
  LATENCY_TOO_LONG,
  recogniseByShare,
  rejectLine,
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
  create: (builder) => createCommonLogRows(builder, false),
};

/** A reader of such lines. For tests `byReference`: every line by the regular expression. */
export function createCommonLogRows(builder: TraceBuilder, byReference: boolean): RowReader {
  const tail = createLogTail();
  const plain = createPlainLogLine();
  const routes = createRouteReader(builder);
  let combined = 0;
  let timed = 0;
  let bareIntegers = 0;
  let traefik = 0;

  const readLine = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    if (!byReference && scanPlainLogLine(plain, bytes, from, to)) readPlain(bytes, from, to, line);
    else readByExpression(bytes, from, to, line);
  };

  /** A line whose parts the scanner has found. */
  const readPlain = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (plain.tailFrom !== -1) {
      readLogTail(latin1Of(bytes, plain.tailFrom, to), 0, tail);
    } else {
      tail.quoted = plain.quoted;
      tail.bareInteger = false;
      tail.timeIsStart = false;
      tail.latencyUs = Number.isNaN(plain.requestSeconds) ? -1 : Math.round(plain.requestSeconds * SECOND_US);
    }
    if (tail.latencyUs > LATENCY_US_MAX) return rejectLine(builder, LATENCY_TOO_LONG, bytes, from, to, line);
    const key = keyOfPlain(bytes);
    const route = routes.ofScannedLine(bytes, plain.requestFrom, plain.queryFrom, plain.requestTo);
    append(plain.timeUs, key, route, plain.status, plain.bytes, line, fingerprintOf(bytes, from, to));
  };

  const keyOfPlain = (bytes: Buffer): number => {
    const { addressFrom, addressTo, userFrom, userTo, agentFrom, agentTo } = plain;
    if (!isNoUser(bytes, userFrom, userTo)) return indexOfBytes(builder.keys, bytes, userFrom, userTo);
    if (plain.tailFrom !== -1)
      return indexOf(builder.keys, callerKey(latin1Of(bytes, addressFrom, addressTo), tail.agent));
    if (plain.quoted < 2 || isNoAgent(bytes, agentFrom, agentTo))
      return indexOfBytes(builder.keys, bytes, addressFrom, addressTo);
    const agent = plain.hash === -1 ? hashOfBytes(bytes, agentFrom, agentTo) : plain.hash;
    const hash = hashOfParts(hashOfBytes(bytes, addressFrom, addressTo), agent);
    return indexOfHashedParts(builder.keys, bytes, addressFrom, addressTo, bytes, agentFrom, agentTo, hash);
  };

  /** Rows are equal when this and their keys are: what the key says (address and agent) can be left out. */
  const fingerprintOf = (bytes: Buffer, from: number, to: number): number => {
    const { addressTo, agentFrom, agentTo, userFrom, userTo } = plain;
    const isJoined = plain.quoted >= 2 && plain.tailFrom === -1 && isNoUser(bytes, userFrom, userTo);
    if (!isJoined || isNoAgent(bytes, agentFrom, agentTo)) return hashOfBytes(bytes, from, to);
    return (hashOfBytes(bytes, addressTo, agentFrom) ^ Math.imul(hashOfBytes(bytes, agentTo, to), 31)) >>> 0;
  };

  const readByExpression = (bytes: Buffer, from: number, to: number, line: number): void => {
    const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
    const text = latin1Of(bytes, from, to);
    const match = LINE.exec(text);
    if (match === null) return refuse("not a common log line");
    const timeUs = epochUsOf(match);
    if (Number.isNaN(timeUs)) return refuse("no such date or time");
    readLogTail(text, match[0].length, tail);
    if (tail.latencyUs > LATENCY_US_MAX) return refuse(LATENCY_TOO_LONG);
    const status = match[13] === "-" ? STATUS_NO_ANSWER : Number(match[13]);
    if (status < 100 && status !== 0) return refuse("no such status");

    const address = match[1] ?? "-";
    const user = match[2] ?? "-";
    const key = user !== "-" && user !== '""' ? user : callerKey(address, tail.agent);
    const route = indexOf(builder.routes, routeFromRequestLine(match[12] ?? ""));
    const sent = match[14] === "-" ? NO_BYTES : Number(match[14]);
    append(timeUs, indexOf(builder.keys, key), route, status, sent, line, hashOfBytes(bytes, from, to));
  };

  /** A row whose tail is in `tail`. */
  const append = (
    timeUs: number,
    key: number,
    route: number,
    status: number,
    sent: number,
    line: number,
    fingerprint: number,
  ): void => {
    const latencyUs = tail.latencyUs < 0 ? NO_LATENCY : tail.latencyUs;
    if (tail.quoted >= 2) combined++;
    if (latencyUs !== NO_LATENCY) timed++;
    if (tail.bareInteger) bareIntegers++;
    if (tail.timeIsStart) traefik++;
    const startUs = latencyUs === NO_LATENCY || tail.timeIsStart ? timeUs : timeUs - latencyUs;
    appendRow(builder, startUs, key, route, status, latencyUs, VERSION_UNKNOWN, sent, line, fingerprint);
  };

  return {
    readLine,
    describe: () => {
      const name = traefik > 0 ? "Traefik's common log" : combined > 0 ? "combined log" : "common log";
      return `${name}${timed > 0 ? ", with request time" : ""}`;
    },
    notes: () =>
      bareIntegers > 0
        ? ["the request times are integers without a unit: taken as microseconds, as Apache's %D writes them"]
        : [],
  };
}

/** `-`, or two quotes. */
function isNoUser(bytes: Buffer, from: number, to: number): boolean {
  if (to - from === 1) return bytes[from] === 0x2d;
  return to - from === 2 && bytes[from] === 0x22 && bytes[from + 1] === 0x22;
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
