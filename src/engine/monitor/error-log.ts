/**
 * Failed attempts one by one: counted by kind and by route when they complete, the newest kept, and runs of them found.
 * Failures are few: a batch is looked through for them a word of codes at a time.
 */
import { DECLINED, SERVED, type Batch } from "../service/world.ts";
import { BASELINE, CANDIDATE } from "./counters.ts";

/** From how many failed attempts one after the other a run counts as long; ours. */
const LONG_RUN = 5;
/** Codes that a failure can have, 1 to 254, and 0. */
const CODES = 255;
/** The code of attempts that the candidate would have served, had it not been stopped. No world has so many kinds. */
export const CUT_OFF = 254;

/** Failed attempts that complete later, in the order of arrival. Plain data; the arrays grow. */
interface PendingErrors {
  count: number;
  atUs: Float64Array;
  /** Number of the request in the order of arrival, for failures that complete at the same instant. */
  request: Float64Array;
  version: Uint8Array;
  route: Uint16Array;
  code: Uint8Array;
}

/** A run of failed attempts on one version, in the order of arrival at it. */
interface FailedRun {
  /** Number, among the version's requests, of the last that failed; -1: none did. */
  last: number;
  length: number;
  longest: number;
  longRuns: number;
}

/** Failed attempts so far. Plain data. */
export interface ErrorLog {
  readonly pending: PendingErrors;
  /** Completed ones by code: the baseline's 255, then the candidate's. */
  readonly byCode: Float64Array;
  /** Completed ones by route: the baseline's, then the candidate's. */
  readonly byRoute: Float64Array;
  /** The newest completed ones: entry n stands at n modulo the length. */
  readonly recentAtUs: Float64Array;
  readonly recentVersion: Uint8Array;
  readonly recentRoute: Uint16Array;
  readonly recentCode: Uint8Array;
  /** How many have completed. */
  completed: number;
  /** Requests of each version so far. */
  readonly seen: [number, number];
  /** By version. */
  readonly runs: readonly [FailedRun, FailedRun];
}

/** A log of nothing, which keeps the newest `recent` failures. */
export function createErrorLog(routes: number, recent: number): ErrorLog {
  const run = (): FailedRun => ({ last: -1, length: 0, longest: 0, longRuns: 0 });
  return {
    pending: createPending(64),
    byCode: new Float64Array(2 * CODES),
    // One more than there are: the routes of attempts that were cut off are not known.
    byRoute: new Float64Array(2 * (routes + 1)),
    recentAtUs: new Float64Array(recent),
    recentVersion: new Uint8Array(recent),
    recentRoute: new Uint16Array(recent),
    recentCode: new Uint8Array(recent),
    completed: 0,
    seen: [0, 0],
    runs: [run(), run()],
  };
}

function createPending(length: number): PendingErrors {
  return {
    count: 0,
    atUs: new Float64Array(length),
    request: new Float64Array(length),
    version: new Uint8Array(length),
    route: new Uint16Array(length),
    code: new Uint8Array(length),
  };
}

/** Notes the failed attempts of a routed batch. */
export function noteErrors(log: ErrorLog, batch: Batch): void {
  const { count, candidateCount, baselineCode, candidateCode, baselineRows, candidateRows } = batch;
  const { seen } = log;
  const [firstOfBaseline, firstOfCandidate] = seen;
  const firstRequest = firstOfBaseline + firstOfCandidate;
  const baselineCount = count - candidateCount;
  seen[BASELINE] += baselineCount;
  seen[CANDIDATE] += candidateCount;
  for (let row = 0; row < baselineCount; row++) {
    const i = baselineRows[row] as number;
    if (baselineCode[i] !== SERVED) note(log, batch, i, BASELINE, firstOfBaseline + row, firstRequest + i);
  }
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const code = candidateCode[i] as number;
    if (code !== SERVED && code !== DECLINED) {
      note(log, batch, i, CANDIDATE, firstOfCandidate + row, firstRequest + i);
    }
  }
}

