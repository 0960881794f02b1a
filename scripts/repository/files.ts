/** The files that the repository's rules look at, and what a rule says of them. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { blankNonCode } from "./source-text.ts";

/** One text file. */
export interface RepositoryFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments, strings and patterns blanked; the text itself where the file is not TypeScript. */
  readonly code: string;
}

/** One fault, as `path:line rule: message`. The message says what to do instead. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** A rule looks at all files at once, because some faults lie between files. */
export type Rule = (files: readonly RepositoryFile[]) => readonly Finding[];

const BYTES_MAX = 1_000_000;
const NOT_OURS = new Set([".git", "node_modules", "dist", "coverage"]);

/** A file as rules see it. */
export function toRepositoryFile(path: string, text: string): RepositoryFile {
  return { path, text, code: isTypeScript(path) ? blankNonCode(text) : text };
}

/** Whether the file is source of ours. */
export function isTypeScript(path: string): boolean {
  return /\.tsx?$/.test(path);
}

/** Whether the file is a test. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/** Every text file under git's eye (or, without git, all but what is built or installed), in order of path. */
export function readRepository(root: string): readonly RepositoryFile[] {
  const paths = existsSync(join(root, ".git")) ? listByGit(root) : listByWalk(root, root);
  const files: RepositoryFile[] = [];
  for (const path of paths.toSorted()) {
    const absolute = join(root, path);
    // Git still lists a file that was deleted but not yet committed.
    if (!existsSync(absolute) || !statSync(absolute).isFile() || statSync(absolute).size > BYTES_MAX) continue;
    const text = readFileSync(absolute, "utf8");
    if (!text.includes("\0")) files.push(toRepositoryFile(path, text));
  }
  return files;
}

function listByGit(root: string): string[] {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { status, stdout, stderr } = spawnSync("git", listing, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`git cannot list the files: ${stderr}`);
  return stdout.split("\0").filter((path) => path !== "");
}

function listByWalk(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NOT_OURS.has(entry.name)) return [];
    return entry.isDirectory() ? listByWalk(root, path) : [relative(root, path).split(sep).join("/")];
  });
}
