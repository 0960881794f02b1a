/**
 * One attempt at a version with resources: the balancer chooses an instance, its queue takes the attempt or turns it
 * away, the cache shortens it, a worker serves it. Attempts must come in the order of time.
 */
import { DRAW_UNIT, deriveStream, draw32, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { createQuantileTable, sampleTable } from "../service/quantile-table.ts";
import { SERVED } from "../service/world.ts";
import { nextTurn, turnsOf, type InstanceHealth } from "./balancer.ts";
import { askCache, createLruCache, type LruCache } from "./lru-cache.ts";
import type { MemoryModel, ResourceFault, VersionResources } from "./resource-plan.ts";
import { createPool, occupy, startOf, type PoolShape, type PoolState } from "./worker-pool.ts";

/** The attempt was not made: no instance is in the balancer, or the queue of the chosen one is full. */
export const TURNED_AWAY = -1;

/** Counts of a version, cumulative. */
export const TAKEN = 0;
/** Sum of the waits of the attempts taken, microseconds. */
export const WAITED_US = 1;
/** Of the attempts taken, those that asked the cache. */
export const ASKED = 2;
/** Of these, those that it served. */
export const HITS = 3;
/** Attempts turned away because a queue was full. */
export const QUEUE_FULL = 4;
/** Attempts turned away because no instance was in the balancer. */
export const NO_INSTANCE = 5;
/** Longest wait of an attempt taken, microseconds; not a sum. */
export const LONGEST_WAIT_US = 6;
const COUNTS = 7;

/** A fault of single instances, ready for drawing. */
export interface InstanceTrouble {
  /** Index among the resource faults. */
  readonly fault: number;
  readonly instance: number;
  readonly errorThreshold: number;
  readonly stream: Stream;
  readonly latencyFactor: number;
  readonly latencyAddUs: number;
}

/** A version made ready for attempts. Immutable. */
export interface ReadyVersion {
  readonly name: ResourceFault["version"];
  readonly shape: PoolShape;
  readonly turns: Int32Array;
  /** Entries of its own cache; 0: there is none. */
  readonly cacheEntries: number;
  /** True: it asks the baseline's cache, and has none of its own. */
  readonly sharesCache: boolean;
  /** Latencies of hits; null: relative to the attempt without the cache. */
  readonly hitTable: Float64Array | null;
  readonly hitFactor: number;
  readonly hitAddUs: number;
  readonly hitStream: Stream;
  readonly memory: MemoryModel | null;
  readonly troubles: readonly InstanceTrouble[];
}

/** Where a version stands. Plain data. */
export interface VersionState {
  readonly pool: PoolState;
  /** Place in the round of the balancer. */
  turn: number;
  readonly cache: LruCache | null;
  /** See `TAKEN` and the following. */
  readonly counts: Float64Array;
}

/** What an attempt is made of besides its place and time; refilled again and again. */
export interface AttemptTerms {
  /** Service time without the cache, microseconds. */
  us: number;
  /** What becomes of it. */
  code: number;
  item: number;
  draw: number;
  drawEpoch: number;
  /** Set by `attempt`: when it is complete. */
  doneUs: number;
}

/** Makes a version ready. `workers` 0 stands for never too few; `cacheEntries` 0 for no cache. */
export function readyVersion(
  name: ResourceFault["version"],
  resources: VersionResources,
  workers: number,
  cacheEntries: number,
  faults: readonly ResourceFault[],
  seed: string,
): ReadyVersion {
  const hit = resources.cache?.hit ?? { kind: "relative", factor: 1, addUs: 0 };
  const isRelative = hit.kind === "relative";
  return {
    name,
    shape: { instances: resources.instances, workers, queue: resources.queue },
    turns: turnsOf(resources.instances, resources.weights),
    cacheEntries,
    sharesCache: false,
    hitTable: isRelative ? null : createQuantileTable(hit),
    hitFactor: isRelative ? hit.factor : 1,
    hitAddUs: isRelative ? hit.addUs : 0,
    // In common to both versions: a hit that takes long takes long on either.
    hitStream: deriveStream(seed, "resources/hits"),
    memory: resources.memory,
    troubles: faults.flatMap((fault, index) => troublesOf(name, resources.instances, fault, index, seed)),
  };
}

function troublesOf(
  version: string,
  instances: number,
  fault: ResourceFault,
  index: number,
  seed: string,
): InstanceTrouble[] {
  const { latencyFactor, latencyAddUs, errorPpm } = fault;
  if (fault.version !== version || (latencyFactor === 1 && latencyAddUs === 0 && errorPpm === 0)) return [];
  const stream = deriveStream(seed, `resource fault/${index}/errors`);
  const errorThreshold = errorPpm / 1_000_000 / DRAW_UNIT;
  const those = fault.instance === null ? Array.from({ length: instances }, (_, one) => one) : [fault.instance];
  return those.map((instance) => ({ fault: index, instance, errorThreshold, stream, latencyFactor, latencyAddUs }));
}

/** A version that nobody has asked yet; its cache is of `items` different items. */
export function createVersionState(version: ReadyVersion, items: number): VersionState {
  return {
    pool: createPool(version.shape),
    turn: 0,
    cache: version.cacheEntries === 0 ? null : createLruCache(version.cacheEntries, items),
    counts: new Float64Array(COUNTS),
  };
}

/**
 * Makes an attempt now; returns what becomes of it, and sets `terms.doneUs`. Turned away: nothing has changed but the
 * balancer's turn and the counts. `active`: per resource fault, 1 while it is active. `cache`: what it asks, its own
 * unless it is shared.
 */
export function attempt(
  version: ReadyVersion,
  state: VersionState,
  health: InstanceHealth,
  active: Uint8Array,
  atUs: number,
  terms: AttemptTerms,
  cache: LruCache | null = state.cache,
): number {
  const { turns, shape } = version;
  const { counts, pool } = state;
  const turn = nextTurn(turns, state.turn, health);
  if (turn === -1) return turnAway(counts, NO_INSTANCE);
  state.turn = turn + 1 === turns.length ? 0 : turn + 1;
  const instance = turns[turn] as number;
  const startUs = startOf(shape, pool, instance, atUs);
  if (startUs === -1) return turnAway(counts, QUEUE_FULL);
  let us = terms.us;
  let code = terms.code;
  if (version.troubles.length !== 0) {
    us = troubledUs(version, active, instance, us);
    if (code === SERVED && isTroubled(version, active, instance, terms)) code = 1;
  }
  if (cache !== null) {
    counts[ASKED] = (counts[ASKED] as number) + 1;
    if (askCache(cache, terms.item)) {
      counts[HITS] = (counts[HITS] as number) + 1;
      us = hitUs(version, us, terms);
    }
  }
  occupy(shape, pool, instance, atUs, startUs, us);
  const waitUs = startUs - atUs;
  counts[TAKEN] = (counts[TAKEN] as number) + 1;
  counts[WAITED_US] = (counts[WAITED_US] as number) + waitUs;
  if (waitUs > (counts[LONGEST_WAIT_US] as number)) counts[LONGEST_WAIT_US] = waitUs;
  terms.doneUs = startUs + us;
  return code;
}

function turnAway(counts: Float64Array, why: number): number {
  counts[why] = (counts[why] as number) + 1;
  return TURNED_AWAY;
}

function hitUs(version: ReadyVersion, us: number, terms: AttemptTerms): number {
  const { hitTable, hitStream } = version;
  if (hitTable === null) return wholeLatency(us * version.hitFactor + version.hitAddUs);
  return sampleTable(hitTable, 0, draw32(hitStream.a ^ terms.drawEpoch, hitStream.b, terms.draw)) | 0;
}

function troubledUs(version: ReadyVersion, active: Uint8Array, instance: number, us: number): number {
  let slowed = us;
  for (const trouble of version.troubles) {
    if (trouble.instance !== instance || active[trouble.fault] !== 1) continue;
    slowed = wholeLatency(slowed * trouble.latencyFactor + trouble.latencyAddUs);
  }
  return slowed;
}

function isTroubled(version: ReadyVersion, active: Uint8Array, instance: number, terms: AttemptTerms): boolean {
  for (const { fault, instance: where, errorThreshold, stream } of version.troubles) {
    if (where !== instance || active[fault] !== 1) continue;
    if (draw32(stream.a ^ terms.drawEpoch, stream.b, terms.draw) < errorThreshold) return true;
  }
  return false;
}

function wholeLatency(us: number): number {
  if (us < 1) return 1;
  return us > LATENCY_US_MAX ? LATENCY_US_MAX : Math.floor(us);
}
