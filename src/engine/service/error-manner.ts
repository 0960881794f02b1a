/**
 * Failures in bursts and of several kinds: what is laid over the failures that the plain loops have drawn, only where
 * a version asks for it. The same draw decides in a burst as outside, so a request that fails at the lower rate fails
 * at the higher one.
 */
import { invariant } from "../kernel/assert.ts";
import { deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { createBurstTimeline, stayAt, type BurstTimeline } from "./burst-timeline.ts";
import type { ErrorModel } from "./version-model.ts";
import { DECLINED, type Batch } from "./world.ts";

/** One process of bursts, and the cells that it is for. */
interface BurstLayout {
  readonly timeline: BurstTimeline;
  readonly threshold: number;
  /** By cell: 1 where failures come in these bursts. */
  readonly cells: Uint8Array;
}

/** How a version's failures come, laid out by cell. */
export interface ErrorManner {
  readonly bursts: readonly BurstLayout[];
  /** By cell: where its kinds start in the two columns below, and how many they are; 0: the plain kind. */
  readonly kindFrom: Int32Array;
  readonly kindCount: Uint8Array;
  /** Upper ends of the draws that choose each kind, and its code. */
  readonly kindThresholds: Float64Array;
  readonly kindCodes: Uint8Array;
  readonly kindStream: Stream;
  readonly hasKinds: boolean;
}

/**
 * Lays failures out by cell; null where they neither come in bursts nor are of kinds. `name` is the version's, for its
 * streams: each distinct model of bursts has its own, by its place among them.
 */
export function layOutErrorManner(
  errors: readonly ErrorModel[],
  errorKinds: readonly string[],
  name: string,
  seed: string,
): ErrorManner | null {
  if (errors.every((model) => model.bursts === undefined && model.kinds === undefined)) return null;
  const bursts: BurstLayout[] = [...new Set(errors.flatMap((model) => model.bursts ?? []))].map((burst, nth) => ({
    timeline: createBurstTimeline(deriveStream(seed, `outcome/${name}/bursts/${nth}`), {
      calmUs: burst.everyUs,
      burstUs: burst.lastsUs,
    }),
    threshold: drawThresholdFromPpm(burst.ppm),
    cells: Uint8Array.from(errors, (model) => (model.bursts === burst ? 1 : 0)),
  }));
  const distinct = [...new Set(errors.flatMap((model) => (model.kinds === undefined ? [] : [model.kinds])))];
  const from = new Map(distinct.map((kinds, i) => [kinds, distinct.slice(0, i).flat().length]));
  return {
    bursts,
    kindFrom: Int32Array.from(errors, ({ kinds }) => (kinds === undefined ? 0 : (from.get(kinds) ?? 0))),
    kindCount: Uint8Array.from(errors, ({ kinds }) => kinds?.length ?? 0),
    kindThresholds: Float64Array.from(distinct.flatMap(thresholdsOfKinds)),
    kindCodes: Uint8Array.from(
      distinct.flat().map((kind) => {
        const index = errorKinds.indexOf(kind.name);
        invariant(index >= 0, `the world has no kind of failure ${kind.name}`);
        return index + 1;
      }),
    ),
    kindStream: deriveStream(seed, `outcome/${name}/kinds`),
    hasKinds: distinct.length > 0,
  };
}

function thresholdsOfKinds(kinds: readonly { readonly weight: number }[]): number[] {
  const total = kinds.reduce((sum, kind) => sum + kind.weight, 0);
  let sum = 0;
  return kinds.map((kind, i) => {
    sum += kind.weight;
    return i === kinds.length - 1 ? 2 ** 32 : (sum / total) * 2 ** 32;
  });
}

/** A version's side of a batch: its codes, the rows that are its, and whose failures it inherits. */
export interface FailureColumns {
  readonly code: Uint8Array;
  /** Null: all rows. */
  readonly rows: Uint16Array | null;
  readonly count: number;
  readonly cells: Uint16Array;
  /** By cell: 1 where the version fails wherever `inherited` says so; what is inherited stays as it is. */
  readonly follows: Uint8Array;
  readonly inherited: Uint8Array;
  readonly errorStream: Stream;
}

/** Redraws failures in bursts, and gives the version's own failures their kinds. */
export function applyErrorManner(manner: ErrorManner, batch: Batch, columns: FailureColumns): void {
  for (const burst of manner.bursts) applyBursts(burst, batch, columns);
  if (manner.hasKinds) applyKinds(manner, batch, columns);
}

function applyBursts(
  { timeline, threshold, cells: inBursts }: BurstLayout,
  batch: Batch,
  columns: FailureColumns,
): void {
  const { code, rows, count, cells, follows, inherited } = columns;
  const { atUs, draw } = batch;
  const errors = streamEpoch(columns.errorStream, batch.drawEpoch);
  let stay = -1;
  let stayEndsUs = -1;
  for (let row = 0; row < count; row++) {
    const i = rows === null ? row : (rows[row] as number);
    const at = atUs[i] as number;
    if (at >= stayEndsUs) {
      stay = stayAt(timeline, at);
      stayEndsUs = timeline.endsUs[stay] as number;
    }
    const cell = cells[i] as number;
    if ((stay & 1) === 0 || inBursts[cell] === 0 || code[i] === DECLINED) continue;
    if (follows[cell] === 1 && inherited[i] !== 0) continue;
    code[i] = draw32(errors.a, errors.b, draw[i] as number) < threshold ? 1 : 0;
  }
}

function applyKinds(manner: ErrorManner, batch: Batch, columns: FailureColumns): void {
  const { kindFrom, kindCount, kindThresholds, kindCodes } = manner;
  const { code, rows, count, cells, follows, inherited } = columns;
  const { draw } = batch;
  const { a, b } = streamEpoch(manner.kindStream, batch.drawEpoch);
  for (let row = 0; row < count; row++) {
    const i = rows === null ? row : (rows[row] as number);
    if (code[i] !== 1) continue;
    const cell = cells[i] as number;
    if (kindCount[cell] === 0 || (follows[cell] === 1 && inherited[i] !== 0)) continue;
    const drawn = draw32(a, b, draw[i] as number);
    let kind = kindFrom[cell] as number;
    while (drawn >= (kindThresholds[kind] as number)) kind++;
    code[i] = kindCodes[kind] as number;
  }
}
