/**
 * A suite's rehearsals, done by a crew in whatever order is quickest, and put together in the order of the suite: the
 * same records whatever the size of the crew.
 */
import type { OwnMetric } from "../engine/service/own-metric.ts";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { ScenarioRecord } from "../engine/result.ts";
import { allHeld } from "../report/console.ts";
import { evaluateExpectation } from "../scenarios/expectation.ts";
import { evaluateReplications, summarizeReplications } from "../scenarios/replication.ts";
import type { RehearsalOrder, RehearsalTask, TaskResult } from "./rehearsal-task.ts";
import type { EndingSignal } from "./surroundings.ts";
import type { WorkCrew } from "./work-crew.ts";

/** How long a task should take, milliseconds: long against handing it over, short against the whole. */
const TASK_MS = 500;
/** How often it is looked for a signal while threads work, milliseconds. */
const LOOK_MS = 50;

/** One rehearsal of a suite, and which of its replications run here. */
export interface SuiteEntry {
  readonly order: RehearsalOrder;
  /** Ascending, at least one. */
  readonly replications: readonly number[];
  /** How many were asked for in all; null: the scenario is not replicated, but run once. */
  readonly of: number | null;
}

/** How a suite is gone through. */
export interface SuiteCourse {
  readonly crew: WorkCrew;
  readonly interruptedBy: () => EndingSignal | null;
  /** Told what share of the suite is over, and the scenario that is under way. */
  readonly onProgress: (doneShare: number, scenario: string) => void;
  /** Stop when so many rehearsals have failed; null: never. */
  readonly bail: number | null;
  /** The file for the series of a task, by the entry's index and the first replication; null: no series. */
  readonly seriesFileOf: ((entry: number, replication: number) => string) | null;
  /** Metrics that any of its scenarios has of its own; absent: none. */
  readonly seriesMetrics?: readonly OwnMetric[];
  /** As `seriesFileOf`, for the application log; absent: no log. */
  readonly logFileOf?: (entry: number, replication: number) => string;
  /** Where the suite's only run is recorded; absent: nowhere. */
  readonly recordFile?: string;
  /** Where the journal of the suite's only run is written to; absent: nowhere. */
  readonly journalFile?: string;
}

/** What became of a suite. */
export interface SuiteResult {
  /** In the order of the suite; those that were interrupted half-way count as many replications as were finished. */
  readonly records: readonly ScenarioRecord[];
  /** How many rehearsals were finished whole. */
  readonly finished: number;
  /** How many were not begun, or not taken into account, because enough had failed. */
  readonly bailedOut: number;
  /** Files of series that were written, in order. */
  readonly seriesFiles: readonly string[];
  /** Files of logs that were written, in order. */
  readonly logFiles: readonly string[];
}

/** Where an entry stands while the suite runs. */
interface Standing {
  /** Replications that wait to be given out; the first goes alone, to see how long it takes. */
  waiting: number[];
  begun: boolean;
  undone: number;
  /** Its record, once nothing is undone. */
  record: ScenarioRecord | null;
  readonly done: { readonly task: RehearsalTask; readonly result: TaskResult }[];
}

/** Goes through a suite. Rejects with `BrokenRun` when a run breaks off. */
export async function rehearseSuite(entries: readonly SuiteEntry[], course: SuiteCourse): Promise<SuiteResult> {
  const { crew, bail, onProgress } = course;
  const standings = entries.map((entry): Standing => ({
    waiting: [...entry.replications],
    begun: false,
    undone: entry.replications.length,
    record: null,
    done: [],
  }));
  const total = standings.reduce((sum, { undone }) => sum + undone, 0);
  const underWay = new Map<number, Promise<number>>();
  let tasks = 0;
  let doneRuns = 0;
  try {
    for (;;) {
      // The event loop has its turn: signals are heard there.
      await setImmediate();
      if (course.interruptedBy() !== null || lastWanted(standings, bail) !== null) break;
      while (underWay.size < crew.size) {
        const next = nextTask(entries, standings, course);
        if (next === null) break;
        const { index, task } = next;
        const id = tasks++;
        const soFar = doneRuns;
        const tell = (share: number): void => {
          onProgress((soFar + share * task.replications.length) / total, task.order.scenario.name);
        };
        tell(0);
        const settle = (result: TaskResult | null): number => {
          if (result === null) return id;
          doneRuns += task.replications.length;
          settleTask(entries[index] as SuiteEntry, standings[index] as Standing, task, result);
          return id;
        };
        underWay.set(id, crew.run(task, tell).then(settle));
      }
      if (underWay.size === 0) break;
      const finished = await firstOf(underWay, crew.size > 1 ? LOOK_MS : null);
      if (finished !== null) underWay.delete(finished);
    }
  } finally {
    await crew.stop();
    await Promise.allSettled(underWay.values());
  }
  const broken = crew.broken();
  if (broken !== null) throw broken;
  return resultOf(entries, standings, bail);
}

