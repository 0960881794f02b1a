/** `rehearse check`: validates and lints files without running anything. All problems of all files at once. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { readRehearsal } from "../scenarios/built-in.ts";
import { fileKindOf, type FileKind } from "../scenarios/file-kind.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { readPolicy } from "../scenarios/policy-file.ts";
import { readReadiness } from "../scenarios/readiness/readiness-file.ts";
import { readVersions } from "../scenarios/version-file.ts";
import { EXIT } from "./exit-code.ts";
import { reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { distinct } from "./scenario-sources.ts";
import type { Surroundings } from "./surroundings.ts";
import { readTraceShapes } from "./trace-shapes.ts";
import { findYamlFiles } from "./yaml-files.ts";

/** What `check --json` says of one file. */
interface CheckedFile {
  readonly file: string;
  readonly kind: FileKind | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks files and folders of them. Resolves to the exit code. */
export async function check(
  whats: readonly string[],
  options: { readonly json?: true; readonly strict?: true },
  surroundings: Surroundings,
): Promise<number> {
  const checks = whats.map(async (what): Promise<CheckedFile[]> => {
    const found = findYamlFiles(what);
    if (!found.ok) return [{ file: what, kind: null, problems: found.problems, warnings: [] }];
    if (found.value.length === 0) {
      const problem = wholeProblem(what, "there is no *.yaml file in this folder");
      return [{ file: what, kind: null, problems: [problem], warnings: [] }];
    }
    return Promise.all(found.value.map(checkFile));
  });
  const checked = (await Promise.all(checks)).flat();
  const problems = checked.flatMap((file) => file.problems);
  const warnings = distinct(checked.flatMap((file) => file.warnings));
  if (options.json === true) {
    surroundings.stdout.write(`${JSON.stringify({ schema: "rehearse.check/1", files: checked }, null, 2)}\n`);
  } else {
    for (const file of checked) {
      if (file.problems.length === 0) surroundings.stdout.write(`ok  ${file.file}  (${file.kind ?? "?"})\n`);
    }
  }
  reportWarnings(warnings, surroundings.stderr);
  if (problems.length > 0) return reportProblems(problems, surroundings.stderr);
  return options.strict === true && warnings.length > 0 ? EXIT.warnings : EXIT.ok;
}

async function checkFile(file: string): Promise<CheckedFile> {
  const text = readFileText(file, file, "a scenario, a policy or a version file");
  if (!text.ok) return { file, kind: null, problems: text.problems, warnings: [] };
  if (text.value.trim() === "")
    return { file, kind: null, problems: [wholeProblem(file, "the file is empty")], warnings: [] };
  const kind = fileKindOf(text.value);
  const read = await readAs(kind, text.value, file);
  return read.ok
    ? { file, kind, problems: [], warnings: [...read.warnings, ...(read.lints ?? [])] }
    : { file, kind, problems: read.problems, warnings: [] };
}

async function readAs(kind: FileKind | null, text: string, file: string): Promise<Read<unknown>> {
  switch (kind) {
    case "scenario":
      return readRehearsal(text, file, null, await readTraceShapes([{ text, file }]));
    case "policy":
      return readPolicy(text, file);
    case "versions":
      return readVersions(text, file);
    case "readiness":
      return readReadiness(text, file);
    case null: {
      const allowed = "a file whose first key is scenario, policy, readiness or candidate";
      return {
        ok: false,
        problems: [wholeProblem(file, "this is none of the files that are known here", { allowed })],
      };
    }
  }
}
