/**
 * Several routers, or one that does more than compare a bucket with a share: each decides by what it knows itself,
 * and users who meet routers that know different shares are counted. The slow path: one router without lists, segments
 * and foreign bucketing is `routeBatch` of `router.ts`.
 */
import { draw32, streamEpoch, type Stream } from "../kernel/random.ts";
import { ALWAYS_IN, type Bucketing } from "../flags/bucketing-mode.ts";
import { CLASS_ALLOWED, CLASS_SEGMENT, type Targeting } from "../flags/targeting.ts";
import type { Batch } from "../service/world.ts";

/** What decides about a request: its user, its session, a hash of the request, a draw, or (no key) one fixed bucket. */
export type BucketSource = "user" | "session" | "request" | "random" | "nothing";

/** What routing works with; immutable but for scratch space inside `bucketing`. */
export interface RoutersPlane {
  readonly routers: number;
  /** By key index; null: each request draws its router. */
  readonly routerOfKey: Uint8Array | null;
  readonly routerStream: Stream;
  readonly source: BucketSource;
  /** Of requests, or of draws. */
  readonly bucketStream: Stream;
  /** By key index; empty unless the source is `user`. */
  readonly bucketOfKey: Float64Array;
  /** By key index, see `flags/targeting`. */
  readonly classOfKey: Uint8Array;
  /** How many classes there are. */
  readonly classes: number;
  readonly bucketing: Bucketing;
  readonly targeting: Targeting;
}

/** What the routers know, and what users met. Plain data. */
export interface RoutersState {
  /** Per router: index in the history of the flags of what it acts on. */
  readonly known: Uint32Array;
  /** Per router: 1 while it knows the kill switch to be thrown. */
  readonly killed: Uint8Array;
  /** Per router and class: buckets below it go to the candidate. */
  readonly thresholds: Float64Array;
  /** When each change of the flags was stored, by its index in their history, less 1. */
  readonly changedAtUs: number[];
  /** Longest time from a change of the flags to a router that acts on it, microseconds. */
  slowestUs: number;
  /** Per key: 0 before its first request, else 1 for the baseline and 2 for the candidate. */
  readonly lastDecision: Uint8Array;
  readonly lastRouter: Uint8Array;
  /** Per key and router a bit: it went to the candidate there, and no share that this router knows has fallen since. */
  readonly inside: Uint32Array;
  /** 1 for every key that was decided about otherwise because two routers knew different shares. */
  readonly torn: Uint8Array;
  /** Requests that were decided about otherwise than their user's request before. */
  flips: number;
  /** Those of them where the router of the request before would still have decided as it did. */
  routerFlips: number;
  tornUsers: number;
  /** Requests that left the candidate at a router whose share had not fallen: there must be none. */
  broken: number;
}

/** Routers that know of nothing yet, for so many keys. */
export function createRoutersState(plane: RoutersPlane, keys: number): RoutersState {
  const { routers, classes } = plane;
  return {
    known: new Uint32Array(routers),
    killed: new Uint8Array(routers),
    thresholds: new Float64Array(routers * classes),
    changedAtUs: [],
    slowestUs: 0,
    lastDecision: new Uint8Array(keys),
    lastRouter: new Uint8Array(keys),
    inside: new Uint32Array(keys * Math.ceil(routers / 32)),
    torn: new Uint8Array(keys),
    flips: 0,
    routerFlips: 0,
    tornUsers: 0,
    broken: 0,
  };
}

/** Writes what a router decides by from now on: the rollout's share, or nobody at all while the candidate may not be used. */
export function setRouterShare(
  plane: RoutersPlane,
  state: RoutersState,
  router: number,
  sharePpm: number,
  mayBeUsed: boolean,
): void {
  const { classes, bucketing, targeting } = plane;
  let falls = false;
  for (let one = 0; one < classes; one++) {
    let threshold = 0;
    if (mayBeUsed) {
      if (one === CLASS_ALLOWED) threshold = ALWAYS_IN;
      else if (one >= CLASS_SEGMENT)
        threshold = bucketing.threshold(targeting.segments[one - CLASS_SEGMENT]?.sharePpm ?? 0);
      else if (one === 0) threshold = bucketing.threshold(sharePpm);
    }
    const at = router * classes + one;
    if (threshold < (state.thresholds[at] as number)) falls = true;
    state.thresholds[at] = threshold;
  }
  if (!falls) return;
  const { inside } = state;
  const words = Math.ceil(plane.routers / 32);
  const keep = ~(1 << (router & 31));
  for (let at = router >>> 5; at < inside.length; at += words) inside[at] = (inside[at] as number) & keep;
}

