/**
 * The baseline's model where the user gives none. It is needed for rows whose latency was not recorded, and for what
 * the baseline would have done with requests that the trace says the candidate answered.
 */
import { SERVED } from "../engine/service/world.ts";
import type { LatencyModel, VersionModel } from "../engine/service/version-model.ts";
import { answeredBy } from "./answered-by.ts";
import { NO_LATENCY, type Trace } from "./columns.ts";

/** With fewer recorded latencies than this, none are fitted. */
const FITTED_ROWS_MIN = 100;
const QUANTILES = [0.5, 0.9, 0.99] as const;

/** Taken where nothing can be fitted: lognormal, half of the requests within 100 ms, 99 % within 1 s. */
const GUESSED_LATENCY: LatencyModel = {
  kind: "lognormal",
  points: [
    { quantile: 0.5, us: 100_000 },
    { quantile: 0.99, us: 1_000_000 },
  ],
};

/** A model, and where it is from: fitted to the rows that the baseline answered, or guessed. */
export interface DefaultBaseline {
  readonly model: VersionModel;
  readonly fitted: boolean;
}

/** A model of the baseline from a trace: P50, P90 and P99 and the share of failures of the rows that it answered. */
export function defaultBaseline(trace: Trace): DefaultBaseline {
  const { latencyUs } = trace.columns;
  const onBaseline = answeredBy(trace)?.onBaseline ?? null;
  let requests = 0;
  let failures = 0;
  let recorded = 0;
  const latencies = new Float64Array(trace.count);
  for (let i = 0; i < trace.count; i++) {
    if (onBaseline !== null && onBaseline[i] === 0) continue;
    requests++;
    if (trace.outcome[i] !== SERVED) failures++;
    if (latencyUs[i] !== NO_LATENCY) latencies[recorded++] = latencyUs[i] as number;
  }
  const errorPpm = requests === 0 ? 0 : Math.round((failures / requests) * 1_000_000);
  const latency = recorded < FITTED_ROWS_MIN ? GUESSED_LATENCY : latencyThrough(latencies.subarray(0, recorded).sort());
  const model: VersionModel = { latency, errors: { kind: "own", ppm: errorPpm }, declinePpm: 0, routes: {} };
  return { model, fitted: recorded >= FITTED_ROWS_MIN };
}

/** A lognormal through the nearest-rank quantiles of sorted latencies; constant where they do not ascend. */
function latencyThrough(sorted: Float64Array): LatencyModel {
  const points: { readonly quantile: number; readonly us: number }[] = [];
  for (const quantile of QUANTILES) {
    const us = Math.max(sorted[Math.ceil(quantile * sorted.length) - 1] ?? 1, 1);
    if (us > (points[points.length - 1]?.us ?? 0)) points.push({ quantile, us });
  }
  return points.length >= 2 ? { kind: "lognormal", points } : { kind: "constant", us: points[0]?.us ?? 1 };
}
