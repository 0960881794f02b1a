/** `rehearse run`: rehearses scenarios and says how their expectations fared. */
import type { Problem } from "../engine/kernel/problem.ts";
import type { RunDocument } from "../engine/result.ts";
import { allHeld } from "../report/console.ts";
import type { OwnMetric } from "../engine/service/own-metric.ts";
import { seriesHeader } from "../report/series.ts";
import { formatPlural } from "../report/number-format.ts";
import { sheetFileOf } from "../replay/recording/sealed-sheet.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { readStartingPoint, type StartingPoint } from "./environment-settings.ts";
import { EXIT } from "./exit-code.ts";
import { describeFileError } from "./file-error.ts";
import { findCollisions, inputFiles, type OutputFile } from "./input-files.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { ofOption, reportProblems, reportWarnings, warningRecord, wholeProblem } from "./problem-report.ts";
import { startProgress } from "./progress.ts";
import { oneRunProblems, recordingProblems } from "./recorder.ts";
import { rehearseSuite, type SuiteEntry, type SuiteResult } from "./rehearse-suite.ts";
import { BrokenRun } from "./rehearsal-task.ts";
import { reproducingCommand, reproducingRunCommand, withoutShard } from "./reproducing-command.ts";
import { reporterFiles, tryFiles, writeAudit, writeReports } from "./run-outputs.ts";
import { readRunSettings, type RunOptions, type RunSettings } from "./run-settings.ts";
import { findRehearsals } from "./scenario-sources.ts";
import type { SeriesParts } from "./series-file.ts";
import { suiteEntries } from "./suite-entries.ts";
import { shardRecord } from "./suite-outline.ts";
import type { EndingSignal, Surroundings } from "./surroundings.ts";
import { HAS_THREADS, soloCrew, threadCrew } from "./work-crew.ts";

/** What all rounds of a run have in common. */
interface Course {
  readonly argv: readonly string[];
  readonly whats: readonly string[];
  readonly options: RunOptions;
  readonly settings: RunSettings;
  readonly start: StartingPoint;
  readonly interruptedBy: () => EndingSignal | null;
  readonly surroundings: Surroundings;
}

/** Runs what was named. `argv` is all that was typed after `rehearse`. Resolves to the exit code. */
export async function run(
  argv: readonly string[],
  whats: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env, processors } = surroundings;
  const settings = readRunSettings(options, processors, env["GITHUB_ACTIONS"] === "true");
  const start = readStartingPoint(options.flagsFromEnv === true, env);
  const found = await findRehearsals(whats, options.policy ?? null, options.slow === true);
  const isWatched = options.watch === true;
  if (!settings.ok || !start.ok || (!found.ok && !isWatched)) {
    const reads = [settings, found, start];
    const problems = reads.flatMap((read) => (read.ok ? [] : read.problems));
    return reportProblems(ofOption("--policy", options.policy ?? "", problems), stderr);
  }
  const { record, journal } = options;
  const all = found.ok ? found.value : [];
  const unfit = [
    ...(record === undefined ? [] : recordingProblems(record, all, settings.value, isWatched)),
    ...(journal === undefined ? [] : oneRunProblems("--journal", all, settings.value, isWatched)),
  ];
  if (unfit.length > 0) return reportProblems(unfit, stderr);
  const outputs = outputFiles(settings.value, options);
  const collisions = findCollisions(outputs, inputFiles(whats, options.policy ?? null, found.ok ? found.value : []));
  if (collisions.length > 0) return reportProblems(collisions, stderr);
  const files = tryFiles(outputs.map(({ file }) => file));
  if (files.length > 0) return reportProblems(files, stderr);

  const interruptedBy = surroundings.watchSignals();
  const course = { argv, whats, options, settings: settings.value, start: start.value, interruptedBy, surroundings };
  reportWarnings(start.warnings, stderr);
  if (isWatched) {
    const { watchRehearsals } = await import("./watch.ts");
    const round = async (rehearsals: readonly Rehearsal[], lints: readonly Problem[]): Promise<void> => {
      await runRound(rehearsals, [], lints, course);
    };
    return watchRehearsals(whats, options.policy ?? null, options.slow === true, round, interruptedBy, surroundings);
  }
  if (!found.ok) return EXIT.badInput;
  reportLeftOut(found.leftOut, surroundings);
  const warnings = [...found.warnings, ...start.value.unused(found.value.map(({ policy }) => policy))];
  reportWarnings(warnings, stderr);
  const code = await runRound(found.value, [...warnings, ...start.warnings], found.lints ?? [], course);
  const unwise = warnings.length + start.warnings.length + (found.lints ?? []).length;
  return code === EXIT.ok && options.strict === true && unwise > 0 ? EXIT.warnings : code;
}

function outputFiles({ reporters, series }: RunSettings, { log, audit, record, journal }: RunOptions): OutputFile[] {
  const named = [
    ["--series", series ?? undefined] as const,
    ["--log", log] as const,
    ["--audit", audit] as const,
    ["--journal", journal] as const,
  ];
  const recorded = record === undefined ? [] : [record, sheetFileOf(record)];
  return [
    ...reporterFiles(reporters),
    ...recorded.map((file) => ({ option: "--record", file })),
    ...named.flatMap(([option, file]) => (file === undefined ? [] : [{ option, file }])),
  ];
}

