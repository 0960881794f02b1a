/** A trace whose outcomes are decided anew: which statuses are failures is asked of it otherwise than when it was read. */
import { allocateReplayed, type Columns, type Trace } from "./columns.ts";
import {
  CLIENT_LEFT,
  defaultFailureRules,
  outcomeCodes,
  parseFailureRules,
  STATUS_CLIENT_CLOSED,
  STATUS_FIRST_CLASS,
  writeFailureRules,
} from "./failure.ts";
import type { FailureRules } from "./failure.ts";
import { describeReplayed } from "./import-report.ts";

/**
 * A trace under other rules. Requests whose client left and that are no failures any more are left out and counted.
 * Null: they are to be failures, and the trace does not have them.
 */
export function recodeOutcomes(trace: Trace, rules: FailureRules): Trace | null {
  const { columns, count, report } = trace;
  const failures = writeFailureRules(rules);
  if (failures === report.failures) return trace;
  const had = report.failures === null ? null : parseFailureRules(report.failures);
  const before = had?.ok === true ? had.value : defaultFailureRules();
  const isNew = (status: number): boolean => rules.failed[status] === 1 && before.failed[status] !== 1;
  if (report.clientLeft > 0 && (isNew(0) || isNew(STATUS_CLIENT_CLOSED))) return null;
  const { byStatus, errorKinds } = outcomeCodes(rules, statusesOf(trace), errorClassesOf(trace));
  const outcome = new Uint8Array(count);
  for (let row = 0; row < count; row++) outcome[row] = byStatus[columns.status[row] as number] as number;
  const recoded = { ...trace, outcome, errorKinds, report: { ...report, failures } };
  return outcome.includes(CLIENT_LEFT) ? withoutLeft(recoded) : recoded;
}

/** Each once, ascending. */
function statusesOf({ columns, count }: Trace): number[] {
  const seen = new Uint8Array(65_536);
  for (let row = 0; row < count; row++) seen[columns.status[row] as number] = 1;
  return [...seen.keys()].filter((status) => seen[status] === 1);
}

/** The names of the error classes: a failure of such a class is of the kind that has its name. */
function errorClassesOf({ columns, outcome, errorKinds, count }: Trace): string[] {
  const names: string[] = [];
  for (let row = 0; row < count; row++) {
    const index = (columns.status[row] as number) - STATUS_FIRST_CLASS;
    if (index < 0) continue;
    while (names.length <= index) names.push("");
    names[index] = errorKinds[(outcome[row] as number) - 1] ?? "";
  }
  return names;
}

function withoutLeft(trace: Trace): Trace {
  const { count, report } = trace;
  let rows = 0;
  for (let row = 0; row < count; row++) if (trace.outcome[row] !== CLIENT_LEFT) rows++;
  const kept = new Uint32Array(rows);
  for (let row = 0, next = 0; row < count; row++) if (trace.outcome[row] !== CLIENT_LEFT) kept[next++] = row;
  const columns = allocateReplayed(rows);
  const outcome = new Uint8Array(rows);
  for (const name of Object.keys(columns) as (keyof Columns)[]) take(trace.columns[name], kept, columns[name]);
  take(trace.outcome, kept, outcome);
  const beganUs = columns.startUs[0] ?? 0;
  for (let row = 0; row < rows; row++) columns.startUs[row] = (columns.startUs[row] as number) - beganUs;
  return {
    ...trace,
    count: rows,
    columns,
    outcome,
    report: {
      ...report,
      ...describeReplayed(columns),
      clientLeft: report.clientLeft + count - rows,
      startsAtEpochUs: rows === 0 ? 0 : report.startsAtEpochUs + beganUs,
    },
  };
}

type Numbers = Columns[keyof Columns] | Uint8Array;

function take(from: Numbers, rows: Uint32Array, into: Numbers): void {
  for (let i = 0; i < rows.length; i++) into[i] = from[rows[i] as number] as number;
}
