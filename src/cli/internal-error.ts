/** Mistakes of the program itself: what is needed to look into them. Bad input never comes here. */
import { InvariantError } from "../engine/kernel/assert.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./surroundings.ts";

/** A rehearsal that broke off, with the seed and the command that break it off again. */
export class BrokenRehearsal extends Error {
  override readonly name = "BrokenRehearsal";
  readonly seed: string;
  readonly command: string;

  constructor(cause: unknown, seed: string, command: string) {
    super("a rehearsal broke off", { cause });
    this.seed = seed;
    this.command = command;
  }
}

/** Says what broke, with the seed, the command and where in the program. Gives the exit code. */
export function reportInternalError(error: unknown, command: string, stderr: Output): number {
  const cause = error instanceof BrokenRehearsal ? error.cause : error;
  const kind = cause instanceof InvariantError ? "broken invariant" : "unexpected error";
  const lines = [
    `internal error: ${kind}: ${cause instanceof Error ? cause.message : String(cause)}`,
    ...(error instanceof BrokenRehearsal ? [`seed       ${error.seed}`] : []),
    `reproduce  ${error instanceof BrokenRehearsal ? error.command : command}`,
    ...(cause instanceof Error ? (cause.stack ?? "").split("\n").filter((line) => /^\s+at /u.test(line)) : []),
  ];
  stderr.write(`${lines.join("\n")}\n`);
  return EXIT.internalError;
}
