/** The part of a trace that lies in a range of time: `--from` and `--to`. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { isoFromEpochUs } from "./calendar.ts";
import type { Columns, Trace } from "./columns.ts";
import { describeReplayed } from "./import-report.ts";
import { limitsOf, type TimeRange } from "./time-range.ts";

/**
 * The rows of a trace that start within a range; the first of them is the new beginning. Keys and routes keep their
 * numbers. A range without a row is a problem.
 */
export function cutTrace(trace: Trace, range: TimeRange): Read<Trace> {
  if (range.from === null && range.to === null) return { ok: true, value: trace, warnings: [] };
  const { startsAtEpochUs, spanUs, source } = trace.report;
  const { fromUs, toUs } = limitsOf(range, startsAtEpochUs);
  const first = rowsBefore(trace.columns.startUs, fromUs);
  const end = rowsBefore(trace.columns.startUs, toUs);
  if (first >= end) {
    const first = isoFromEpochUs(startsAtEpochUs);
    const problem: Problem = {
      source: range.from === null ? "--to" : range.to === null ? "--from" : "--from and --to",
      line: 0,
      column: 0,
      path: "",
      message: fromUs >= toUs ? "the range ends before it begins" : `no row of ${source} starts in this range`,
      found: null,
      allowed: `the trace goes from ${first} to ${isoFromEpochUs(startsAtEpochUs + spanUs)}`,
      suggestion: null,
    };
    return { ok: false, problems: [problem] };
  }
  const beganUs = trace.columns.startUs[first] as number;
  const columns = cutColumns(trace.columns, first, end);
  for (let i = 0; i < columns.startUs.length; i++) columns.startUs[i] = (columns.startUs[i] as number) - beganUs;
  return {
    ok: true,
    value: {
      ...trace,
      count: end - first,
      columns,
      outcome: trace.outcome.subarray(first, end),
      report: {
        ...trace.report,
        ...describeReplayed(columns),
        outsideRange: trace.report.outsideRange + trace.count - (end - first),
        startsAtEpochUs: startsAtEpochUs + beganUs,
      },
    },
    warnings: [],
  };
}

/** How many ascending starts come before a time. */
function rowsBefore(startUs: Float64Array, us: number): number {
  let low = 0;
  let high = startUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startUs[middle] as number) < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Starts are copied, because they are going to be changed. */
function cutColumns(columns: Columns, first: number, end: number): Columns {
  return {
    startUs: columns.startUs.slice(first, end),
    key: columns.key.subarray(first, end),
    route: columns.route.subarray(first, end),
    status: columns.status.subarray(first, end),
    latencyUs: columns.latencyUs.subarray(first, end),
    version: columns.version.subarray(first, end),
    bytes: columns.bytes.subarray(first, end),
    line: columns.line.subarray(first, end),
  };
}
