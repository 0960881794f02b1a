/** The audit trail as JSON Lines: one decision a line, of one run after the other, for logs and for people with jq. */
import type { Decision, ScenarioRecord } from "../engine/result.ts";

/**
 * The audit trail of some runs. Each line says of which run it is, what was decided, by whom, when (since the start,
 * and by the calendar where the run has a date), why, and on what evidence. The same runs give the same bytes.
 */
export function renderAudit(records: readonly ScenarioRecord[]): string {
  return records
    .flatMap((record) => record.decisions.map((decision) => `${JSON.stringify(entry(record, decision))}\n`))
    .join("");
}

function entry(record: ScenarioRecord, decision: Decision): Record<string, unknown> {
  const { atMs, phase, kind, by, reason, evidence, looked } = decision;
  const at = calendarTime(record, atMs);
  return {
    scenario: record.scenario,
    policy: record.policy,
    seed: record.seed,
    atMs,
    ...(at === null ? {} : { at }),
    phase,
    kind,
    by,
    reason,
    evidence,
    looked,
  };
}

function calendarTime({ calendarStartMs }: ScenarioRecord, atMs: number): string | null {
  return calendarStartMs === undefined ? null : new Date(calendarStartMs + atMs).toISOString();
}
