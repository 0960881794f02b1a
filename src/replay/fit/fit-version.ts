/** One version of a trace: its latency and failures, and those of routes that have rows enough and differ. */
import type { ErrorModel, LatencyModel } from "../../engine/service/version-model.ts";
import { SERVED } from "../../engine/service/world.ts";
import { normalBothTails } from "../../engine/statistics/normal.ts";
import { NO_LATENCY, type Trace } from "../columns.ts";
import { errorWarnings } from "./error-warnings.ts";
import { goodnessOfErrors } from "./errors-over-time.ts";
import { findBursts, fitErrors } from "./fit-errors.ts";
import { fitLatency } from "./fit-latency.ts";
import type { FittedBehaviour, FittedVersion, GoodnessOfFit } from "./fitted.ts";

/** A route with fewer latencies than this is as the whole version is. */
const ROUTE_ROWS_MIN = 200;
/** Routes that fail as often as the others are taken for different with this chance, all together. */
const FALSE_ROUTES = 0.01;
/** Taken where no latency was recorded. */
const GUESSED_LATENCY: LatencyModel = {
  kind: "lognormal",
  points: [
    { quantile: 0.5, us: 100_000 },
    { quantile: 0.99, us: 1_000_000 },
  ],
};

/** A version from its rows, of which there is at least one; `name` is `baseline` or `candidate`. */
export function fitVersion(
  trace: Trace,
  rows: Uint32Array,
  name: string,
): {
  readonly version: FittedVersion;
  readonly fits: readonly GoodnessOfFit[];
  /** Of its failures: what the model cannot say. */
  readonly warnings: readonly string[];
} {
  const fits: GoodnessOfFit[] = [];
  const fitted = (some: Uint32Array, of: string): LatencyModel | null => {
    const sorted = latenciesOf(trace, some);
    if (sorted.length === 0) return null;
    const { model, fit } = fitLatency(sorted, of);
    if (fit !== null) fits.push(fit);
    return model;
  };
  const latency = fitted(rows, `the ${name}`);
  const bursts = findBursts(trace, rows);
  const errors = fitErrors(trace, rows, bursts);
  const byRoute = trace.routes.map((_, route) => rows.filter((row) => trace.columns.route[row] === route));
  const used = byRoute.filter((some) => some.length > 0).length;
  const routes: Record<string, FittedBehaviour> = {};
  for (const [route, some] of byRoute.entries()) {
    if (used < 2 || some.length < ROUTE_ROWS_MIN) continue;
    const own =
      latenciesOf(trace, some).length < ROUTE_ROWS_MIN ? null : fitted(some, `the ${name}, ${label(trace, route)}`);
    const ownErrors: ErrorModel | null = failsDifferently(trace, some, rows, used)
      ? fitErrors(trace, some, bursts)
      : null;
    if (own !== null || ownErrors !== null) routes[trace.routes[route] ?? ""] = { latency: own, errors: ownErrors };
  }
  const version = {
    rows: rows.length,
    latency: latency ?? GUESSED_LATENCY,
    isMeasured: latency !== null,
    errors,
    seenBursts: bursts.seen,
    routes,
  };
  const ofErrors = goodnessOfErrors(trace, rows, version, name);
  if (ofErrors !== null) fits.push(ofErrors);
  return { version, fits, warnings: errorWarnings(trace, rows, version, ofErrors, name) };
}

function label(trace: Trace, route: number): string {
  return trace.routes[route] ?? "";
}

function latenciesOf(trace: Trace, rows: Uint32Array): Float64Array {
  const { latencyUs } = trace.columns;
  return Float64Array.from(
    rows.filter((row) => latencyUs[row] !== NO_LATENCY),
    (row) => Math.max(latencyUs[row] as number, 1),
  ).sort();
}

/** Two shares compared by the normal approximation with a pooled variance; the chance is divided among the routes. */
function failsDifferently(trace: Trace, some: Uint32Array, all: Uint32Array, routes: number): boolean {
  const failures = (rows: Uint32Array): number =>
    rows.reduce((sum, row) => sum + (trace.outcome[row] === SERVED ? 0 : 1), 0);
  const [here, everywhere] = [failures(some), failures(all)];
  const elsewhereRows = all.length - some.length;
  const pooled = everywhere / all.length;
  if (elsewhereRows === 0 || pooled === 0 || pooled === 1) return false;
  const difference = here / some.length - (everywhere - here) / elsewhereRows;
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / some.length + 1 / elsewhereRows));
  return normalBothTails(difference / spread) * routes < FALSE_ROUTES;
}