function note(log: ErrorLog, batch: Batch, i: number, version: number, number: number, request: number): void {
  const run = log.runs[version as 0 | 1];
  run.length = run.last === number - 1 && run.last >= 0 ? run.length + 1 : 1;
  run.last = number;
  if (run.length > run.longest) run.longest = run.length;
  if (run.length === LONG_RUN) run.longRuns++;
  const pending = log.pending;
  reservePending(pending);
  const at = pending.count++;
  const us = version === BASELINE ? batch.baselineUs : batch.candidateUs;
  const code = version === BASELINE ? batch.baselineCode : batch.candidateCode;
  pending.atUs[at] = (batch.atUs[i] as number) + (us[i] as number);
  pending.request[at] = request;
  pending.version[at] = version;
  pending.route[at] = batch.route[i] as number;
  pending.code[at] = code[i] as number;
}

/** Makes room for one more. */
function reservePending(pending: PendingErrors): void {
  if (pending.count < pending.atUs.length) return;
  const longer = createPending(2 * pending.atUs.length);
  longer.atUs.set(pending.atUs);
  longer.request.set(pending.request);
  longer.version.set(pending.version);
  longer.route.set(pending.route);
  longer.code.set(pending.code);
  Object.assign(pending, longer, { count: pending.count });
}

/**
 * The candidate is stopped: its attempts in flight fail now, those that would have failed as they would have, the
 * others (`cutOff` of them) with a code of their own and no route.
 */
export function cutOffErrors(log: ErrorLog, cutOff: number, nowUs: number): void {
  const { pending } = log;
  for (let i = 0; i < pending.count; i++) {
    if (pending.version[i] === CANDIDATE && (pending.atUs[i] as number) > nowUs) pending.atUs[i] = nowUs;
  }
  for (let i = 0; i < cutOff; i++) {
    reservePending(pending);
    const at = pending.count++;
    pending.atUs[at] = nowUs;
    pending.request[at] = log.seen[BASELINE] + log.seen[CANDIDATE] + i;
    pending.version[at] = CANDIDATE;
    pending.route[at] = log.byRoute.length / 2 - 1;
    pending.code[at] = CUT_OFF;
  }
}

/** Counts the failures that complete before `untilUs`, in the order of completion: to be called when all have arrived. */
export function completeErrors(log: ErrorLog, untilUs: number): void {
  const { pending } = log;
  const due: number[] = [];
  for (let i = 0; i < pending.count; i++) if ((pending.atUs[i] as number) < untilUs) due.push(i);
  if (due.length === 0) return;
  due.sort(
    (one, other) =>
      (pending.atUs[one] as number) - (pending.atUs[other] as number) ||
      (pending.request[one] as number) - (pending.request[other] as number),
  );
  const routes = log.byRoute.length / 2;
  for (const i of due) {
    const version = pending.version[i] as number;
    const code = pending.code[i] as number;
    const route = pending.route[i] as number;
    log.byCode[version * CODES + code] = (log.byCode[version * CODES + code] as number) + 1;
    log.byRoute[version * routes + route] = (log.byRoute[version * routes + route] as number) + 1;
    const slot = log.completed % log.recentAtUs.length;
    log.recentAtUs[slot] = pending.atUs[i] as number;
    log.recentVersion[slot] = version;
    log.recentRoute[slot] = route;
    log.recentCode[slot] = code;
    log.completed++;
  }
  keepLater(pending, untilUs);
}

function keepLater(pending: PendingErrors, untilUs: number): void {
  let kept = 0;
  for (let i = 0; i < pending.count; i++) {
    if ((pending.atUs[i] as number) < untilUs) continue;
    pending.atUs[kept] = pending.atUs[i] as number;
    pending.request[kept] = pending.request[i] as number;
    pending.version[kept] = pending.version[i] as number;
    pending.route[kept] = pending.route[i] as number;
    pending.code[kept] = pending.code[i] as number;
    kept++;
  }
  pending.count = kept;
}

/** Failed attempts of one version with a code, or on a route. */
export function errorsWithCode(log: ErrorLog, version: number, code: number): number {
  return log.byCode[version * CODES + code] ?? 0;
}

/** Failed attempts of one version on a route. */
export function errorsOnRoute(log: ErrorLog, version: number, route: number): number {
  return log.byRoute[(version * log.byRoute.length) / 2 + route] ?? 0;
}

/** Codes of failures in ascending order. */
export const FAILURE_CODES: readonly number[] = Array.from({ length: CODES - 1 }, (_, i) => i + 1);
