/**
 * Who goes to the candidate, a bit for each key: the buckets of many keys do not fit into the first-level cache, where a
 * bit each does. Made anew for a threshold once so many requests were routed by it that the making is not felt.
 */
import type { Batch } from "../service/world.ts";
import { finishRouting, routeBatch } from "./router.ts";

/** Bits are made for a threshold when one request came for so many keys. */
const KEYS_PER_REQUEST = 8;

/** Scratch space of one data plane: no part of any state, and the routing is the same without it. */
export interface KeyBits {
  /** By key index. */
  readonly buckets: Uint32Array;
  readonly bits: Uint32Array;
  /** What `bits` was made for; -1: nothing yet. */
  threshold: number;
  /** The newest threshold, and how many requests were routed by it. */
  newest: number;
  requests: number;
}

/** No bits yet. */
export function createKeyBits(buckets: Uint32Array): KeyBits {
  const words = Math.ceil(buckets.length / 32);
  return { buckets, bits: new Uint32Array(words), threshold: -1, newest: -1, requests: 0 };
}

/** As `routeBatch`. */
export function routeByBits(batch: Batch, keys: KeyBits, threshold: number): void {
  if (keys.threshold !== threshold && !isWorthIt(keys, batch.count, threshold)) {
    routeBatch(batch, keys.buckets, threshold);
    return;
  }
  const { bits } = keys;
  const { key, routed, count } = batch;
  const whole = count & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const first = key[i] as number;
    const second = key[i + 1] as number;
    const third = key[i + 2] as number;
    const fourth = key[i + 3] as number;
    routed[i] = ((bits[first >>> 5] as number) >>> (first & 31)) & 1;
    routed[i + 1] = ((bits[second >>> 5] as number) >>> (second & 31)) & 1;
    routed[i + 2] = ((bits[third >>> 5] as number) >>> (third & 31)) & 1;
    routed[i + 3] = ((bits[fourth >>> 5] as number) >>> (fourth & 31)) & 1;
  }
  for (; i < count; i++) {
    const index = key[i] as number;
    routed[i] = ((bits[index >>> 5] as number) >>> (index & 31)) & 1;
  }
  finishRouting(batch);
}

/** Counts requests by a threshold, and makes the bits when there were enough; whether they are there. */
function isWorthIt(keys: KeyBits, count: number, threshold: number): boolean {
  if (keys.newest !== threshold) {
    keys.newest = threshold;
    keys.requests = 0;
  }
  keys.requests += count;
  if (keys.requests * KEYS_PER_REQUEST < keys.buckets.length) return false;
  const { buckets, bits } = keys;
  bits.fill(0);
  for (let key = 0; key < buckets.length; key++) {
    if ((buckets[key] as number) < threshold) bits[key >>> 5] = (bits[key >>> 5] as number) | (1 << (key & 31));
  }
  keys.threshold = threshold;
  return true;
}
