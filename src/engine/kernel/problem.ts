/**
 * Problems with what a user gave us (a file, an option, an environment variable): always data, all at once, never
 * an exception. A broken invariant of our own is the other kind: see `assert.ts`.
 */

/** One problem, with where it is, what was found and what is allowed. */
export interface Problem {
  /** File as typed, `--option`, or `environment`. */
  readonly source: string;
  /** From 1; 0 where there is no line (an option, a whole file). */
  readonly line: number;
  /** From 1; 0 where there is no column. */
  readonly column: number;
  /** Path inside the document or name of the variable: `phases[1].traffic`, `ROLLOUT_PERCENTAGE`; may be empty. */
  readonly path: string;
  /** What is wrong, e.g. `traffic must be between 0% and 100%`. */
  readonly message: string;
  /** What stood there, as written; null where nothing did. */
  readonly found: string | null;
  /** What would be allowed, in words; null where the message says it. */
  readonly allowed: string | null;
  /** The nearest valid word, if one is near. */
  readonly suggestion: string | null;
  /** Name of the lint that says so; absent where it is no lint. */
  readonly rule?: string;
}

/**
 * Either a value (perhaps with warnings, and with lints: what is legal but unwise) or everything that is wrong with it.
 */
export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[]; readonly lints?: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `file:line:col: path: message; found X; allowed: Y; did you mean Z?` on one line. */
export function describeProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.source}:${problem.line}:${Math.max(problem.column, 1)}` : problem.source;
  const parts = [problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`];
  if (problem.found !== null) parts.push(`found ${problem.found}`);
  if (problem.allowed !== null) parts.push(`allowed: ${problem.allowed}`);
  if (problem.suggestion !== null) parts.push(`did you mean ${problem.suggestion}?`);
  const rule = problem.rule === undefined ? "" : ` [${problem.rule}]`;
  return `${place}: ${parts.join("; ")}${rule}`;
}
