/**
 * The parts of a suite joined into what one process without parts would have said. Nothing is averaged: counts are
 * added, runs put in order, and everything that is said of all runs is computed anew from them.
 */
import { invariant } from "../engine/kernel/assert.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { ReplicationsRecord, RunDocument, ScenarioRecord, SuiteEntryRecord } from "../engine/result.ts";
import { evaluateShare, isShareSentence } from "./expectation-share.ts";
import { parseExpectation } from "./expectation.ts";
import { summarizeRecords } from "./replication.ts";
import { contentsOf, missingRuns, type PartContents, type PartFile } from "./shard-contents.ts";
import { describeRanges, problemOf } from "./shard-problem.ts";

/**
 * Joins the parts of one suite, given in any order; a part given twice with the same content counts once. Every part
 * must be there and whole, except for what `--bail` would have left out of the whole as well. `areAll`: false where
 * others were given that could not be read; what is missing may be among those.
 */
export function mergeShards(files: readonly PartFile[], areAll: boolean): Read<RunDocument> {
  const [lead] = files;
  invariant(lead !== undefined, "nothing to merge");
  const problems: Problem[] = files.flatMap((file) => differences(file, lead));
  const parts = new Map<number, PartContents>();
  for (const file of files) {
    const { index } = file.document.shard;
    const before = parts.get(index);
    if (before === undefined) {
      const contents = contentsOf(file);
      problems.push(...contents.problems);
      parts.set(index, contents);
    } else if (JSON.stringify(before.file.document) !== JSON.stringify(file.document)) {
      const message = `part ${index} is here twice, with different content: ${before.file.name} is the other`;
      problems.push(problemOf(file.name, message));
    }
  }
  const { count, suite, command, bail } = lead.document.shard;
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !parts.has(index));
  if (missing.length > 0 && areAll && files.every(({ document }) => document.shard.count === count)) {
    const plural = missing.length === 1 ? "part" : "parts";
    const found = `${parts.size} of ${count}`;
    problems.push(problemOf("merge", `${plural} ${describeRanges(missing)} of ${count} missing`, { found }));
  }
  if (problems.length > 0 || missing.length > 0) return { ok: false, problems };
  const results: ScenarioRecord[] = [];
  let failed = 0;
  for (const [position, entry] of suite.entries()) {
    const merged = mergeEntry(position, entry, [...parts.values()]);
    if (!merged.ok) {
      problems.push(...merged.problems);
      continue;
    }
    results.push(merged.value);
    if (!merged.value.expectations.every(({ held }) => held)) failed++;
    // What lies behind the failure that is one too many was nobody's to run.
    if (bail !== null && failed >= bail) break;
  }
  if (problems.length > 0) return { ok: false, problems };
  const { schema, warnings } = lead.document;
  const document: RunDocument = { schema, command, results, ...(warnings === undefined ? {} : { warnings }) };
  return { ok: true, value: document, warnings: [] };
}

/** In what a part speaks of another suite than the first that was given. */
function differences(file: PartFile, lead: PartFile): Problem[] {
  const [mine, first] = [file.document.shard, lead.document.shard];
  const problems: Problem[] = [];
  const compare = (what: string, found: string, expected: string): void => {
    if (found === expected) return;
    const message = `${what} is not that of ${lead.name}`;
    problems.push(problemOf(file.name, message, { found, allowed: expected }));
  };
  compare("the number of parts", String(mine.count), String(first.count));
  compare("the version of the program", mine.version, first.version);
  compare("the command of the whole", mine.command, first.command);
  compare("--bail", String(mine.bail ?? "none"), String(first.bail ?? "none"));
  const names = (suite: readonly SuiteEntryRecord[]): string => suite.map(({ scenario }) => scenario).join(", ");
  compare("the suite", names(mine.suite), names(first.suite));
  if (problems.length > 0) return problems;
  for (const [position, entry] of mine.suite.entries()) {
    const other = first.suite[position];
    if (other === undefined) continue;
    compare(`the seed of ${entry.scenario}`, entry.seed, other.seed);
    const runs = ({ replications }: SuiteEntryRecord): string => String(replications ?? "none");
    compare(`the number of replications of ${entry.scenario}`, runs(entry), runs(other));
    const what = `the configuration (scenario, policy and flags) of ${entry.scenario}`;
    compare(what, entry.configuration, other.configuration);
  }
  if (problems.length === 0 && JSON.stringify(file.document.warnings) !== JSON.stringify(lead.document.warnings)) {
    problems.push(problemOf(file.name, `the warnings are not those of ${lead.name}`));
  }
  return problems;
}

function mergeEntry(
  position: number,
  { scenario, replications: of }: SuiteEntryRecord,
  parts: readonly PartContents[],
): Read<ScenarioRecord> {
  const problems = parts.flatMap((part) => {
    const missing = missingRuns(part, position);
    if (missing.length === 0) return [];
    const what = of === null ? "the result" : `replication ${describeRanges(missing)}`;
    const message = `${what} of ${scenario} is missing: the run was interrupted, or stopped by --bail`;
    return [problemOf(part.file.name, message)];
  });
  if (problems.length > 0) return { ok: false, problems };
  const records = parts.flatMap(({ records: held }) => held.get(position) ?? []);
  const lead = records.find(
    ({ replications }) => replications === undefined || replications.runs[0]?.replication === 0,
  );
  invariant(lead !== undefined, "a suite's entry without its first run");
  if (of === null) return { ok: true, value: lead, warnings: [] };
  const shares = records.flatMap(({ replications }) => replications ?? []);
  const met = metTogether(shares);
  const expectations = lead.expectations.map((record, index) => {
    const { text, file, line } = record;
    if (!isShareSentence(text)) return record;
    const read = parseExpectation(text);
    invariant(read.ok && read.value.share !== undefined, `a part with an expectation that nobody can read: ${text}`);
    return evaluateShare({ text, file, line, share: read.value.share }, met[index]?.count ?? 0, of, of);
  });
  const runs = shares.flatMap((record) => record.runs);
  return {
    ok: true,
    value: { ...lead, expectations, replications: summarizeRecords(runs, of, met) },
    warnings: [],
  };
}

/** How many runs of all parts met each expectation. */
function metTogether(shares: readonly ReplicationsRecord[]): { readonly text: string; readonly count: number }[] {
  const [first] = shares;
  return (first?.expectations ?? []).map(({ text }, index) => ({
    text,
    count: shares.reduce((sum, { expectations }) => sum + (expectations[index]?.count ?? 0), 0),
  }));
}
