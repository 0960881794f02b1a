/** Who does a suite's work: this thread alone, or several worker threads. */
import { Worker } from "node:worker_threads";
import { invariant, InvariantError } from "../engine/kernel/assert.ts";
import { replicationSeed } from "../scenarios/replication.ts";
import { BrokenRun, runTask, type RehearsalTask, type TaskResult, type TaskWatching } from "./rehearsal-task.ts";
import type { BrokenTask, WorkerAnswer } from "./rehearsal-worker.ts";

/** Does tasks. */
export interface WorkCrew {
  /** How many tasks are done at once. */
  readonly size: number;
  /** Null when it was stopped on the way. Rejects with `BrokenRun` when a run breaks off. */
  readonly run: (task: RehearsalTask, onProgress: (doneShare: number) => void) => Promise<TaskResult | null>;
  /** Gives up what is under way. */
  readonly stop: () => Promise<void>;
  /** A thread that died of itself, even where no task was lost by it; null: none did. */
  readonly broken: () => BrokenRun | null;
}

/** This thread, which looks up from its work now and then to see whether it is interrupted. */
export function soloCrew(watching: Omit<TaskWatching, "onProgress">): WorkCrew {
  return {
    size: 1,
    run: (task, onProgress) => runTask(task, { ...watching, onProgress }),
    stop: () => Promise.resolve(),
    broken: () => null,
  };
}

/**
 * False where the command runs from its sources: what loads TypeScript there does not reach into threads. The results
 * are the same.
 */
export const HAS_THREADS = import.meta.url.endsWith(".js");

/** One thread, and the task it is at. */
interface Hand {
  readonly worker: Worker;
  /** Null: it is free. */
  underWay: { readonly answer: (answer: WorkerAnswer) => void; readonly fail: (error: Error) => void } | null;
  isDead: boolean;
}

/** So many worker threads; they end when the crew is stopped. At most as many tasks are given to it at once. */
export function threadCrew(size: number): WorkCrew {
  const file = new URL("./rehearsal-worker.js", import.meta.url);
  let isStopped = false;
  let death: Error | null = null;
  let latest: RehearsalTask | null = null;
  const hands = Array.from({ length: size }, (): Hand => {
    const hand: Hand = { worker: new Worker(file), underWay: null, isDead: false };
    const die = (error: Error): void => {
      if (hand.isDead) return;
      hand.isDead = true;
      death ??= error;
      hand.underWay?.fail(error);
    };
    hand.worker.on("message", (answer: WorkerAnswer) => hand.underWay?.answer(answer));
    // Of too little memory, for example; an error always comes before the exit.
    hand.worker.on("error", (error: unknown) => die(error instanceof Error ? error : new Error(String(error))));
    hand.worker.on("messageerror", die);
    hand.worker.on("exit", (code) => {
      if (isStopped) hand.underWay?.fail(new Error("stopped"));
      else die(new Error(`a worker thread ended by itself, with ${code}`));
    });
    return hand;
  });
  return {
    size,
    run: async (task) => {
      latest = task;
      let answer: WorkerAnswer;
      try {
        if (death !== null) throw death;
        answer = await give(hands, task);
      } catch (error) {
        if (isStopped) return null;
        throw brokenBy(error, task);
      }
      if ("broken" in answer) {
        throw new BrokenRun(errorOf(answer.broken), answer.broken.seed, task.order.scenario.name);
      }
      return answer.done;
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(hands.map(({ worker }) => worker.terminate()));
    },
    broken: () => (death === null || latest === null ? null : brokenBy(death, latest)),
  };
}

function give(hands: readonly Hand[], task: RehearsalTask): Promise<WorkerAnswer> {
  const hand = hands.find(({ underWay, isDead }) => underWay === null && !isDead);
  invariant(hand !== undefined, "more tasks than hands");
  return new Promise<WorkerAnswer>((answer, fail) => {
    hand.underWay = { answer, fail };
    hand.worker.postMessage(task, []);
  }).finally(() => {
    hand.underWay = null;
  });
}

/** A thread that died says nothing of which of the task's runs it was at. */
function brokenBy(error: unknown, { order, replications }: RehearsalTask): BrokenRun {
  return new BrokenRun(error, replicationSeed(order.seed, replications[0] ?? 0), order.scenario.name);
}

function errorOf({ message, stack, isInvariant }: BrokenTask): Error {
  const error = isInvariant ? new InvariantError(message) : new Error(message);
  error.stack = stack;
  return error;
}