/** Runs rehearsals and reports on them. Resolves to the exit code, warnings aside. */
async function runRound(
  rehearsals: readonly Rehearsal[],
  warnings: readonly Problem[],
  lints: readonly Problem[],
  course: Course,
): Promise<number> {
  const { argv, whats, options, settings, start, interruptedBy, surroundings } = course;
  const { stderr } = surroundings;
  const startedAtMs = surroundings.nowMs();
  const whole = suiteEntries(rehearsals, options, { ...settings, shard: null }, start);
  if (whole.length === 0 && options.passWithNoTests !== true) {
    const named = options.filter === undefined ? "" : ` with a name like ${options.filter}`;
    stderr.write(
      `error: nothing matched: there is no scenario${named} in ${whats.join(", ") || "the built-in suite"}\n`,
    );
    return EXIT.nothingMatched;
  }
  const entries = settings.shard === null ? whole : suiteEntries(rehearsals, options, settings, start);
  reportLints(lints, options.verbose === true, surroundings);
  const { result, problems } = await goThrough(entries, whole.length, course);
  const seeds = whole.map(({ order }) => order.seed);
  const wholeCommand = reproducingCommand(withoutShard(argv), seeds, start.variables);
  const document: RunDocument = {
    schema: "rehearse.run/1",
    command: reproducingCommand(argv, seeds, start.variables),
    ...(settings.shard === null ? {} : { shard: shardRecord(settings.shard, whole, wholeCommand, settings.bail) }),
    results: result.records,
    warnings: [...warnings, ...lints].map(warningRecord),
  };
  problems.push(...(await writeReports(document, settings.reporters, options.ascii === true, surroundings)));
  if (options.audit !== undefined) problems.push(...(await writeAudit(options.audit, document)));
  if (problems.length > 0) reportProblems(problems, stderr);
  const signal = interruptedBy();
  if (signal !== null) {
    stderr.write(`interrupted: ${result.finished} of ${formatPlural(entries.length, "rehearsal")} finished\n`);
    return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
  if (result.bailedOut > 0) stderr.write(`stopped: ${formatPlural(result.bailedOut, "rehearsal")} left out (--bail)\n`);
  const seconds = ((surroundings.nowMs() - startedAtMs) / 1_000).toFixed(1);
  stderr.write(`${formatPlural(result.records.length, "rehearsal")} in ${seconds} s\n`);
  if (problems.length > 0) return EXIT.badInput;
  return result.records.every(allHeld) ? EXIT.ok : EXIT.expectationFailed;
}

/** Goes through the suite with as many hands as it has work for. */
async function goThrough(
  entries: readonly SuiteEntry[],
  suiteSize: number,
  { argv, options, settings, start, interruptedBy, surroundings }: Course,
): Promise<{ readonly result: SuiteResult; readonly problems: Problem[] }> {
  const { nowMs } = surroundings;
  const runs = entries.reduce((sum, entry) => sum + entry.replications.length, 0);
  const hands = Math.min(settings.jobs, runs);
  const isInterrupted = (): boolean => interruptedBy() !== null;
  const progress = startProgress(surroundings);
  const seriesMetrics = entries.flatMap(({ order }) => order.scenario.metrics ?? []).map(plainMetric);
  const parts: SeriesParts | null =
    settings.series === null ? null : (await import("./series-file.ts")).createSeriesParts(seriesHeader(seriesMetrics));
  const logParts = options.log === undefined ? null : (await import("./series-file.ts")).createSeriesParts("");
  try {
    const result = await rehearseSuite(entries, {
      crew: hands > 1 && HAS_THREADS ? threadCrew(hands) : soloCrew({ nowMs, isInterrupted }),
      interruptedBy,
      onProgress: progress.update,
      bail: settings.bail,
      seriesFileOf: parts?.fileOf ?? null,
      seriesMetrics,
      ...(logParts === null ? {} : { logFileOf: logParts.fileOf }),
      ...(options.record === undefined ? {} : { recordFile: options.record }),
      ...(options.journal === undefined ? {} : { journalFile: options.journal }),
    });
    const problems: Problem[] = [];
    if (settings.series !== null && parts !== null) {
      const { series } = settings;
      await parts.joinInto(series, result.seriesFiles).catch((error: unknown) => {
        problems.push(wholeProblem(series, describeFileError(error)));
      });
    }
    if (options.log !== undefined && logParts !== null) {
      const { log } = options;
      await logParts.joinInto(log, result.logFiles).catch((error: unknown) => {
        problems.push(wholeProblem(log, describeFileError(error)));
      });
    }
    return { result, problems };
  } catch (error) {
    if (!(error instanceof BrokenRun)) throw error;
    const scenario = suiteSize > 1 ? error.scenario : null;
    const command = reproducingRunCommand(argv, error.seed, scenario, start.variables);
    throw new BrokenRehearsal(error.cause, error.seed, command);
  } finally {
    progress.stop();
    parts?.remove();
    logParts?.remove();
  }
}

/** Slow scenarios are run only where they are meant, and it is said that they were not. */
function reportLeftOut(names: readonly string[], { stderr }: Surroundings): void {
  if (names.length === 0) return;
  const what = `${formatPlural(names.length, "slow scenario")} left out (${names.join(", ")})`;
  stderr.write(`${what}: --slow runs all, a name runs one\n`);
}

function plainMetric({ name, kind }: OwnMetric): OwnMetric {
  return { name, kind };
}

/** What is unwise is not this verb's to judge: it is counted, and said only to who asks. */
function reportLints(lints: readonly Problem[], isVerbose: boolean, { stderr }: Surroundings): void {
  if (lints.length === 0) return;
  if (isVerbose) return reportWarnings(lints, stderr);
  stderr.write(`${formatPlural(lints.length, "lint warning")}: --verbose shows them, as does rehearse check\n`);
}
