/** What a run leaves behind, by every reporter that was asked for: on standard output, in files, on GitHub. */
import { appendFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Problem } from "../engine/kernel/problem.ts";
import type { RunDocument } from "../engine/result.ts";
import { describeFileError } from "./file-error.ts";
import type { OutputFile } from "./input-files.ts";
import { wholeProblem } from "./problem-report.ts";
import type { Reporter, ReporterName } from "./run-settings.ts";
import { makeFoldersOf } from "./text-file.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";

/** The files that reporters write. */
export function reporterFiles(reporters: readonly Reporter[]): OutputFile[] {
  return reporters.flatMap(({ name, file }) => (file === null ? [] : [{ option: `--output-file ${name}`, file }]));
}

/** Files that cannot be written: found out before a long run rather than after it. Folders that are missing are made. */
export function tryFiles(files: readonly string[]): Problem[] {
  return files.flatMap((file) => attempt(file, () => appendFileSync(file, "")));
}

/** Writes the document in every way that was asked for. Gives what could not be written. */
export async function writeReports(
  document: RunDocument,
  reporters: readonly Reporter[],
  ascii: boolean,
  surroundings: Surroundings,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { name, file } of reporters) {
    if (name === "github") {
      problems.push(...(await writeGithub(document, file, surroundings)));
      continue;
    }
    const text = await render(name, document, ascii, file === null, surroundings);
    if (file === null) surroundings.stdout.write(text);
    else problems.push(...attempt(file, () => writeFileSync(file, text)));
  }
  return problems;
}

async function render(
  name: Exclude<ReporterName, "github">,
  document: RunDocument,
  ascii: boolean,
  isPrinted: boolean,
  { stdout, env }: Surroundings,
): Promise<string> {
  switch (name) {
    case "console": {
      const { renderDocument } = await import("../report/console.ts");
      const colour = isPrinted && wantsColour(stdout, env);
      return renderDocument(document, { colour, ascii: isPrinted ? wantsAscii(ascii, env) : ascii });
    }
    case "json":
      return (await import("../report/json.ts")).renderJson(document);
    case "jsonl":
      return (await import("../report/json.ts")).renderJsonLines(document);
    case "junit":
      return (await import("../report/junit.ts")).renderJunit(document);
  }
}

/** Writes the audit trail of all runs of the document. Gives what could not be written. */
export async function writeAudit(file: string, document: RunDocument): Promise<Problem[]> {
  const { renderAudit } = await import("../report/audit.ts");
  return attempt(file, () => writeFileSync(file, renderAudit(document.results)));
}

/**
 * Annotations go to standard error, where GitHub reads them as well, so that they never stand in the data; the summary
 * goes to the given file, or is added to the job's own.
 */
async function writeGithub(document: RunDocument, file: string | null, surroundings: Surroundings): Promise<Problem[]> {
  const { renderAnnotations, renderSummary } = await import("../report/github.ts");
  const { env, stderr } = surroundings;
  const root = env["GITHUB_WORKSPACE"] ?? "";
  stderr.write(
    renderAnnotations(document, (named) => {
      const path = root === "" ? named : relative(root, resolve(named));
      return path.startsWith("..") ? named : path;
    }),
  );
  if (file !== null) return attempt(file, () => writeFileSync(file, renderSummary(document)));
  const summary = env["GITHUB_STEP_SUMMARY"] ?? "";
  return summary === "" ? [] : attempt(summary, () => appendFileSync(summary, renderSummary(document)));
}

function attempt(file: string, write: () => void): Problem[] {
  try {
    makeFoldersOf(file);
    write();
    return [];
  } catch (error) {
    return [wholeProblem(file, describeFileError(error))];
  }
}
