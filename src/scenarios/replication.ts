/**
 * A scenario run again and again with other luck: the seed of each replication, what is kept of each run, and what all
 * of them together say.
 */
import { invariant } from "../engine/kernel/assert.ts";
import type {
  ExpectationRecord,
  Outcome,
  ReplicationRecord,
  ReplicationsRecord,
  RunRecord,
  RunShare,
} from "../engine/result.ts";
import { wilsonBounds } from "../engine/statistics/rate-bounds.ts";
import { END_CONFIDENCE, evaluateShare } from "./expectation-share.ts";
import { isMet, type Expectation } from "./expectation.ts";

/** The seed of a replication, counted from 0: the first has the seed itself, so it is the run without replications. */
export function replicationSeed(seed: string, replication: number): string {
  return replication === 0 ? seed : `${seed}+${replication}`;
}

/** What is kept of one run among many. Plain data. */
export interface ReplicationRun {
  readonly record: ReplicationRecord;
  /** By expectation of the scenario: whether this run meets it. */
  readonly met: readonly boolean[];
}

/** What is kept of a run. */
export function keepRun(replication: number, run: RunRecord, expectations: readonly Expectation[]): ReplicationRun {
  const { rollback } = run;
  // An operator's rollback is nobody's detection.
  const isDetection = rollback !== null && !rollback.trigger.startsWith("operator:") && rollback.onsetAtMs !== null;
  return {
    record: {
      replication,
      seed: run.seed,
      outcome: run.outcome,
      trigger: rollback?.trigger ?? null,
      phase: run.phases.at(-1)?.name ?? null,
      endedAtMs: run.endedAtMs,
      detectionDelayMs: isDetection ? rollback.detectedAtMs - (rollback.onsetAtMs ?? 0) : null,
      usersExposed: run.impact.usersExposed,
      harmedRequests: run.impact.harmedRequests,
      digest: run.digest,
    },
    met: expectations.map((expectation) => isMet(expectation, run)),
  };
}

/** What the runs together say, whatever order they are given in; `of` is how many were asked for. */
export function summarizeReplications(
  unordered: readonly ReplicationRun[],
  of: number,
  expectations: readonly Expectation[],
): ReplicationsRecord {
  const met = expectations.map(({ text }, index) => ({ text, count: metBy(unordered, index) }));
  return summarizeRecords(
    unordered.map((run) => run.record),
    of,
    met,
  );
}

/** As `summarizeReplications`, of runs of which only the records are left; `met`: how many met each expectation. */
export function summarizeRecords(
  unordered: readonly ReplicationRecord[],
  of: number,
  met: readonly { readonly text: string; readonly count: number }[],
): ReplicationsRecord {
  const records = [...unordered].sort((one, other) => one.replication - other.replication);
  const count = records.length;
  const rolledBack = records.flatMap((record) => (record.trigger === null ? [] : [record.trigger]));
  return {
    count,
    of,
    outcomes: frequencies<Outcome>(records.map((record) => record.outcome)).map(([outcome, times]) => ({
      outcome,
      ...shareOf(times, count),
    })),
    triggers: frequencies(rolledBack).map(([trigger, times]) => ({ trigger, ...shareOf(times, count) })),
    detectionDelay: delaysOf(records),
    expectations: met.map(({ text, count: times }) => ({ text, ...shareOf(times, count) })),
    runs: records,
  };
}

/**
 * How a scenario's expectations fared. Those on a share are decided by all replications, the others by the first run,
 * whose record `first` is; null where it ran elsewhere, which then decides them.
 */
export function evaluateReplications(
  expectations: readonly Expectation[],
  runs: readonly ReplicationRun[],
  of: number,
  first: readonly ExpectationRecord[] | null,
): ExpectationRecord[] {
  return expectations.flatMap((expectation, index): ExpectationRecord[] => {
    const { share, text, file, line } = expectation;
    if (share !== undefined) return [evaluateShare({ text, file, line, share }, metBy(runs, index), runs.length, of)];
    const decided = first?.[index];
    return decided === undefined ? [] : [decided];
  });
}

function metBy(runs: readonly ReplicationRun[], expectation: number): number {
  return runs.filter((run) => run.met[expectation] === true).length;
}

function shareOf(count: number, of: number): RunShare {
  invariant(of > 0, "a share of no runs");
  const { low, high } = wilsonBounds(count, of, END_CONFIDENCE);
  return { count, share: count / of, low, high };
}

/** Each word with how often it comes, the most frequent first, equally frequent ones in the order of the alphabet. */
function frequencies<Word extends string>(words: readonly Word[]): [Word, number][] {
  const counts = new Map<Word, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([one, few], [other, many]) => many - few || (one < other ? -1 : 1));
}

function delaysOf(records: readonly ReplicationRecord[]): ReplicationsRecord["detectionDelay"] {
  const delays = records.flatMap((record) => (record.detectionDelayMs === null ? [] : [record.detectionDelayMs]));
  delays.sort((one, other) => one - other);
  // Nearest rank over all runs, the undetected ones last: a rank among those has no delay to show.
  const quantileMs = (percent: number): number | null => {
    return delays[Math.max(Math.ceil((percent * records.length) / 100), 1) - 1] ?? null;
  };
  return {
    detected: delays.length,
    censored: records.length - delays.length,
    p50Ms: quantileMs(50),
    p95Ms: quantileMs(95),
  };
}
