/** The files that rehearsals are read from, and outputs that would destroy them or each other. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Problem } from "../engine/kernel/problem.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { wholeProblem } from "./problem-report.ts";
import { findYamlFiles } from "./yaml-files.ts";

/** A file that is going to be written, and the option that says so. */
export interface OutputFile {
  readonly option: string;
  readonly file: string;
}

/** The files of the policy and of the trace that a scenario refers to, as far as they are files. */
export function filesBeside({ scenario }: Rehearsal): string[] {
  const policy = scenario.policy.kind === "inline" ? [] : [scenario.policy.reference];
  const trace = scenario.traceFile === undefined ? [] : [scenario.traceFile];
  return [...policy, ...trace].flatMap((reference) => {
    const file = reference.startsWith("/") ? reference : join(dirname(scenario.file), reference);
    return existsSync(file) ? [file] : [];
  });
}

/** All files that were or may be read: what was named, YAML files of folders, and what rehearsals refer to. */
export function inputFiles(
  whats: readonly string[],
  policy: string | null,
  rehearsals: readonly Rehearsal[],
): readonly string[] {
  const named = [...whats, ...(policy === null ? [] : [policy])].flatMap((what) => {
    const found = findYamlFiles(what);
    return found.ok ? found.value : [what];
  });
  return [...named, ...rehearsals.flatMap((one) => [one.scenario.file, ...filesBeside(one)])];
}

/** Outputs that are one file with each other or with an input, by whatever names and links. */
export function findCollisions(outputs: readonly OutputFile[], inputs: readonly string[]): Problem[] {
  const read = new Map<string, string>();
  for (const file of inputs) {
    const id = existsSync(file) ? identityOf(file) : null;
    if (id !== null && !read.has(id)) read.set(id, file);
  }
  const written = new Map<string, OutputFile>();
  const problems: Problem[] = [];
  const refuse = (output: OutputFile, message: string, found: string): void => {
    problems.push(wholeProblem(output.option, message, { found, allowed: "a file of its own" }));
  };
  for (const output of outputs) {
    const id = identityOf(output.file);
    if (id === null) continue;
    const input = read.get(id);
    const other = written.get(id);
    if (input !== undefined) refuse(output, "this would overwrite what is read", said(output.file, input));
    else if (other === undefined) written.set(id, output);
    else refuse(output, `${other.option} writes this file as well`, said(output.file, other.file));
  }
  return problems;
}

function said(file: string, same: string): string {
  return file === same ? file : `${file}, which is ${same}`;
}

/**
 * What is the same for all names of a file: its place on the disk, so that links of both kinds and disks that do not
 * tell capitals apart are seen through. Null for what is no plain file: anybody may write to a terminal or to nowhere.
 */
function identityOf(file: string): string | null {
  try {
    const stat = statSync(file, { bigint: true });
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return realPath(resolve(file));
  }
}

/** The real path of a file that need not be there. */
function realPath(path: string): string {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    return join(realpathSync(folder), basename(path));
  } catch {
    return join(realPath(folder), basename(path));
  }
}
