/**
 * Samples that complete after the next control event wait here, so that every counter is exact at every control
 * event, whenever that is. Typed columns; as long as there are requests in flight, never longer.
 */

/** Bits that say what a sample is. A request without fallback is one sample, one with a fallback two. */
export const SAMPLE_CANDIDATE = 1;
/** An attempt completes, with its latency. */
export const SAMPLE_ATTEMPT = 2;
/** That attempt failed. */
export const SAMPLE_ATTEMPT_FAILED = 4;
/** The request as its user sees it completes. */
export const SAMPLE_REQUEST = 8;
/** Its user got a failure. */
export const SAMPLE_USER_FAILED = 16;
/** It fell back to the baseline. */
export const SAMPLE_FELL_BACK = 32;
/** The candidate declined it without an attempt. */
export const SAMPLE_DECLINED = 64;
/** A request that the candidate is serving; the baseline would fail it. Asked for where the candidate is cut off. */
export const SAMPLE_BASELINE_FAILS = 128;

/** Waiting samples. Plain data; the arrays are replaced by longer ones when they are full. */
export interface InFlight {
  count: number;
  atUs: Float64Array;
  latencyUs: Int32Array;
  bits: Uint8Array;
}

/** None waiting. */
export function createInFlight(): InFlight {
  return { count: 0, atUs: new Float64Array(1024), latencyUs: new Int32Array(1024), bits: new Uint8Array(1024) };
}

/** Makes room for so many more samples. */
export function reserveInFlight(inFlight: InFlight, more: number): void {
  const needed = inFlight.count + more;
  if (needed <= inFlight.atUs.length) return;
  let length = inFlight.atUs.length;
  while (length < needed) length *= 2;
  const atUs = new Float64Array(length);
  const latencyUs = new Int32Array(length);
  const bits = new Uint8Array(length);
  atUs.set(inFlight.atUs);
  latencyUs.set(inFlight.latencyUs);
  bits.set(inFlight.bits);
  inFlight.atUs = atUs;
  inFlight.latencyUs = latencyUs;
  inFlight.bits = bits;
}
