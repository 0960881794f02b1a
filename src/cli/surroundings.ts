/** What a command may touch of the outside: streams, environment, clock, signals. Tests give their own. */

/** One of the two output streams. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Where a progress bar may draw; null where none can be drawn. */
  readonly stream: NodeJS.WritableStream | null;
}

/** A signal that asks the command to end. */
export type EndingSignal = "SIGINT" | "SIGTERM";

/** All that is outside. */
export interface Surroundings {
  /** A trace may come from here. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Data. */
  readonly stdout: Output;
  /** Progress and diagnostics. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that never goes back; for progress and wall times only. */
  readonly nowMs: () => number;
  /** Folder in which imported traces are kept where nobody says; null: none are. */
  readonly traceStore: string | null;
  /** How many jobs run side by side where nobody says. */
  readonly processors: number;
  /**
   * From now on a first signal does not end the process: the returned function says which one came, and the command
   * ends with what it has finished. A second signal ends the process at once.
   */
  readonly watchSignals: () => () => EndingSignal | null;
}

/** Whether colours are wanted on an output: a terminal, and nobody who asks for plain text. */
export function wantsColour(output: Output, env: Surroundings["env"]): boolean {
  return output.isTerminal && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb" && !isCi(env);
}

/** Whether only ASCII is wanted: by the option, or by a terminal that can do no more. */
export function wantsAscii(option: boolean, env: Surroundings["env"]): boolean {
  return option || env["TERM"] === "dumb";
}

/** Whether a progress bar may be drawn. */
export function wantsProgress({ stderr, env }: Surroundings): boolean {
  return stderr.isTerminal && env["TERM"] !== "dumb" && !isCi(env);
}

function isCi(env: Surroundings["env"]): boolean {
  return env["CI"] !== undefined && env["CI"] !== "" && env["CI"] !== "false";
}
