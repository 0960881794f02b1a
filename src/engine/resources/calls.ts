/**
 * Calls: what a user asked for, over all the requests that his client makes of it. A call is kept as long as its end is
 * not known in the run itself, or in the run with all traffic on the baseline (the shadow); then the two are compared.
 * A call that is served at once, here as there, never comes in here.
 */

/** How a call ended, on either side. */
export const OPEN = 0;
/** The user was served. */
export const CALL_SERVED = 1;
/** The user got a failure, and does not try again. */
export const CALL_FAILED = 2;

/** Calls whose end is open. Plain data; the arrays are replaced by longer ones when they are full. */
export interface Calls {
  /** Free places are linked by it from `firstFree` on; -1 ends. */
  nextFree: Int32Array;
  firstFree: number;
  /** Arrival of the call's first request. */
  firstAtUs: Float64Array;
  /** `OPEN`, `CALL_SERVED` or `CALL_FAILED`. */
  end: Uint8Array;
  endUs: Float64Array;
  shadowEnd: Uint8Array;
  /** Infinity where no attempt was made at the end. */
  shadowEndUs: Float64Array;
}

/** No calls. */
export function createCalls(): Calls {
  const calls = {
    nextFree: new Int32Array(0),
    firstFree: -1,
    firstAtUs: new Float64Array(0),
    end: new Uint8Array(0),
    endUs: new Float64Array(0),
    shadowEnd: new Uint8Array(0),
    shadowEndUs: new Float64Array(0),
  };
  lengthen(calls, 64);
  return calls;
}

/** Opens a call that began at an instant, and returns its place. */
export function openCall(calls: Calls, firstAtUs: number): number {
  if (calls.firstFree === -1) lengthen(calls, 2 * calls.nextFree.length);
  const call = calls.firstFree;
  calls.firstFree = calls.nextFree[call] as number;
  calls.firstAtUs[call] = firstAtUs;
  calls.end[call] = OPEN;
  calls.shadowEnd[call] = OPEN;
  return call;
}

/** Forgets a call. */
export function closeCall(calls: Calls, call: number): void {
  calls.nextFree[call] = calls.firstFree;
  calls.firstFree = call;
}

function lengthen(calls: Calls, length: number): void {
  const from = calls.nextFree.length;
  const { nextFree, firstAtUs, end, endUs, shadowEnd, shadowEndUs } = calls;
  calls.nextFree = new Int32Array(length);
  calls.nextFree.set(nextFree);
  for (let call = from; call < length; call++) calls.nextFree[call] = call + 1 < length ? call + 1 : -1;
  calls.firstFree = from;
  calls.firstAtUs = new Float64Array(length);
  calls.firstAtUs.set(firstAtUs);
  calls.end = new Uint8Array(length);
  calls.end.set(end);
  calls.endUs = new Float64Array(length);
  calls.endUs.set(endUs);
  calls.shadowEnd = new Uint8Array(length);
  calls.shadowEnd.set(shadowEnd);
  calls.shadowEndUs = new Float64Array(length);
  calls.shadowEndUs.set(shadowEndUs);
}
