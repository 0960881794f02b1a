/** Rows of a text that are looked at together, and where their values stand. */

import type { CutText } from "../text-machine.ts";

/** How many rows are looked at together. */
export const BATCH_ROWS = 1_024;

/** Where values stand in plain lines, by cell; -1: nowhere. */
export interface PlainLayout {
  /** How many cells a plain line has. */
  readonly cells: number;
  /** Values of JSON: the first cell is the line itself, absent values count as if their keys were not there. */
  readonly isJson: boolean;
  /** Lines of this length are not plain: they may be the header. */
  readonly headerBytes: number;
  readonly time: number;
  /** Whether that is the end of requests. */
  readonly isEnd: boolean;
  /** Whether the latency, where it is absent, is to be told by another value. */
  readonly isLatencyNeeded: boolean;
  readonly latency: number;
  readonly latencyUnitUs: number;
  readonly status: number;
  readonly bytes: number;
  readonly isBytesNeeded: boolean;
  readonly version: number;
  readonly user: number;
  /** Whether the user, where it is absent, is to be told by another value than address and agent. */
  readonly isUserNeeded: boolean;
  readonly address: number;
  readonly agent: number;
  readonly method: number;
  readonly target: number;
  /** Whole request lines, where there is no target. */
  readonly request: number;
}

/** What was found of each row. */
export interface Batch {
  count: number;
  /** The text in which the cells stand; null before the first. */
  text: CutText | null;
  readonly isPlain: Uint8Array;
  /** By row, its first cell. */
  readonly first: Uint32Array;
  readonly timeUs: Float64Array;
  readonly latencyUs: Int32Array;
  readonly status: Uint16Array;
  readonly version: Uint8Array;
  readonly bytes: Float64Array;
  readonly key: Int32Array;
  readonly route: Int32Array;
  readonly fingerprint: Uint32Array;
}

/** An empty one. */
export function createBatch(): Batch {
  return {
    count: 0,
    text: null,
    isPlain: new Uint8Array(BATCH_ROWS),
    first: new Uint32Array(BATCH_ROWS),
    timeUs: new Float64Array(BATCH_ROWS),
    latencyUs: new Int32Array(BATCH_ROWS),
    status: new Uint16Array(BATCH_ROWS),
    version: new Uint8Array(BATCH_ROWS),
    bytes: new Float64Array(BATCH_ROWS),
    key: new Int32Array(BATCH_ROWS),
    route: new Int32Array(BATCH_ROWS),
    fingerprint: new Uint32Array(BATCH_ROWS),
  };
}
