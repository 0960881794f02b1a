/** A piece of a suite's work: some replications of one rehearsal, run one after the other. */
import type { Policy } from "../engine/deployment/policy.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { OwnMetric } from "../engine/service/own-metric.ts";
import type { RunRecord } from "../engine/result.ts";
import { createApplicationLog } from "../report/application-log.ts";
import { createJournalText, journalEnd, journalHead } from "../replay/journal/journal-text.ts";
import { createSeries } from "../report/series.ts";
import { keepRun, replicationSeed, type ReplicationRun } from "../scenarios/replication.ts";
import { planScenario } from "../scenarios/runner.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { packageVersion } from "./package-files.ts";
import { createRecorder } from "./recorder.ts";
import { openTextFile } from "./text-file.ts";
import { rehearseWatched } from "./watched-rehearsal.ts";

/** What is rehearsed. Plain data: it goes to other threads. */
export interface RehearsalOrder {
  readonly scenario: Scenario;
  readonly policy: Policy;
  /** The seed of the first replication. */
  readonly seed: string;
  /** Null: the safe flags. */
  readonly flags: FeatureFlags | null;
  /** Check the invariants at every state. */
  readonly check: boolean;
}

/** Some replications of an order. Plain data. */
export interface RehearsalTask {
  readonly order: RehearsalOrder;
  /** Ascending, at least one. */
  readonly replications: readonly number[];
  /** Where the series of these runs is written to; null: nowhere. */
  readonly seriesFile: string | null;
  /** Metrics that any scenario of the suite has of its own: the columns of its series; absent: none. */
  readonly seriesMetrics?: readonly OwnMetric[];
  /** Where the application log of these runs is written to; absent: nowhere. */
  readonly logFile?: string;
  /** Where its only run is recorded; absent: nowhere. */
  readonly recordFile?: string;
  /** Where the journal of its only run is written to; absent: nowhere. */
  readonly journalFile?: string;
}

/** What became of a task. Plain data. */
export interface TaskResult {
  /** The whole record of the first of its replications. */
  readonly first: RunRecord;
  readonly runs: readonly ReplicationRun[];
  /** Wall time that it took, milliseconds. */
  readonly elapsedMs: number;
}

/** How a task is watched; see `Watching`. */
export interface TaskWatching {
  readonly nowMs: () => number;
  /** Told what share of the task is over. */
  readonly onProgress: (doneShare: number) => void;
  readonly isInterrupted: () => boolean;
}

/** A run that broke off. */
export class BrokenRun extends Error {
  override readonly name = "BrokenRun";
  readonly seed: string;
  readonly scenario: string;

  constructor(cause: unknown, seed: string, scenario: string) {
    super("a run broke off", { cause });
    this.seed = seed;
    this.scenario = scenario;
  }
}

/** Runs a task; null when it was interrupted. Throws `BrokenRun` when a run breaks off. */
export async function runTask(task: RehearsalTask, watching: TaskWatching): Promise<TaskResult | null> {
  const { order, replications } = task;
  const { nowMs, onProgress, isInterrupted } = watching;
  let seed = order.seed;
  const series = task.seriesFile === null ? null : openTextFile(task.seriesFile);
  const logFile = task.logFile === undefined ? null : openTextFile(task.logFile);
  const journalFile = task.journalFile === undefined ? null : openTextFile(task.journalFile);
  let recorder: ReturnType<typeof createRecorder> | null = null;
  try {
    const startedAtMs = nowMs();
    let first: RunRecord | null = null;
    const runs: ReplicationRun[] = [];
    for (const replication of replications) {
      seed = replicationSeed(order.seed, replication);
      const plan = planScenario(
        order.scenario,
        order.policy,
        seed,
        order.flags === null ? {} : { baseFlags: order.flags },
      );
      const rows = series === null ? null : createSeries(task.seriesMetrics ?? []);
      const log = logFile === null ? null : createApplicationLog(plan, logFile.write);
      const ordered = { scenario: order.scenario, policy: order.policy, seed, flags: order.flags };
      const journal = journalFile === null ? null : createJournalText();
      journalFile?.write(journalHead(packageVersion(), ordered));
      recorder = task.recordFile === undefined ? null : createRecorder(plan, task.recordFile);
      const record = await rehearseWatched(recorder === null ? plan : { ...plan, world: recorder.world }, {
        ...(recorder === null ? {} : { onRouted: recorder.watch }),
        check: order.check,
        nowMs,
        onProgress: (share) => onProgress((runs.length + share) / replications.length),
        isInterrupted,
        ...(series === null && log === null && journal === null
          ? {}
          : {
              onStep: (ready, state) => {
                if (rows !== null) series?.write(rows.take(ready, state));
                log?.take(ready, state);
                journal?.take(state).lines.forEach((line) => journalFile?.write(line));
              },
            }),
      });
      if (record === null) return null;
      log?.end(record);
      recorder?.end(record, ordered);
      journalFile?.write(journalEnd(record));
      first ??= record;
      runs.push(keepRun(replication, record, order.scenario.expectations));
    }
    return first === null ? null : { first, runs, elapsedMs: nowMs() - startedAtMs };
  } catch (error) {
    throw new BrokenRun(error, seed, order.scenario.name);
  } finally {
    series?.close();
    logFile?.close();
    journalFile?.close();
    recorder?.close();
  }
}
