/**
 * The plain shape of a common or combined log line, found in its bytes: what the regular expression of `common-log.ts`
 * finds, for the lines that nearly all logs are made of. Anything unusual is left to that expression.
 */
import { MINUTE_US, HOUR_US, SECOND_US } from "../../engine/kernel/units.ts";
import { hashToQuote, skipPlainBytes } from "../byte-hash.ts";
import { decimalOf, fourDigitsAt, twoDigitsAt, wholeNumberOf } from "../byte-numbers.ts";
import { epochUsFromCalendar } from "../calendar.ts";
import { NO_BYTES } from "../columns.ts";
import { STATUS_NO_ANSWER } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";

/** Where things stand in a line that has the plain shape; one object, filled again for every line. */
export interface PlainLogLine {
  /** Of the address: `[addressFrom, addressTo)`; likewise the others. */
  addressFrom: number;
  addressTo: number;
  userFrom: number;
  userTo: number;
  requestFrom: number;
  requestTo: number;
  /** Behind the first `?` or `#` of the request, or its end: what follows does not count for the route. */
  queryFrom: number;
  agentFrom: number;
  agentTo: number;
  /** Of the agent; -1: it is not known, because of an escape. */
  hash: number;
  /** The time as written, microseconds since 1970. */
  timeUs: number;
  status: number;
  bytes: number;
  /** How many quoted fields follow: none, or two (more are unusual). */
  quoted: number;
  /** Seconds as a decimal fraction at the end of the line; NaN: none. */
  requestSeconds: number;
  /** Where what follows status and bytes begins, when it is unusual itself (`readLogTail` reads it); -1: it is not. */
  tailFrom: number;
  /** The date that was met last: its bytes as numbers (`7/Ma`, `2024`, `1`, `y`, `/`), and its midnight in UTC. */
  dayMonth: number;
  year: number;
  edges: number;
  dayUs: number;
}

/** Nothing found yet. */
export function createPlainLogLine(): PlainLogLine {
  return {
    addressFrom: 0,
    addressTo: 0,
    userFrom: 0,
    userTo: 0,
    requestFrom: 0,
    requestTo: 0,
    queryFrom: 0,
    agentFrom: 0,
    agentTo: 0,
    hash: -1,
    timeUs: 0,
    status: 0,
    bytes: 0,
    quoted: 0,
    requestSeconds: Number.NaN,
    tailFrom: -1,
    dayMonth: 0,
    year: 0,
    edges: 0,
    dayUs: Number.NaN,
  };
}

const BLANK = 0x20;
const QUOTE = 0x22;
const DASH = 0x2d;
/** `17/May/2024:10:05:03 +0000` */
const TIME_BYTES = 26;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Finds the parts of the line `[from, to)`; false: it has not the plain shape. */
export function scanPlainLogLine(line: PlainLogLine, bytes: Buffer, from: number, to: number): boolean {
  line.addressFrom = from;
  const addressTo = wordEnd(bytes, from, to);
  if (addressTo === from || addressTo >= to || isVirtualHost(bytes, from, addressTo)) return false;
  line.addressTo = addressTo;
  const identTo = wordEnd(bytes, addressTo + 1, to);
  if (identTo === addressTo + 1 || identTo >= to) return false;
  line.userFrom = identTo + 1;
  const userTo = wordEnd(bytes, identTo + 1, to);
  line.userTo = userTo;
  // Then ` [`, the time, `] "`.
  const timeFrom = userTo + 2;
  if (userTo === identTo + 1 || timeFrom + TIME_BYTES + 3 > to || bytes[userTo + 1] !== 0x5b) return false;
  const afterTime = timeFrom + TIME_BYTES;
  if (bytes[afterTime] !== 0x5d || bytes[afterTime + 1] !== BLANK || bytes[afterTime + 2] !== QUOTE) return false;
  line.timeUs = timeAt(line, bytes, timeFrom);
  // Comparisons with NaN are false.
  if (!(line.timeUs >= 0)) return false;
  line.requestFrom = afterTime + 3;
  const requestTo = requestEnd(line, bytes, afterTime + 3, to);
  if (requestTo >= to || bytes[requestTo + 1] !== BLANK) return false;
  line.requestTo = requestTo;
  const statusFrom = requestTo + 2;
  const statusTo = wordEnd(bytes, statusFrom, to);
  if (statusTo >= to) return false;
  if (statusTo - statusFrom === 3) line.status = wholeNumberOf(bytes, statusFrom, statusTo);
  else if (statusTo - statusFrom === 1 && bytes[statusFrom] === DASH) line.status = STATUS_NO_ANSWER;
  else return false;
  if (line.status < 100) return false;
  const bytesFrom = statusTo + 1;
  const bytesTo = wordEnd(bytes, bytesFrom, to);
  if (bytesTo - bytesFrom === 1 && bytes[bytesFrom] === DASH) {
    line.bytes = NO_BYTES;
  } else {
    line.bytes = wholeNumberOf(bytes, bytesFrom, bytesTo);
    if (line.bytes < 0) return false;
  }
  scanTail(line, bytes, bytesTo, to);
  return true;
}

