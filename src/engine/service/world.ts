/**
 * What the engine asks of a world: who arrives when, and what would happen to each request under the baseline
 * and under the candidate. Both potential outcomes are functions of (seed, request) alone, never of the policy,
 * so that two policies are compared on the very same luck.
 */

import type { OwnMetric, OwnValues } from "./own-metric.ts";

/** Code of a request that was served. Codes 1 to 254 are kinds of failure (an index into `World.errorKinds`, plus 1). */
export const SERVED = 0;
/** Code of a request that the candidate declined: no attempt was made (see `fallbackRate` in the catalogue). */
export const DECLINED = 255;
/** How many rows a batch holds: small enough to stay in the first-level cache between the passes. */
export const BATCH_ROWS = 1024;

/** Rows of requests as columns, refilled again and again; `count` of them are valid. */
export interface Batch {
  count: number;
  /** High part of the draw index, common to all rows of a batch; rows `draw` hold the low 32 bits. */
  drawEpoch: number;
  /** Low 32 bits of the index by which this request's chance is drawn; unique per request within an epoch. */
  readonly draw: Uint32Array;
  /** High part of the draw index by row, where a batch is put together of several; absent: `drawEpoch` of all. */
  readonly rowEpoch?: Float64Array;
  /** Arrival, microseconds since the run's start. Whole numbers, not descending. */
  atUs: Float64Array;
  /** Index into `World.keyHashes`. */
  key: Uint32Array;
  /** Index into `World.routes`. */
  route: Uint16Array;
  /** Hash of the session that the request belongs to; valid only where `World.identity` is `session` or `none`. */
  readonly sessionHash?: Uint32Array;
  /** 1 where the router chose the candidate, else 0. Written by the router, read by `World.outcomes`. */
  readonly routed: Uint8Array;
  /** Indices of the rows that the router left to the baseline, ascending; the first `count - candidateCount` are valid. */
  readonly baselineRows: Uint16Array;
  /** Indices of the rows that the router chose the candidate for, ascending; the first `candidateCount` are valid. */
  readonly candidateRows: Uint16Array;
  candidateCount: number;
  /** Latency of the attempt on the baseline, microseconds. */
  readonly baselineUs: Int32Array;
  /** `SERVED` or a kind of failure. */
  readonly baselineCode: Uint8Array;
  /** Latency of the attempt on the candidate, microseconds; valid only where `routed` is 1. */
  readonly candidateUs: Int32Array;
  /** `SERVED`, a kind of failure or `DECLINED`; valid only where `routed` is 1. */
  readonly candidateCode: Uint8Array;
}

/** An empty batch of `BATCH_ROWS` rows. */
export function createBatch(): Batch {
  return {
    count: 0,
    drawEpoch: 0,
    draw: new Uint32Array(BATCH_ROWS),
    atUs: new Float64Array(BATCH_ROWS),
    key: new Uint32Array(BATCH_ROWS),
    route: new Uint16Array(BATCH_ROWS),
    sessionHash: new Uint32Array(BATCH_ROWS),
    routed: new Uint8Array(BATCH_ROWS),
    baselineRows: new Uint16Array(BATCH_ROWS + 1),
    candidateRows: new Uint16Array(BATCH_ROWS + 1),
    candidateCount: 0,
    baselineUs: new Int32Array(BATCH_ROWS),
    baselineCode: new Uint8Array(BATCH_ROWS),
    candidateUs: new Int32Array(BATCH_ROWS),
    candidateCode: new Uint8Array(BATCH_ROWS),
  };
}

/** Routes the batch's rows one by one by a predicate: for recorders and tests; the stack's own loop is `routeBatch`. */
export function routeRows(batch: Batch, isCandidate: (row: number) => boolean): void {
  batch.candidateCount = 0;
  for (let row = 0; row < batch.count; row++) {
    const routed = isCandidate(row);
    batch.routed[row] = routed ? 1 : 0;
    if (routed) batch.candidateRows[batch.candidateCount++] = row;
    else batch.baselineRows[row - batch.candidateCount] = row;
  }
}

/** Where a world stands in its traffic: plain numbers and typed arrays only, so that a snapshot is a copy. */
export type WorldState = Record<string, number | Float64Array | Uint32Array | Int32Array | Uint8Array>;

/** One way in which users are divided, e.g. `region` into `eu` and `us`. */
export interface SegmentDimension {
  readonly name: string;
  readonly values: readonly string[];
}

/** A source of requests with both potential outcomes. The object itself never changes; what changes is in its state. */
export interface World {
  /** Names of the routes; at least one. */
  readonly routes: readonly string[];
  /** Names of the kinds of failure that outcomes can have; code = index + 1. */
  readonly errorKinds: readonly string[];
  /** Canonical 32-bit hash of every key (user, session, …) by key index, see `engine/flags/bucketing`. */
  readonly keyHashes: Uint32Array;
  /** The key at an index as text, for bucketing that hashes texts its own way; absent: the 8 digits of its hash. */
  keyText?(key: number): string;
  /** How users are divided; absent: not at all. */
  readonly segments?: readonly SegmentDimension[];
  /** Segment of every key by key index: the values of all dimensions as one number, see `segments.ts`. */
  readonly keySegment?: Uint8Array;
  /**
   * What a request says of who sends it; absent: `user`. `session` and `none` fill `Batch.sessionHash`: the same for
   * all requests of a session, and each request's own where there is no identity.
   */
  readonly identity?: "user" | "session" | "none";
  /** When the traffic ends of itself (a trace does), microseconds; null when it never does. */
  readonly endsAtUs: number | null;
  /** The state before the first request. */
  start(): WorldState;
  /**
   * Fills the columns draw, atUs, key and route with the next requests that arrive before `untilUs`, and sets
   * `count`. Fewer than `BATCH_ROWS` rows need not mean that none are left: 0 rows does.
   */
  arrivals(state: WorldState, batch: Batch, untilUs: number): void;
  /** Fills the outcome columns: the baseline's for all rows, the candidate's at least where `routed` is 1. */
  outcomes(state: WorldState, batch: Batch): void;
  /**
   * Cuts attempts off at the timeouts of the versions; called after faults have changed the outcomes, so that what a
   * fault slows down can time out. Absent: no version has a timeout.
   */
  settle?(batch: Batch): void;
  /** Metrics of the world's own; absent: none. */
  readonly ownMetrics?: readonly OwnMetric[];
  /**
   * Fills the values of these metrics: the baseline's for all rows, the candidate's at least where `routed` is 1. There
   * where `ownMetrics` are; a function of (seed, request) alone, as outcomes are.
   */
  ownValues?(batch: Batch, values: OwnValues): void;
}
