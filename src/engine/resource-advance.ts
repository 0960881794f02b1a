/** What the resource plane works with, and how it writes down what became of a request. */
import { recordRouted, type DataPlane } from "./batch-stages.ts";
import { LATENCY_US_MAX } from "./kernel/units.ts";
import { ARRIVED, ARRIVED_CANDIDATE, LIMITS, USERS_EXPOSED } from "./monitor/counters.ts";
import type { AttemptTerms } from "./resources/attempt.ts";
import type { ReadyResources, ResourceState } from "./resources/resource-state.ts";
import { BATCH_ROWS, DECLINED, SERVED, createBatch, type Batch, type World } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** Kind of the failures of requests that the baseline turns away: no instance is in, or its queue is full. */
export const OVERLOADED = "overloaded";

/** What the plane works with; immutable but for its scratch space. */
export interface ResourcePlane {
  readonly ready: ReadyResources;
  /** Index of the first resource counter. */
  readonly countersAt: number;
  readonly overloadedCode: number;
  /** Scratch: requests of which it is known what became; the one request that is tried again. */
  readonly settled: Batch;
  readonly retried: Batch;
  /** Scratch: the baseline's codes without what a rollback does to it, which the shadow does not meet. */
  readonly undisturbed: Uint8Array;
  readonly impact: Float64Array;
  readonly terms: AttemptTerms;
}

/** What one call of the plane works on. */
export interface Advance {
  readonly data: DataPlane;
  readonly plane: ResourcePlane;
  readonly state: StackState;
  readonly resources: ResourceState;
  readonly counters: Float64Array;
  readonly toUs: number;
}

/** A plane over ready resources. */
export function createResourcePlane(ready: ReadyResources, world: World, countersAt: number): ResourcePlane {
  const kind = world.errorKinds.indexOf(OVERLOADED);
  return {
    ready,
    countersAt,
    overloadedCode: kind === -1 ? DECLINED - 1 : kind + 1,
    settled: { ...createBatch(), rowEpoch: new Float64Array(BATCH_ROWS) },
    retried: createBatch(),
    undisturbed: new Uint8Array(BATCH_ROWS),
    impact: new Float64Array(LIMITS - ARRIVED),
    terms: { us: 0, code: SERVED, item: 0, draw: 0, drawEpoch: 0, doneUs: 0 },
  };
}

/** A wait and a service as the one latency that is recorded: at most the longest that a request can have. */
export function latencyOf(fromUs: number, doneUs: number): number {
  const us = doneUs - fromUs;
  return us > LATENCY_US_MAX ? LATENCY_US_MAX : us;
}

/** A request is routed to the candidate: its user is exposed. */
export function expose({ state, counters }: Advance, key: number, atUs: number): void {
  const { recording } = state;
  counters[ARRIVED_CANDIDATE] = (counters[ARRIVED_CANDIDATE] as number) + 1;
  if (recording.exposed[key] !== 0) return;
  recording.exposed[key] = 1;
  counters[USERS_EXPOSED] = (counters[USERS_EXPOSED] as number) + 1;
  if (recording.firstCandidateAtUs < 0) recording.firstCandidateAtUs = atUs;
}

/**
 * Writes down what became of the request in row `i` that came at `requestAtUs`: the candidate's columns as they stand
 * there, and what the baseline made of it (or, where it was not asked, would have).
 */
export function settle(
  advance: Advance,
  batch: Batch,
  i: number,
  requestAtUs: number,
  routed: 0 | 1,
  baselineUs: number,
  baselineCode: number,
): void {
  const { settled } = advance.plane;
  if (settled.count === BATCH_ROWS) flush(advance);
  const row = settled.count++;
  settled.atUs[row] = requestAtUs;
  settled.draw[row] = batch.draw[i] as number;
  if (settled.rowEpoch !== undefined) settled.rowEpoch[row] = batch.drawEpoch;
  settled.key[row] = batch.key[i] as number;
  settled.route[row] = batch.route[i] as number;
  if (settled.sessionHash !== undefined) settled.sessionHash[row] = batch.sessionHash?.[i] as number;
  settled.routed[row] = routed;
  settled.baselineUs[row] = baselineUs;
  settled.baselineCode[row] = baselineCode;
  if (routed === 0) {
    settled.baselineRows[row - settled.candidateCount] = row;
    return;
  }
  settled.candidateUs[row] = batch.candidateUs[i] as number;
  settled.candidateCode[row] = batch.candidateCode[i] as number;
  settled.candidateRows[settled.candidateCount++] = row;
}

/** Records what has been written down. Recorders count impact by what they see of a batch; here the shadow tells. */
export function flush({ data, plane, state, counters, toUs }: Advance): void {
  const { settled, impact } = plane;
  if (settled.count === 0) return;
  for (let i = 0; i < impact.length; i++) impact[i] = counters[ARRIVED + i] as number;
  recordRouted(data, state, settled, toUs, false);
  for (let i = 0; i < impact.length; i++) counters[ARRIVED + i] = impact[i] as number;
  settled.count = 0;
  settled.candidateCount = 0;
}
