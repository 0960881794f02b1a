/**
 * What may follow status and bytes in a Common log line: referer and agent in quotes (combined), further quoted
 * fields, and a request time in one of its many spellings.
 */
import { SECOND_US } from "../../engine/kernel/units.ts";

/** What was found in a line's tail; one object, filled again for every line. */
export interface LogTail {
  /** Contents of the second quoted field; empty where there is none. */
  agent: string;
  /** How many quoted fields there were. */
  quoted: number;
  /** Microseconds; -1: none. */
  latencyUs: number;
  /** True when the line is Traefik's: its time is the request's start. */
  timeIsStart: boolean;
  /** True when the latency was a bare integer, taken as microseconds. */
  bareInteger: boolean;
}

/** An empty one. */
export function createLogTail(): LogTail {
  return { agent: "", quoted: 0, latencyUs: -1, bareInteger: false, timeIsStart: false };
}

const NAMED = /^(?:rt|request_time|duration)=(\d+(?:\.\d+)?)(ns|us|ms|s)?$/;
const WITH_UNIT = /^(\d+(?:\.\d+)?)(ns|us|ms|s)$/;
const UNIT_US: Readonly<Record<string, number>> = { ns: 0.001, us: 1, ms: 1_000, s: SECOND_US };

/**
 * Reads the tail of a line from `from` on. A request time is, in this order: a named one (`rt=0.120`), one with a
 * unit (`42ms`, as Traefik writes), the first decimal fraction (seconds, nginx's `$request_time`), or the only bare
 * field when it is an integer (microseconds, Apache's `%D`).
 */
export function readLogTail(line: string, from: number, tail: LogTail): void {
  tail.agent = "";
  tail.quoted = 0;
  tail.latencyUs = -1;
  tail.bareInteger = false;
  tail.timeIsStart = false;
  let named = -1;
  let withUnit = -1;
  let decimal = -1;
  let integer = -1;
  let bare = 0;
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === 0x20) {
      at++;
    } else if (code === 0x22) {
      const end = closingQuote(line, at + 1);
      tail.quoted++;
      if (tail.quoted === 2) tail.agent = line.slice(at + 1, end);
      at = end + 1;
    } else {
      let end = line.indexOf(" ", at);
      if (end === -1) end = line.length;
      const token = line.slice(at, end);
      bare++;
      if (/^\d+\.\d+$/.test(token)) {
        if (decimal < 0) decimal = Math.round(Number(token) * SECOND_US);
      } else if (/^\d+$/.test(token)) {
        integer = Number(token);
      } else {
        const name = NAMED.exec(token);
        if (name !== null) named = Math.round(Number(name[1]) * (UNIT_US[name[2] ?? "s"] ?? SECOND_US));
        const unit = WITH_UNIT.exec(token);
        if (unit !== null) withUnit = Math.round(Number(unit[1]) * (UNIT_US[unit[2] ?? "s"] ?? SECOND_US));
      }
      at = end;
    }
  }
  // A count of requests, router and service in quotes, the time taken.
  tail.timeIsStart = tail.quoted === 4 && bare === 2 && integer >= 0 && withUnit >= 0;
  if (named >= 0) tail.latencyUs = named;
  else if (withUnit >= 0) tail.latencyUs = withUnit;
  else if (decimal >= 0) tail.latencyUs = decimal;
  else if (integer >= 0 && bare === 1) {
    tail.latencyUs = integer;
    tail.bareInteger = true;
  }
}

/** Position of the quote that closes a field, or the line's length; a backslash protects the character after it. */
function closingQuote(line: string, from: number): number {
  let end = line.indexOf('"', from);
  while (end !== -1 && line.charCodeAt(end - 1) === 0x5c && isProtected(line, end, from))
    end = line.indexOf('"', end + 1);
  return end === -1 ? line.length : end;
}

function isProtected(line: string, quote: number, from: number): boolean {
  let slashes = 0;
  while (quote - slashes - 1 >= from && line.charCodeAt(quote - slashes - 1) === 0x5c) slashes++;
  return slashes % 2 === 1;
}
