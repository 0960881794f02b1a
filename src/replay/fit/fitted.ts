/** What fitting a trace gives: models, and how far each is from the rows. */
import type { ErrorModel, LatencyModel } from "../../engine/service/version-model.ts";
import type { ArrivalModel, RouteShare } from "../../engine/traffic/traffic.ts";

/** How well one distribution fits: plain data, as `--json` prints it. */
export interface GoodnessOfFit {
  /** Of what: `gaps between arrivals`, `latency of the baseline on GET /a`. */
  readonly what: string;
  /** The distribution in words. */
  readonly model: string;
  readonly unit: "ms" | "requests" | "mean gaps" | "% failures";
  readonly values: number;
  /** Kolmogorov-Smirnov distance. */
  readonly distance: number;
  /** What so many values of the very distribution exceed with a chance of 5 %. */
  readonly critical: number;
  /** Points of both distributions, for a plot: the value, the share of the rows up to it, and the model's. */
  readonly curve: readonly { readonly value: number; readonly seen: number; readonly fitted: number }[];
}

/** The users of a trace. */
export interface FittedUsers {
  readonly population: number;
  /** Its standard error; null: it is not fitted, as the log names no user. */
  readonly populationError: number | null;
  readonly seen: number;
  /** Rows that name no user, and were not fitted. */
  readonly unnamed: number;
  /** 0: all equally busy. */
  readonly zipf: number;
  /** Its standard error; null: none was fitted. */
  readonly zipfError: number | null;
}

/** What one route, or all others, is like on a version; null: too few rows for a fit of its own. */
export interface FittedBehaviour {
  readonly latency: LatencyModel | null;
  readonly errors: ErrorModel | null;
}

/** A stretch of the trace in which a version failed more often than outside. */
export interface SeenBurst {
  readonly fromUs: number;
  readonly toUs: number;
  readonly attempts: number;
  readonly errors: number;
}

/** One version of a trace. */
export interface FittedVersion {
  readonly rows: number;
  readonly latency: LatencyModel;
  /** False: no latency was recorded, and the model is a guess. */
  readonly isMeasured: boolean;
  readonly errors: ErrorModel;
  /** Where the trace has the bursts that the model of its failures is fitted to, in order. */
  readonly seenBursts: readonly SeenBurst[];
  readonly routes: Readonly<Record<string, FittedBehaviour>>;
}

/** A whole trace. */
export interface FittedTrace {
  readonly arrivals: ArrivalModel;
  /** Length of the steps between which rates change; null: the rate is constant. */
  readonly stepUs: number | null;
  readonly routes: readonly RouteShare[];
  readonly users: FittedUsers;
  readonly baseline: FittedVersion;
  /** Null: the trace does not say what a candidate did. */
  readonly candidate: FittedVersion | null;
  readonly fits: readonly GoodnessOfFit[];
  readonly warnings: readonly string[];
}

/** A standard error with as many digits as it means. */
export function errorText(error: number): string {
  return String(Number(error.toPrecision(1)));
}
