/** Who does a suite's work: this thread alone, or several worker threads. */
import { InvariantError } from "../engine/kernel/assert.ts";
import { BrokenRun, runTask, type RehearsalTask, type TaskResult, type TaskWatching } from "./rehearsal-task.ts";
import type { BrokenTask, work } from "./rehearsal-worker.ts";

/** Does tasks. */
export interface WorkCrew {
  /** How many tasks are done at once. */
  readonly size: number;
  /** Null when it was stopped on the way. Rejects with `BrokenRun` when a run breaks off. */
  readonly run: (task: RehearsalTask, onProgress: (doneShare: number) => void) => Promise<TaskResult | null>;
  /** Gives up what is under way. */
  readonly stop: () => Promise<void>;
}

/** This thread, which looks up from its work now and then to see whether it is interrupted. */
export function soloCrew(watching: Omit<TaskWatching, "onProgress">): WorkCrew {
  return {
    size: 1,
    run: (task, onProgress) => runTask(task, { ...watching, onProgress }),
    stop: () => Promise.resolve(),
  };
}

/**
 * False where the command runs from its sources: what loads TypeScript there does not reach into threads. The results
 * are the same.
 */
export const HAS_THREADS = import.meta.url.endsWith(".js");

/** So many worker threads; they end when the crew is stopped. */
export async function threadCrew(size: number): Promise<WorkCrew> {
  const { Tinypool } = await import("tinypool");
  const filename = new URL("./rehearsal-worker.js", import.meta.url).href;
  const pool = new Tinypool({ filename, name: "work" satisfies typeof work.name, minThreads: size, maxThreads: size });
  let stopped = false;
  // A thread that dies between two tasks takes none down with it, and would end the process from outside.
  let died: Error | null = null;
  pool.on("error", (error: unknown) => {
    died ??= error instanceof Error ? error : new Error(String(error));
  });
  return {
    size,
    run: async (task) => {
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = (await pool.run(task)) as Awaited<ReturnType<typeof work>>;
        if (died !== null) throw died;
      } catch (error) {
        if (stopped) return null;
        // The thread itself died, of too little memory for example.
        throw new BrokenRun(error, task.order.seed, task.order.scenario.name);
      }
      if ("broken" in result) {
        throw new BrokenRun(errorOf(result.broken), result.broken.seed, task.order.scenario.name);
      }
      return result.done;
    },
    stop: async () => {
      stopped = true;
      await pool.destroy();
    },
  };
}

function errorOf({ message, stack, isInvariant }: BrokenTask): Error {
  const error = isInvariant ? new InvariantError(message) : new Error(message);
  error.stack = stack;
  return error;
}
