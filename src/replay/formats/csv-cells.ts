/** What single cells of a CSV trace say. */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { NO_LATENCY } from "../columns.ts";
import { NOT_STATED_WORD, STATUS_NO_ANSWER, STATUS_NOT_STATED, STATUS_UNFINISHED } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";

/** What `latencyUsOf` returns for a cell that is no latency. */
export const NOT_A_LATENCY = -2;
/** What `latencyUsOf` returns for a latency that is too long to be held. */
export const TOO_LONG = -3;
/** What `statusOf` returns for digits that are no status. */
export const NOT_A_STATUS = -1;
/** What `statusOf` returns for words that name an error class. */
export const ERROR_CLASS = -2;

const LATENCY = /^(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)\s*(ns|us|µs|\u00c2\u00b5s|ms|s)?$/i;
const UNIT_US: Readonly<Record<string, number>> = { ns: 0.001, us: 1, ms: 1_000, s: 1_000_000 };
const ABSENT = new Set(["", "-", "null", "nan", "none", "undefined"]);
const SERVED_WORDS = new Set(["ok", "success", "succeeded", "successful", "served", "true", "pass", "passed"]);
const UNFINISHED_WORDS = new Set([
  "unfinished",
  "incomplete",
  "pending",
  "running",
  "inprogress",
  "inflight",
  "started",
]);

/** Whether a cell says that there is nothing. */
export function isAbsent(cell: string): boolean {
  return ABSENT.has(cell.toLowerCase());
}

/** The same of the bytes `[from, to)`. */
export function isAbsentBytes(bytes: Buffer, from: number, to: number): boolean {
  const length = to - from;
  if (length === 0) return true;
  const first = bytes[from] as number;
  if (length === 1) return first === 0x2d;
  // Words that begin with n, and the one that begins with u.
  const perhaps = length === 9 ? (first | 0x20) === 0x75 : (length === 3 || length === 4) && (first | 0x20) === 0x6e;
  return perhaps && isAbsent(latin1Of(bytes, from, to));
}

/**
 * Microseconds, `NO_LATENCY` where the cell is empty, `NOT_A_LATENCY` or `TOO_LONG`. A unit in the cell (`42ms`)
 * counts before the column's.
 */
export function latencyUsOf(cell: string, columnUnitUs: number): number {
  if (isAbsent(cell)) return NO_LATENCY;
  const match = LATENCY.exec(cell);
  if (match === null) return NOT_A_LATENCY;
  const unit = (match[2] ?? "").toLowerCase();
  const us = Math.round(Number(match[1]) * (unit === "" ? columnUnitUs : (UNIT_US[unit] ?? 1)));
  return us <= LATENCY_US_MAX ? us : TOO_LONG;
}

/** The status column's value; `ERROR_CLASS` for a word that is no word for success; `NOT_A_STATUS`. */
export function statusOf(cell: string): number {
  if (isAbsent(cell)) return STATUS_NO_ANSWER;
  if (/^\d+(?:\.0)?$/.test(cell)) {
    const status = Number(cell);
    return status === 0 || (status >= 100 && status <= 999) ? status : NOT_A_STATUS;
  }
  const word = cell.toLowerCase();
  if (SERVED_WORDS.has(word)) return 200;
  if (word === NOT_STATED_WORD) return STATUS_NOT_STATED;
  return UNFINISHED_WORDS.has(word.replace(/[-_ ]/g, "")) ? STATUS_UNFINISHED : ERROR_CLASS;
}

/**
 * Whether the bytes `[from, to)`, where a request's end is to stand, say that there was none yet: nothing, or a zero
 * beside a start of `startBytes` bytes that counts from 1970.
 */
export function isNoEnd(bytes: Buffer, from: number, to: number, startBytes: number): boolean {
  return isAbsentBytes(bytes, from, to) || (to - from === 1 && bytes[from] === 0x30 && startBytes > 8);
}

/** The outcome of a request without an end: whatever it has said of one, else that it was unfinished. */
export function withoutEnd(status: number): number {
  return status === STATUS_NOT_STATED || status === STATUS_NO_ANSWER ? STATUS_UNFINISHED : status;
}
