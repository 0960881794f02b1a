/** How the command ends: the codes that scripts and pipelines may rely on. */
export const EXIT = {
  /** All held. */
  ok: 0,
  /** An expectation failed. */
  expectationFailed: 1,
  /** Wrong usage, or an invalid scenario, policy, trace or variable. */
  badInput: 2,
  /** There were warnings, and `--strict` was given. */
  warnings: 3,
  /** A recording was replayed or a journal executed again, and came out otherwise than it was written. */
  diverged: 4,
  /** Nothing matched what was asked for. */
  nothingMatched: 5,
  /** A mistake of the program itself. */
  internalError: 70,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;
