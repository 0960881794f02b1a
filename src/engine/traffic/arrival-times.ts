/**
 * When requests arrive: one filler of the batch's column of times per kind of traffic. A filler moves the state on
 * request by request, so it does not matter how time is cut.
 */
import { invariant } from "../kernel/assert.ts";
import { drawColumn, loadIndices } from "../kernel/draw-column.ts";
import { deriveStream, draw32, streamEpoch, type Stream } from "../kernel/random.ts";
import { SECOND_US } from "../kernel/units.ts";
import { stayLengthUs } from "../service/burst-timeline.ts";
import { sampleColumn, sampleTable, type QuantileTable } from "../service/quantile-table.ts";
import { BATCH_ROWS, type Batch, type WorldState } from "../service/world.ts";
import { exponentialTable } from "./exponential-gaps.ts";
import { createRateCurve, moveOn, type CurvePlace } from "./rate-curve.ts";
import type { ArrivalModel, BurstyArrivals, VaryingArrivals } from "./traffic.ts";

/** Scratch: gaps after the requests of a batch. */
const gapColumn = new Float64Array(BATCH_ROWS);

/** Times of arrival of one kind of traffic. */
export interface ArrivalTimes {
  /** The part of the state that is moved on; `nextUs` is the next arrival, not rounded. */
  readonly start: () => WorldState & { nextUs: number };
  /**
   * Fills `atUs` with the next arrivals before `untilUs`, at most `rows` of them, and returns how many. `first` is the
   * index of the first one within its epoch, `requests` in all; the batch's `draw` has the indices of all rows.
   */
  readonly fill: (
    batch: Batch,
    state: WorldState,
    epoch: number,
    first: number,
    requests: number,
    rows: number,
    untilUs: number,
  ) => number;
}

/** The times of a model under a seed. */
export function createArrivalTimes(model: ArrivalModel, seed: string): ArrivalTimes {
  const stream = deriveStream(seed, "traffic/gaps");
  switch (model.kind) {
    case "constant":
      return {
        start: () => ({ nextUs: 0 }),
        fill: (batch, state, _epoch, _first, requests, rows, untilUs) =>
          fillEvenly(batch, state, requests, rows, untilUs, model.perSecond),
      };
    case "poisson": {
      const meanUs = SECOND_US / model.perSecond;
      const gaps = exponentialTable(meanUs);
      return {
        start: () => ({ nextUs: firstGap(gaps, stream) }),
        fill: (batch, state, epoch, first, _requests, rows, untilUs) =>
          fillPoisson(batch, state, streamEpoch(stream, epoch), gaps, meanUs, first, rows, untilUs),
      };
    }
    case "varying":
      return varyingTimes(model, stream);
    case "bursts":
      return burstyTimes(model, stream, deriveStream(seed, "traffic/bursts"));
  }
}

/** The gap before the first request; those after requests are drawn by their index. */
function firstGap(gaps: QuantileTable, stream: Stream): number {
  return sampleTable(gaps, 0, draw32(stream.b, stream.a, 0));
}

function fillPoisson(
  batch: Batch,
  state: WorldState,
  stream: Stream,
  gaps: QuantileTable,
  meanUs: number,
  first: number,
  rows: number,
  untilUs: number,
): number {
  // Where the next arrivals will hardly reach the end, they are made without looking at it; if they do, once more.
  if (untilUs - (state.nextUs as number) > meanUs * rows * 1.25) {
    if (fillPoissonRows(batch, state, stream, gaps, rows, untilUs)) return rows;
  }
  const { atUs } = batch;
  const { a, b } = stream;
  let nextUs = state.nextUs as number;
  let count = 0;
  while (count < rows && nextUs < untilUs) {
    atUs[count] = Math.floor(nextUs);
    nextUs += sampleTable(gaps, 0, draw32(a, b, (first + count) | 0));
    count++;
  }
  state.nextUs = nextUs;
  return count;
}

