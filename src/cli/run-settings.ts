/** Options of `rehearse run` as typed, read into settings: everything that is wrong with them at once. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { nearestWord } from "../scenarios/nearest-word.ts";
import type { PrintOptions } from "./print-records.ts";
import { wholeProblem } from "./problem-report.ts";

/** Options that choose how results are reported, as typed. */
export interface ReporterOptions extends PrintOptions {
  readonly reporter?: readonly string[];
  readonly outputFile?: readonly string[];
}

/** Options of `rehearse run`, as typed. */
export interface RunOptions extends ReporterOptions {
  readonly policy?: string;
  readonly seed?: string;
  readonly flagsFromEnv?: true;
  readonly check?: true;
  readonly passWithNoTests?: true;
  readonly strict?: true;
  readonly verbose?: true;
  readonly watch?: true;
  /** Slow scenarios of suites and folders as well. */
  readonly slow?: true;
  readonly filter?: string;
  /** True: the option without a number. */
  readonly bail?: string | true;
  readonly shard?: string;
  readonly replications?: string;
  readonly jobs?: string;
  readonly series?: string;
  /** Where the application log is written to. */
  readonly log?: string;
  /** Where the audit trail is written to. */
  readonly audit?: string;
  /** Where the only run is recorded. */
  readonly record?: string;
  /** Where the journal of the only run is written to. */
  readonly journal?: string;
}

/** Ways of reporting. */
export const REPORTERS = ["console", "json", "jsonl", "junit", "github"] as const;

/** A way of reporting. */
export type ReporterName = (typeof REPORTERS)[number];

/** A reporter and where it writes to; null: standard output, or what is GitHub's own. */
export interface Reporter {
  readonly name: ReporterName;
  readonly file: string | null;
}

/** One part of a suite that is divided; both from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The options, read. */
export interface RunSettings {
  readonly reporters: readonly Reporter[];
  /** Whether a scenario of this name is meant. */
  readonly isMeant: (scenario: string) => boolean;
  readonly bail: number | null;
  readonly shard: Shard | null;
  /** Null: every scenario once. */
  readonly replications: number | null;
  readonly jobs: number;
  readonly series: string | null;
}

const REPLICATIONS_MAX = 1_000_000;
const JOBS_MAX = 256;

/** Reads the options. `processors` is how many jobs run at once where nobody says. */
export function readRunSettings(options: RunOptions, processors: number, isGithub: boolean): Read<RunSettings> {
  const problems: Problem[] = [];
  const whole = (option: string, text: string | undefined, most: number): number | null => {
    if (text === undefined) return null;
    const count = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= most) return count;
    const allowed = `a whole number from 1 to ${most}`;
    problems.push(wholeProblem(option, "this is not a number that it takes", { found: text, allowed }));
    return null;
  };
  const value: RunSettings = {
    reporters: readReporters(options, isGithub, problems),
    isMeant: readFilter(options.filter, problems),
    bail: options.bail === true ? 1 : whole("--bail", options.bail, 1_000_000),
    shard: readShard(options.shard, problems),
    replications: whole("--replications", options.replications, REPLICATIONS_MAX),
    jobs: whole("--jobs", options.jobs, JOBS_MAX) ?? Math.min(processors, JOBS_MAX),
    series: options.series ?? null,
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value, warnings: [] };
}

function readFilter(text: string | undefined, problems: Problem[]): (scenario: string) => boolean {
  if (text === undefined) return () => true;
  const pattern = /^\/(.+)\/([a-z]*)$/su.exec(text);
  if (pattern === null) return (scenario) => scenario.includes(text);
  try {
    // Neither g nor y: those remember where they stopped, and a scenario would hang on the one before it.
    const expression = new RegExp(pattern[1] ?? "", (pattern[2] ?? "").replaceAll(/[gy]/gu, ""));
    return (scenario) => expression.test(scenario);
  } catch (error) {
    const message = error instanceof Error ? error.message : "this is no regular expression";
    problems.push(wholeProblem("--filter", message, { allowed: "TEXT, or /REGULAR EXPRESSION/" }));
    return () => true;
  }
}

function readShard(text: string | undefined, problems: Problem[]): Shard | null {
  if (text === undefined) return null;
  const match = /^(\d{1,6})\/(\d{1,6})$/u.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match !== null && index >= 1 && index <= count) return { index, count };
  const allowed = "i/n, with i from 1 to n, as in 2/4";
  problems.push(wholeProblem("--shard", "this names no part of a suite", { found: text, allowed }));
  return null;
}

/** Reads which reporters there are and where they write to; what is wrong goes to `problems`. */
export function readReporters(options: ReporterOptions, isGithub: boolean, problems: Problem[]): Reporter[] {
  const names = new Set<ReporterName>(options.json === true ? ["json"] : []);
  for (const word of (options.reporter ?? []).flatMap((text) => text.split(","))) {
    const name = REPORTERS.find((known) => known === word.trim());
    if (name !== undefined) names.add(name);
    else problems.push(unknownReporter("--reporter", word));
  }
  const files = readOutputFiles(options.outputFile ?? [], names, problems);
  if (names.size === 0) names.add("console");
  // On by itself there: but only on GitHub are its annotations read.
  if (isGithub) names.add("github");
  const reporters = [...names].map((name): Reporter => ({ name, file: files.get(name) ?? null }));
  const printing = reporters.filter(({ name, file }) => name !== "github" && file === null);
  if (printing.length > 1) {
    const found = printing.map(({ name }) => name).join(", ");
    const [, second] = printing;
    const allowed = `one; a file for the others, as in --output-file ${second?.name ?? "json"}=FILE`;
    problems.push(wholeProblem("--reporter", "several would write to standard output", { found, allowed }));
  }
  return reporters;
}

/** `NAME=FILE`, which also turns that reporter on; or `FILE`, for the only reporter. */
function readOutputFiles(
  texts: readonly string[],
  names: Set<ReporterName>,
  problems: Problem[],
): Map<ReporterName, string> {
  const files = new Map<ReporterName, string>();
  const bare: string[] = [];
  const take = (name: ReporterName, file: string): void => {
    const before = files.get(name);
    const found = `${before ?? ""}, ${file}`;
    if (before === undefined && file !== "") files.set(name, file);
    else if (file === "") problems.push(wholeProblem("--output-file", `the file of ${name} is missing`));
    else problems.push(wholeProblem("--output-file", `${name} writes one file`, { found }));
    names.add(name);
  };
  for (const text of texts) {
    const [word = "", ...rest] = text.split("=");
    const name = REPORTERS.find((known) => known === word);
    if (name !== undefined && rest.length > 0) take(name, rest.join("="));
    else if (rest.length > 0 && /^[a-z]+$/u.test(word)) problems.push(unknownReporter("--output-file", word));
    else bare.push(text);
  }
  for (const file of bare) {
    const [only, ...others] = names.size === 0 ? (["console"] as const) : [...names].filter((name) => !files.has(name));
    if (only !== undefined && others.length === 0) {
      take(only, file);
    } else {
      const allowed = `NAME=FILE, with one of ${[...names].join(", ")}`;
      problems.push(wholeProblem("--output-file", "it is not clear whose file this is", { found: file, allowed }));
    }
  }
  return files;
}

function unknownReporter(option: string, word: string): Problem {
  const suggestion = nearestWord(word.trim(), REPORTERS);
  return wholeProblem(option, "there is no such reporter", { found: word, allowed: REPORTERS.join(", "), suggestion });
}
