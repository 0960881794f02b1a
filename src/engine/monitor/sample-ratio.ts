/**
 * The split of the keys against the configured share: distinct keys only, each once per phase, by where its first
 * request of that phase was routed. Requests would not do: busy keys make many of them, and all go one way. Where each
 * request is routed by a draw of its own, though, requests are what is split, and each counts.
 */
import type { Batch } from "../service/world.ts";

/** Mark of keys that are not routed by the share: they count as seen, always. */
const NEVER_COUNTED = 0xffff_ffff;

/** Who has been seen in the current stay in a phase. Plain data. */
export interface SplitState {
  /** What is split. */
  readonly unit: "key" | "request";
  /** By key: number of the count in which the key was last seen; `NEVER_COUNTED` for keys outside of the share. */
  readonly seen: Uint32Array;
  /** Number of the count that is going on, from 1; 0: none is, because no router knows the phase's share yet. */
  counting: number;
  /** How many counts were begun since the start. */
  begun: number;
  /** Keys, or requests, that were counted. */
  keys: number;
  candidateKeys: number;
}

/** The count as it stands. */
export interface SplitReading {
  readonly unit: SplitState["unit"];
  readonly keys: number;
  readonly candidateKeys: number;
  /** Configured share of the phase. */
  readonly sharePpm: number;
}

/** Nobody seen yet, for so many keys; `isCounted` tells those that are routed by the share (absent: all). */
export function createSplit(
  keys: number,
  isCounted?: (key: number) => boolean,
  unit: SplitState["unit"] = "key",
): SplitState {
  const seen = new Uint32Array(keys);
  if (isCounted !== undefined) {
    for (let key = 0; key < keys; key++) if (!isCounted(key)) seen[key] = NEVER_COUNTED;
  }
  return { unit, seen, counting: 0, begun: 0, keys: 0, candidateKeys: 0 };
}

/** Stops counting: a phase was entered, and routers still go by the share of the one before. */
export function stopSplit(split: SplitState): void {
  split.counting = 0;
  split.keys = 0;
  split.candidateKeys = 0;
}

/** Begins to count anew: a router has learnt of new flags. */
export function beginSplit(split: SplitState): void {
  split.begun++;
  split.counting = split.begun;
  split.keys = 0;
  split.candidateKeys = 0;
}

/** Counts the keys of a routed batch that had not been seen, or its requests. */
export function countFirstSights(split: SplitState, batch: Batch): void {
  const { seen, counting } = split;
  if (counting === 0) return;
  const { key, routed, count } = batch;
  if (split.unit === "request") return countRequests(split, batch);
  for (let row = 0; row < count; row++) {
    const one = key[row] as number;
    if ((seen[one] as number) >= counting) continue;
    seen[one] = counting;
    split.keys++;
    split.candidateKeys += routed[row] as number;
  }
}

function countRequests(split: SplitState, { key, routed, count }: Batch): void {
  const { seen } = split;
  for (let row = 0; row < count; row++) {
    if (seen[key[row] as number] === NEVER_COUNTED) continue;
    split.keys++;
    split.candidateKeys += routed[row] as number;
  }
}
