/** `rehearse run`: rehearses scenarios and says how their expectations fared. */
import { setImmediate } from "node:timers/promises";
import type { Problem } from "../engine/kernel/problem.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import { allHeld } from "../report/console.ts";
import { formatPlural } from "../report/number-format.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { evaluateExpectation } from "../scenarios/expectation.ts";
import { planScenario, seedOf } from "../scenarios/runner.ts";
import { readStartingPoint, type StartingPoint } from "./environment-settings.ts";
import { EXIT } from "./exit-code.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { printRecords, type PrintOptions } from "./print-records.ts";
import { distinctProblems, ofOption, reportProblems, reportWarnings } from "./problem-report.ts";
import { startProgress } from "./progress.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import { findRehearsals } from "./scenario-sources.ts";
import type { EndingSignal, Surroundings } from "./surroundings.ts";
import { rehearseWatched } from "./watched-rehearsal.ts";

/** Options of `rehearse run`. */
export interface RunOptions extends PrintOptions {
  readonly policy?: string;
  readonly seed?: string;
  readonly flagsFromEnv?: true;
  readonly check?: true;
  readonly passWithNoTests?: true;
  readonly strict?: true;
}

/** What all rehearsals of a run have in common. */
interface Course {
  readonly options: RunOptions;
  readonly start: StartingPoint;
  readonly interruptedBy: () => EndingSignal | null;
  readonly commandOf: (seeds: readonly string[]) => string;
}

/** Runs what was named. `argv` is all that was typed after `rehearse`. Resolves to the exit code. */
export async function run(
  argv: readonly string[],
  whats: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env } = surroundings;
  const startedAtMs = surroundings.nowMs();
  const found = findRehearsals(whats, options.policy ?? null);
  const start = readStartingPoint(options.flagsFromEnv === true, env);
  if (!found.ok || !start.ok) {
    const problems = [...(found.ok ? [] : found.problems), ...(start.ok ? [] : start.problems)];
    return reportProblems(ofOption("--policy", options.policy ?? "", problems), stderr);
  }
  const adjusted = found.value.map(({ scenario, policy }) => ({ scenario, ...start.value.adjust(policy) }));
  const ofThresholds = distinctProblems(adjusted.flatMap((rehearsal) => rehearsal.warnings));
  const warnings: Problem[] = [...found.warnings, ...start.warnings, ...ofThresholds];
  reportWarnings(warnings, stderr);
  if (found.value.length === 0 && options.passWithNoTests !== true) {
    stderr.write(`error: nothing matched: there is no scenario in ${whats.join(", ")}\n`);
    return EXIT.nothingMatched;
  }

  const commandOf = (seeds: readonly string[]): string => reproducingCommand(argv, seeds, start.value.variables);
  const interruptedBy = surroundings.watchSignals();
  const course: Course = { options, start: start.value, interruptedBy, commandOf };
  const results = await rehearseAll(adjusted, course, surroundings);
  printRecords(results, commandOf(results.map((record) => record.seed)), options, surroundings);
  const signal = interruptedBy();
  if (signal !== null) {
    stderr.write(`interrupted: ${results.length} of ${formatPlural(found.value.length, "rehearsal")} finished\n`);
    return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
  const seconds = ((surroundings.nowMs() - startedAtMs) / 1_000).toFixed(1);
  stderr.write(`${formatPlural(results.length, "rehearsal")} in ${seconds} s\n`);
  if (!results.every(allHeld)) return EXIT.expectationFailed;
  return options.strict === true && warnings.length > 0 ? EXIT.warnings : EXIT.ok;
}

/** The records of those that were finished before a signal came. */
async function rehearseAll(
  rehearsals: readonly Rehearsal[],
  course: Course,
  surroundings: Surroundings,
): Promise<ScenarioRecord[]> {
  const progress = startProgress(surroundings);
  const results: ScenarioRecord[] = [];
  try {
    for (const rehearsal of rehearsals) {
      await setImmediate();
      const onProgress = (share: number): void => {
        progress.update((results.length + share) / rehearsals.length, rehearsal.scenario.name);
      };
      onProgress(0);
      const record = await rehearseOne(rehearsal, course, onProgress, surroundings.nowMs);
      if (record === null) break;
      results.push(record);
    }
  } finally {
    progress.stop();
  }
  return results;
}

async function rehearseOne(
  { scenario, policy }: Rehearsal,
  { options, start, interruptedBy, commandOf }: Course,
  onProgress: (share: number) => void,
  nowMs: () => number,
): Promise<ScenarioRecord | null> {
  const overrides = start.flags === null ? {} : { baseFlags: start.flags };
  const seed = seedOf(scenario, options.seed ?? null);
  const isInterrupted = (): boolean => interruptedBy() !== null;
  if (isInterrupted()) return null;
  try {
    const plan = planScenario(scenario, policy, seed, overrides);
    const record = await rehearseWatched(plan, { check: options.check === true, nowMs, onProgress, isInterrupted });
    if (record === null) return null;
    const expectations = scenario.expectations.map((expectation) => evaluateExpectation(expectation, record));
    return { ...record, trace: null, expectations };
  } catch (error) {
    throw new BrokenRehearsal(error, seed, commandOf([seed]));
  }
}
