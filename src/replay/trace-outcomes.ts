/**
 * Both potential outcomes of replayed requests. What a version did with a request is recorded where the trace says that
 * it answered; else it is resampled from what it did with requests of the same route near in time; else it comes from
 * its model, the candidate's on top of the baseline's outcome. Counts which were which, results and latencies apart.
 */
import { draw32, streamEpoch, type Stream } from "../engine/kernel/random.ts";
import { drawBaseline, drawCandidate, type OutcomeModel } from "../engine/service/outcome-model.ts";
import { applyWarmUp } from "../engine/service/warm-up.ts";
import { BATCH_ROWS, type Batch } from "../engine/service/world.ts";
import { answeredBy } from "./answered-by.ts";
import type { Trace } from "./columns.ts";
import { createDonors, donorOf, type Donors } from "./donors.ts";
import { STATUS_NOT_STATED } from "./failure.ts";
import {
  ALL_MODELLED,
  countBaseline,
  countBaselineAlike,
  countCandidate,
  MODELLED,
  pairOf,
  RECORDED,
  RESAMPLED,
  type SourceState,
} from "./outcome-sources.ts";
import { COPIED_ROWS, EPOCH_REQUESTS } from "./trace-arrivals.ts";

/** What outcomes are read from; immutable but for `pairs`. */
export interface RecordedOutcomes {
  /** Recorded latency by row, at least 1; negative: not recorded. */
  readonly latencyUs: Int32Array;
  /** Recorded code by row. */
  readonly code: Uint8Array;
  readonly status: Uint16Array;
  /** 1 where the baseline answered, where the candidate did; null: the baseline everywhere. */
  readonly onBaseline: Uint8Array | null;
  readonly onCandidate: Uint8Array | null;
  /** True when every row has a latency of the baseline: outcomes are a straight copy. */
  readonly complete: boolean;
  /** Where the baseline's results and latencies are from, if that is the same for all rows; else null. */
  readonly alike: number | null;
  readonly amplify: number;
  /** Whose outcomes stand in for those that a version was not asked for; null: nobody's. */
  readonly baselineDonors: Donors | null;
  readonly candidateDonors: Donors | null;
  /** Streams of the draws among donors. */
  readonly baselineStream: Stream;
  readonly candidateStream: Stream;
  /** Of the batch at hand: where the baseline's outcome of each row is from. */
  readonly pairs: Uint8Array;
}

/** How outcomes are taken from a trace. */
export interface OutcomeReading {
  readonly amplify: number;
  /** How far in recorded time a donor may be, microseconds; 0: none are asked. */
  readonly resampleWithinUs: number;
  readonly baselineStream: Stream;
  readonly candidateStream: Stream;
}

/** The recorded outcomes of a trace. Latencies of 0 (logs round down) become 1 µs. */
export function readOutcomes(trace: Trace, reading: OutcomeReading): RecordedOutcomes {
  const { resampleWithinUs } = reading;
  const { status } = trace.columns;
  const { onBaseline = null, onCandidate = null } = answeredBy(trace) ?? {};
  const latencyUs = trace.columns.latencyUs.map((us) => (us === 0 ? 1 : us));
  const complete = onCandidate === null && !latencyUs.some(isMissing);
  return {
    latencyUs,
    code: trace.outcome,
    status,
    onBaseline,
    onCandidate,
    complete,
    alike: complete && reading.amplify === 1 ? resultsAlike(status) : null,
    amplify: reading.amplify,
    baselineDonors: onBaseline === null ? null : createDonors(trace, onBaseline, resampleWithinUs),
    candidateDonors: onCandidate === null ? null : createDonors(trace, onCandidate, resampleWithinUs),
    baselineStream: reading.baselineStream,
    candidateStream: reading.candidateStream,
    pairs: new Uint8Array(BATCH_ROWS),
  };
}

/** Where the results of rows are from that all have a latency, if all have or none has a status; else null. */
function resultsAlike(status: Uint16Array): number | null {
  if (!status.includes(STATUS_NOT_STATED)) return pairOf(RECORDED, RECORDED);
  return status.every((one) => one === STATUS_NOT_STATED) ? pairOf(MODELLED, RECORDED) : null;
}

function isMissing(us: number): boolean {
  return us < 0;
}

