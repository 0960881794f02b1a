#!/usr/bin/env node
/** The command `rehearse`: binds the command line to this process. */
import { availableParallelism } from "node:os";
import { isatty } from "node:tty";
import { runCommandLine } from "./command-line.ts";
import { EXIT } from "./exit-code.ts";
import type { EndingSignal, Output } from "./surroundings.ts";

function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader of a pipe may go away (`| head`): what is left has nobody to be written for.
    if (error.code !== "EPIPE")
      process.stderr.write(`error: the output cannot be written (${error.code ?? error.message})\n`);
    process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.badInput);
  });
  return { write: (text) => void stream.write(text), isTerminal: isatty(stream.fd), stream };
}

function watchSignals(): () => EndingSignal | null {
  let first: EndingSignal | null = null;
  const onSignal = (signal: EndingSignal): void => {
    // The second time is meant: leave at once, finished or not.
    if (first !== null) process.exit(signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
    first = signal;
  };
  process.on("SIGINT", () => onSignal("SIGINT"));
  process.on("SIGTERM", () => onSignal("SIGTERM"));
  return () => first;
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  env: process.env,
  nowMs: () => performance.now(),
  traceStore: ".rehearse/traces",
  processors: availableParallelism(),
  watchSignals,
});
