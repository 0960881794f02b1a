/** `rehearse init`: the starter files, written where nothing of theirs is yet. All of them, or none. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Problem } from "../engine/kernel/problem.ts";
import { EXIT } from "./exit-code.ts";
import { packagePath } from "./package-files.ts";
import { reportProblems, wholeProblem } from "./problem-report.ts";
import { describeFileError } from "./file-error.ts";
import { quoteForShell } from "./reproducing-command.ts";
import type { Surroundings } from "./surroundings.ts";

/** Copies the starter files into the folder. Gives the exit code. */
export function init(folder: string, force: boolean, surroundings: Surroundings): number {
  const starter = packagePath("fixtures/starter");
  const names = readdirSync(starter, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(starter, name)).isFile())
    .sort();
  const problems = inTheWay(folder, names, force);
  if (problems.length > 0) return reportProblems(problems, surroundings.stderr);
  const problem = writeAll(folder, new Map(names.map((name) => [name, readFileSync(join(starter, name))])));
  if (problem !== null) return reportProblems([problem], surroundings.stderr);
  for (const name of names) surroundings.stdout.write(`${join(folder, name)}\n`);
  surroundings.stderr.write(`\nwritten; next:  rehearse run ${quoteForShell(folder)}\n`);
  return EXIT.ok;
}

function inTheWay(folder: string, names: readonly string[], force: boolean): Problem[] {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    return [wholeProblem(folder, "this is a file, not a folder")];
  }
  return names.flatMap((name) => {
    const file = join(folder, name);
    if (!existsSync(file)) return [];
    if (!statSync(file).isFile()) return [wholeProblem(file, "a folder is in the way of a file")];
    return force
      ? []
      : [wholeProblem(file, "this exists already, and nothing was written", { allowed: "--force overwrites" })];
  });
}

/** Writes every file beside its place first and moves them only when all are written, so that none is left half-done. */
function writeAll(folder: string, contents: ReadonlyMap<string, Buffer>): Problem | null {
  const written: string[] = [];
  let file = folder;
  try {
    for (const [name, content] of contents) {
      file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      written.push(file);
      writeFileSync(beside(file), content);
    }
    for (const target of written) {
      file = target;
      renameSync(beside(target), target);
    }
    return null;
  } catch (error) {
    for (const target of written) rmSync(beside(target), { force: true });
    return wholeProblem(file, describeFileError(error));
  }
}

function beside(file: string): string {
  return `${file}.being-written`;
}
