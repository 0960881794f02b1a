/** What the recorder keeps: cumulative counters and histograms, whom the candidate has met, what is in flight. */
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { LIMITS, counterCount } from "./counters.ts";
import { HISTOGRAM_BINS } from "./histogram.ts";
import { createInFlight, type InFlight } from "./in-flight.ts";

/** What has been recorded so far. Plain data. */
export interface Recording {
  /** Cumulative counters, see `counters.ts`. */
  readonly counters: Float64Array;
  /** Cumulative histograms of attempts: the baseline's bins, then the candidate's; then those of somebody else. */
  readonly histograms: Uint32Array;
  readonly inFlight: InFlight;
  /** 1 for every key that was ever routed to the candidate. */
  readonly exposed: Uint8Array;
  /** Arrival of the first request routed to the candidate; -1 before it. */
  firstCandidateAtUs: number;
}

/** How to record; constant between two control events. */
export interface RecordingTerms {
  /** Limits whose exceedances are counted exactly, microseconds. */
  readonly limitsUs: Float64Array;
  readonly slowedFactor: number;
  readonly slowedAddUs: number;
}

/** Nothing recorded yet. `more`, `moreBins`: counters and bins after all others that somebody else keeps, cumulative too. */
export function createRecording(keys: number, limits: number, more = 0, moreBins = 0): Recording {
  return {
    counters: new Float64Array(counterCount(limits) + more),
    histograms: new Uint32Array(2 * HISTOGRAM_BINS + moreBins),
    inFlight: createInFlight(),
    exposed: new Uint8Array(keys),
    firstCandidateAtUs: -1,
  };
}

/** The least of the limits in whole microseconds; the longest latency there is where there are none: none is above it. */
export function leastLimit(limitsUs: Float64Array): number {
  let least = LATENCY_US_MAX;
  for (let k = 0; k < limitsUs.length; k++) least = Math.min(least, wholeUs(limitsUs[k] as number));
  return least;
}

/** What whole microseconds are above exactly where they are above `us`, as an integer of 32 bits. */
export function wholeUs(us: number): number {
  return Math.max(Math.min(Math.floor(us), LATENCY_US_MAX), -LATENCY_US_MAX) | 0;
}

/** Counts which limits an attempt of a version exceeds. */
export function countLimits(counters: Float64Array, limitsUs: Float64Array, us: number, version: number): void {
  for (let k = 0; k < limitsUs.length; k++) {
    if (us > (limitsUs[k] as number)) add(counters, LIMITS + 2 * k + version, 1);
  }
}

/** Adds to a counter. */
export function add(counters: Float64Array, index: number, value: number): void {
  counters[index] = (counters[index] as number) + value;
}
