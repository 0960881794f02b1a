/**
 * Counts the values of a world's own metrics: a sample is a request that was served, of the version that served it,
 * when it completes. Whole values in whole sums. No allocation, closure or string per request.
 */
import { DECLINED, SERVED, type Batch } from "../service/world.ts";
import type { OwnValues } from "../service/own-metric.ts";
import { BASELINE, CANDIDATE } from "./counters.ts";
import {
  HIGH_UNIT,
  MIDDLE_UNIT,
  OWN_BINS,
  OWN_HIGH,
  OWN_LOW,
  OWN_MIDDLE,
  OWN_SAMPLES,
  OWN_TRUE,
  ownBin,
  ownCounter,
  type OwnPlaces,
} from "./own-metric-counters.ts";
import type { Recording } from "./recording.ts";
import type { SliceRecording } from "./slice-recorder.ts";

/** The candidate is serving it, */
const BY_CANDIDATE = 1;
/** and the baseline would serve it as well. */
const BASELINE_SERVES = 2;

/** Served requests that complete later, with their values. Plain data; the arrays are replaced by longer ones. */
export interface OwnInFlight {
  count: number;
  atUs: Float64Array;
  /** How long the candidate takes. */
  tookUs: Int32Array;
  bits: Uint8Array;
  cell: Uint16Array;
  /** Per sample: what it is worth by whoever serves it, by metric; then what it would be by the baseline. */
  values: Float64Array;
}

/** None, of a world with so many metrics. */
export function createOwnInFlight(metrics: number): OwnInFlight {
  return {
    count: 0,
    atUs: new Float64Array(256),
    tookUs: new Int32Array(256),
    bits: new Uint8Array(256),
    cell: new Uint16Array(256),
    values: new Float64Array(256 * 2 * metrics),
  };
}

/** Where samples go: the whole, and the cells of a grid of slices (none where nobody asks for slices). */
export interface OwnTargets {
  readonly whole: Pick<Recording, "counters" | "histograms">;
  readonly cells: SliceRecording;
}

/** Scratch space for a batch: no state. */
export interface OwnScratch {
  readonly values: OwnValues;
  /** Cell of each row; all 0 where there are no slices. */
  readonly cellOfRow: Uint16Array;
}

/** Records the served requests of a batch whose values are final. What completes at `untilUs` or later waits. */
export function recordOwnValues(
  places: OwnPlaces,
  targets: OwnTargets,
  inFlight: OwnInFlight,
  scratch: OwnScratch,
  batch: Batch,
  untilUs: number,
  fallsBack: boolean,
): void {
  const { count, atUs, baselineUs, baselineCode, baselineRows, candidateRows, candidateCount } = batch;
  const { candidateUs, candidateCode } = batch;
  reserve(inFlight, count, places.metrics.length);
  const ofBaseline = count - candidateCount;
  for (let row = 0; row < ofBaseline; row++) {
    const i = baselineRows[row] as number;
    if (baselineCode[i] !== SERVED) continue;
    const us = baselineUs[i] as number;
    take(places, targets, inFlight, scratch, i, (atUs[i] as number) + us, 0, untilUs, 0);
  }
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const us = candidateUs[i] as number;
    const baselineServes = baselineCode[i] === SERVED;
    if (candidateCode[i] === SERVED) {
      const bits = baselineServes ? BY_CANDIDATE | BASELINE_SERVES : BY_CANDIDATE;
      take(places, targets, inFlight, scratch, i, (atUs[i] as number) + us, us, untilUs, bits);
    } else if (fallsBack && baselineServes) {
      const doneUs = (atUs[i] as number) + (candidateCode[i] === DECLINED ? 0 : us) + (baselineUs[i] as number);
      take(places, targets, inFlight, scratch, i, doneUs, 0, untilUs, 0);
    }
  }
}

function take(
  places: OwnPlaces,
  targets: OwnTargets,
  inFlight: OwnInFlight,
  { values, cellOfRow }: OwnScratch,
  row: number,
  doneUs: number,
  tookUs: number,
  untilUs: number,
  bits: number,
): void {
  const { baseline, candidate } = values;
  const columns = (bits & BY_CANDIDATE) === 0 ? baseline : candidate;
  const version = (bits & BY_CANDIDATE) === 0 ? BASELINE : CANDIDATE;
  const metrics = columns.length;
  const cell = cellOfRow[row] as number;
  if (doneUs < untilUs) {
    for (let metric = 0; metric < metrics; metric++) {
      count(places, targets, cell, metric, version, (columns[metric] as Float64Array)[row] as number);
    }
    return;
  }
  const at = inFlight.count++;
  inFlight.atUs[at] = doneUs;
  inFlight.tookUs[at] = tookUs;
  inFlight.bits[at] = bits;
  inFlight.cell[at] = cell;
  const start = at * 2 * metrics;
  for (let metric = 0; metric < metrics; metric++) {
    inFlight.values[start + metric] = (columns[metric] as Float64Array)[row] as number;
    inFlight.values[start + metrics + metric] = (baseline[metric] as Float64Array)[row] as number;
  }
}

