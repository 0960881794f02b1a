/** What must not be left behind in a file of the repository. */
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { lineAt } from "./source-text.ts";

interface Leftover {
  readonly rule: string;
  readonly applies: (path: string) => boolean;
  /** Search the code alone, or also comments and strings. */
  readonly within: "code" | "text";
  readonly pattern: RegExp;
  readonly message: string;
}

const LEFTOVERS: readonly Leftover[] = [
  {
    rule: "machine-paths",
    // A recorded log may ask for any path.
    applies: (path) => !path.startsWith("fixtures/traces/"),
    within: "text",
    pattern: /(?<![\w.])(?:\/(?:work|root)\/\w|\/(?:home|Users)\/\w+\/\w|[A-Z]:\\Users\\)/g,
    message: "a path of one machine; use a path from the repository's root, or a temporary folder",
  },
  {
    rule: "registry-hosts",
    applies: (path) => isLockFile(path),
    within: "text",
    pattern: /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/g,
    message: "a registry of one network; rewrite the lock file with omit-lockfile-registry-resolved (see .npmrc)",
  },
  {
    rule: "unfinished",
    applies: (path) => !isLockFile(path),
    within: "text",
    pattern: /\b(?:TO[D]O|FIX[M]E|XX[X])\b/g,
    message: "unfinished work; finish it, or say in CHANGELOG.md or an issue what is missing",
  },
  {
    rule: "tests-run",
    applies: isTest,
    within: "code",
    pattern: /\b(?:describe|suite|it|test)(?:\.\w+)*\.(?:only|skip|todo|fails)\b/g,
    message: "a test that does not count; run it, or take it out (skipIf with a reason, for what may be missing)",
  },
  {
    rule: "silenced",
    applies: isTypeScript,
    within: "text",
    pattern:
      /\/[/*]\s*(?:oxlint-disable|eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|prettier-ignore|oxfmt-ignore)/g,
    message: "a silenced check; cure what it says, or change the rule for all",
  },
];

function isLockFile(path: string): boolean {
  return path === "package-lock.json" || path.endsWith("/package-lock.json");
}

/** Paths of one machine, unfinished work, tests that do not run, silenced checks. */
export function checkLeftovers(files: readonly RepositoryFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    for (const { rule, applies, within, pattern, message } of LEFTOVERS) {
      if (!applies(file.path)) continue;
      for (const match of file[within].matchAll(pattern)) {
        findings.push({
          path: file.path,
          line: lineAt(file.text, match.index),
          rule,
          message: `${match[0]}: ${message}`,
        });
      }
    }
  }
  return findings;
}
