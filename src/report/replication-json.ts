/** The replications of a scenario for the machine-readable document: every field in its place. */
import type { ReplicationRecord, ReplicationsRecord, RunShare } from "../engine/result.ts";

/** The replications with their fields in one order, whatever order they were made in. */
export function orderReplications(record: ReplicationsRecord): ReplicationsRecord {
  const { detected, censored, p50Ms, p95Ms } = record.detectionDelay;
  return {
    count: record.count,
    of: record.of,
    outcomes: record.outcomes.map((row) => ({ outcome: row.outcome, ...share(row) })),
    triggers: record.triggers.map((row) => ({ trigger: row.trigger, ...share(row) })),
    detectionDelay: { detected, censored, p50Ms, p95Ms },
    expectations: record.expectations.map((row) => ({ text: row.text, ...share(row) })),
    runs: record.runs.map(run),
  };
}

function share(row: RunShare): RunShare {
  return { count: row.count, share: row.share, low: row.low, high: row.high };
}

function run(record: ReplicationRecord): ReplicationRecord {
  return {
    replication: record.replication,
    seed: record.seed,
    outcome: record.outcome,
    trigger: record.trigger,
    phase: record.phase,
    endedAtMs: record.endedAtMs,
    detectionDelayMs: record.detectionDelayMs,
    usersExposed: record.usersExposed,
    harmedRequests: record.harmedRequests,
    digest: record.digest,
  };
}
