/**
 * What counts as failed. By default: status 500 and above, no answer, or an error class; 4xx succeeded; requests
 * whose client left (status 0 and 499) have no outcome at all. `--errors` says otherwise for statuses.
 */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { SERVED } from "../engine/service/world.ts";

/** The status by which nginx says that the client closed the connection; other servers' words for it become this. */
export const STATUS_CLIENT_CLOSED = 499;
/** Values of the status column: 0 to 999 as in HTTP, then these. */
export const STATUS_NO_ANSWER = 1000;
/** The trace has no status: taken as served. */
export const STATUS_NOT_STATED = 1001;
/** A status cell that says so: an empty one says that there was no answer. */
export const NOT_STATED_WORD = "not stated";
/** The request was not over when it was logged: it has no outcome, whatever counts as failed. */
export const STATUS_UNFINISHED = 1002;
/** This and more: an error class, by index into the trace's error classes. */
export const STATUS_FIRST_CLASS = 1003;
/** Most error classes that are told apart; what comes after shares the last one. */
export const ERROR_CLASSES_MAX = 250;

/** The last status of the classes that HTTP has. */
const HTTP_STATUS_MAX = 599;

/** Outcome code of a row without an outcome (its client left, or it was unfinished): it never reaches the engine. */
export const CLIENT_LEFT = 255;

/** Name of the failures that a version model adds: the first kind of every replayed world. */
export const MODELLED_FAILURE = "modelled failure";
const OTHER_FAILURE = "other failure";
/** Code of the last kind of failure, into which those beyond are put. */
const LAST_CODE = 254;

/** Which statuses failed: 1 for each that did, by status 0 to 999. 0 and 499 only where they were named. */
export interface FailureRules {
  readonly failed: Uint8Array;
  /** Those that were given and name nothing but statuses that HTTP does not have. */
  readonly beyondHttp: readonly StatusRange[];
}

/** Statuses, as somebody wrote them. */
interface StatusRange {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Status 500 and above. */
export function defaultFailureRules(): FailureRules {
  return { failed: new Uint8Array(1000).fill(1, 500), beyondHttp: [] };
}

/** Rules as a list that `parseFailureRules` reads as the same rules; null: they are the default ones. */
export function writeFailureRules({ failed }: Pick<FailureRules, "failed">): string | null {
  const isDefault = defaultFailureRules().failed.every((one, status) => one === failed[status]);
  if (isDefault) return null;
  const parts: string[] = [];
  for (let status = 0; status < failed.length; status++) {
    if (failed[status] !== 1) continue;
    // A range would not take these in.
    const isAlone = (one: number): boolean => one === 0 || one === STATUS_CLIENT_CLOSED;
    let last = status;
    while (!isAlone(status) && failed[last + 1] === 1 && !isAlone(last + 1)) last++;
    parts.push(last === status ? String(status) : `${status}-${last}`);
    status = last;
  }
  return parts.join(",");
}

/**
 * Rules from a list such as `5xx,429` or `500-504,0`: exactly these statuses failed. A class or a range does not
 * take in 0 and 499 (the client left); to count these as failed, name them.
 */
export function parseFailureRules(text: string, source: string = "--errors"): Read<FailureRules> {
  const failed = new Uint8Array(1000);
  const beyondHttp: StatusRange[] = [];
  const problems: Problem[] = [];
  for (const word of text.split(",").map((part) => part.trim())) {
    const range = statusRange(word);
    if (range === null) {
      problems.push({
        source,
        line: 0,
        column: 0,
        path: "",
        message: "this is no status, class or range of statuses",
        found: word === "" ? "nothing" : word,
        allowed: "a list such as 5xx,429 or 500-504",
        suggestion: null,
      });
      continue;
    }
    const [from, to] = range;
    if (from > HTTP_STATUS_MAX) beyondHttp.push({ word, from, to });
    for (let status = from; status <= to; status++) {
      if (from === to || (status !== STATUS_CLIENT_CLOSED && status !== 0)) failed[status] = 1;
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { failed, beyondHttp }, warnings: [] };
}

/**
 * What was given of statuses that HTTP does not have, and that no row has either, by the kinds of failure of a trace:
 * there are sites that answer 999. That a healthy log has no 5xx needs no word.
 */
export function unmetStatuses({ beyondHttp }: FailureRules, errorKinds: readonly string[]): readonly string[] {
  // Of so many kinds the last are not told apart.
  if (errorKinds.includes(OTHER_FAILURE)) return [];
  const statuses = errorKinds.filter((kind) => /^\d{3}$/.test(kind)).map(Number);
  const isMet = ({ from, to }: StatusRange): boolean => statuses.some((status) => status >= from && status <= to);
  return beyondHttp.filter((range) => !isMet(range)).map(({ word }) => word);
}

function statusRange(word: string): readonly [number, number] | null {
  const wholeClass = /^([1-9])xx$/i.exec(word);
  if (wholeClass !== null) return [Number(wholeClass[1]) * 100, Number(wholeClass[1]) * 100 + 99];
  const match = /^(\d{1,3})(?:-(\d{3}))?$/.exec(word);
  if (match === null) return null;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (from > to || (from < 100 && from !== 0)) return null;
  return [from, to];
}

/** Outcome codes by value of the status column, and the names of the kinds of failure (code = index + 1). */
export interface OutcomeCodes {
  readonly byStatus: Uint8Array;
  readonly errorKinds: readonly string[];
}

/**
 * Codes for the statuses that a trace has (`statuses`, each once, ascending). Kind 1 is the failure that a model
 * adds; each failed status and error class is a kind of its own, by its number or name.
 */
export function outcomeCodes(
  rules: FailureRules,
  statuses: readonly number[],
  errorClasses: readonly string[],
): OutcomeCodes {
  const byStatus = new Uint8Array(STATUS_FIRST_CLASS + errorClasses.length);
  const errorKinds = [MODELLED_FAILURE];
  for (const status of statuses) {
    if (status === STATUS_NOT_STATED) continue;
    if (status === STATUS_UNFINISHED) {
      byStatus[status] = CLIENT_LEFT;
      continue;
    }
    if (status < 1000 && rules.failed[status] !== 1) {
      byStatus[status] = status === 0 || status === STATUS_CLIENT_CLOSED ? CLIENT_LEFT : SERVED;
      continue;
    }
    if (errorKinds.length < LAST_CODE - 1) {
      byStatus[status] = errorKinds.push(statusName(status, errorClasses));
    } else {
      if (errorKinds.length < LAST_CODE) errorKinds.push(OTHER_FAILURE);
      byStatus[status] = LAST_CODE;
    }
  }
  return { byStatus, errorKinds };
}

function statusName(status: number, errorClasses: readonly string[]): string {
  if (status === STATUS_NO_ANSWER) return "no answer";
  return status < 1000 ? String(status) : (errorClasses[status - STATUS_FIRST_CLASS] ?? OTHER_FAILURE);
}