/** Fills the outcome columns of a batch. */
export function fillOutcomes(outcomes: RecordedOutcomes, model: OutcomeModel, state: SourceState, batch: Batch): void {
  const { alike, pairs } = outcomes;
  const { count, candidateRows, candidateCount } = batch;
  if (alike === null) {
    fillBaseline(outcomes, model, batch);
    countBaseline(state.sources, pairs, count, candidateRows, candidateCount);
  } else {
    copyBaseline(outcomes, batch);
    countBaselineAlike(state.sources, alike, count, candidateCount);
  }
  drawCandidate(model, batch);
  if (model.warmUp !== null) applyWarmUp(model.warmUp, state, batch);
  if (outcomes.onCandidate === null) countCandidate(state.sources, ALL_MODELLED, candidateCount);
  else fillRecordedCandidate(outcomes, outcomes.onCandidate, state, batch);
}

function copyBaseline(outcomes: RecordedOutcomes, batch: Batch): void {
  const { latencyUs, code } = outcomes;
  const { draw, baselineUs, baselineCode, count } = batch;
  const first = draw[0] as number;
  // Without clones, draws are rows, and a batch that arrived is consecutive ones.
  if (count >= COPIED_ROWS && draw[count - 1] === first + count - 1) {
    baselineUs.set(latencyUs.subarray(first, first + count));
    baselineCode.set(code.subarray(first, first + count));
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = draw[i] as number;
    baselineUs[i] = latencyUs[row] as number;
    baselineCode[i] = code[row] as number;
  }
}

/** As modelled where nothing was recorded, as another's where the baseline did not answer, else as recorded. */
function fillBaseline(outcomes: RecordedOutcomes, model: OutcomeModel, batch: Batch): void {
  const { latencyUs, code, status, onBaseline, complete, amplify, pairs, baselineDonors: donors } = outcomes;
  const { draw, baselineUs, baselineCode, count, drawEpoch } = batch;
  if (!complete) drawBaseline(model, batch);
  const epochStart = drawEpoch * EPOCH_REQUESTS;
  const stream = streamEpoch(outcomes.baselineStream, drawEpoch);
  for (let i = 0; i < count; i++) {
    const low = draw[i] as number;
    const index = epochStart + low;
    let row = Math.floor(index / amplify);
    let known = index === row * amplify ? RECORDED : RESAMPLED;
    if (onBaseline !== null && onBaseline[row] === 0) {
      row = donors === null ? -1 : donorOf(donors, row, draw32(stream.a, stream.b, low));
      known = RESAMPLED;
    }
    pairs[i] = ALL_MODELLED;
    if (row < 0) continue;
    const recordedUs = latencyUs[row] as number;
    if (recordedUs >= 0) baselineUs[i] = recordedUs;
    baselineCode[i] = code[row] as number;
    pairs[i] = pairOf(status[row] === STATUS_NOT_STATED ? MODELLED : known, recordedUs >= 0 ? known : MODELLED);
  }
}

/** Puts recorded and resampled outcomes over the modelled ones, and counts. */
function fillRecordedCandidate(
  outcomes: RecordedOutcomes,
  onCandidate: Uint8Array,
  state: SourceState,
  batch: Batch,
): void {
  const { latencyUs, code, status, amplify, candidateDonors: donors } = outcomes;
  const { draw, candidateRows, candidateUs, candidateCode, candidateCount, drawEpoch } = batch;
  const epochStart = drawEpoch * EPOCH_REQUESTS;
  const stream = streamEpoch(outcomes.candidateStream, drawEpoch);
  for (let nth = 0; nth < candidateCount; nth++) {
    const i = candidateRows[nth] as number;
    const low = draw[i] as number;
    const index = epochStart + low;
    const own = Math.floor(index / amplify);
    let row = own;
    if (onCandidate[own] === 0) row = donors === null ? -1 : donorOf(donors, own, draw32(stream.a, stream.b, low));
    if (row < 0) {
      countCandidate(state.sources, ALL_MODELLED, 1);
      continue;
    }
    const recordedUs = latencyUs[row] as number;
    if (recordedUs >= 0) candidateUs[i] = recordedUs;
    candidateCode[i] = code[row] as number;
    const known = row === own && index === own * amplify ? RECORDED : RESAMPLED;
    const pair = pairOf(status[row] === STATUS_NOT_STATED ? MODELLED : known, recordedUs >= 0 ? known : MODELLED);
    countCandidate(state.sources, pair, 1);
  }
}
