/**
 * Arrivals of a replayed trace. Without clones they are a straight copy of the columns. With them, each recorded
 * request is followed within a second by its clones, so arrivals are put in order one second of simulated time after
 * the other: only the requests of that second are held, and what they are does not hang on where segments end.
 */
import { draw32, DRAW_UNIT, streamEpoch, type Stream } from "../engine/kernel/random.ts";
import { loadAscending } from "../engine/kernel/draw-column.ts";
import { SECOND_US } from "../engine/kernel/units.ts";
import { BATCH_ROWS, type Batch, type WorldState } from "../engine/service/world.ts";

/** Requests whose draws share an epoch. */
export const EPOCH_REQUESTS = 2 ** 32;
/** From so many rows on, columns are copied as blocks. */
export const COPIED_ROWS = 64;
/** A held request is one number: its time within the second times this, plus its place among the second's candidates. */
const PLACES = 2 ** 33;

/** What arrivals are made of; immutable. */
export interface ArrivalColumns {
  /** Arrivals of the recorded requests, microseconds, ascending; the rate is in them. */
  readonly atUs: Float64Array;
  readonly key: Uint32Array;
  readonly route: Uint16Array;
  /** How many requests each recorded one becomes, itself included. */
  readonly amplify: number;
  /** Stream of the clones' offsets. */
  readonly offsets: Stream;
}

/** Where the arrivals stand; plain data. */
export interface ArrivalState extends WorldState {
  /** Without clones: the next row. With clones: the first row of which a request may be held or still to come. */
  row: number;
  /** Start of the second that is held; -1 before the first. */
  heldUs: number;
  /** How many requests are held, and how many of them have arrived. */
  heldCount: number;
  heldDone: number;
  held: Float64Array;
}

/** Before the first request. */
export function startArrivals(): ArrivalState {
  return { row: 0, heldUs: -1, heldCount: 0, heldDone: 0, held: new Float64Array(0) };
}

/** Fills a batch with the next requests that arrive before `untilUs`. */
export function fillArrivals(columns: ArrivalColumns, state: ArrivalState, batch: Batch, untilUs: number): void {
  if (columns.amplify === 1) fillRecorded(columns, state, batch, untilUs);
  else fillAmplified(columns, state, batch, untilUs);
}

function fillRecorded(columns: ArrivalColumns, state: ArrivalState, batch: Batch, untilUs: number): void {
  const { atUs, key, route } = columns;
  const first = state.row;
  let rows = Math.min(BATCH_ROWS, atUs.length - first);
  if (rows > 0 && (atUs[first + rows - 1] as number) >= untilUs) {
    let below = 0;
    while ((atUs[first + below] as number) < untilUs) below++;
    rows = below;
  }
  const end = first + rows;
  batch.atUs = atUs.subarray(first, end);
  batch.key = key.subarray(first, end);
  batch.route = route.subarray(first, end);
  loadAscending(batch.draw, first, rows);
  batch.count = rows;
  batch.drawEpoch = 0;
  state.row = end;
}

function fillAmplified(columns: ArrivalColumns, state: ArrivalState, batch: Batch, untilUs: number): void {
  const { key, route, amplify } = columns;
  batch.count = 0;
  batch.drawEpoch = 0;
  while (state.heldDone === state.heldCount) if (!holdNextSecond(columns, state, untilUs)) return;
  const { held, heldUs, heldCount, row: firstRow } = state;
  let done = state.heldDone;
  let count = 0;
  while (count < BATCH_ROWS && done < heldCount) {
    const packed = held[done] as number;
    const withinUs = Math.floor(packed / PLACES);
    if (heldUs + withinUs >= untilUs) break;
    const place = packed - withinUs * PLACES;
    const nth = Math.floor(place / amplify);
    const clone = place - nth * amplify;
    const row = firstRow + nth;
    const index = row * amplify + clone;
    const epoch = Math.floor(index / EPOCH_REQUESTS);
    if (count === 0) batch.drawEpoch = epoch;
    else if (batch.drawEpoch !== epoch) break;
    batch.draw[count] = index - epoch * EPOCH_REQUESTS;
    batch.atUs[count] = heldUs + withinUs;
    batch.key[count] = (key[row] as number) * amplify + clone;
    batch.route[count] = route[row] as number;
    count++;
    done++;
  }
  batch.count = count;
  state.heldDone = done;
}

