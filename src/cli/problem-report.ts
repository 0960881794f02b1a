/** Problems and warnings on standard error, one line each. */
import { describeProblem, type Problem } from "../engine/kernel/problem.ts";
import type { WarningRecord } from "../engine/result.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./surroundings.ts";

/** Writes every problem, and says how many there are where there is more than one. Gives the exit code. */
export function reportProblems(problems: readonly Problem[], stderr: Output): number {
  for (const problem of problems) stderr.write(`error: ${describeProblem(problem)}\n`);
  if (problems.length > 1) stderr.write(`${problems.length} problems\n`);
  return EXIT.badInput;
}

/** Writes every warning. */
export function reportWarnings(warnings: readonly Problem[], stderr: Output): void {
  for (const warning of warnings) stderr.write(`warning: ${describeProblem(warning)}\n`);
}

/** A warning as it stands in the document. */
export function warningRecord({ rule, source, line, path, message }: Problem): WarningRecord {
  return { rule: rule ?? null, file: source, line, path, message };
}

/** A problem with a whole file, an option or a name. */
export function wholeProblem(
  source: string,
  message: string,
  details: Partial<Pick<Problem, "found" | "allowed" | "suggestion">> = {},
): Problem {
  return { source, line: 0, column: 0, path: "", message, found: null, allowed: null, suggestion: null, ...details };
}

/** Problems with what an option names, said of the option; those inside of the file that it names stay where they are. */
export function ofOption(option: string, named: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    const isAboutName = problem.source === named && problem.line === 0;
    return isAboutName ? { ...problem, source: option, found: problem.found ?? named } : problem;
  });
}
