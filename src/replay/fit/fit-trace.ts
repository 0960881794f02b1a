/** A whole trace as models: arrivals, routes, users, both versions, and what is to be said of the fit. */
import { answeredBy, unansweredRows } from "../answered-by.ts";
import type { Trace } from "../columns.ts";
import { fitArrivals } from "./fit-arrivals.ts";
import { fitUsers } from "./fit-users.ts";
import { fitVersion } from "./fit-version.ts";
import { errorText, type FittedTrace, type GoodnessOfFit } from "./fitted.ts";
import { isPoor } from "./goodness.ts";

/** With fewer rows than this every figure is a guess. */
const ROWS_FEW = 1_000;
/** Standard errors of the population (as a share of it) and of the exponent that are worth a warning. */
const USERS_UNCERTAIN = 0.2;
const ZIPF_UNCERTAIN = 0.1;

/** Fits a trace, which has at least one row. */
export function fitTrace(trace: Trace): FittedTrace {
  const { key, route } = trace.columns;
  const answered = answeredBy(trace);
  const rows = Uint32Array.from({ length: trace.count }, (_, row) => row);
  const onBaseline = answered === null ? rows : rows.filter((row) => answered.onBaseline[row] === 1);
  const onCandidate = rows.filter((row) => answered?.onCandidate[row] === 1);
  const { arrivals, stepUs, fit: gaps, withoutGap } = fitArrivals(trace);
  const { users, fit: requests } = fitUsers(key, trace.keys);
  // A log of the candidate alone, or of nobody knows whom: there is nothing else to take for the baseline.
  const taken = [onBaseline, onCandidate].find((some) => some.length > 0) ?? rows;
  const baseline = fitVersion(trace, taken, "baseline");
  const candidate = onCandidate.length === 0 ? null : fitVersion(trace, onCandidate, "candidate");
  const weights = new Float64Array(trace.routes.length);
  for (const one of route) weights[one] = (weights[one] as number) + 1;
  const routes = trace.routes
    .map((name, index) => ({ name, weight: weights[index] as number }))
    .filter(({ weight }) => weight > 0);
  const fits = [gaps, requests, ...baseline.fits, ...(candidate?.fits ?? [])].filter((fit) => fit !== null);
  const fitted = {
    arrivals,
    stepUs,
    routes,
    users,
    baseline: baseline.version,
    candidate: candidate?.version ?? null,
    fits,
  };
  const ofErrors = [...baseline.warnings, ...(candidate?.warnings ?? [])];
  const lacking = { withoutGap, hasBaseline: onBaseline.length > 0 || onCandidate.length === 0 };
  return { ...fitted, warnings: [...lacks(trace, fitted, lacking), ...poorFits(fits), ...ofErrors] };
}

function lacks(
  trace: Trace,
  { candidate, baseline, users }: Pick<FittedTrace, "candidate" | "baseline" | "users">,
  { withoutGap, hasBaseline }: { readonly withoutGap: number; readonly hasBaseline: boolean },
): string[] {
  const warnings: string[] = [];
  const { withoutLatency } = trace.report;
  const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;
  if (trace.count < ROWS_FEW) warnings.push(`there are only ${trace.count} rows: every figure is uncertain`);
  const ofGaps =
    withoutGap > 0.05
      ? [`${percent(withoutGap)} of the gaps between arrivals are 0: the times of the log are rounded`]
      : [];
  if (!baseline.isMeasured) warnings.push("the trace has no latency: P50 100 ms and P99 1 s are a guess; put yours in");
  else if (withoutLatency > 0) {
    warnings.push(`${percent(withoutLatency / trace.count)} of the rows have no latency: the others were fitted`);
  }
  const unanswered = unansweredRows(trace);
  if (unanswered === trace.count) {
    warnings.push("no row says which version answered: the baseline was fitted to all of them");
  } else if (unanswered > 0) {
    warnings.push(
      `${percent(unanswered / trace.count)} of the rows do not say which version answered: left out of both`,
    );
  }
  if (!hasBaseline) warnings.push("every row is the candidate's: the baseline was fitted to the same rows");
  if (candidate === null) {
    warnings.push("the trace does not tell versions apart: the candidate is the same as the baseline; change it");
  } else if (!candidate.isMeasured) warnings.push("no row of the candidate has a latency: its P50 and P99 are a guess");
  if (users.populationError === null) {
    warnings.push(
      "no row names a user: how many there are, and how busy, cannot be fitted; requests say nothing of their senders " +
        "(identity: none), as in a replay",
    );
    return [...warnings, ...ofGaps];
  }
  if (users.unnamed > 0) {
    const share = percent(users.unnamed / trace.count);
    warnings.push(`${share} of the rows name no user: users were fitted to the others, and make all requests`);
  }
  if (users.seen === 1) warnings.push("all rows have the same key: users cannot be fitted");
  else if (users.populationError > USERS_UNCERTAIN * users.population || (users.zipfError ?? 0) > ZIPF_UNCERTAIN) {
    const zipf = users.zipfError === null ? "" : `, zipf ${users.zipf} with ${errorText(users.zipfError)}`;
    warnings.push(
      `there are too few requests per user to tell: population ${users.population} with a standard error of ` +
        `${users.populationError}${zipf}`,
    );
  }
  return [...warnings, ...ofGaps];
}

function poorFits(fits: readonly GoodnessOfFit[]): string[] {
  return fits
    .filter(isPoor)
    .map(
      ({ what, model, values, distance, critical }) =>
        `poor fit: ${what} (${model}) is ${distance.toFixed(3)} from ${values} values; chance alone gives more than ` +
        `${critical.toFixed(3)} once in 20`,
    );
}
