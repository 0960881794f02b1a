/** What is exported is explained. */
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { lineAt } from "./source-text.ts";

const EXPORT =
  /^export (?:declare |abstract |async )*(?:function\*?|const|let|class|interface|type) (?!\{)\s*(?<name>[\w$]+)/gm;

/** Exports without a doc comment right above them (the first of several overloads carries it). */
export function checkDocstrings(files: readonly RepositoryFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { path, text, code } of files) {
    if (!/^(?:src|bench|scripts)\//.test(path) || !isTypeScript(path) || isTest(path)) continue;
    const seen = new Set<string>();
    for (const match of code.matchAll(EXPORT)) {
      const name = match.groups?.["name"] ?? "";
      const explained = text.slice(0, match.index).trimEnd().endsWith("*/");
      const message = `export ${name} has no docstring; say above it what it is, with shapes, units and errors`;
      if (!explained && !seen.has(name)) {
        findings.push({ path, line: lineAt(text, match.index), rule: "docstrings", message });
      }
      seen.add(name);
    }
  }
  return findings;
}
