/** What one part of a suite holds: its results, each put to the entry of the suite that it is of. */
import type { Problem } from "../engine/kernel/problem.ts";
import type { RunDocument, ScenarioRecord, ShardRecord, SuiteEntryRecord } from "../engine/result.ts";
import { parseExpectation } from "./expectation.ts";
import { replicationSeed } from "./replication.ts";
import { problemOf } from "./shard-problem.ts";
import { replicationsOfPart } from "./suite-part.ts";

/** One part as it was given. */
export interface PartFile {
  readonly name: string;
  readonly document: RunDocument & { readonly shard: ShardRecord };
}

/** A part with its results in place. */
export interface PartContents {
  readonly file: PartFile;
  /** By the entry's place in the suite. */
  readonly records: ReadonlyMap<number, ScenarioRecord>;
  /** What it holds and cannot have been given by a run of this part. */
  readonly problems: readonly Problem[];
}

/** Puts the results of a part to the entries of its suite, in the order of both. */
export function contentsOf(file: PartFile): PartContents {
  const { shard, results } = file.document;
  const records = new Map<number, ScenarioRecord>();
  const problems: Problem[] = [];
  let from = 0;
  for (const record of results) {
    const position = shard.suite.findIndex((entry, index) => index >= from && fits(record, entry, index, shard));
    if (position < 0) {
      const message = `this result is not one that part ${shard.index} of ${shard.count} can have`;
      problems.push(problemOf(file.name, message, { found: `${record.scenario}, seed ${record.seed}` }));
      continue;
    }
    records.set(position, record);
    from = position + 1;
  }
  return { file, records, problems };
}

/** The replications that the part had to run of an entry, and did not; 0 where it is run once. */
export function missingRuns({ file, records }: PartContents, position: number): number[] {
  const { shard } = file.document;
  const entry = shard.suite[position];
  if (entry === undefined) return [];
  const own = ownRuns(entry, position, shard);
  const record = records.get(position);
  if (record === undefined) return own;
  if (record.replications === undefined) return [];
  const done = new Set(record.replications.runs.map(({ replication }) => replication));
  return own.filter((replication) => !done.has(replication));
}

function ownRuns({ replications }: SuiteEntryRecord, position: number, shard: ShardRecord): number[] {
  return replicationsOfPart(position, replications ?? 1, shard);
}

/** Whether the record can be what the part says of the entry: its name, its seed, and runs that are the part's own. */
function fits(record: ScenarioRecord, entry: SuiteEntryRecord, position: number, shard: ShardRecord): boolean {
  const own = new Set(ownRuns(entry, position, shard));
  if (record.scenario !== entry.scenario || own.size === 0) return false;
  const { replications } = record;
  if (entry.replications === null || replications === undefined) {
    return entry.replications === null && replications === undefined && record.seed === entry.seed;
  }
  const { runs, of, count, expectations } = replications;
  const isAscending = runs.every((run, index) => index === 0 || run.replication > (runs[index - 1]?.replication ?? 0));
  const isOwn = runs.every((run) => {
    return own.has(run.replication) && run.seed === replicationSeed(entry.seed, run.replication);
  });
  const [first] = runs;
  const isWhole = of === entry.replications && count === runs.length && record.seed === first?.seed;
  // With the first run come all expectations, without it those on shares alone.
  const decidedHere = expectations.filter(({ text }) => first?.replication === 0 || isShare(text));
  const isDecided =
    decidedHere.length === record.expectations.length &&
    decidedHere.every(({ text }, index) => text === record.expectations[index]?.text);
  return isAscending && isOwn && isWhole && isDecided && expectations.every((one) => one.count <= count);
}

function isShare(text: string): boolean {
  const read = parseExpectation(text);
  return read.ok && read.value.share !== undefined;
}
