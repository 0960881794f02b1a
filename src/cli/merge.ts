/** `rehearse merge`: joins the documents of `run --shard` into what one run of the whole suite would have said. */
import { readFileSync } from "node:fs";
import type { Problem } from "../engine/kernel/problem.ts";
import { allHeld } from "../report/console.ts";
import { formatPlural } from "../report/number-format.ts";
import { readDocument } from "../report/read-document.ts";
import { mergeShards } from "../scenarios/merge-shards.ts";
import type { PartFile } from "../scenarios/shard-contents.ts";
import { EXIT } from "./exit-code.ts";
import { describeFileError } from "./file-error.ts";
import { findCollisions } from "./input-files.ts";
import { packageVersion } from "./package-files.ts";
import { reportProblems, wholeProblem } from "./problem-report.ts";
import { reporterFiles, tryFiles, writeReports } from "./run-outputs.ts";
import { readReporters, type ReporterOptions } from "./run-settings.ts";
import type { Surroundings } from "./surroundings.ts";

/** Options of `rehearse merge`, as typed. */
export interface MergeOptions extends ReporterOptions {
  readonly strict?: true;
}

/** Joins the parts. Resolves to the exit code, which is that of the whole run. */
export async function merge(
  names: readonly string[],
  options: MergeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env } = surroundings;
  const problems: Problem[] = [];
  const reporters = readReporters(options, env["GITHUB_ACTIONS"] === "true", problems);
  const files = names.flatMap((name) => readPart(name, problems));
  const areAllRead = files.length === names.length;
  const joined = files.length === 0 ? null : mergeShards(files, areAllRead);
  if (joined !== null && !joined.ok) problems.push(...joined.problems);
  if (problems.length > 0 || joined === null || !joined.ok) return reportProblems(problems, stderr);
  const document = joined.value;
  const outputs = reporterFiles(reporters);
  const collisions = findCollisions(outputs, names);
  if (collisions.length > 0) return reportProblems(collisions, stderr);
  const unwritable = tryFiles(outputs.map(({ file }) => file));
  if (unwritable.length > 0) return reportProblems(unwritable, stderr);
  const failures = await writeReports(document, reporters, options.ascii === true, surroundings);
  stderr.write(`${formatPlural(document.results.length, "rehearsal")} of ${formatPlural(files.length, "file")}\n`);
  if (failures.length > 0) return reportProblems(failures, stderr);
  if (!document.results.every(allHeld)) return EXIT.expectationFailed;
  const hasWarnings = (document.warnings ?? []).length > 0;
  return options.strict === true && hasWarnings ? EXIT.warnings : EXIT.ok;
}

function readPart(name: string, problems: Problem[]): PartFile[] {
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    problems.push(wholeProblem(name, describeFileError(error)));
    return [];
  }
  const read = readDocument(text, name);
  if (!read.ok) {
    problems.push(...read.problems);
    return [];
  }
  const { shard } = read.value;
  if (shard === undefined) {
    problems.push(wholeProblem(name, "this is a whole document, no part of one", { allowed: "that of run --shard" }));
    return [];
  }
  const version = packageVersion();
  if (shard.version !== version) {
    const details = { found: shard.version, allowed: version };
    problems.push(wholeProblem(name, "this was written by another version of the program", details));
  }
  return [{ name, document: { ...read.value, shard } }];
}
