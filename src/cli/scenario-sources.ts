/** Which scenarios a user means: files, folders of them, built-in names; none named means the built-in suite. */
import { existsSync, statSync } from "node:fs";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { builtInScenarios, findBuiltInScenarios, readRehearsal, type Rehearsal } from "../scenarios/built-in.ts";
import { fileKindOf } from "../scenarios/file-kind.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { nearestWord } from "../scenarios/nearest-word.ts";
import { wholeProblem } from "./problem-report.ts";
import { readTraceShapes } from "./trace-shapes.ts";
import { findYamlFiles } from "./yaml-files.ts";

/** A scenario's text, and how its file is called. */
interface ScenarioSource {
  readonly file: string;
  readonly text: string;
  /** It was asked for by itself, not as one of a suite or folder. */
  readonly isNamed: boolean;
}

/** The rehearsals that were found, and the names of slow ones that a suite or folder holds but were left out. */
export type FoundRehearsals =
  | Extract<Read<Rehearsal[]>, { readonly ok: false }>
  | (Extract<Read<Rehearsal[]>, { readonly ok: true }> & { readonly leftOut: readonly string[] });

/**
 * The rehearsals that are meant, in the order named, each file once; or everything that is wrong with any of them.
 * `policy` takes the place of each scenario's own; null: it does not. An empty list: nothing matched. Slow scenarios are
 * left out of suites and folders unless `withSlow`, never where they are named.
 */
export async function findRehearsals(
  whats: readonly string[],
  policy: string | null,
  withSlow: boolean = false,
): Promise<FoundRehearsals> {
  const builtIn = (): Read<ScenarioSource[]> => readSources(builtInScenarios(), false);
  const found = whats.length === 0 ? [builtIn()] : whats.map(findSources);
  const problems: Problem[] = found.flatMap((one) => (one.ok ? [] : one.problems));
  const sources = new Map<string, ScenarioSource>();
  for (const source of found.flatMap((one) => (one.ok ? one.value : []))) {
    const isNamed = source.isNamed || sources.get(source.file)?.isNamed === true;
    sources.set(source.file, { ...source, isNamed });
  }
  const shapes = await readTraceShapes([...sources.values()]);
  const leftOut: string[] = [];
  const rehearsals: Rehearsal[] = [];
  const warnings: Problem[] = [];
  const lints: Problem[] = [];
  for (const { file, text, isNamed } of sources.values()) {
    const read = readRehearsal(text, file, policy, shapes);
    if (read.ok && read.value.scenario.slow === true && !isNamed && !withSlow) {
      leftOut.push(read.value.scenario.name);
    } else if (read.ok) {
      rehearsals.push(read.value);
      warnings.push(...read.warnings);
      lints.push(...(read.lints ?? []));
    } else {
      problems.push(...read.problems);
    }
  }
  if (problems.length > 0) return { ok: false, problems: distinct(problems) };
  return { ok: true, value: rehearsals, warnings, lints: distinct(lints), leftOut };
}

/** What is wrong with a policy, or unwise in it, is so for every scenario under it: said once. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function findSources(what: string): Read<ScenarioSource[]> {
  if (existsSync(what)) return statSync(what).isDirectory() ? scenariosBelow(what) : scenarioIn(what);
  const builtIn = findBuiltInScenarios(what);
  if (builtIn.length > 0)
    return readSources(builtIn, what.includes("/") || builtIn.every((one) => !isOfSuite(one, what)));
  const names = builtInScenarios().map((one) => one.name);
  const suites = names.map((name) => name.split("/")[0] ?? name);
  const suggestion = nearestWord(what, [...new Set([...names, ...suites])]);
  const allowed = suggestion === null ? "rehearse list scenarios prints the names" : null;
  const problem = wholeProblem(what, "there is no file, folder or built-in scenario of this name", {
    allowed,
    suggestion,
  });
  return { ok: false, problems: [problem] };
}

/** Whether it is the suite that a name means. */
function isOfSuite({ name }: { readonly name: string }, what: string): boolean {
  return name.startsWith(`${what}/`);
}

function readSources(
  files: readonly { readonly path: string; readonly file: string }[],
  isNamed: boolean,
): Read<ScenarioSource[]> {
  const sources: ScenarioSource[] = [];
  const problems: Problem[] = [];
  for (const { path, file } of files) {
    const text = readFileText(path, file, "a scenario");
    if (text.ok) sources.push({ file, text: text.value, isNamed });
    else problems.push(...text.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: sources, warnings: [] };
}

/** Of the YAML files in a folder only those that are scenarios: policies and workflows lie beside them. */
function scenariosBelow(folder: string): Read<ScenarioSource[]> {
  const files = findYamlFiles(folder);
  if (!files.ok) return files;
  const sources = readSources(
    files.value.map((path) => ({ path, file: path })),
    false,
  );
  if (!sources.ok) return sources;
  return { ...sources, value: sources.value.filter(({ text }) => fileKindOf(text) === "scenario") };
}

function scenarioIn(file: string): Read<ScenarioSource[]> {
  const sources = readSources([{ path: file, file }], true);
  const kind = sources.ok ? fileKindOf(sources.value[0]?.text ?? "") : null;
  if (kind !== "policy" && kind !== "versions") return sources;
  const found = kind === "policy" ? "a policy" : "a version file";
  return {
    ok: false,
    problems: [wholeProblem(file, "this is not a scenario", { found, allowed: "a file whose first key is scenario" })],
  };
}
