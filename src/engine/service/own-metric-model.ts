/**
 * Values of a synthetic world's own metrics: one draw per request and metric, from the metric's own stream, decides
 * under both versions. So they are paired, and no other draw depends on whether a metric is there.
 */
import { deriveStream, draw32, drawThresholdFromPpm, type Stream } from "../kernel/random.ts";
import { wholeValue, type OwnMetric, type OwnValues } from "./own-metric.ts";
import { createValueTable, type ValueDistribution } from "./own-metric-table.ts";
import { QUANTILE_TABLE_LENGTH, sampleTable } from "./quantile-table.ts";
import { segmentCount, segmentMask, type SegmentSelector } from "./segments.ts";
import type { Batch, SegmentDimension } from "./world.ts";

/** What a metric is under one version. */
export type OwnValueModel =
  /** A boolean is true for this share of the requests, parts per million. */
  | { readonly kind: "share"; readonly ppm: number }
  /** A number is distributed so. */
  | { readonly kind: "distribution"; readonly distribution: ValueDistribution }
  /** Candidate only: on top of the baseline, its share (`add` in parts per million) or its value (millionths). */
  | { readonly kind: "relative"; readonly factor: number; readonly add: number };

/** What is different on a route, or for users of a segment; what is not given is as elsewhere. */
export interface OwnMetricOverride {
  readonly route?: string;
  readonly where?: SegmentSelector;
  readonly baseline?: OwnValueModel;
  readonly candidate?: OwnValueModel;
}

/** A metric with how it comes about. The baseline's models are not relative. Later overrides win. */
export interface OwnMetricModel extends OwnMetric {
  readonly baseline: OwnValueModel;
  readonly candidate: OwnValueModel;
  readonly overrides: readonly OwnMetricOverride[];
}

/** Where users are divided, and how. */
export interface OwnMetricSetting {
  readonly routes: readonly string[];
  readonly segments?: readonly SegmentDimension[];
  readonly keySegment?: Uint8Array;
}

/** One metric laid out by cell: the route times the number of segments, plus the segment. Immutable. */
interface OwnLayout {
  readonly stream: Stream;
  /** Booleans: thresholds of the draw. */
  readonly baselineThreshold: Float64Array;
  readonly candidateThreshold: Float64Array;
  /** Numbers: tables one after the other, and where each cell's starts; -1: relative to the baseline's value. */
  readonly tables: Float64Array;
  readonly baselineTable: Int32Array;
  readonly candidateTable: Int32Array;
  readonly factor: Float64Array;
  readonly add: Float64Array;
}

/** What fills in the values of batches. */
export function createOwnMetricDraws(
  models: readonly OwnMetricModel[],
  setting: OwnMetricSetting,
  seed: string,
): (batch: Batch, values: OwnValues) => void {
  const { segments = [], keySegment = null } = setting;
  const segmentsInAll = segmentCount(segments);
  const layouts = models.map((model) => ({ kind: model.kind, layout: layOut(model, setting, seed) }));
  return (batch, values) => {
    for (let metric = 0; metric < layouts.length; metric++) {
      const laidOut = layouts[metric];
      const baseline = values.baseline[metric];
      const candidate = values.candidate[metric];
      if (laidOut === undefined || baseline === undefined || candidate === undefined) continue;
      const { layout, kind } = laidOut;
      if (kind === "boolean") drawBooleans(layout, batch, keySegment, segmentsInAll, baseline, candidate);
      else drawNumbers(layout, batch, keySegment, segmentsInAll, baseline, candidate);
    }
  };
}

