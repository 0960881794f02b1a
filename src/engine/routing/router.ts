/**
 * The router: keeps its own view of the flags, which it learns with a delay, and decides per key. Requests are
 * routed in batches over buckets that were computed once per key.
 */
import { bucketOf, flagSalt, shareThreshold } from "../flags/bucketing.ts";
import { candidateWeightPpm, type FeatureFlags } from "../flags/feature-flags.ts";
import type { Batch } from "../service/world.ts";
import { partitionPlainly, partitionRows } from "./partition-column.ts";

/** From so many rows on, rows are told apart several at a time. */
const PARTITION_FROM = 64;
/** Name of the flag whose salt the rollout uses. */
export const ROLLOUT_FLAG = "rollout";

/** What a router knows. Plain data. */
export interface RouterView {
  /** Share it routes by, parts per million: 0 where the optimised path is off. */
  sharePpm: number;
  /** Buckets below it go to the candidate. */
  threshold: number;
  /** A failed or declined request is handed to the baseline. */
  fallsBack: boolean;
}

/** What a router makes of the flags once it sees them. */
export function viewOfFlags(flags: FeatureFlags): RouterView {
  const sharePpm = candidateMayBeUsed(flags) ? candidateWeightPpm(flags) : 0;
  return { sharePpm, threshold: shareThreshold(sharePpm), fallsBack: flags.fallbackToV1OnError };
}

/** Whether the flags let anybody at all to the candidate: the kill switch comes before everything. */
export function candidateMayBeUsed(flags: FeatureFlags): boolean {
  return flags.useOptimizedAnalytics && flags.killSwitch !== true;
}

/** The bucket of every key, by key index, from the keys' canonical hashes. */
export function bucketsOfKeys(keyHashes: Uint32Array): Uint32Array {
  const salt = flagSalt(ROLLOUT_FLAG);
  const buckets = new Uint32Array(keyHashes.length);
  for (let i = 0; i < keyHashes.length; i++) buckets[i] = bucketOf(keyHashes[i] as number, salt);
  return buckets;
}

/**
 * Writes `routed` for all rows of the batch, and the lists of baseline and candidate rows. Free of branches: at 50 % a
 * branch would be guessed wrong for every other request, which costs more than all the rest.
 */
export function routeBatch(batch: Batch, buckets: Uint32Array, threshold: number): void {
  const { key, routed, count } = batch;
  // Thresholds are even: comparing halves is comparing. At 100 % the half is 2^31, which wraps to the sign bit and
  // makes every difference negative.
  const half = (threshold / 2) | 0;
  const whole = count & ~3;
  let i = 0;
  // Four rows at a time, so that what is looked up for one does not wait for the other.
  for (; i < whole; i += 4) {
    const first = (buckets[key[i] as number] as number) >>> 1;
    const second = (buckets[key[i + 1] as number] as number) >>> 1;
    const third = (buckets[key[i + 2] as number] as number) >>> 1;
    const fourth = (buckets[key[i + 3] as number] as number) >>> 1;
    routed[i] = (first - half) >>> 31;
    routed[i + 1] = (second - half) >>> 31;
    routed[i + 2] = (third - half) >>> 31;
    routed[i + 3] = (fourth - half) >>> 31;
  }
  for (; i < count; i++) routed[i] = (((buckets[key[i] as number] as number) >>> 1) - half) >>> 31;
  finishRouting(batch);
}

/** Writes the lists of rows, and how many there are, from `routed`. */
export function finishRouting(batch: Batch): void {
  if (batch.count < PARTITION_FROM) partitionPlainly(batch);
  else partitionRows(batch);
}
