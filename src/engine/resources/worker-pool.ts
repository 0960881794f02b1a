/**
 * Finite workers at each instance of a version, first come first served, without an event per request: an attempt
 * starts at the later of its arrival and the earliest instant at which a worker is free, which is exact as long as
 * attempts come in the order of time. The free times of an instance's workers form a heap with the earliest on top.
 */

/** What a pool is like. `workers` 0: never too few, nobody waits. */
export interface PoolShape {
  readonly instances: number;
  readonly workers: number;
  /** Attempts that may wait at each instance. */
  readonly queue: number;
}

/** Where a pool stands. Plain data. */
export interface PoolState {
  /** By instance: a heap of the instants at which its workers are free. */
  readonly freeAtUs: Float64Array;
  /** By instance: a ring of the instants at which the last attempts that had to wait began or will begin to be served. */
  readonly startsUs: Float64Array;
  /** By instance: the oldest place of its ring. */
  readonly oldestStart: Int32Array;
  /** By instance: attempts that it took. */
  readonly taken: Float64Array;
  /** Service time of all attempts taken, microseconds. */
  serviceUs: number;
}

/** Nobody has come yet. */
export function createPool(shape: PoolShape): PoolState {
  return {
    freeAtUs: new Float64Array(shape.instances * shape.workers),
    startsUs: new Float64Array(shape.workers === 0 ? 0 : shape.instances * shape.queue).fill(-1),
    oldestStart: new Int32Array(shape.instances),
    taken: new Float64Array(shape.instances),
    serviceUs: 0,
  };
}

/** When an attempt that comes to an instance now would begin to be served; -1: its queue is full. */
export function startOf(shape: PoolShape, pool: PoolState, instance: number, atUs: number): number {
  const { workers, queue } = shape;
  if (workers === 0) return atUs;
  const freeUs = pool.freeAtUs[instance * workers] as number;
  if (freeUs <= atUs) return atUs;
  if (queue === 0) return -1;
  // Attempts begin in the order in which they came. So as many wait as there is room for exactly if, of the last that
  // had to wait as many as there is room for, the first has not begun.
  const oldest = pool.startsUs[instance * queue + (pool.oldestStart[instance] as number)] as number;
  return oldest > atUs ? -1 : freeUs;
}

/** The attempt takes the worker that is free first, from `startUs` (see `startOf`) on, for `serviceUs`. */
export function occupy(
  shape: PoolShape,
  pool: PoolState,
  instance: number,
  atUs: number,
  startUs: number,
  serviceUs: number,
): void {
  const { workers, queue } = shape;
  pool.taken[instance] = (pool.taken[instance] as number) + 1;
  if (workers === 0) return;
  pool.serviceUs += serviceUs;
  if (startUs > atUs) {
    const oldest = pool.oldestStart[instance] as number;
    pool.startsUs[instance * queue + oldest] = startUs;
    pool.oldestStart[instance] = oldest + 1 === queue ? 0 : oldest + 1;
  }
  replaceEarliest(pool.freeAtUs, instance * workers, workers, startUs + serviceUs);
}

/** Puts a value in the place of a heap's least, and moves it down to where it belongs. */
function replaceEarliest(heap: Float64Array, base: number, length: number, value: number): void {
  let at = 0;
  for (let child = 1; child < length; child = 2 * at + 1) {
    let least = heap[base + child] as number;
    if (child + 1 < length && (heap[base + child + 1] as number) < least) {
      child++;
      least = heap[base + child] as number;
    }
    if (least >= value) break;
    heap[base + at] = least;
    at = child;
  }
  heap[base + at] = value;
}

/** Workers of an instance that serve an attempt now. */
export function busyWorkers(shape: PoolShape, pool: PoolState, instance: number, nowUs: number): number {
  let busy = 0;
  for (let worker = 0; worker < shape.workers; worker++) {
    if ((pool.freeAtUs[instance * shape.workers + worker] as number) > nowUs) busy++;
  }
  return busy;
}

/** Attempts that wait at an instance now. */
export function waitingAt(shape: PoolShape, pool: PoolState, instance: number, nowUs: number): number {
  const { queue, workers } = shape;
  if (workers === 0) return 0;
  // From the oldest on, the ring ascends: halve to the first that has not begun.
  const oldest = pool.oldestStart[instance] as number;
  let begun = 0;
  let end = queue;
  while (begun < end) {
    const middle = (begun + end) >>> 1;
    const place = oldest + middle < queue ? oldest + middle : oldest + middle - queue;
    if ((pool.startsUs[instance * queue + place] as number) > nowUs) end = middle;
    else begun = middle + 1;
  }
  return queue - begun;
}

/** Time that all workers together have served until now, microseconds: what was taken, less what is still to be done. */
export function servedUs(shape: PoolShape, pool: PoolState, nowUs: number): number {
  let ahead = 0;
  // A worker that is not free is busy without a gap until it is: nothing is given to it before it has come.
  for (let at = 0; at < pool.freeAtUs.length; at++) ahead += Math.max((pool.freeAtUs[at] as number) - nowUs, 0);
  return pool.serviceUs - ahead;
}
