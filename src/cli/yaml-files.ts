/** Files that are named directly, or lie in a folder that is named. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Read } from "../engine/kernel/problem.ts";
import { wholeProblem } from "./problem-report.ts";
import { describeFileError } from "./file-error.ts";

/**
 * The file itself, or every `*.yaml` and `*.yml` below the folder in the order of their names; folders that begin
 * with a dot and `node_modules` are passed over.
 */
export function findYamlFiles(path: string): Read<string[]> {
  try {
    return { ok: true, value: statSync(path).isDirectory() ? filesBelow(path) : [path], warnings: [] };
  } catch (error) {
    return { ok: false, problems: [wholeProblem(path, describeFileError(error))] };
  }
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : filesBelow(path);
    return entry.isFile() && /\.ya?ml$/u.test(entry.name) ? [path] : [];
  });
}