/** Counts what waited and completes before `untilUs`; what does not goes on waiting, in the same order. */
export function completeOwnValues(
  places: OwnPlaces,
  targets: OwnTargets,
  inFlight: OwnInFlight,
  untilUs: number,
): void {
  const metrics = places.metrics.length;
  let kept = 0;
  for (let i = 0; i < inFlight.count; i++) {
    if ((inFlight.atUs[i] as number) >= untilUs) {
      move(inFlight, i, kept++, metrics);
      continue;
    }
    const version = ((inFlight.bits[i] as number) & BY_CANDIDATE) === 0 ? BASELINE : CANDIDATE;
    const start = i * 2 * metrics;
    for (let metric = 0; metric < metrics; metric++) {
      const value = inFlight.values[start + metric] as number;
      count(places, targets, inFlight.cell[i] as number, metric, version, value);
    }
  }
  inFlight.count = kept;
}

/**
 * The candidate is stopped: what it was serving is served by the baseline, where requests fall back and the baseline
 * would have served (as long after now as the candidate would have taken in all, see `cut-off.ts`), else by nobody.
 */
export function cutOffOwnValues(inFlight: OwnInFlight, nowUs: number, fallsBack: boolean): void {
  const metrics = inFlight.values.length / inFlight.atUs.length / 2;
  let kept = 0;
  for (let i = 0; i < inFlight.count; i++) {
    const bits = inFlight.bits[i] as number;
    if ((bits & BY_CANDIDATE) !== 0) {
      if (!fallsBack || (bits & BASELINE_SERVES) === 0) continue;
      inFlight.atUs[i] = nowUs + (inFlight.tookUs[i] as number);
      inFlight.bits[i] = 0;
      const start = i * 2 * metrics;
      inFlight.values.copyWithin(start, start + metrics, start + 2 * metrics);
    }
    move(inFlight, i, kept++, metrics);
  }
  inFlight.count = kept;
}

function move(inFlight: OwnInFlight, from: number, to: number, metrics: number): void {
  if (from === to) return;
  const { atUs, tookUs, bits, cell, values } = inFlight;
  atUs[to] = atUs[from] as number;
  tookUs[to] = tookUs[from] as number;
  bits[to] = bits[from] as number;
  cell[to] = cell[from] as number;
  values.copyWithin(to * 2 * metrics, from * 2 * metrics, (from + 1) * 2 * metrics);
}

function count(
  places: OwnPlaces,
  { whole, cells }: OwnTargets,
  cell: number,
  metric: number,
  version: number,
  value: number,
): void {
  if (value < 0) return;
  const at = ownCounter(places.countersAt, metric, version);
  const binsAt = places.binsAt[metric] as number;
  const bin = binsAt === -1 ? -1 : binsAt + version * OWN_BINS + ownBin(value);
  countIn(whole.counters, whole.histograms, at, bin, value);
  if (cells.length === 0) return;
  const { counters, histograms } = (cells[cell] as SliceRecording[number]).recording;
  countIn(counters, histograms, at, bin, value);
}

function countIn(counters: Float64Array, histograms: Uint32Array, at: number, bin: number, value: number): void {
  counters[at + OWN_SAMPLES] = (counters[at + OWN_SAMPLES] as number) + 1;
  if (bin === -1) {
    counters[at + OWN_TRUE] = (counters[at + OWN_TRUE] as number) + value;
    return;
  }
  const high = Math.floor(value / HIGH_UNIT);
  const rest = value - high * HIGH_UNIT;
  const middle = Math.floor(rest / MIDDLE_UNIT);
  counters[at + OWN_HIGH] = (counters[at + OWN_HIGH] as number) + high;
  counters[at + OWN_MIDDLE] = (counters[at + OWN_MIDDLE] as number) + middle;
  counters[at + OWN_LOW] = (counters[at + OWN_LOW] as number) + (rest - middle * MIDDLE_UNIT);
  histograms[bin] = (histograms[bin] as number) + 1;
}

function reserve(inFlight: OwnInFlight, more: number, metrics: number): void {
  const needed = inFlight.count + more;
  if (needed <= inFlight.atUs.length) return;
  let length = inFlight.atUs.length;
  while (length < needed) length *= 2;
  const { atUs, tookUs, bits, cell, values } = inFlight;
  inFlight.atUs = new Float64Array(length);
  inFlight.tookUs = new Int32Array(length);
  inFlight.bits = new Uint8Array(length);
  inFlight.cell = new Uint16Array(length);
  inFlight.values = new Float64Array(length * 2 * metrics);
  inFlight.atUs.set(atUs);
  inFlight.tookUs.set(tookUs);
  inFlight.bits.set(bits);
  inFlight.cell.set(cell);
  inFlight.values.set(values);
}
