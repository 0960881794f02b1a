/**
 * The slice of the traffic that a rule's sentence may name after its metric:
 *
 *     errorRate of "GET /b" > 5%
 *     errorRate in region=eu and plan=pro > 5%
 *     latency.p99 of "GET /b" in region=eu > 2s
 */
import type { RuleSlice } from "../engine/deployment/policy.ts";
import { METRICS, type MetricDefinition } from "../engine/monitor/catalogue.ts";
import { describeSlice, readSegment } from "../engine/monitor/slice-grid.ts";
import { isSliced } from "../engine/monitor/sliced-metrics.ts";
import { complain, showFound, type Complaint } from "./complaint.ts";

const METRIC = String.raw`^(\s*[^\s<>=!≤≥"]+)`;
const ROUTE = String.raw`(?:\s+of\s+("(?:[^"\\]|\\.)*"))?`;
const SEGMENT = String.raw`(?:\s+in\s+([^\s<>=!,"]+=[^\s<>=!,"]+(?:\s+and\s+[^\s<>=!,"]+=[^\s<>=!,"]+)*))?`;
const SLICED = new RegExp(`${METRIC}${ROUTE}${SEGMENT}(?=\\s*[<>=!≤≥])`);
/** What looks as if a slice was meant. */
const ATTEMPTED = /^(\s*[^\s<>=!≤≥"]+)\s+(?:of|in)\s+([^<>]*?)(\s*[<>≤≥].*)$/s;

/** A sentence without its slice, and the slice; or what is wrong with it. */
interface SlicedSentence {
  readonly rest: string;
  /** Null: all of the traffic. */
  readonly slice: RuleSlice | null;
  readonly complaints: readonly Complaint[];
}

/** Takes the slice out of a rule's sentence. */
export function takeSlice(sentence: string): SlicedSentence {
  const match = SLICED.exec(sentence);
  const [whole = "", metric = "", route, segment] = match ?? [];
  if (route === undefined && segment === undefined) {
    const [, before = "", attempted, after = ""] = ATTEMPTED.exec(sentence) ?? [];
    // `burnRate of 99.9%` is a way of its own.
    if (attempted === undefined || /^\s*\S*burnRate\b/.test(sentence))
      return { rest: sentence, slice: null, complaints: [] };
    const allowed = 'of "ROUTE", in NAME=VALUE, as in errorRate of "GET /b" in region=eu > 5%';
    const complaint = complain("this is not a slice of the traffic", { found: showFound(attempted), allowed });
    return { rest: before + after, slice: null, complaints: [complaint] };
  }
  const name = route === undefined ? null : unquote(route);
  const complaints: Complaint[] = [];
  if (route !== undefined && (name === null || name === "")) {
    complaints.push(
      complain("this is not the name of a route", { found: route, allowed: 'a name in quotes: "GET /b"' }),
    );
  }
  const parts = segment?.replaceAll(/\s+/g, " ");
  if (parts !== undefined && readSegment(parts) === null) {
    complaints.push(
      complain("this segment names a dimension twice", { found: parts, allowed: "region=eu and plan=pro" }),
    );
  }
  const slice = { ...(name === null ? {} : { route: name }), ...(parts === undefined ? {} : { segment: parts }) };
  return { rest: metric + sentence.slice(whole.length), slice, complaints };
}

function unquote(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

/** What is wrong with a slice of a metric; null: nothing. */
export function complainOfSlice(slice: RuleSlice | null, metric: MetricDefinition): Complaint | null {
  if (slice === null || isSliced(metric)) return null;
  const sliced = METRICS.filter(isSliced).map((one) => one.name);
  return complain(`${metric.name} is of the whole system: it has no slices`, {
    found: describeSlice(slice),
    allowed: sliced.join(", "),
  });
}

/** ` of "GET /b" in region=eu`, as it stands after a metric; empty without a slice. */
export function writeSlice(slice: RuleSlice | undefined): string {
  return slice === undefined ? "" : ` ${describeSlice(slice)}`;
}

/** A name for a rule of a slice that has none: `error-rate-of-get-b`, `error-rate-in-region-eu`. */
export function sliceRuleName(metric: MetricDefinition, slice: RuleSlice): string {
  return `${metric.name} ${describeSlice(slice)}`
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
