/** Names and sizes: a file is one concept, called by its name, small enough to read. */
import { type Finding, isTypeScript, type RepositoryFile } from "./files.ts";

const LINES_MAX = 350;
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*\.tsx?$/;
const FOLDER_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const KINDS = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "type",
  "types",
  "misc",
  "lib",
  "shared",
  "core",
]);
const OWN_FOLDERS = /^(?:src|test|bench|scripts)\//;

/** Names that say a kind instead of a concept, names that are not kebab-case, and files too long to read. */
export function checkNames(files: readonly RepositoryFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { path, text } of files) {
    if (!OWN_FOLDERS.test(path) || !isTypeScript(path)) continue;
    const report = (line: number, rule: string, message: string): void => {
      findings.push({ path, line, rule, message });
    };
    const folders = path.split("/").slice(0, -1);
    const fileName = path.slice(path.lastIndexOf("/") + 1);
    if (!FILE_NAME.test(fileName)) report(1, "names", `${fileName} is not kebab-case; write words-like-this.ts`);
    for (const folder of folders.filter((name) => !FOLDER_NAME.test(name))) {
      report(1, "names", `folder ${folder} is not kebab-case; write words-like-this`);
    }
    for (const word of [...folders, fileName.slice(0, fileName.indexOf("."))].filter((name) => KINDS.has(name))) {
      report(1, "names", `"${word}" is a kind, not a concept; name the file or folder after the one thing in it`);
    }
    const lines = text.split("\n").length - 1;
    if (path.startsWith("src/") && lines > LINES_MAX) {
      report(LINES_MAX + 1, "size", `${lines} lines, at most ${LINES_MAX}; give each concept a file of its own`);
    }
  }
  return findings;
}