/** All of the rows; false, and the state as it was, where the last one is not before the end. */
function fillPoissonRows(
  { atUs, draw }: Batch,
  state: WorldState,
  { a, b }: Stream,
  gaps: QuantileTable,
  rows: number,
  untilUs: number,
): boolean {
  loadIndices(draw, rows);
  sampleColumn(gaps, drawColumn(0, a, b, rows), gapColumn, rows);
  let nextUs = state.nextUs as number;
  for (let row = 0; row < rows; row++) {
    atUs[row] = Math.floor(nextUs);
    nextUs += gapColumn[row] as number;
  }
  if ((atUs[rows - 1] as number) >= untilUs) return false;
  state.nextUs = nextUs;
  return true;
}

function fillEvenly(
  batch: Batch,
  state: WorldState,
  requests: number,
  rows: number,
  untilUs: number,
  perSecond: number,
): number {
  const { atUs } = batch;
  let nextUs = state.nextUs as number;
  let count = 0;
  while (count < rows && nextUs < untilUs) {
    atUs[count++] = Math.floor(nextUs);
    // Computed from the count, not summed up, so that the spacing does not drift.
    nextUs = ((requests + count) * SECOND_US) / perSecond;
  }
  state.nextUs = nextUs;
  return count;
}

function varyingTimes(model: VaryingArrivals, stream: Stream): ArrivalTimes {
  const curve = createRateCurve(model);
  const gaps = model.spacing === "even" ? null : exponentialTable(1);
  return {
    start: () => {
      const place: CurvePlace & { nextUs: number } = { cycleStartUs: 0, piece: 0, massInPiece: 0, nextUs: 0 };
      place.nextUs = moveOn(curve, place, gaps === null ? 0 : firstGap(gaps, stream));
      return { ...place };
    },
    fill: (batch, state, epoch, first, _requests, rows, untilUs) => {
      const { atUs } = batch;
      const { a, b } = streamEpoch(stream, epoch);
      const place = state as WorldState & CurvePlace;
      let nextUs = state.nextUs as number;
      let count = 0;
      while (count < rows && nextUs < untilUs) {
        atUs[count] = Math.floor(nextUs);
        const gap = gaps === null ? 1 : sampleTable(gaps, 0, draw32(a, b, (first + count) | 0));
        nextUs = Math.max(nextUs, moveOn(curve, place, gap));
        count++;
      }
      state.nextUs = nextUs;
      return count;
    },
  };
}

function burstyTimes(model: BurstyArrivals, stream: Stream, stays: Stream): ArrivalTimes {
  const means = { calmUs: model.calmUs, burstUs: model.burstUs };
  const calmRate = model.calmPerSecond / SECOND_US;
  const burstRate = model.burstPerSecond / SECOND_US;
  invariant(calmRate > 0 || burstRate > 0, "traffic in bursts has no requests");
  const gaps = exponentialTable(1);
  /** Moves the state on by so much of the clock of expected requests. */
  const move = (state: BurstyState, requests: number): number => {
    let mass = state.massInStay + requests;
    let rate = (state.stay & 1) === 0 ? calmRate : burstRate;
    while (mass >= rate * state.stayUs) {
      mass -= rate * state.stayUs;
      state.stayStartUs += state.stayUs;
      state.stay++;
      state.stayUs = stayLengthUs(stays, means, state.stay);
      rate = (state.stay & 1) === 0 ? calmRate : burstRate;
    }
    state.massInStay = mass;
    return state.stayStartUs + Math.min(mass / rate, state.stayUs);
  };
  return {
    start: () => {
      const state = { stay: 0, stayStartUs: 0, stayUs: stayLengthUs(stays, means, 0), massInStay: 0, nextUs: 0 };
      state.nextUs = move(state, firstGap(gaps, stream));
      return state;
    },
    fill: (batch, state, epoch, first, _requests, rows, untilUs) => {
      const { atUs } = batch;
      const { a, b } = streamEpoch(stream, epoch);
      const bursty = state as WorldState & BurstyState;
      let nextUs = state.nextUs as number;
      let count = 0;
      while (count < rows && nextUs < untilUs) {
        atUs[count] = Math.floor(nextUs);
        nextUs = Math.max(nextUs, move(bursty, sampleTable(gaps, 0, draw32(a, b, (first + count) | 0))));
        count++;
      }
      state.nextUs = nextUs;
      return count;
    },
  };
}

/** So many requests into a stay, which began and lasts so long. */
interface BurstyState {
  stay: number;
  stayStartUs: number;
  stayUs: number;
  massInStay: number;
}
