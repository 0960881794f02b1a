/**
 * Both potential outcomes of replayed requests. What a version did with a request is recorded where the trace says that
 * it answered; else it is resampled from what it did with requests of the same route near in time; else it comes from
 * its model, the candidate's on top of the baseline's outcome. Counts which of the candidate's outcomes were which.
 */
import { draw32, streamEpoch, type Stream } from "../engine/kernel/random.ts";
import { drawBaseline, drawCandidate, type OutcomeModel } from "../engine/service/outcome-model.ts";
import { applyWarmUp } from "../engine/service/warm-up.ts";
import type { Batch, WorldState } from "../engine/service/world.ts";
import { VERSION_CANDIDATE, type Trace } from "./columns.ts";
import { createDonors, donorOf, type Donors } from "./donors.ts";
import { COPIED_ROWS, EPOCH_REQUESTS } from "./trace-arrivals.ts";

/** Outcomes of candidates over the requests routed to it, by where they are from. */
export interface OutcomeSources {
  /** The trace says what the candidate did with this request. */
  readonly recorded: number;
  /** Taken from a recorded outcome of the candidate with another request: one near in time, or a clone's original. */
  readonly resampled: number;
  /** From the candidate's model. */
  readonly modelled: number;
}

/** The part of the state that counts them; plain data. */
export interface OutcomeState extends WorldState {
  recorded: number;
  resampled: number;
  modelled: number;
}

/** What outcomes are read from; immutable. */
export interface RecordedOutcomes {
  /** Recorded latency by row, at least 1; negative: not recorded. */
  readonly latencyUs: Int32Array;
  /** Recorded code by row. */
  readonly code: Uint8Array;
  /** 1 where the candidate answered; null: nowhere. */
  readonly onCandidate: Uint8Array | null;
  /** True when every row has a latency of the baseline: outcomes are a straight copy. */
  readonly complete: boolean;
  readonly amplify: number;
  /** Whose outcomes stand in for those that a version was not asked for; null: nobody's. */
  readonly baselineDonors: Donors | null;
  readonly candidateDonors: Donors | null;
  /** Streams of the draws among donors. */
  readonly baselineStream: Stream;
  readonly candidateStream: Stream;
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
  const { version } = trace.columns;
  const onCandidate = version.includes(VERSION_CANDIDATE)
    ? version.map((value) => (value === VERSION_CANDIDATE ? 1 : 0))
    : null;
  const latencyUs = trace.columns.latencyUs.map((us) => (us === 0 ? 1 : us));
  const onBaseline = onCandidate?.map((isCandidate) => 1 - isCandidate) ?? null;
  return {
    latencyUs,
    code: trace.outcome,
    onCandidate,
    complete: onCandidate === null && !latencyUs.some(isMissing),
    amplify: reading.amplify,
    baselineDonors: onBaseline === null ? null : createDonors(trace, onBaseline, resampleWithinUs),
    candidateDonors: onCandidate === null ? null : createDonors(trace, onCandidate, resampleWithinUs),
    baselineStream: reading.baselineStream,
    candidateStream: reading.candidateStream,
  };
}

function isMissing(us: number): boolean {
  return us < 0;
}

/** Fills the outcome columns of a batch. */
export function fillOutcomes(outcomes: RecordedOutcomes, model: OutcomeModel, state: OutcomeState, batch: Batch): void {
  if (outcomes.complete && outcomes.amplify === 1) copyBaseline(outcomes, batch);
  else fillBaseline(outcomes, model, batch);
  drawCandidate(model, batch);
  if (model.warmUp !== null) applyWarmUp(model.warmUp, state, batch);
  if (outcomes.onCandidate !== null) {
    fillRecordedCandidate(outcomes, outcomes.onCandidate, state, batch);
  } else {
    state.modelled += batch.candidateCount;
  }
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

/** As modelled where nothing was recorded, as another's where the candidate answered, else as recorded. */
function fillBaseline(outcomes: RecordedOutcomes, model: OutcomeModel, batch: Batch): void {
  const { latencyUs, code, onCandidate, complete, amplify, baselineDonors: donors } = outcomes;
  const { draw, baselineUs, baselineCode, count, drawEpoch } = batch;
  if (!complete) drawBaseline(model, batch);
  const epochStart = drawEpoch * EPOCH_REQUESTS;
  const stream = streamEpoch(outcomes.baselineStream, drawEpoch);
  for (let i = 0; i < count; i++) {
    const index = draw[i] as number;
    let row = Math.floor((epochStart + index) / amplify);
    if (onCandidate !== null && onCandidate[row] === 1) {
      if (donors === null) continue;
      row = donorOf(donors, row, draw32(stream.a, stream.b, index));
      if (row < 0) continue;
    }
    const recordedUs = latencyUs[row] as number;
    if (recordedUs >= 0) baselineUs[i] = recordedUs;
    baselineCode[i] = code[row] as number;
  }
}

/** Puts recorded and resampled outcomes over the modelled ones, and counts. */
function fillRecordedCandidate(
  outcomes: RecordedOutcomes,
  onCandidate: Uint8Array,
  state: OutcomeState,
  batch: Batch,
): void {
  const { latencyUs, code, amplify, candidateDonors: donors } = outcomes;
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
      state.modelled++;
      continue;
    }
    if ((latencyUs[row] as number) >= 0) candidateUs[i] = latencyUs[row] as number;
    candidateCode[i] = code[row] as number;
    if (row === own && index === own * amplify) state.recorded++;
    else state.resampled++;
  }
}
