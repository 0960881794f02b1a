/** `rehearse replay` of what `run --journal` wrote: the same run executed again, and where the two first part. */
import { readFileSync } from "node:fs";
import { executeAgain, type ExecutedAgain, type JournalDivergence } from "../replay/journal/execute-again.ts";
import { beginsAsJournal, readJournal } from "../replay/journal/read-journal.ts";
import { allHeld } from "../report/console.ts";
import { evaluateExpectation } from "../scenarios/expectation.ts";
import { planScenario } from "../scenarios/runner.ts";
import { EXIT } from "./exit-code.ts";
import { describeFileError } from "./file-error.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { printRecords } from "./print-records.ts";
import { reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { startProgress } from "./progress.ts";
import { beginningOf, FOREIGN, programWarnings } from "./replay-recording.ts";
import type { ReplayOptions } from "./replay.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether a file is a journal. */
export async function isJournal(file: string): Promise<boolean> {
  return file !== "-" && beginsAsJournal((await beginningOf(file)).toString("utf8"));
}

/** Executes the run of a journal again. Resolves to the exit code. */
export async function replayJournal(
  argv: readonly string[],
  file: string,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, stdout } = surroundings;
  const foreign = [...FOREIGN, ["policy", "--policy"] as const, ["check", "--check"] as const];
  const problems = foreign
    .filter(([name]) => options[name] !== undefined)
    .map(([, option]) => wholeProblem(option, "a journal's run is executed as it was", { allowed: "no such option" }));
  const journal = readJournalOf(file);
  if (!journal.ok || problems.length > 0) {
    return reportProblems([...problems, ...(journal.ok ? [] : journal.problems)], stderr);
  }
  const { order, program } = journal.value;
  const warnings = programWarnings(program, file);
  reportWarnings(warnings, stderr);
  const command = reproducingCommand(argv, [], {});
  const plan = planScenario(
    order.scenario,
    order.policy,
    order.seed,
    order.flags === null ? {} : { baseFlags: order.flags },
  );
  const progress = startProgress(surroundings);
  let again: ExecutedAgain;
  try {
    again = executeAgain(plan, journal.value, (atUs) => progress.update(atUs / plan.horizonUs, "executing again"));
  } catch (error) {
    throw new BrokenRehearsal(error, order.seed, command);
  } finally {
    progress.stop();
  }
  if (again.record === null) {
    if (again.divergence !== null) stdout.write(describeDivergence(again.divergence, file, options.json === true));
    return EXIT.diverged;
  }
  const run = again.record;
  const expectations = order.scenario.expectations.map((expectation) => evaluateExpectation(expectation, run));
  const record = { ...run, trace: null, expectations };
  printRecords([record], warnings, command, options, surroundings);
  stderr.write(`the same in every window, entry and event: digest ${run.digest}\n`);
  if (!allHeld(record)) return EXIT.expectationFailed;
  return options.strict === true && warnings.length > 0 ? EXIT.warnings : EXIT.ok;
}

function readJournalOf(file: string): ReturnType<typeof readJournal> {
  try {
    return readJournal(readFileSync(file, "utf8"), file);
  } catch (error) {
    return { ok: false, problems: [wholeProblem(file, describeFileError(error))] };
  }
}

function describeDivergence(divergence: JournalDivergence, file: string, asJson: boolean): string {
  if (asJson) return `${JSON.stringify({ schema: "rehearse.divergence/1", journal: file, ...divergence }, null, 2)}\n`;
  const { window, fromMs, line, fileLine, recorded, executed } = divergence;
  return [
    `diverged in window ${window}, which begins at ${fromMs / 1_000} s, at its line ${line} (${file}:${fileLine})`,
    `  recorded      ${recorded ?? "nothing more"}`,
    `  executed now  ${executed ?? "nothing more"}`,
    "",
  ].join("\n");
}
