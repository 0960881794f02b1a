/** `rehearse replay` of what `run --record` wrote: the same run again, or another policy on the very same luck. */
import { createReadStream, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Policy } from "../engine/deployment/policy.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { World } from "../engine/service/world.ts";
import { fileProblem } from "../replay/file-problem.ts";
import { beginsAsColumnFile } from "../replay/recording/column-file.ts";
import { readRecordedRows } from "../replay/recording/read-recording.ts";
import { beginsAsRecording } from "../replay/recording/recorded-row.ts";
import { createRecordedWorld, type RecordedColumns } from "../replay/recording/recorded-world.ts";
import { beginsAsSheet, readSheet, sheetFileOf, type RecordingSheet } from "../replay/recording/sealed-sheet.ts";
import { allHeld } from "../report/console.ts";
import { loadPolicy } from "../scenarios/built-in.ts";
import { evaluateExpectation } from "../scenarios/expectation.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { planScenario } from "../scenarios/runner.ts";
import { checkAgainstPolicy, meetPolicy, warnAgainstPolicy } from "../scenarios/scenario-policy.ts";
import { EXIT } from "./exit-code.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { packageVersion } from "./package-files.ts";
import { printRecords } from "./print-records.ts";
import { ofOption, reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { startProgress } from "./progress.ts";
import type { ReplayOptions } from "./replay.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import type { Surroundings } from "./surroundings.ts";
import { rehearseWatched } from "./watched-rehearsal.ts";

/** Options of `replay` that a recording has no use for: it says itself what they would. */
export const FOREIGN = [
  ["candidate", "--candidate"],
  ["rate", "--rate"],
  ["amplify", "--amplify"],
  ["resample", "--resample"],
  ["incidents", "--incidents"],
  ["seed", "--seed"],
  ["flagsFromEnv", "--flags-from-env"],
  ["format", "--format"],
  ["columns", "--columns"],
  ["versions", "--versions"],
  ["zone", "--zone"],
  ["start", "--start"],
  ["from", "--from"],
  ["to", "--to"],
  ["errors", "--errors"],
  ["maxRejected", "--max-rejected"],
] as const satisfies readonly (readonly [keyof ReplayOptions, string])[];

/** Whether a file is a recording: it begins as one, or the sheet of one stands beside it. */
export async function isRecording(file: string): Promise<boolean> {
  if (file === "-") return false;
  if (beginsAs(await beginningOf(file))) return true;
  // The rows may be damaged; what stands beside them says whose they are. Any other YAML of this name is no sheet.
  return beginsAsSheet((await beginningOf(sheetFileOf(file))).toString("utf8"));
}

function beginsAs(bytes: Buffer): boolean {
  return beginsAsColumnFile(bytes) || beginsAsRecording(bytes.toString("utf8"));
}

/** The first bytes of a file; none where it cannot be read: whoever reads it in earnest says why. */
export async function beginningOf(file: string): Promise<Buffer> {
  try {
    const opened = await open(file);
    try {
      const { buffer, bytesRead } = await opened.read(Buffer.alloc(256), 0, 256, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await opened.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}

/** Replays a recording. Resolves to the exit code. */
export async function replayRecording(
  argv: readonly string[],
  file: string,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, nowMs } = surroundings;
  const startedAtMs = nowMs();
  const sheet = readSheetOf(file);
  const policy = options.policy === undefined ? null : loadPolicy(options.policy);
  const problems = [
    ...foreignOptions(options, "--policy NAME, to rehearse another policy on it"),
    ...(sheet.ok ? [] : sheet.problems),
    ...ofOption("--policy", options.policy ?? "", policy === null || policy.ok ? [] : policy.problems),
  ];
  if (!sheet.ok || problems.length > 0) return reportProblems(problems, stderr);
  const { order } = sheet.value;
  const other = policy !== null && policy.ok ? policy.value : null;
  const met = other === null ? { scenario: order.scenario, warnings: [] } : meetPolicy(order.scenario, other);
  if (other !== null) {
    const misfits = checkAgainstPolicy(met.scenario, other, options.policy);
    if (misfits.length > 0) return reportProblems(misfits, stderr);
  }
  const warnings = [
    ...sheetWarnings(file, sheet.value),
    ...(policy?.ok === true ? policy.warnings : []),
    ...met.warnings,
    ...(other === null ? [] : warnAgainstPolicy(met.scenario, other)),
  ];
  const plan = await planOf(sheet.value, file, other);
  if (!plan.ok) return reportProblems(plan.problems, stderr);

  const readAtMs = nowMs();
  const command = reproducingCommand(argv, [], {});
  const progress = startProgress(surroundings);
  const interruptedBy = surroundings.watchSignals();
  const watching = {
    check: options.check === true,
    nowMs,
    onProgress: (share: number) => progress.update(share, "replaying"),
    isInterrupted: () => interruptedBy() !== null,
  };
  const run = await rehearseWatched(plan.value, watching)
    .catch((error: unknown) => {
      throw new BrokenRehearsal(error, order.seed, command);
    })
    .finally(() => progress.stop());
  if (run === null) return interruptedBy() === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
  const expectations = met.scenario.expectations.map((expectation) => evaluateExpectation(expectation, run));
  const record = { ...run, trace: null, expectations };
  reportWarnings(warnings, stderr);
  printRecords([record], warnings, command, options, surroundings);
  const seconds = (fromMs: number, toMs: number): string => `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
  stderr.write(`read in ${seconds(startedAtMs, readAtMs)}, replayed in ${seconds(readAtMs, nowMs())}\n`);
  if (other === null && run.digest !== sheet.value.digest) {
    stderr.write(`diverged: the digest is ${run.digest}, and was ${sheet.value.digest} when ${file} was recorded\n`);
    return EXIT.diverged;
  }
  if (other === null) stderr.write(`same digest as recorded: ${run.digest}\n`);
  if (!allHeld(record)) return EXIT.expectationFailed;
  return options.strict === true && warnings.length > 0 ? EXIT.warnings : EXIT.ok;
}

/** The plan of a recording under its own policy (null) or another: the scenario's, with the recorded requests. */
async function planOf(
  sheet: RecordingSheet,
  file: string,
  other: Policy | null,
): Promise<Read<ReturnType<typeof planScenario>>> {
  const { scenario, policy, seed, flags } = sheet.order;
  const plan = planScenario(scenario, other ?? policy, seed, flags === null ? {} : { baseFlags: flags });
  const rows = await readRowsOf(file, sheet, plan.world);
  if (!rows.ok) return rows;
  // Under another policy the run may want to go on where no request was recorded any more.
  const endsAtUs = other === null ? null : sheet.endedAtUs;
  const value = { ...plan, world: createRecordedWorld(plan.world, rows.value, endsAtUs) };
  return { ok: true, value, warnings: [] };
}

/** What is wrong with options that a recording has no use for. */
export function foreignOptions(
  options: Readonly<Partial<Record<(typeof FOREIGN)[number][0], unknown>>>,
  allowed: string,
): Problem[] {
  return FOREIGN.filter(([name]) => options[name] !== undefined).map(([name, option]) => {
    const message = name === "incidents" ? "known incidents are those of a log" : "a recording says this itself";
    return wholeProblem(option, message, { allowed });
  });
}

/** The sheet beside a recording. */
export function readSheetOf(file: string): Read<RecordingSheet> {
  const source = sheetFileOf(file);
  if (existsSync(source)) {
    const text = readFileText(source, source, "what stands beside a recording");
    return text.ok ? readSheet(text.value, source) : text;
  }
  const allowed = `${source}, which rehearse run --record writes with it`;
  const problem = wholeProblem(file, "this is a recording, and the file beside it is missing", { allowed });
  return { ok: false, problems: [problem] };
}

/** What is to be said of a sheet. */
export function sheetWarnings(file: string, { program }: RecordingSheet): Problem[] {
  return programWarnings(program, sheetFileOf(file));
}

/** The rows of a recording, of requests to `origin`. */
export async function readRowsOf(file: string, sheet: RecordingSheet, origin: World): Promise<Read<RecordedColumns>> {
  try {
    await (await open(file)).close();
  } catch (error) {
    return fileProblem(file, error);
  }
  return readRecordedRows(createReadStream(file, { highWaterMark: 1_048_576 }), file, sheet, origin);
}

/** What is to be said where the program that wrote a file is not this one. */
export function programWarnings(program: string, source: string): Problem[] {
  if (program === packageVersion()) return [];
  const allowed = `${packageVersion()}, this one, or a replay that may differ`;
  return [wholeProblem(source, "another version of the program wrote this", { found: program, allowed })];
}
