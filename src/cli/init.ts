/** `rehearse init`: the starter files, written where nothing of theirs is yet. All of them, or none. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { invariant } from "../engine/kernel/assert.ts";
import type { Problem } from "../engine/kernel/problem.ts";
import { EXIT } from "./exit-code.ts";
import { packagePath } from "./package-files.ts";
import { reportProblems, wholeProblem } from "./problem-report.ts";
import { makeFolder } from "../replay/make-folder.ts";
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
  const root = repositoryRootOf(folder);
  const fromRoot = relative(root, resolve(folder)).split(sep).join("/");
  const contents = names.map((name): [string, string] => {
    const text = readFileSync(join(starter, name), "utf8");
    return [name, name.endsWith(".yml") ? workflowFor(text, fromRoot) : text];
  });
  const problem = writeAll(folder, new Map(contents));
  if (problem !== null) return reportProblems([problem], surroundings.stderr);
  for (const name of names) surroundings.stdout.write(`${join(folder, name)}\n`);
  surroundings.stderr.write(`\nwritten; next:  rehearse run ${quoteForShell(folder)}\n`);
  if (fromRoot !== "") {
    const workflows = quoteForShell(join(folder, ".github"));
    surroundings.stderr.write(
      `for GitHub to run the rehearsal, move ${workflows} to the root of your repository; it expects these files in ${quoteForShell(fromRoot)} there\n`,
    );
  }
  return EXIT.ok;
}

/**
 * The root of the repository that the folder is to be in: the nearest folder above it (or itself) with `.git`. Where
 * there is none, the current folder if it holds the other, else the folder's parent.
 */
function repositoryRootOf(folder: string): string {
  const absolute = resolve(folder);
  for (let above = absolute; ; above = dirname(above)) {
    if (existsSync(join(above, ".git"))) return above;
    if (above === dirname(above)) break;
  }
  const current = resolve();
  return absolute === current || absolute.startsWith(join(current, sep)) ? current : dirname(absolute);
}

/** The workflow with the folder of the rehearsals; `./` before it, for a name may begin with a dash. */
function workflowFor(text: string, fromRoot: string): string {
  const line = /^( +REHEARSALS: ).*$/mu;
  invariant(line.test(text), "the starter's workflow does not say where the rehearsals are");
  return text.replace(line, (_, key: string) => key + (fromRoot === "" ? "." : JSON.stringify(`./${fromRoot}`)));
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
function writeAll(folder: string, contents: ReadonlyMap<string, string>): Problem | null {
  const written: string[] = [];
  let file = folder;
  try {
    for (const [name, content] of contents) {
      file = join(folder, name);
      makeFolder(dirname(file));
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
