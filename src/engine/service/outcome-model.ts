/**
 * Both potential outcomes of a batch of requests, drawn from version models: tables and thresholds laid out per
 * route, and the loop that reads them.
 */
import { deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { QUANTILE_TABLE_LENGTH, createQuantileTable, sampleTable } from "./quantile-table.ts";
import type { LatencyModel, VersionModel } from "./version-model.ts";
import { DECLINED, type Batch } from "./world.ts";

/** One version, laid out by route index. */
interface VersionLayout {
  /** Distinct tables one after the other. */
  readonly tables: Float64Array;
  /** Where the route's table starts; -1: relative to the baseline's latency. */
  readonly tableOffset: Int32Array;
  readonly factor: Float64Array;
  readonly addUs: Float64Array;
  /** Threshold of the draw of an own failure. */
  readonly errorThreshold: Float64Array;
  /** 1: fails wherever the baseline fails, besides its own failures. */
  readonly errorsFollowBaseline: Uint8Array;
  readonly declineThreshold: Float64Array;
  /** Every route has the same latency of its own and the same own failures, and none declines: the short loop serves. */
  readonly isPlain: boolean;
}

/** Version models made ready for drawing. Immutable. */
export interface OutcomeModel {
  readonly baseline: VersionLayout;
  readonly candidate: VersionLayout;
  readonly candidateDeclines: boolean;
  readonly latencyStream: Stream;
  readonly baselineErrorStream: Stream;
  readonly candidateErrorStream: Stream;
  readonly candidateDeclineStream: Stream;
}

/** Lays two version models out for these routes. The baseline's models must be its own, not relative. */
export function createOutcomeModel(
  routes: readonly string[],
  baseline: VersionModel,
  candidate: VersionModel,
  seed: string,
): OutcomeModel {
  const laidOut = layOut(routes, candidate);
  return {
    baseline: layOut(routes, baseline),
    candidate: laidOut,
    candidateDeclines: laidOut.declineThreshold.some((threshold) => threshold > 0),
    latencyStream: deriveStream(seed, "outcome/latency"),
    baselineErrorStream: deriveStream(seed, "outcome/baseline/errors"),
    candidateErrorStream: deriveStream(seed, "outcome/candidate/errors"),
    candidateDeclineStream: deriveStream(seed, "outcome/candidate/declines"),
  };
}

function layOut(routes: readonly string[], version: VersionModel): VersionLayout {
  const distinct: LatencyModel[] = [];
  const offsetOf = (latency: LatencyModel): number => {
    if (latency.kind === "relative") return -1;
    const known = distinct.indexOf(latency);
    return (known === -1 ? distinct.push(latency) - 1 : known) * QUANTILE_TABLE_LENGTH;
  };
  const perRoute = routes.map((route) => {
    const override = Object.hasOwn(version.routes, route) ? version.routes[route] : undefined;
    const latency = override?.latency ?? version.latency;
    const errors = override?.errors ?? version.errors;
    return { latency, errors, declinePpm: override?.declinePpm ?? version.declinePpm, offset: offsetOf(latency) };
  });
  const first = perRoute[0];
  const isPlain = perRoute.every(
    ({ offset, errors, declinePpm }) =>
      offset === 0 && errors.kind === "own" && errors === first?.errors && declinePpm === 0,
  );
  const tables = new Float64Array(distinct.length * QUANTILE_TABLE_LENGTH);
  distinct.forEach((latency, i) => tables.set(createQuantileTable(latency), i * QUANTILE_TABLE_LENGTH));
  return {
    tables,
    tableOffset: Int32Array.from(perRoute, (route) => route.offset),
    factor: Float64Array.from(perRoute, ({ latency }) => (latency.kind === "relative" ? latency.factor : 1)),
    addUs: Float64Array.from(perRoute, ({ latency }) => (latency.kind === "relative" ? latency.addUs : 0)),
    errorThreshold: Float64Array.from(perRoute, ({ errors }) =>
      drawThresholdFromPpm(errors.kind === "own" ? errors.ppm : errors.addPpm),
    ),
    errorsFollowBaseline: Uint8Array.from(perRoute, ({ errors }) => (errors.kind === "relative" ? 1 : 0)),
    declineThreshold: Float64Array.from(perRoute, ({ declinePpm }) => drawThresholdFromPpm(declinePpm)),
    isPlain,
  };
}

/** Fills the outcome columns: the baseline's for all rows, the candidate's for those routed to it. */
export function drawOutcomes(model: OutcomeModel, batch: Batch): void {
  if (model.baseline.isPlain) drawPlainBaseline(model, batch);
  else drawBaseline(model, batch);
  drawCandidate(model, batch);
}

function drawPlainBaseline(model: OutcomeModel, batch: Batch): void {
  const { tables } = model.baseline;
  const threshold = model.baseline.errorThreshold[0] as number;
  const { draw, baselineUs, baselineCode, count, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const la = latency.a;
  const lb = latency.b;
  const errors = streamEpoch(model.baselineErrorStream, drawEpoch);
  const ea = errors.a;
  const eb = errors.b;
  for (let i = 0; i < count; i++) {
    const index = draw[i] as number;
    baselineUs[i] = sampleTable(tables, 0, draw32(la, lb, index)) | 0;
    baselineCode[i] = draw32(ea, eb, index) < threshold ? 1 : 0;
  }
}

function drawPlainCandidate(model: OutcomeModel, batch: Batch): void {
  const { tables } = model.candidate;
  const threshold = model.candidate.errorThreshold[0] as number;
  const { draw, candidateUs, candidateCode, candidateRows, candidateCount, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const la = latency.a;
  const lb = latency.b;
  const errors = streamEpoch(model.candidateErrorStream, drawEpoch);
  const ea = errors.a;
  const eb = errors.b;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const index = draw[i] as number;
    candidateUs[i] = sampleTable(tables, 0, draw32(la, lb, index)) | 0;
    candidateCode[i] = draw32(ea, eb, index) < threshold ? 1 : 0;
  }
}

function drawBaseline(model: OutcomeModel, batch: Batch): void {
  const { tables, tableOffset, errorThreshold } = model.baseline;
  const { draw, route, baselineUs, baselineCode, count, drawEpoch } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const la = latency.a;
  const lb = latency.b;
  const errors = streamEpoch(model.baselineErrorStream, drawEpoch);
  const ea = errors.a;
  const eb = errors.b;
  for (let i = 0; i < count; i++) {
    const index = draw[i] as number;
    const at = route[i] as number;
    baselineUs[i] = sampleTable(tables, tableOffset[at] as number, draw32(la, lb, index)) | 0;
    baselineCode[i] = draw32(ea, eb, index) < (errorThreshold[at] as number) ? 1 : 0;
  }
}

/**
 * The candidate's outcomes of the rows routed to it; relative parts read the baseline's columns, which must be filled.
 */
export function drawCandidate(model: OutcomeModel, batch: Batch): void {
  if (model.candidate.isPlain) return drawPlainCandidate(model, batch);
  const { tables, tableOffset, factor, addUs, errorThreshold, errorsFollowBaseline, declineThreshold } =
    model.candidate;
  const { draw, route, baselineUs, baselineCode, candidateUs, candidateCode, drawEpoch } = batch;
  const { candidateRows, candidateCount } = batch;
  const latency = streamEpoch(model.latencyStream, drawEpoch);
  const errors = streamEpoch(model.candidateErrorStream, drawEpoch);
  const declines = streamEpoch(model.candidateDeclineStream, drawEpoch);
  const candidateDeclines = model.candidateDeclines;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const index = draw[i] as number;
    const at = route[i] as number;
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