/** Holds the requests of the next second that can have any and begins before `untilUs`; false when there is none. */
function holdNextSecond(columns: ArrivalColumns, state: ArrivalState, untilUs: number): boolean {
  const { atUs } = columns;
  let startUs = state.heldUs < 0 ? 0 : state.heldUs + SECOND_US;
  let row = state.row;
  // Clones come less than a second after their row.
  while (row < atUs.length && (atUs[row] as number) <= startUs - SECOND_US) row++;
  if (row === atUs.length) return false;
  const next = atUs[row] as number;
  if (next >= startUs) startUs = Math.floor(next / SECOND_US) * SECOND_US;
  if (startUs >= untilUs) return false;
  state.row = row;
  state.heldUs = startUs;
  state.heldDone = 0;
  state.heldCount = collectSecond(columns, state, row, startUs);
  return true;
}

/** Puts the requests of `[startUs, startUs + 1 s)` into `state.held`, in order of (time, row, clone); how many. */
function collectSecond(columns: ArrivalColumns, state: ArrivalState, firstRow: number, startUs: number): number {
  const { atUs, amplify, offsets } = columns;
  const endUs = startUs + SECOND_US;
  let held = state.held;
  let count = 0;
  for (let row = firstRow; row < atUs.length && (atUs[row] as number) < endUs; row++) {
    if (count + amplify > held.length) {
      const grown = new Float64Array(Math.max(2 * held.length, count + amplify));
      grown.set(held);
      held = grown;
    }
    const sinceUs = (atUs[row] as number) - startUs;
    const index = row * amplify;
    const epoch = Math.floor(index / EPOCH_REQUESTS);
    const low = index - epoch * EPOCH_REQUESTS;
    const stream = streamEpoch(offsets, epoch);
    const nextStream = low + amplify > EPOCH_REQUESTS ? streamEpoch(offsets, epoch + 1) : stream;
    const place = (row - firstRow) * amplify;
    if (sinceUs >= 0) held[count++] = sinceUs * PLACES + place;
    for (let clone = 1; clone < amplify; clone++) {
      const { a, b } = low + clone < EPOCH_REQUESTS ? stream : nextStream;
      const withinUs = sinceUs + Math.floor(draw32(a, b, (low + clone) | 0) * DRAW_UNIT * SECOND_US);
      if (withinUs >= 0 && withinUs < SECOND_US) held[count++] = withinUs * PLACES + place + clone;
    }
  }
  // All numbers differ (the place is in them), so the order is fixed.
  held.subarray(0, count).sort();
  state.held = held;
  return count;
}

/** When the last request arrives, clones included; the columns must have a row. */
export function lastArrivalUs(columns: ArrivalColumns): number {
  const { atUs, amplify, offsets } = columns;
  const lastRow = atUs.length - 1;
  let latestUs = atUs[lastRow] as number;
  for (let row = lastRow; amplify > 1 && row >= 0 && (atUs[row] as number) > latestUs - SECOND_US; row--) {
    for (let clone = 1; clone < amplify; clone++) {
      const index = row * amplify + clone;
      const epoch = Math.floor(index / EPOCH_REQUESTS);
      const { a, b } = streamEpoch(offsets, epoch);
      const offsetUs = Math.floor(draw32(a, b, (index - epoch * EPOCH_REQUESTS) | 0) * DRAW_UNIT * SECOND_US);
      latestUs = Math.max(latestUs, (atUs[row] as number) + offsetUs);
    }
  }
  return latestUs;
}