/** Whether no router sends anybody to the candidate. */
export function nobodyIsSent(state: RoutersState): boolean {
  return state.thresholds.every((threshold) => threshold === 0);
}

/** Writes `routed` for all rows of the batch and the lists of baseline and candidate rows, by what the routers know. */
export function routeByRouters(plane: RoutersPlane, state: RoutersState, batch: Batch): void {
  const { key, routed, baselineRows, candidateRows, count } = batch;
  const { classOfKey, classes } = plane;
  const { thresholds } = state;
  const routerStream = streamEpoch(plane.routerStream, batch.drawEpoch);
  const bucketStream = streamEpoch(plane.bucketStream, batch.drawEpoch);
  let candidates = 0;
  for (let i = 0; i < count; i++) {
    const at = routerOf(plane, routerStream, batch, i) * classes + (classOfKey[key[i] as number] as number);
    const isCandidate = bucketIn(plane, bucketStream, batch, i) < (thresholds[at] as number) ? 1 : 0;
    routed[i] = isCandidate;
    candidateRows[candidates] = i;
    baselineRows[i - candidates] = i;
    candidates += isCandidate;
  }
  batch.candidateCount = candidates;
}

/**
 * Counts a routed row for what its user meets: flips, and whether he leaves the candidate where nothing fell. Rows are to
 * be counted in the order of time, between the same updates of routers as they were routed.
 */
export function countVisit(plane: RoutersPlane, state: RoutersState, batch: Batch, row: number): void {
  const { classOfKey, classes, routers, source } = plane;
  const { thresholds, lastDecision, lastRouter, inside, torn } = state;
  const user = batch.key[row] as number;
  const isCandidate = batch.routed[row] as number;
  const router = routerOf(plane, streamEpoch(plane.routerStream, batch.drawEpoch), batch, row);
  const last = lastDecision[user] as number;
  if (last !== 0 && last !== isCandidate + 1) {
    state.flips++;
    const before = lastRouter[user] as number;
    const bucket = bucketIn(plane, streamEpoch(plane.bucketStream, batch.drawEpoch), batch, row);
    const there = bucket < (thresholds[before * classes + (classOfKey[user] as number)] as number) ? 1 : 0;
    // At the same router it would be decided as it just was.
    if (there !== isCandidate) {
      state.routerFlips++;
      if (torn[user] === 0) {
        torn[user] = 1;
        state.tornUsers++;
      }
    }
  }
  lastDecision[user] = isCandidate + 1;
  lastRouter[user] = router;
  if (source !== "user") return;
  const at = user * Math.ceil(routers / 32) + (router >>> 5);
  const bit = 1 << (router & 31);
  if (isCandidate === 1) inside[at] = (inside[at] as number) | bit;
  else if (((inside[at] as number) & bit) !== 0) state.broken++;
}

/** One of the routers, all equally likely, by 32 random bits. */
export function chooseRouter(bits: number, routers: number): number {
  return Math.floor(bits * routers * 2 ** -32);
}

/** The router that a row of a batch meets. */
export function routerOfRow(plane: RoutersPlane, batch: Batch, row: number): number {
  return routerOf(plane, streamEpoch(plane.routerStream, batch.drawEpoch), batch, row);
}

function routerOf({ routers, routerOfKey }: RoutersPlane, { a, b }: Stream, batch: Batch, row: number): number {
  if (routers === 1) return 0;
  if (routerOfKey !== null) return routerOfKey[batch.key[row] as number] as number;
  return chooseRouter(draw32(a, b, batch.draw[row] as number), routers);
}

function bucketIn(
  { source, bucketOfKey, bucketing }: RoutersPlane,
  { a, b }: Stream,
  batch: Batch,
  row: number,
): number {
  switch (source) {
    case "user":
      return bucketOfKey[batch.key[row] as number] as number;
    case "session":
      return bucketing.ofHex(batch.sessionHash?.[row] as number);
    case "request":
    case "random":
      return bucketing.ofHex(draw32(a, b, batch.draw[row] as number));
    case "nothing":
      return bucketing.withoutKey;
  }
}
