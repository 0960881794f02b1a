/** The repository's own rules, all of them: what no general tool checks. */
import { checkArithmetic } from "./arithmetic.ts";
import { checkDocstrings } from "./docstrings.ts";
import { type Finding, type RepositoryFile, type Rule } from "./files.ts";
import { checkLayers } from "./layers.ts";
import { checkLeftovers } from "./leftovers.ts";
import { checkNames } from "./names.ts";
import { checkPackages } from "./packages.ts";
import { checkTestsBeside } from "./tests-beside.ts";

const RULES: readonly Rule[] = [
  checkLayers,
  checkPackages,
  checkArithmetic,
  checkNames,
  checkTestsBeside,
  checkDocstrings,
  checkLeftovers,
];

/** Every finding of every rule, in the order of path and line. */
export function checkRepository(files: readonly RepositoryFile[]): readonly Finding[] {
  return RULES.flatMap((rule) => rule(files)).toSorted(
    (left, right) => (left.path < right.path ? -1 : Number(left.path > right.path)) || left.line - right.line,
  );
}

/** `path:line rule: message`. */
export function describeFinding({ path, line, rule, message }: Finding): string {
  return `${path}:${line} ${rule}: ${message}`;
}
