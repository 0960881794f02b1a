/**
 * Every source file that does something is tested by a test in its own folder: one that imports it, or one that imports
 * a file of the folder that is built on it.
 */
import { posix } from "node:path";
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { readImports } from "./imports.ts";

/** Files and folders that are shown elsewhere, with where. Keep it short. */
const SHOWN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["src/index.ts", "only names what is tested elsewhere"],
  ["src/cli/", "test/cli runs the command itself"],
]);

/** Functions, classes, re-exports of values, statements. Types and plain constants do nothing by themselves. */
const DOES_SOMETHING =
  /\bfunction\b|^(?:export\s+)?(?:abstract\s+)?class\b|^(?:export\s+)?const\b[^;]*=>|^export\s+(?:\*|\{)|^(?:for|if|while|switch|try|await|throw)\b|^[\w.]+\(/m;

/** Source files that no test in their folder reaches, and tests named after no source. */
export function checkTestsBeside(files: readonly RepositoryFile[]): readonly Finding[] {
  const sources = files.filter(({ path }) => path.startsWith("src/") && isTypeScript(path));
  const paths = new Set(sources.map(({ path }) => path));
  const tested = reachedByTests(sources);
  const findings: Finding[] = [];
  for (const { path, code } of sources) {
    const stem = posix.join(posix.dirname(path), posix.basename(path).replace(/\..*$/, ""));
    if (isTest(path)) {
      const lonely = !paths.has(`${stem}.ts`) && !paths.has(`${stem}.tsx`);
      const message = `no ${stem}.ts beside it; name the test after its source, or move what cuts across to test/`;
      if (lonely) findings.push({ path, line: 1, rule: "tests-beside", message });
    } else if (DOES_SOMETHING.test(code) && !isShownElsewhere(path) && !tested.has(path)) {
      const message = `no test in its folder reaches it; write ${stem}.test.ts`;
      findings.push({ path, line: 1, rule: "tests-beside", message });
    }
  }
  return findings;
}

/** What the tests import from their own folders, and what that is built on there. */
function reachedByTests(sources: readonly RepositoryFile[]): ReadonlySet<string | null> {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const reached = new Set<string | null>();
  const waiting = sources.filter(({ path }) => isTest(path));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const path of importsFromOwnFolder(file)) {
      const next = path === null || reached.has(path) ? undefined : byPath.get(path);
      reached.add(path);
      if (next !== undefined) waiting.push(next);
    }
  }
  return reached;
}

function importsFromOwnFolder(test: RepositoryFile): readonly (string | null)[] {
  const folder = posix.dirname(test.path);
  return readImports(test)
    .map(({ path }) => path)
    .filter((path) => path !== null && posix.dirname(path) === folder);
}

function isShownElsewhere(path: string): boolean {
  return [...SHOWN_ELSEWHERE.keys()].some((place) => path === place || (place.endsWith("/") && path.startsWith(place)));
}
