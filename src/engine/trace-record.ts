/** What a replay says of its trace: what the import saw, and where outcomes were from. Plain data, as `--json` prints it. */
import type { ImportRecord } from "./import-record.ts";

/** How many of some outcomes the log tells, how many are taken from other requests of it, and how many from a model. */
export interface OutcomeSources {
  /** The log says what this version did with this request. */
  readonly recorded: number;
  /** Taken from a recorded outcome of this version with another request: one near in time, or a clone's original. */
  readonly resampled: number;
  /** From the version's model, or, where the log states no result at all, taken as served. */
  readonly modelled: number;
}

/** The same of results (served, or how it failed) and of latencies, each by itself. */
export interface PartSources {
  readonly result: OutcomeSources;
  readonly latency: OutcomeSources;
}

/** Where outcomes were from. At the top: the candidate's, each as sure as the less sure of its result and latency. */
export interface TraceSources extends OutcomeSources {
  readonly sources: {
    /** The baseline's outcomes of all requests. */
    readonly baseline: PartSources;
    /** Of these, the requests routed to the candidate: what they would have got otherwise. */
    readonly counterfactual: PartSources;
    /** The candidate's outcomes of the requests routed to it. */
    readonly candidate: PartSources;
  };
}

/** What an import saw, how it was replayed, and where outcomes were from. */
export interface TraceRecord extends ImportRecord, TraceSources {
  readonly rate: number;
  readonly amplify: number;
  /** The same by stay in a phase, in the order of `phases`; what is routed after the last phase was left is in none. */
  readonly phases: readonly TracePhase[];
}

/** Where outcomes were from during a stay in a phase. */
export interface TracePhase extends TraceSources {
  readonly phase: string;
}
