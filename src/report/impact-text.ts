/** Who was hurt. */
import type { ScenarioRecord } from "../engine/result.ts";
import { padLeft } from "./line-layout.ts";
import { formatCount, formatShare } from "./number-format.ts";
import type { Theme } from "./theme.ts";

/** The run's impact: the counts, and what they are a share of. */
export function impactLines(record: ScenarioRecord, theme: Theme): string[] {
  const impact = record.impact;
  return [
    `  ${theme.bold("Impact")}`,
    row(impact.requests, "requests in all", null),
    row(impact.candidateRequests, "of them routed to the candidate", impact.requests),
    row(impact.usersExposed, "users had at least one request on the candidate", null),
    row(impact.failedRequests, "requests whose user got a failure", impact.requests),
    row(impact.harmedRequests, "of them harmed: the baseline would have served", impact.requests),
    row(impact.slowedRequests, "slowed: served, but much later than by the baseline", impact.requests),
    row(impact.savedByFallback, "saved by the fallback to the baseline", impact.candidateRequests),
    ...(record.inFlight > 0 ? [row(record.inFlight, "still in flight when the run ended", null)] : []),
  ];
}

function row(count: number, what: string, whole: number | null): string {
  const share = whole === null || whole === 0 || count === 0 ? "" : ` (${formatShare(count, whole)})`;
  return `  ${padLeft(formatCount(count), 12)}  ${what}${share}`;
}
