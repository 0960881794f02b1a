import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReplicationRecord, ScenarioRecord, ShardRecord } from "../engine/result.ts";
import { evaluateShare } from "./expectation-share.ts";
import { parseExpectation } from "./expectation.ts";
import { mergeShards } from "./merge-shards.ts";
import { replicationSeed, summarizeRecords } from "./replication.ts";
import type { PartFile } from "./shard-contents.ts";
import { describeRanges } from "./shard-problem.ts";
import { replicationsOfPart } from "./suite-part.ts";

const SHARE = "P(completed) >= 50%";
const ALONE = "outcome is completed";

function run(replication: number, isGood: boolean): ReplicationRecord {
  return {
    replication,
    seed: replicationSeed("1", replication),
    outcome: isGood ? "completed" : "rolled-back",
    trigger: isGood ? null : "error-rate",
    phase: "ALL",
    endedAtMs: 1_000 + replication,
    detectionDelayMs: isGood ? null : 10 * replication,
    usersExposed: replication,
    harmedRequests: 0,
    digest: String(replication).padStart(16, "0"),
  };
}

/** What a process says that ran these replications `of` all. */
function recordOf(runs: readonly ReplicationRecord[], of: number): ScenarioRecord {
  const good = runs.filter(({ outcome }) => outcome === "completed").length;
  const read = parseExpectation(SHARE);
  if (!read.ok || read.value.share === undefined) throw new Error(SHARE);
  const place = { file: "s.yaml", line: 3 };
  const [first] = runs;
  const alone = { text: ALONE, held: first?.outcome === "completed", got: first?.outcome ?? "", ...place };
  const met = [
    { text: SHARE, count: good },
    { text: ALONE, count: good },
  ];
  return {
    scenario: "s",
    policy: "p",
    seed: first?.seed ?? "",
    outcome: first?.outcome ?? "completed",
    endedAtMs: first?.endedAtMs ?? 0,
    ending: "",
    phases: [],
    decisions: [],
    rollback: null,
    impact: {
      requests: 0,
      candidateRequests: 0,
      failedRequests: 0,
      harmedRequests: 0,
      slowedRequests: 0,
      savedByFallback: 0,
      usersExposed: 0,
    },
    inFlight: 0,
    notes: [],
    digest: first?.digest ?? "",
    trace: null,
    expectations: [
      evaluateShare({ text: SHARE, ...place, share: read.value.share }, good, runs.length, of),
      ...(first?.replication === 0 ? [alone] : []),
    ],
    replications: summarizeRecords(runs, of, met),
  };
}

function partOf(all: readonly ReplicationRecord[], index: number, count: number, bail: number | null = null): PartFile {
  const suite = [{ scenario: "s", seed: "1", replications: all.length, configuration: "c" }];
  const shard: ShardRecord = { index, count, version: "1", command: "rehearse run", bail, suite };
  const own = replicationsOfPart(0, all.length, { index, count });
  const runs = all.filter(({ replication }) => own.includes(replication));
  const results = runs.length === 0 ? [] : [recordOf(runs, all.length)];
  return { name: `${index}.json`, document: { schema: "rehearse.run/1", command: "", shard, results, warnings: [] } };
}

const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
const counts = fc.integer({ min: 1, max: 12 });

describe("parts of a suite", () => {
  it("have every run once, and differ by one run at most", () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 50 }), counts, (position, runs, count) => {
        const parts = Array.from({ length: count }, (_, index) => {
          return replicationsOfPart(position, runs, { index: index + 1, count });
        });
        const all = parts.flat().sort((one, other) => one - other);
        expect(all).toEqual(replicationsOfPart(position, runs, null));
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("merged are the record of all runs, in whatever order they come", () => {
    fc.assert(
      fc.property(outcomes, counts, fc.boolean(), (goods, count, isTurned) => {
        const all = goods.map((isGood, replication) => run(replication, isGood));
        const parts = Array.from({ length: count }, (_, index) => partOf(all, index + 1, count));
        const merged = mergeShards(isTurned ? parts.toReversed() : parts, true);
        expect(merged).toEqual({
          ok: true,
          value: {
            schema: "rehearse.run/1",
            command: "rehearse run",
            results: [recordOf(all, all.length)],
            warnings: [],
          },
          warnings: [],
        });
      }),
    );
  });

  it("are refused when any of them is missing or differs", () => {
    const all = [true, false, true, true].map((isGood, replication) => run(replication, isGood));
    const [one, two, three] = [1, 2, 3].map((index) => partOf(all, index, 3));
    if (one === undefined || two === undefined || three === undefined) throw new Error("three parts");
    const messagesOf = (parts: readonly PartFile[]): readonly string[] => {
      const merged = mergeShards(parts, true);
      return merged.ok ? [] : merged.problems.map(({ source, message }) => `${source}: ${message}`);
    };
    expect(messagesOf([one, two, three, two])).toEqual([]);
    expect(messagesOf([one, three])).toEqual(["merge: part 2 of 3 missing"]);
    expect(messagesOf([one, two, partOf(all, 3, 4)])).toEqual(["3.json: the number of parts is not that of 1.json"]);
    expect(messagesOf([one, two, partOf(all, 3, 3, 1)])).toEqual(["3.json: --bail is not that of 1.json"]);
    const warned = { rule: null, file: "", line: 0, path: "", message: "" };
    const other = { ...three, document: { ...three.document, warnings: [warned] } };
    expect(messagesOf([one, two, other])).toEqual(["3.json: the warnings are not those of 1.json"]);
    expect(messagesOf([one, two, three, other])).toHaveLength(2);
  });
});

it("numbers are shown with neighbours drawn together", () => {
  expect(describeRanges([1, 2, 3, 7, 9, 10])).toBe("1-3, 7, 9-10");
});
