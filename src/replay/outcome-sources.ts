/**
 * Where the outcomes of a trace's world are from, counted apart for each version and for results and latencies: a log
 * can tell of a request what came of it, and not how long that took.
 */
import type { OutcomeSources, PartSources, TraceSources } from "../engine/trace-record.ts";
import type { WorldState } from "../engine/service/world.ts";

/** Where a result or a latency is from. Of two, the greater is the less sure one. */
export const RECORDED = 0;
/** It is that of another request near in time, or of a clone's original. */
export const RESAMPLED = 1;
/** It is a model's, or a result that the trace does not state: taken as served. */
export const MODELLED = 2;

const KINDS = 3;
const PAIRS = KINDS * KINDS;
const BASELINE = 0;
const COUNTERFACTUAL = PAIRS;
const CANDIDATE = 2 * PAIRS;

/** A result and a latency that are both a model's. */
export const ALL_MODELLED = pairOf(MODELLED, MODELLED);

/** The part of a world's state that counts; plain data. */
export interface SourceState extends WorldState {
  /** Requests by the pair of where their result and their latency are from; three times, see `pairOf`. */
  readonly sources: Float64Array;
}

/** Nothing counted yet. */
export function startSources(): Float64Array {
  return new Float64Array(3 * PAIRS);
}

/** Where a result and where a latency is from, as one number. */
export function pairOf(result: number, latency: number): number {
  return result * KINDS + latency;
}

/** Counts the baseline's outcomes of `count` requests, the candidate's share of them included, all of one pair. */
export function countBaselineAlike(sources: Float64Array, pair: number, count: number, candidateCount: number): void {
  sources[BASELINE + pair] = (sources[BASELINE + pair] as number) + count;
  sources[COUNTERFACTUAL + pair] = (sources[COUNTERFACTUAL + pair] as number) + candidateCount;
}

/** Counts the baseline's outcomes of requests, each of a pair of its own; `candidateRows`: which the candidate got. */
export function countBaseline(
  sources: Float64Array,
  pairs: Uint8Array,
  count: number,
  candidateRows: ArrayLike<number>,
  candidateCount: number,
): void {
  for (let i = 0; i < count; i++) {
    const at = BASELINE + (pairs[i] as number);
    sources[at] = (sources[at] as number) + 1;
  }
  for (let nth = 0; nth < candidateCount; nth++) {
    const at = COUNTERFACTUAL + (pairs[candidateRows[nth] as number] as number);
    sources[at] = (sources[at] as number) + 1;
  }
}

/** Counts the candidate's outcomes of requests that were routed to it, all of one pair. */
export function countCandidate(sources: Float64Array, pair: number, count: number): void {
  sources[CANDIDATE + pair] = (sources[CANDIDATE + pair] as number) + count;
}

/** What was counted until now, in words that reports have. */
export function describeSources(sources: Float64Array): TraceSources {
  return {
    ...wholes(sources, CANDIDATE),
    sources: {
      baseline: parts(sources, BASELINE),
      counterfactual: parts(sources, COUNTERFACTUAL),
      candidate: parts(sources, CANDIDATE),
    },
  };
}

/** What a trace's world has counted so far, from its state. */
export function outcomeSources(state: WorldState): TraceSources {
  return describeSources((state as SourceState).sources);
}

/** An outcome is as sure as the less sure of its two parts. */
function wholes(sources: Float64Array, from: number): OutcomeSources {
  return sum(sources, from, (result, latency) => Math.max(result, latency));
}

function parts(sources: Float64Array, from: number): PartSources {
  return {
    result: sum(sources, from, (result) => result),
    latency: sum(sources, from, (_, latency) => latency),
  };
}

function sum(sources: Float64Array, from: number, kindOf: (result: number, latency: number) => number): OutcomeSources {
  const counts = [0, 0, 0];
  for (let result = 0; result < KINDS; result++) {
    for (let latency = 0; latency < KINDS; latency++) {
      const kind = kindOf(result, latency);
      counts[kind] = (counts[kind] ?? 0) + (sources[from + pairOf(result, latency)] as number);
    }
  }
  return { recorded: counts[RECORDED] ?? 0, resampled: counts[RESAMPLED] ?? 0, modelled: counts[MODELLED] ?? 0 };
}