/** Nothing, or referer and agent in quotes, and after either perhaps the request time in seconds. */
function scanTail(line: PlainLogLine, bytes: Buffer, from: number, to: number): void {
  line.tailFrom = -1;
  line.quoted = 0;
  line.requestSeconds = Number.NaN;
  if (from >= to) return;
  line.tailFrom = from;
  let at = from + 1;
  if (at < to && bytes[at] === QUOTE) {
    const refererTo = plainQuoteEnd(bytes, at + 1, to);
    if (refererTo + 2 >= to || bytes[refererTo + 1] !== BLANK || bytes[refererTo + 2] !== QUOTE) return;
    const agentFrom = refererTo + 3;
    const agentTo = quoteEnd(line, bytes, agentFrom, to);
    if (agentTo >= to) return;
    line.agentFrom = agentFrom;
    line.agentTo = agentTo;
    line.quoted = 2;
    at = agentTo + 1;
    if (at === to) {
      line.tailFrom = -1;
      return;
    }
    if (bytes[at] !== BLANK) return;
    at++;
  }
  // Seconds have digits, a point and digits; a number without a point has no unit.
  const seconds = decimalOf(bytes, at, to);
  if (!(seconds >= 0) || !hasPointWithin(bytes, at, to)) return;
  line.requestSeconds = seconds;
  line.tailFrom = -1;
}

/** Whether a point stands between two bytes of `[from, to)`. */
function hasPointWithin(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from + 1; at < to - 1; at++) if (bytes[at] === 0x2e) return true;
  return false;
}

/** Position behind a word of visible ASCII. */
function wordEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) > BLANK && (bytes[at] as number) < 0x7f) at++;
  // Other blanks, and bytes that JavaScript takes for blanks (0xa0), end words as well, but here they are unusual.
  return at < to && bytes[at] !== BLANK ? from : at;
}

/** `shop.example:443`: then the address is the next word. */
function isVirtualHost(bytes: Buffer, from: number, to: number): boolean {
  let colons = 0;
  for (let at = from; at < to; at++) if (bytes[at] === 0x3a) colons++;
  return colons === 1;
}

/** Position of the quote that closes a field; a backslash protects the byte after it. `to` where there is none. */
function quoteEnd(line: PlainLogLine, bytes: Buffer, from: number, to: number): number {
  for (let at = hashToQuote(line, bytes, from, to); at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === 0x5c) at++;
  }
  return to;
}

/** `quoteEnd` of a field whose hash nobody asks for. */
function plainQuoteEnd(bytes: Buffer, from: number, to: number): number {
  for (let at = skipPlainBytes(bytes, from, to); at < to; at = skipPlainBytes(bytes, at + 1, to)) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === 0x5c) at++;
  }
  return to;
}

/** `quoteEnd` of the request, which notes where the query begins. */
function requestEnd(line: PlainLogLine, bytes: Buffer, from: number, to: number): number {
  let query = -1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      line.queryFrom = query === -1 ? at : query;
      return at;
    }
    if (byte === 0x5c) at++;
    // The byte that a backslash protects can be one of these as well.
    if (query === -1 && (bytes[at] === 0x3f || bytes[at] === 0x23)) query = at + 1;
  }
  return to;
}

/** The time at a position, as written there; NaN: it is unusual. */
function timeAt(line: PlainLogLine, bytes: Buffer, at: number): number {
  const dayMonth = wordOf(bytes, at + 1);
  const year = wordOf(bytes, at + 7);
  const edges = ((bytes[at] as number) << 16) | ((bytes[at + 5] as number) << 8) | (bytes[at + 6] as number);
  if (dayMonth !== line.dayMonth || year !== line.year || edges !== line.edges) {
    line.dayMonth = dayMonth;
    line.year = year;
    line.edges = edges;
    line.dayUs = dayUsAt(bytes, at);
  }
  const hour = twoDigitsAt(bytes, at + 12);
  const minute = twoDigitsAt(bytes, at + 15);
  const second = twoDigitsAt(bytes, at + 18);
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  if (bytes[at + 11] !== 0x3a || bytes[at + 14] !== 0x3a || bytes[at + 17] !== 0x3a || bytes[at + 20] !== BLANK)
    return Number.NaN;
  const sign = bytes[at + 21] === 0x2b ? 1 : bytes[at + 21] === DASH ? -1 : Number.NaN;
  const zoneMinutes = twoDigitsAt(bytes, at + 22) * 60 + twoDigitsAt(bytes, at + 24);
  if (!(zoneMinutes <= 24 * 60)) return Number.NaN;
  return line.dayUs + hour * HOUR_US + (minute - sign * zoneMinutes) * MINUTE_US + second * SECOND_US;
}

/** Midnight in UTC of `17/May/2024`; NaN: there is no such day. */
function dayUsAt(bytes: Buffer, at: number): number {
  if (bytes[at + 2] !== 0x2f || bytes[at + 6] !== 0x2f) return Number.NaN;
  const month = MONTHS.indexOf(latin1Of(bytes, at + 3, at + 6)) + 1;
  const date = { year: fourDigitsAt(bytes, at + 7), month, day: twoDigitsAt(bytes, at) };
  if (Number.isNaN(date.year) || Number.isNaN(date.day)) return Number.NaN;
  return epochUsFromCalendar({ ...date, hour: 0, minute: 0, second: 0, microsecond: 0 }, 0);
}

/** Four bytes as one number. */
function wordOf(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
