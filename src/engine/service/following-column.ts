/**
 * The outcomes of a candidate that is the baseline changed alike on all routes, for all rows of a batch at once: four at
 * a time where the machine can (SIMD in WebAssembly), to the same bits as one by one.
 */
import { startModule } from "../kernel/assembly.ts";
import { draw32, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import {
  BASELINE_CODE_AT,
  BASELINE_US_AT,
  CANDIDATE_CODE_AT,
  CANDIDATE_US_AT,
  DRAWN_AT,
  INDICES_AT,
  assembleFollowing,
} from "./following-assembly.ts";
import { BATCH_ROWS, SERVED, type Batch } from "./world.ts";

/** How the candidate differs from the baseline. */
export interface Following {
  readonly factor: number;
  readonly addUs: number;
  /** A request that the baseline serves fails where its draw is below this: 0 to 2^32. */
  readonly threshold: number;
}

/** What the assembled module has; places are bytes of its memory. */
interface Machine {
  readonly draws: (a: number, b: number, from: number, into: number, until: number) => void;
  readonly follow: (
    from: number,
    until: number,
    factor: number,
    addUs: number,
    lastDraw: number,
    failing: number,
  ) => void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

interface Columns {
  readonly machine: Machine;
  readonly indices: Uint32Array;
  readonly baselineUs: Int32Array;
  readonly candidateUs: Int32Array;
  readonly baselineCode: Uint8Array;
  readonly candidateCode: Uint8Array;
}

const WORD_BYTES = 4;
const columns = startColumns();

/** Whether outcomes are made four at a time here; where not, `followBaseline` is not to be called. */
export const HAS_SIMD: boolean = columns !== null;

/**
 * Fills the candidate's columns for all rows, routed to it or not, from the baseline's. Latencies are cut to whole
 * microseconds, from 1 to `LATENCY_US_MAX`; `errors`: the stream of the candidate's own failures.
 */
export function followBaseline(batch: Batch, errors: Stream, following: Following): void {
  if (columns === null) return;
  const { indices, baselineUs, candidateUs, baselineCode, candidateCode, machine } = columns;
  const { count } = batch;
  if (count === 0) return;
  const isWhole = count === BATCH_ROWS;
  indices.set(isWhole ? batch.draw : batch.draw.subarray(0, count));
  baselineUs.set(isWhole ? batch.baselineUs : batch.baselineUs.subarray(0, count));
  baselineCode.set(isWhole ? batch.baselineCode : batch.baselineCode.subarray(0, count));
  const until = INDICES_AT + WORD_BYTES * count;
  const { factor, addUs, threshold } = following;
  const failing = threshold > 0 ? -1 : 0;
  if (threshold > 0) machine.draws(errors.a, errors.b, INDICES_AT, DRAWN_AT, until);
  machine.follow(INDICES_AT, until, factor, addUs, (threshold - 1) | 0, failing);
  batch.candidateUs.set(isWhole ? candidateUs : candidateUs.subarray(0, count));
  batch.candidateCode.set(isWhole ? candidateCode : candidateCode.subarray(0, count));
}

/** The same for the rows routed to the candidate alone, one by one. */
export function followRows(batch: Batch, errors: Stream, { factor, addUs, threshold }: Following): void {
  const { draw, baselineUs, baselineCode, candidateUs, candidateCode, candidateRows, candidateCount } = batch;
  const { a, b } = errors;
  for (let row = 0; row < candidateCount; row++) {
    const i = candidateRows[row] as number;
    const us = (baselineUs[i] as number) * factor + addUs;
    candidateUs[i] = us < 1 ? 1 : us > LATENCY_US_MAX ? LATENCY_US_MAX : us | 0;
    const code = baselineCode[i] as number;
    candidateCode[i] = code === SERVED && draw32(a, b, draw[i] as number) < threshold ? 1 : code;
  }
}

function startColumns(): Columns | null {
  const machine = startModule(assembleFollowing()) as Machine | null;
  if (machine === null) return null;
  const { buffer } = machine.memory;
  return {
    machine,
    indices: new Uint32Array(buffer, INDICES_AT, BATCH_ROWS),
    baselineUs: new Int32Array(buffer, BASELINE_US_AT, BATCH_ROWS),
    candidateUs: new Int32Array(buffer, CANDIDATE_US_AT, BATCH_ROWS),
    baselineCode: new Uint8Array(buffer, BASELINE_CODE_AT, BATCH_ROWS),
    candidateCode: new Uint8Array(buffer, CANDIDATE_CODE_AT, BATCH_ROWS),
  };
}
