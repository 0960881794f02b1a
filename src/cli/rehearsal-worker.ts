/** What a worker thread runs: tasks that it is sent, one at a time. It neither prints nor ends the process. */
import { parentPort } from "node:worker_threads";
import { invariant, InvariantError } from "../engine/kernel/assert.ts";
import { BrokenRun, runTask, type RehearsalTask, type TaskResult } from "./rehearsal-task.ts";

/** An error as plain data: errors of one's own classes do not survive the way between threads. */
export interface BrokenTask {
  readonly seed: string;
  readonly message: string;
  readonly stack: string;
  readonly isInvariant: boolean;
}

/** What a thread answers to a task. */
export type WorkerAnswer = { readonly done: TaskResult } | { readonly broken: BrokenTask };

async function work(task: RehearsalTask): Promise<WorkerAnswer> {
  try {
    const nowMs = (): number => performance.now();
    const done = await runTask(task, { nowMs, onProgress: () => undefined, isInterrupted: () => false });
    invariant(done !== null, "a task without replications");
    return { done };
  } catch (error) {
    const { cause, seed } = error instanceof BrokenRun ? error : { cause: error, seed: task.order.seed };
    return {
      broken: {
        seed,
        message: cause instanceof Error ? cause.message : String(cause),
        stack: cause instanceof Error ? (cause.stack ?? "") : "",
        isInvariant: cause instanceof InvariantError,
      },
    };
  }
}

// What cannot be answered rejects here and ends the thread, which the crew takes note of.
parentPort?.on(
  "message",
  (task: RehearsalTask) => void work(task).then((answer) => parentPort?.postMessage(answer, [])),
);
