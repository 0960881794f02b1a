/** `rehearse fit`: a scenario whose traffic, users, latencies and failures are those of a recorded trace. */
import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import type { Problem } from "../engine/kernel/problem.ts";
import { renderFits } from "../report/fit-text.ts";
import { errorCode } from "../replay/file-problem.ts";
import { importRecord } from "../replay/import-record.ts";
import { readImportSettings } from "../replay/import-settings.ts";
import { fitTrace } from "../replay/fit/fit-trace.ts";
import { scenarioText } from "../replay/fit/scenario-text.ts";
import { loadPolicy, readRehearsal } from "../scenarios/built-in.ts";
import { EXIT } from "./exit-code.ts";
import { describeFileError } from "./file-error.ts";
import { findCollisions } from "./input-files.ts";
import { ofOption, reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { quoteForShell } from "./reproducing-command.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";
import { makeFoldersOf, openTextFile } from "./text-file.ts";
import { readTraceOf, type TraceOptionsText } from "./trace-source.ts";

/** Options of `rehearse fit`. */
export interface FitOptions extends TraceOptionsText {
  readonly policy: string;
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
  readonly ascii?: true;
  readonly strict?: true;
}

/** Fits the trace of a file, or of standard input (`-`). Resolves to the exit code. */
export async function fit(file: string, options: FitOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const { output } = options;
  const settings = readImportSettings(options);
  const policy = loadPolicy(options.policy);
  const problems: Problem[] = [
    ...(policy.ok ? [] : ofOption("--policy", options.policy, policy.problems)),
    ...(settings.ok ? [] : settings.problems),
    ...(output === undefined ? [] : outputProblems(output, options, file)),
  ];
  const trace = settings.ok ? await readTraceOf(file, settings.value, options, surroundings) : settings;
  if (settings.ok && !trace.ok) problems.push(...trace.problems);
  if (!trace.ok || problems.length > 0) return reportProblems(problems, stderr);
  const fitted = fitTrace(trace.value);
  const { count, report } = trace.value;
  const text = scenarioText(fitted, {
    name: nameOf(file),
    policy: policyFrom(options.policy, output),
    source: file,
    rows: count,
    spanUs: report.spanUs,
  });
  // Under the policy as typed: the reference in the file is seen from there.
  const read = readRehearsal(text, output ?? "fitted.yaml", options.policy);
  // A policy may ask for what no trace has, such as metrics of its own.
  if (!read.ok) return reportProblems(read.problems, stderr);
  const lints = read.lints ?? [];
  if (output !== undefined) {
    try {
      makeFoldersOf(output);
      const written = openTextFile(output);
      try {
        written.write(text);
      } finally {
        written.close();
      }
    } catch (error) {
      if (errorCode(error) === null) throw error;
      return reportProblems([wholeProblem(output, describeFileError(error))], stderr);
    }
  }
  reportWarnings(trace.warnings, stderr);
  for (const warning of fitted.warnings) stderr.write(`warning: ${warning}\n`);
  reportWarnings(lints, stderr);
  if (options.json === true) {
    const document = { schema: "rehearse.fit/1", file, trace: importRecord(trace.value), ...fitted, scenario: text };
    stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const look = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
    const plots = renderFits(fitted.fits, look);
    // The scenario is the data: where no file is named it is printed, and what is said of it goes beside.
    if (output === undefined) {
      stdout.write(text);
      stderr.write(plots);
    } else {
      stdout.write(plots);
      stderr.write(`\nwritten; next:  rehearse run ${quoteForShell(output)}\n`);
    }
  }
  const unwise = fitted.warnings.length + trace.warnings.length + lints.length;
  return options.strict === true && unwise > 0 ? EXIT.warnings : EXIT.ok;
}

/** A name as scenarios have them, after the trace's file: letters, digits, - and _, with a letter first. */
function nameOf(file: string): string {
  const stem = basename(file)
    .replace(/(?:\.\w+)+$/u, "")
    .replaceAll(/[^A-Za-z0-9_-]+/gu, "-");
  if (stem === "" || stem === "-") return "fitted";
  return /^[A-Za-z]/u.test(stem) ? stem : `trace-${stem}`;
}

/** A policy's file as seen from the scenario's; a built-in name as it is. */
function policyFrom(policy: string, output: string | undefined): string {
  if (output === undefined || !existsSync(policy)) return policy;
  const path = relative(dirname(resolve(output)), resolve(policy));
  return path.startsWith(".") ? path : `./${path}`;
}

/** What is wrong with the scenario's file; it may be neither the trace nor the policy, by whatever name. */
function outputProblems(output: string, { force, policy }: FitOptions, trace: string): Problem[] {
  if (!/\.ya?ml$/u.test(output)) {
    return [wholeProblem(output, "a scenario is a YAML file", { found: output, allowed: "a name that ends in .yaml" })];
  }
  if (existsSync(output) && force !== true) {
    return [wholeProblem(output, "there is such a file already", { allowed: "another name, or --force" })];
  }
  return findCollisions([{ option: "--output", file: output }], [trace, policy]);
}
