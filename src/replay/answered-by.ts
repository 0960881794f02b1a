/** Which version answered each row of a trace, as far as that is known. */
import { VERSION_BASELINE, VERSION_CANDIDATE, VERSION_UNKNOWN, type Trace } from "./columns.ts";

/** By row: 1 where this version answered. Rows of which both are 0 have an outcome of nobody knows which version. */
export interface Answered {
  readonly onBaseline: Uint8Array;
  readonly onCandidate: Uint8Array;
}

/**
 * Who answered the rows of a trace; null: the baseline all of them. Rows that do not say it are the baseline's where no
 * row is said to be: a log without a column for it, or one that marks its canaries alone. Where some rows, of the whole
 * log, are said to be the baseline's, the others are nobody's: half of them may be the candidate's.
 */
export function answeredBy({ columns, count, report }: Pick<Trace, "columns" | "count" | "report">): Answered | null {
  const { namesBaseline, onBaseline, onCandidate } = report;
  if (onCandidate === 0 && (!namesBaseline || onBaseline === count)) return null;
  const others = namesBaseline ? VERSION_BASELINE : VERSION_UNKNOWN;
  return {
    onBaseline: columns.version.map((version) => (version === VERSION_BASELINE || version === others ? 1 : 0)),
    onCandidate: columns.version.map((version) => (version === VERSION_CANDIDATE ? 1 : 0)),
  };
}

/** How many rows are nobody's. */
export function unansweredRows({ count, report }: Pick<Trace, "count" | "report">): number {
  return report.namesBaseline ? count - report.onBaseline - report.onCandidate : 0;
}
