/** A progress bar on standard error: only on a terminal, and only for what takes more than a second. */
import type { SingleBar } from "cli-progress";
import { wantsProgress, type Surroundings } from "./surroundings.ts";

const QUIET_MS = 1_000;

/** Told how far the work is; `stop` takes the bar off the screen again. */
export interface Progress {
  readonly update: (doneShare: number, doing: string) => void;
  readonly stop: () => void;
}

/** Progress from now on. */
export function startProgress(surroundings: Surroundings): Progress {
  const stream = surroundings.stderr.stream;
  if (stream === null || !wantsProgress(surroundings)) return { update: () => undefined, stop: () => undefined };
  const startedAtMs = surroundings.nowMs();
  let bar: SingleBar | null = null;
  let state: "quiet" | "loading" | "stopped" = "quiet";
  const load = async (doing: string): Promise<void> => {
    const { SingleBar } = await import("cli-progress");
    if (state === "stopped") return;
    bar = new SingleBar({
      stream,
      format: "{bar} {percentage}% {doing}",
      barsize: 24,
      barCompleteChar: "#",
      barIncompleteChar: ".",
      clearOnComplete: true,
      hideCursor: null,
      linewrap: true,
      gracefulExit: false,
    });
    bar.start(1_000, 0, { doing });
  };
  return {
    update: (doneShare, doing) => {
      if (bar !== null) {
        bar.update(Math.floor(doneShare * 1_000), { doing });
      } else if (state === "quiet" && surroundings.nowMs() - startedAtMs >= QUIET_MS) {
        state = "loading";
        void load(doing);
      }
    },
    stop: () => {
      state = "stopped";
      bar?.stop();
    },
  };
}
