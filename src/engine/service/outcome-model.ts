/**
 * Both potential outcomes of a batch of requests, drawn from version models: tables and thresholds laid out per
 * route, and the loop that reads them.
 */
import { invariant } from "../kernel/assert.ts";
import { drawColumn, loadIndices } from "../kernel/draw-column.ts";
import { deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { HAS_SIMD, followBaseline, followRows, type Following } from "./following-column.ts";
import { behavioursByCell, type Behaviour } from "./behaviour.ts";
import { ERROR_KINDS_MAX, PLAIN_ERROR, TIMEOUT_ERROR, errorKindsOf } from "./error-kinds.ts";
import { applyErrorManner, layOutErrorManner, type ErrorManner } from "./error-manner.ts";
import {
  QUANTILE_TABLE_LENGTH,
  createQuantileTable,
  sampleLatencies,
  sampleLatenciesAt,
  sampleTable,
} from "./quantile-table.ts";
import { segmentCount } from "./segments.ts";
import { cutOff, layOutTimeouts } from "./timeouts.ts";
import type { LatencyModel, VersionModel, WarmUp } from "./version-model.ts";
import { BATCH_ROWS, DECLINED, type Batch, type SegmentDimension } from "./world.ts";

/** Draws are made for all rows of a batch, not for the candidate's one by one, from one in so many on. */
const DENSE_FROM = 12;
/** The same for a candidate that follows the baseline. */
const FOLLOWING_DENSE_FROM = 5;
/** Cells are numbered in 16 bits. */
const CELLS_MAX = 65_536;

/** One version, laid out by cell: the route, or where users are divided, the route times the segments plus the segment. */
interface VersionLayout {
  /** Distinct tables one after the other. */
  readonly tables: Float64Array;
  /** Where the cell's table starts; -1: relative to the baseline's latency. */
  readonly tableOffset: Int32Array;
  readonly factor: Float64Array;
  readonly addUs: Float64Array;
  /** Threshold of the draw of an own failure. */
  readonly errorThreshold: Float64Array;
  /** 1: fails wherever the baseline fails, besides its own failures. */
  readonly errorsFollowBaseline: Uint8Array;
  readonly declineThreshold: Float64Array;
  /** Every cell has the same latency of its own and the same own failures, and none declines: the short loop serves. */
  readonly isPlain: boolean;
  /** Every cell is the baseline's latency and failures, changed alike as told, and none declines; else null. */
  readonly following: Following | null;
  /** Null: failures are all of the plain kind, and come at a rate that never changes. */
  readonly manner: ErrorManner | null;
  /** By cell; null: none. */
  readonly timeoutsUs: Int32Array | null;
}

/** Version models made ready for drawing. Immutable but for `cells`, which is scratch space. */
export interface OutcomeModel {
  readonly baseline: VersionLayout;
  readonly candidate: VersionLayout;
  readonly candidateDeclines: boolean;
  readonly warmUp: WarmUp | null;
  readonly latencyStream: Stream;
  readonly baselineErrorStream: Stream;
  readonly candidateErrorStream: Stream;
  readonly candidateDeclineStream: Stream;
  /** Names of the kinds of failure; code = index + 1. */
  readonly errorKinds: readonly string[];
  /** 1: cells are routes. */
  readonly segmentCount: number;
  readonly keySegment: Uint8Array;
  readonly cells: Uint16Array;
}

/** What a world knows besides its routes. */
export interface OutcomeSetting {
  /** How users are divided, and the segment of each key. */
  readonly segments?: readonly SegmentDimension[];
  readonly keySegment?: Uint8Array;
  /** Kinds of failure that come first, the plain one at their head; `error` alone if not given. */
  readonly firstKinds?: readonly string[];
  /** Kinds of failure that something else than the versions causes: faults. */
  readonly otherKinds?: readonly string[];
}

/** Lays two version models out for these routes. The baseline's models must be its own, not relative. */
export function createOutcomeModel(
  routes: readonly string[],
  baseline: VersionModel,
  candidate: VersionModel,
  seed: string,
  setting: OutcomeSetting = {},
): OutcomeModel {
  const { segments = [], keySegment = new Uint8Array(0), firstKinds = [PLAIN_ERROR], otherKinds = [] } = setting;
  const errorKinds = errorKindsOf(firstKinds, [baseline, candidate], otherKinds);
  invariant(errorKinds.length <= ERROR_KINDS_MAX, "there are more kinds of failure than codes");
  invariant(routes.length * segmentCount(segments) <= CELLS_MAX, "there are too many routes times segments");
  const baselineCells = behavioursByCell(routes, segments, baseline);
  const candidateCells = behavioursByCell(routes, segments, candidate).map((cell, i) => ({
    ...cell,
    timeoutUs: cell.timeoutUs ?? baselineCells[i]?.timeoutUs,
  }));
  const laidOut = layOut(candidateCells, errorKinds, "candidate", seed);
  return {
    baseline: layOut(baselineCells, errorKinds, "baseline", seed),
    candidate: laidOut,
    candidateDeclines: laidOut.declineThreshold.some((threshold) => threshold > 0),
    warmUp: candidate.warmUp ?? null,
    latencyStream: deriveStream(seed, "outcome/latency"),
    baselineErrorStream: deriveStream(seed, "outcome/baseline/errors"),
    candidateErrorStream: deriveStream(seed, "outcome/candidate/errors"),
    candidateDeclineStream: deriveStream(seed, "outcome/candidate/declines"),
    errorKinds,
    segmentCount: segmentCount(segments),
    keySegment,
    cells: new Uint16Array(BATCH_ROWS),
  };
}

function layOut(cells: readonly Behaviour[], errorKinds: readonly string[], name: string, seed: string): VersionLayout {
  const distinct: LatencyModel[] = [];
  const offsetOf = (latency: LatencyModel): number => {
    if (latency.kind === "relative") return -1;
    const known = distinct.indexOf(latency);
    return (known === -1 ? distinct.push(latency) - 1 : known) * QUANTILE_TABLE_LENGTH;
  };
  const offsets = Int32Array.from(cells, ({ latency }) => offsetOf(latency));
  const first = cells[0];
  const isPlain = cells.every(
    ({ errors, declinePpm }, cell) =>
      offsets[cell] === 0 && errors.kind === "own" && errors === first?.errors && declinePpm === 0,
  );
  const isFollowing = cells.every(
    ({ latency, errors, declinePpm }) =>
      latency.kind === "relative" &&
      latency === first?.latency &&
      errors.kind === "relative" &&
      errors === first?.errors &&
      declinePpm === 0,
  );
  const factor = Float64Array.from(cells, ({ latency }) => (latency.kind === "relative" ? latency.factor : 1));
  const addUs = Float64Array.from(cells, ({ latency }) => (latency.kind === "relative" ? latency.addUs : 0));
  const errorThreshold = Float64Array.from(cells, ({ errors }) =>
    drawThresholdFromPpm(errors.kind === "own" ? errors.ppm : errors.addPpm),
  );
  const following = { factor: factor[0] ?? 1, addUs: addUs[0] ?? 0, threshold: errorThreshold[0] ?? 0 };
  const tables = new Float64Array(distinct.length * QUANTILE_TABLE_LENGTH);
  distinct.forEach((latency, i) => tables.set(createQuantileTable(latency), i * QUANTILE_TABLE_LENGTH));
  return {
    tables,
    tableOffset: offsets,
    factor,
    addUs,
    errorThreshold,
    errorsFollowBaseline: Uint8Array.from(cells, ({ errors }) => (errors.kind === "relative" ? 1 : 0)),
    declineThreshold: Float64Array.from(cells, ({ declinePpm }) => drawThresholdFromPpm(declinePpm)),
    isPlain,
    following: isFollowing ? following : null,
    manner: layOutErrorManner(
      cells.map(({ errors }) => errors),
      errorKinds,
      name,
      seed,
    ),
    timeoutsUs: layOutTimeouts(cells.map(({ timeoutUs }) => timeoutUs)),
  };
}

/** Fills the outcome columns: the baseline's for all rows, the candidate's for those routed to it. */
export function drawOutcomes(model: OutcomeModel, batch: Batch): void {
  drawBaseline(model, batch);
  drawCandidate(model, batch);
}

/** The baseline's outcomes of all rows. */
export function drawBaseline(model: OutcomeModel, batch: Batch): void {
  if (model.baseline.isPlain) drawPlainBaseline(model, batch);
  else drawVariedBaseline(model, batch);
  const { manner, errorsFollowBaseline } = model.baseline;
  if (manner === null) return;
  applyErrorManner(manner, batch, {
    code: batch.baselineCode,
    rows: null,
    count: batch.count,
    cells: cellsOf(model, batch),
    follows: errorsFollowBaseline,
    inherited: batch.baselineCode,
    errorStream: model.baselineErrorStream,
  });
}

/** The candidate's outcomes of the rows routed to it; relative parts read the baseline's columns, which must be filled. */
export function drawCandidate(model: OutcomeModel, batch: Batch): void {
  if (model.candidate.isPlain) drawPlainCandidate(model, batch);
  else if (model.candidate.following !== null) drawFollowingCandidate(model, batch, model.candidate.following);
  else drawVariedCandidate(model, batch);
  const { manner, errorsFollowBaseline } = model.candidate;
  if (manner === null) return;
  applyErrorManner(manner, batch, {
    code: batch.candidateCode,
    rows: batch.candidateRows,
    count: batch.candidateCount,
    cells: cellsOf(model, batch),
    follows: errorsFollowBaseline,
    inherited: batch.baselineCode,
    errorStream: model.candidateErrorStream,
  });
}

/** What `World.settle` is for these versions: their timeouts; undefined where they have none. */
export function settlerOf(model: OutcomeModel): ((batch: Batch) => void) | undefined {
  const { baseline, candidate } = model;
  if (baseline.timeoutsUs === null && candidate.timeoutsUs === null) return undefined;
  const code = model.errorKinds.indexOf(TIMEOUT_ERROR) + 1;
  return (batch) => {
    const cells = cellsOf(model, batch);
    const { baselineUs, baselineCode, candidateUs, candidateCode, candidateRows } = batch;
    if (baseline.timeoutsUs !== null) cutOff(baseline.timeoutsUs, code, batch, cells, baselineUs, baselineCode, null);
    if (candidate.timeoutsUs !== null) {
      cutOff(candidate.timeoutsUs, code, batch, cells, candidateUs, candidateCode, candidateRows);
    }
  };
}

/** The cell of each row. */
function cellsOf(model: OutcomeModel, batch: Batch): Uint16Array {
  const { segmentCount: segments, keySegment, cells } = model;
  if (segments === 1) return batch.route;
  const { route, key, count } = batch;
  for (let i = 0; i < count; i++) {
    cells[i] = (route[i] as number) * segments + (keySegment[key[i] as number] as number);
  }
  return cells;
}

function drawPlainBaseline(model: OutcomeModel, batch: Batch): void {
  const { tables } = model.baseline;
  const threshold = model.baseline.errorThreshold[0] as number;
  const { draw, baselineUs, baselineCode, count, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const errors = streamEpoch(model.baselineErrorStream, drawEpoch);
  loadIndices(draw, count);
  sampleLatencies(tables, drawColumn(0, latency.a, latency.b, count), baselineUs, count);
  const drawn = drawColumn(1, errors.a, errors.b, count);
  for (let i = 0; i < count; i++) baselineCode[i] = (drawn[i] as number) < threshold ? 1 : 0;
}

function drawPlainCandidate(model: OutcomeModel, batch: Batch): void {
  const { tables } = model.candidate;
  const threshold = model.candidate.errorThreshold[0] as number;
  const { draw, candidateUs, candidateCode, candidateRows, candidateCount, count, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const errors = streamEpoch(model.candidateErrorStream, drawEpoch);
  if (candidateCount * DENSE_FROM < count) {
    const la = latency.a;
    const lb = latency.b;
    const ea = errors.a;
    const eb = errors.b;
    for (let row = 0; row < candidateCount; row++) {
      const i = candidateRows[row] as number;
      const index = draw[i] as number;
      candidateUs[i] = sampleTable(tables, 0, draw32(la, lb, index)) | 0;
      candidateCode[i] = draw32(ea, eb, index) < threshold ? 1 : 0;
    }
    return;
  }
  loadIndices(draw, count);
  sampleLatenciesAt(tables, drawColumn(0, latency.a, latency.b, count), candidateUs, candidateRows, candidateCount);
  const drawn = drawColumn(1, errors.a, errors.b, count);
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    candidateCode[i] = (drawn[i] as number) < threshold ? 1 : 0;
  }
}

/** The candidate's latencies as the baseline's, changed; its failures the baseline's, and its own besides. */
function drawFollowingCandidate(model: OutcomeModel, batch: Batch, following: Following): void {
  const { candidateCount, count, drawEpoch } = batch;
  const errors = streamEpoch(model.candidateErrorStream, drawEpoch);
  if (HAS_SIMD && candidateCount * FOLLOWING_DENSE_FROM >= count) followBaseline(batch, errors, following);
  else followRows(batch, errors, following);
}

function drawVariedBaseline(model: OutcomeModel, batch: Batch): void {
  const cells = cellsOf(model, batch);
  const { tables, tableOffset, errorThreshold } = model.baseline;
  const { draw, baselineUs, baselineCode, count, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const errors = streamEpoch(model.baselineErrorStream, drawEpoch);
  loadIndices(draw, count);
  const latencyDrawn = drawColumn(0, latency.a, latency.b, count);
  const errorDrawn = drawColumn(1, errors.a, errors.b, count);
  for (let i = 0; i < count; i++) {
    const at = cells[i] as number;
    baselineUs[i] = sampleTable(tables, tableOffset[at] as number, latencyDrawn[i] as number) | 0;
    baselineCode[i] = (errorDrawn[i] as number) < (errorThreshold[at] as number) ? 1 : 0;
  }
}

function drawVariedCandidate(model: OutcomeModel, batch: Batch): void {
  const cells = cellsOf(model, batch);
  const { tables, tableOffset, factor, addUs, errorThreshold, errorsFollowBaseline, declineThreshold } =
    model.candidate;
  const { draw, baselineUs, baselineCode, candidateUs, candidateCode, drawEpoch } = batch;
  const { candidateRows, candidateCount } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const errors = streamEpoch(model.candidateErrorStream, drawEpoch);
  const declines = streamEpoch(model.candidateDeclineStream, drawEpoch);
  const candidateDeclines = model.candidateDeclines;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const index = draw[i] as number;
    const at = cells[i] as number;
    const offset = tableOffset[at] as number;
    if (offset >= 0) {
      candidateUs[i] = sampleTable(tables, offset, draw32(latency.a, latency.b, index)) | 0;
    } else {
      const us = (baselineUs[i] as number) * (factor[at] as number) + (addUs[at] as number);
      candidateUs[i] = Math.min(Math.max(us, 1), LATENCY_US_MAX);
    }
    let code = draw32(errors.a, errors.b, index) < (errorThreshold[at] as number) ? 1 : 0;
    if (errorsFollowBaseline[at] === 1 && baselineCode[i] !== 0) code = baselineCode[i] as number;
    if (candidateDeclines && draw32(declines.a, declines.b, index) < (declineThreshold[at] as number)) {
      code = DECLINED;
    }
    candidateCode[i] = code;
  }
}
