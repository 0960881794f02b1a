/** The audit trail of a run: everything that was decided and everything that happened around it, in order. */
import type { Decision, RunRecord } from "./result.ts";

/** The decisions and the events of a record, one list again, in the order in which they happened. */
export function auditTrail(record: Pick<RunRecord, "decisions" | "events">): Decision[] {
  return [...record.decisions, ...record.events].sort((one, other) => one.sequence - other.sequence);
}
