/**
 * The recorder: turns routed requests with their outcomes into counters and histograms. The hottest loops of all:
 * no allocation, closure, string or transcendental function per request.
 */
import type { Batch } from "../service/world.ts";
import { layOutAttempts } from "./attempt-column.ts";
import { recordColumns } from "./column-recorder.ts";
import { ARRIVED_CANDIDATE, USERS_EXPOSED } from "./counters.ts";
import { reserveInFlight } from "./in-flight.ts";
import { add, wholeUs, type Recording, type RecordingTerms } from "./recording.ts";
import { recordRows } from "./row-recorder.ts";

/** From so many rows on, they are recorded by columns. */
const COLUMN_FROM = 64;

/**
 * Records a routed batch. Samples that complete before `untilUs` are counted, the others wait in flight.
 * `fallsBack`: a failed or declined request of the candidate is handed to the baseline. `isOrdered`: its rows are in the
 * order of their arrival.
 */
export function recordBatch(
  recording: Recording,
  terms: RecordingTerms,
  batch: Batch,
  untilUs: number,
  fallsBack: boolean,
  isOrdered = false,
): void {
  const { count, atUs, candidateRows, candidateCount } = batch;
  reserveInFlight(recording.inFlight, 2 * count);
  if (candidateCount > 0) expose(recording, batch);
  // What takes less than this is over in time whenever it came, which nearly all are: one comparison of integers.
  const slackUs = isOrdered && count > 0 ? wholeUs(untilUs - (atUs[count - 1] as number)) : 0;
  let rows = 0;
  let candidates = 0;
  if (isOrdered && count >= COLUMN_FROM) {
    const slowedByUs = wholeUs(terms.slowedAddUs);
    const attempts = layOutAttempts(batch, count, slowedByUs);
    // What comes before this is over in time however long it takes.
    rows = rowsBefore(atUs, count, untilUs - attempts.longestUs);
    if (rows >= COLUMN_FROM) {
      candidates = candidateCount;
      if (rows < count) {
        candidates = rowsBefore(candidateRows, candidateCount, rows);
        layOutAttempts(batch, rows, slowedByUs);
      }
      recordColumns(recording, terms, batch, attempts, rows, candidates, untilUs, fallsBack);
    } else rows = 0;
  }
  if (rows < count) recordRows(recording, terms, batch, rows - candidates, candidates, untilUs, fallsBack, slackUs);
}

/** How many of the first `count` values, which ascend, are below a limit. */
function rowsBefore(values: Float64Array | Uint16Array, count: number, limit: number): number {
  if ((values[count - 1] as number) < limit) return count;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Notes whose requests are routed to the candidate. */
function expose(recording: Recording, { atUs, key, candidateRows, candidateCount }: Batch): void {
  const { counters, exposed } = recording;
  let newlyExposed = 0;
  // Once everybody has met the candidate, nobody meets it for the first time.
  const isAnyoneLeft = (counters[USERS_EXPOSED] as number) < exposed.length;
  for (let row = 0; isAnyoneLeft && row < candidateCount; row++) {
    const user = key[candidateRows[row] as number] as number;
    if (exposed[user] !== 0) continue;
    exposed[user] = 1;
    newlyExposed++;
  }
  if (recording.firstCandidateAtUs < 0) recording.firstCandidateAtUs = atUs[candidateRows[0] as number] as number;
  add(counters, ARRIVED_CANDIDATE, candidateCount);
  add(counters, USERS_EXPOSED, newlyExposed);
}