function layOut(model: OwnMetricModel, { routes, segments = [] }: OwnMetricSetting, seed: string): OwnLayout {
  const cells = cellsOf(model, routes, segments);
  const distinct: ValueDistribution[] = [];
  const tableOf = (value: OwnValueModel): number => {
    if (value.kind !== "distribution") return -1;
    const known = distinct.indexOf(value.distribution);
    return (known === -1 ? distinct.push(value.distribution) - 1 : known) * QUANTILE_TABLE_LENGTH;
  };
  const baselineTable = Int32Array.from(cells, ({ baseline }) => tableOf(baseline));
  const candidateTable = Int32Array.from(cells, ({ candidate }) => tableOf(candidate));
  const tables = new Float64Array(distinct.length * QUANTILE_TABLE_LENGTH);
  distinct.forEach((distribution, i) => tables.set(createValueTable(distribution), i * QUANTILE_TABLE_LENGTH));
  return {
    stream: deriveStream(seed, `metric/${model.name}`),
    baselineThreshold: Float64Array.from(cells, ({ baseline }) => drawThresholdFromPpm(shareOf(baseline, 0))),
    candidateThreshold: Float64Array.from(cells, ({ baseline, candidate }) =>
      drawThresholdFromPpm(shareOf(candidate, shareOf(baseline, 0))),
    ),
    tables,
    baselineTable,
    candidateTable,
    factor: Float64Array.from(cells, ({ candidate }) => (candidate.kind === "relative" ? candidate.factor : 1)),
    add: Float64Array.from(cells, ({ candidate }) => (candidate.kind === "relative" ? candidate.add : 0)),
  };
}

function shareOf(model: OwnValueModel, baselinePpm: number): number {
  if (model.kind === "share") return model.ppm;
  return model.kind === "relative" ? baselinePpm * model.factor + model.add : 0;
}

function cellsOf(
  model: OwnMetricModel,
  routes: readonly string[],
  segments: readonly SegmentDimension[],
): { readonly baseline: OwnValueModel; readonly candidate: OwnValueModel }[] {
  const overrides = model.overrides.map((override) => ({
    override,
    mask: override.where === undefined ? null : segmentMask(segments, override.where),
  }));
  return routes.flatMap((route) =>
    Array.from({ length: segmentCount(segments) }, (_, segment) => {
      let { baseline, candidate } = model;
      for (const { override, mask } of overrides) {
        if (override.route !== undefined && override.route !== route) continue;
        if (mask !== null && mask[segment] === 0) continue;
        baseline = override.baseline ?? baseline;
        candidate = override.candidate ?? candidate;
      }
      return { baseline, candidate };
    }),
  );
}

function drawBooleans(
  { stream, baselineThreshold, candidateThreshold }: OwnLayout,
  batch: Batch,
  keySegment: Uint8Array | null,
  segments: number,
  baseline: Float64Array,
  candidate: Float64Array,
): void {
  const { count, route, key } = batch;
  for (let i = 0; i < count; i++) {
    const segment = keySegment === null ? 0 : (keySegment[key[i] as number] as number);
    const cell = (route[i] as number) * segments + segment;
    const drawn = drawOfRow(stream, batch, i);
    baseline[i] = drawn < (baselineThreshold[cell] as number) ? 1 : 0;
    candidate[i] = drawn < (candidateThreshold[cell] as number) ? 1 : 0;
  }
}

function drawNumbers(
  { stream, tables, baselineTable, candidateTable, factor, add }: OwnLayout,
  batch: Batch,
  keySegment: Uint8Array | null,
  segments: number,
  baseline: Float64Array,
  candidate: Float64Array,
): void {
  const { count, route, key, routed } = batch;
  for (let i = 0; i < count; i++) {
    const segment = keySegment === null ? 0 : (keySegment[key[i] as number] as number);
    const cell = (route[i] as number) * segments + segment;
    const drawn = drawOfRow(stream, batch, i);
    const value = wholeValue(sampleTable(tables, baselineTable[cell] as number, drawn));
    baseline[i] = value;
    if (routed[i] === 0) continue;
    const table = candidateTable[cell] as number;
    candidate[i] =
      table === -1
        ? wholeValue(value * (factor[cell] as number) + (add[cell] as number))
        : wholeValue(sampleTable(tables, table, drawn));
  }
}

/** The draw of a row; where rows of a batch are of several epochs, each by its own. */
export function drawOfRow({ a, b }: Stream, batch: Batch, row: number): number {
  const epoch = batch.rowEpoch === undefined ? batch.drawEpoch : (batch.rowEpoch[row] as number);
  const index = batch.draw[row] as number;
  // As `streamEpoch` has it, without an object per row.
  if (epoch === 0) return draw32(a, b, index);
  return draw32(draw32(a, b, epoch) | 0, draw32(b, a, epoch) | 0, index);
}
