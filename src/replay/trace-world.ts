/**
 * A recorded trace as a world: its arrivals, keys and routes, and both potential outcomes of every request. The rate
 * divides arrival times, never latencies; amplifying adds users that behave as the recorded ones do.
 */
import { invariant } from "../engine/kernel/assert.ts";
import { deriveStream } from "../engine/kernel/random.ts";
import { createOutcomeModel, settlerOf } from "../engine/service/outcome-model.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import type { World, WorldState } from "../engine/service/world.ts";
import { amplifiedKey, hashAmplifiedKeys } from "./amplified-keys.ts";
import type { Trace } from "./columns.ts";
import { defaultBaseline } from "./default-baseline.ts";
import { DONORS_WITHIN_US } from "./donors.ts";
import { fillArrivals, lastArrivalUs, startArrivals, type ArrivalState } from "./trace-arrivals.ts";
import { startSources, type SourceState } from "./outcome-sources.ts";
import { fillOutcomes, readOutcomes } from "./trace-outcomes.ts";

/** How a trace is made into a world. */
export interface TraceWorldOptions {
  /** How many times as fast requests arrive; more than 0. */
  readonly rate: number;
  /** How many users stand for each recorded one, itself included; a whole number from 1. */
  readonly amplify: number;
  /** For what the trace does not say of the baseline; its models are its own, not relative. Null: `defaultBaseline`. */
  readonly baseline: VersionModel | null;
  /** For what the trace does not say of the candidate. Null: just as the baseline. */
  readonly candidate: VersionModel | null;
  /**
   * How far in recorded time a request may be whose outcome stands in for one that a version was not asked for,
   * microseconds; 0: the model tells instead. Absent: `DONORS_WITHIN_US`.
   */
  readonly resampleWithinUs?: number;
  readonly seed: string;
  /** Kinds of failure that something else than the trace and the versions causes (faults); absent: none. */
  readonly errorKinds?: readonly string[];
}

/** A candidate that does with every request what the baseline does. */
const SAME_AS_BASELINE: VersionModel = {
  latency: { kind: "relative", factor: 1, addUs: 0 },
  errors: { kind: "relative", addPpm: 0 },
  declinePpm: 0,
  routes: {},
};

type TraceWorldState = ArrivalState & SourceState;

/** The world of a trace, which must have at least one row. The draw index of clone k of row i is `i * amplify + k`. */
export function createTraceWorld(trace: Trace, options: TraceWorldOptions): World {
  const { rate, amplify, seed } = options;
  invariant(trace.count > 0, "a trace without rows has no world");
  invariant(
    rate > 0 && Number.isInteger(amplify) && amplify >= 1,
    "rate must be above 0, amplify a whole number from 1",
  );
  const columns = {
    atUs: arrivalsAtRate(trace.columns.startUs, rate),
    key: trace.columns.key,
    route: Uint16Array.from(trace.columns.route),
    amplify,
    offsets: deriveStream(seed, "trace/offsets"),
  };
  const outcomes = readOutcomes(trace, {
    amplify,
    resampleWithinUs: options.resampleWithinUs ?? DONORS_WITHIN_US,
    baselineStream: deriveStream(seed, "trace/resampled/baseline"),
    candidateStream: deriveStream(seed, "trace/resampled/candidate"),
  });
  const baseline = options.baseline ?? defaultBaseline(trace).model;
  const model = createOutcomeModel(trace.routes, baseline, options.candidate ?? SAME_AS_BASELINE, seed, {
    firstKinds: trace.errorKinds,
    otherKinds: options.errorKinds ?? [],
  });
  const settle = settlerOf(model);
  return {
    routes: trace.routes,
    errorKinds: model.errorKinds,
    keyHashes: hashAmplifiedKeys(trace.keys, amplify),
    keyText: (key) => amplifiedKey(trace.keys, amplify, key),
    endsAtUs: lastArrivalUs(columns) + 1,
    start: (): WorldState => ({ ...startArrivals(), sources: startSources() }),
    arrivals: (state, batch, untilUs) => fillArrivals(columns, state as TraceWorldState, batch, untilUs),
    outcomes: (state, batch) => fillOutcomes(outcomes, model, state as TraceWorldState, batch),
    ...(settle === undefined ? {} : { settle }),
  };
}

/** Arrivals at a rate, whole microseconds. */
export function arrivalsAtRate(startUs: Float64Array, rate: number): Float64Array {
  return rate === 1 ? startUs : startUs.map((us) => Math.floor(us / rate));
}
