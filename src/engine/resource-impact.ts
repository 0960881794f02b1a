/**
 * Impact where resources feed back: what became of each call, against what would have become of it in the shadow, the
 * run with all traffic on the baseline. A call ends with the last of its requests; it is counted when both ends are
 * known.
 */
import { FAILED, HARMED, SLOWED } from "./monitor/counters.ts";
import type { RecordingTerms } from "./monitor/recording.ts";
import { CALL_FAILED, CALL_SERVED, OPEN, closeCall, openCall, type Calls } from "./resources/calls.ts";

/** No call has been opened: both sides were served at once, or nothing is known yet. */
export const NO_CALL = -1;

/** The call itself, or a new one that the shadow has served by `shadowUs`. */
export function callOf(calls: Calls, call: number, atUs: number, shadowUs: number): number {
  if (call !== NO_CALL) return call;
  const opened = openCall(calls, atUs);
  calls.shadowEnd[opened] = CALL_SERVED;
  calls.shadowEndUs[opened] = shadowUs;
  return opened;
}

/** Counts a call that was served here and in the shadow. */
export function countServed(
  counters: Float64Array,
  terms: RecordingTerms,
  firstAtUs: number,
  endUs: number,
  shadowUs: number,
): void {
  const us = endUs - firstAtUs;
  const asBaselineUs = shadowUs - firstAtUs;
  if (us > terms.slowedFactor * asBaselineUs && us > asBaselineUs + terms.slowedAddUs) {
    counters[SLOWED] = (counters[SLOWED] as number) + 1;
  }
}

/** The call has ended in the run itself. */
export function endCall(
  calls: Calls,
  call: number,
  served: boolean,
  endUs: number,
  counters: Float64Array,
  terms: RecordingTerms,
): void {
  calls.end[call] = served ? CALL_SERVED : CALL_FAILED;
  calls.endUs[call] = endUs;
  if (calls.shadowEnd[call] !== OPEN) countCall(calls, call, counters, terms);
}

/** The call has ended in the shadow; `endUs` Infinity: without an attempt, so that nothing can have been slower. */
export function endShadow(
  calls: Calls,
  call: number,
  served: boolean,
  endUs: number,
  counters: Float64Array,
  terms: RecordingTerms,
): void {
  calls.shadowEnd[call] = served ? CALL_SERVED : CALL_FAILED;
  calls.shadowEndUs[call] = endUs;
  if (calls.end[call] !== OPEN) countCall(calls, call, counters, terms);
}

function countCall(calls: Calls, call: number, counters: Float64Array, terms: RecordingTerms): void {
  if (calls.end[call] === CALL_SERVED) {
    countServed(
      counters,
      terms,
      calls.firstAtUs[call] as number,
      calls.endUs[call] as number,
      calls.shadowEndUs[call] as number,
    );
  } else {
    counters[FAILED] = (counters[FAILED] as number) + 1;
    if (calls.shadowEnd[call] === CALL_SERVED) counters[HARMED] = (counters[HARMED] as number) + 1;
  }
  closeCall(calls, call);
}