function settleTask(entry: SuiteEntry, standing: Standing, task: RehearsalTask, result: TaskResult): void {
  standing.done.push({ task, result });
  standing.undone -= task.replications.length;
  if (standing.undone === 0) standing.record = recordOf(entry, standing);
}

/** The number of the first task to be finished; null when it is time to look up first. */
async function firstOf(underWay: ReadonlyMap<number, Promise<number>>, lookMs: number | null): Promise<number | null> {
  if (lookMs === null) return Promise.race(underWay.values());
  const waiting = new AbortController();
  const look = setTimeout(lookMs, null, { signal: waiting.signal }).catch(() => null);
  const finished = await Promise.race([...underWay.values(), look]);
  waiting.abort();
  return finished;
}

/** The next piece of work in the order of the suite; null when all has been given out, or what is left must wait. */
function nextTask(
  entries: readonly SuiteEntry[],
  standings: readonly Standing[],
  { seriesFileOf, seriesMetrics = [], logFileOf, recordFile, journalFile }: SuiteCourse,
): { readonly index: number; readonly task: RehearsalTask } | null {
  for (const [index, standing] of standings.entries()) {
    const [trial] = standing.done;
    if (standing.waiting.length === 0 || (standing.begun && trial === undefined)) continue;
    const elapsedMs = trial?.result.elapsedMs ?? TASK_MS;
    const size = trial === undefined ? 1 : Math.max(Math.round(TASK_MS / Math.max(elapsedMs, 1)), 1);
    const replications = standing.waiting.slice(0, size);
    standing.waiting = standing.waiting.slice(size);
    standing.begun = true;
    const { order } = entries[index] as SuiteEntry;
    const seriesFile = seriesFileOf?.(index, replications[0] ?? 0) ?? null;
    const logFile = logFileOf?.(index, replications[0] ?? 0);
    return {
      index,
      task: {
        order,
        replications,
        seriesFile,
        seriesMetrics,
        ...(logFile === undefined ? {} : { logFile }),
        ...(recordFile === undefined ? {} : { recordFile }),
        ...(journalFile === undefined ? {} : { journalFile }),
      },
    };
  }
  return null;
}

/**
 * The index of the rehearsal that was one failure too many, in the order of the suite; null while there is none, or
 * while one before it is not finished.
 */
function lastWanted(standings: readonly Standing[], bail: number | null): number | null {
  if (bail === null) return null;
  let failed = 0;
  for (const [index, { record }] of standings.entries()) {
    if (record === null) return null;
    if (!allHeld(record)) failed++;
    if (failed >= bail) return index;
  }
  return null;
}

function resultOf(entries: readonly SuiteEntry[], standings: readonly Standing[], bail: number | null): SuiteResult {
  const last = lastWanted(standings, bail) ?? entries.length - 1;
  const records: ScenarioRecord[] = [];
  const seriesFiles: string[] = [];
  const logFiles: string[] = [];
  let finished = 0;
  for (const [index, standing] of standings.slice(0, last + 1).entries()) {
    const record = standing.record ?? recordOf(entries[index] as SuiteEntry, standing);
    if (record === null) continue;
    records.push(record);
    if (standing.undone === 0) finished++;
    for (const { task } of inOrder(standing)) {
      if (task.seriesFile !== null) seriesFiles.push(task.seriesFile);
      if (task.logFile !== undefined) logFiles.push(task.logFile);
    }
  }
  return { records, finished, bailedOut: entries.length - 1 - last, seriesFiles, logFiles };
}

function inOrder({ done }: Standing): Standing["done"] {
  return [...done].sort((one, other) => (one.task.replications[0] ?? 0) - (other.task.replications[0] ?? 0));
}

/** The record of an entry as far as it was finished; null when nothing of it was. */
function recordOf({ order, of }: SuiteEntry, standing: Standing): ScenarioRecord | null {
  const [lead] = inOrder(standing);
  if (lead === undefined) return null;
  const { expectations } = order.scenario;
  const { first } = lead.result;
  const decided = expectations.map((expectation) => evaluateExpectation(expectation, first));
  if (of === null) return { ...first, trace: null, expectations: decided };
  const runs = standing.done.flatMap(({ result }) => result.runs);
  const isOwnSeed = lead.task.replications[0] === 0;
  return {
    ...first,
    trace: null,
    expectations: evaluateReplications(expectations, runs, of, isOwnSeed ? decided : null),
    replications: summarizeReplications(runs, of, expectations),
  };
}
