/** What becomes of the candidate's requests in flight when the candidate is stopped. */
import { FAILED, HARMED, SAVED } from "./counters.ts";
import {
  SAMPLE_ATTEMPT,
  SAMPLE_ATTEMPT_FAILED,
  SAMPLE_BASELINE_FAILS,
  SAMPLE_CANDIDATE,
  SAMPLE_FELL_BACK,
  SAMPLE_REQUEST,
  SAMPLE_USER_FAILED,
  reserveInFlight,
} from "./in-flight.ts";
import type { Recording } from "./recording.ts";

/**
 * Cuts off the candidate's attempts in flight: each fails now. Its request falls back where `fallsBack` says so, and
 * is then served where the baseline would have (after as long again as the attempt would have taken: how long the
 * baseline would have is not kept with what is in flight); else its user gets a failure now. Returns how many requests
 * were cut off that the candidate would have served.
 */
export function cutOffCandidate(recording: Recording, nowUs: number, fallsBack: boolean): number {
  const { inFlight, counters } = recording;
  const { count } = inFlight;
  reserveInFlight(inFlight, count);
  const { atUs, latencyUs, bits } = inFlight;
  let cutOff = 0;
  for (let i = 0; i < count; i++) {
    const sample = bits[i] as number;
    if ((sample & SAMPLE_CANDIDATE) === 0) continue;
    const doneUs = atUs[i] as number;
    const wouldTakeUs = latencyUs[i] as number;
    if ((sample & SAMPLE_ATTEMPT) === 0) {
      // The user's side of an attempt that was going to fail: the failure comes now. A fallback under way goes on.
      if ((sample & SAMPLE_FELL_BACK) === 0) atUs[i] = nowUs;
      continue;
    }
    atUs[i] = nowUs;
    latencyUs[i] = nowUs - (doneUs - wouldTakeUs);
    bits[i] = SAMPLE_CANDIDATE | SAMPLE_ATTEMPT | SAMPLE_ATTEMPT_FAILED;
    if ((sample & SAMPLE_REQUEST) === 0) continue;
    cutOff++;
    const baselineServes = (sample & SAMPLE_BASELINE_FAILS) === 0;
    const isSaved = fallsBack && baselineServes;
    const at = inFlight.count++;
    atUs[at] = fallsBack ? nowUs + wouldTakeUs : nowUs;
    latencyUs[at] = 0;
    bits[at] =
      SAMPLE_CANDIDATE | SAMPLE_REQUEST | (fallsBack ? SAMPLE_FELL_BACK : 0) | (isSaved ? 0 : SAMPLE_USER_FAILED);
    add(counters, isSaved ? SAVED : FAILED);
    if (!isSaved && baselineServes) add(counters, HARMED);
  }
  return cutOff;
}

function add(counters: Float64Array, index: number): void {
  counters[index] = (counters[index] as number) + 1;
}
