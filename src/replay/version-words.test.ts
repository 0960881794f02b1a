import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { VERSION_BASELINE, VERSION_CANDIDATE, VERSION_UNKNOWN } from "./columns.ts";
import { importTrace } from "./import-trace.ts";
import { readImportSettings } from "./import-settings.ts";
import { parseVersionWords, VERSION_WORDS, versionOf, type VersionWords } from "./version-words.ts";

function wordsOf(text: string): VersionWords {
  const read = parseVersionWords(text);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value;
}
const problemsOf = (text: string): string[] => {
  const read = parseVersionWords(text);
  return read.ok ? [] : read.problems.map(describeProblem);
};
const WORDS = { baseline: VERSION_BASELINE, candidate: VERSION_CANDIDATE, neither: VERSION_UNKNOWN };

describe("which values are whose", () => {
  it("is told by usual words, until it is said", () => {
    const of = (words: VersionWords) => (cell: string) => versionOf(cell, words);
    expect(["Stable", " canary ", "v1", "v2", "1.2.3"].map(of(VERSION_WORDS))).toEqual([0, 1, 0, 1, 2]);
    const said = wordsOf("baseline=V2, candidate=1.2.4-RC.1,baseline=1.2.3");
    expect(["v2", "1.2.4-rc.1", "1.2.3", "canary", "v1"].map(of(said))).toEqual([0, 1, 0, 2, 2]);
    expect(["x", "new"].map(of(wordsOf("candidate=new,baseline=*")))).toEqual([0, 1]);
    expect(["x", "old"].map(of(wordsOf("candidate=*,baseline=old")))).toEqual([1, 0]);
  });

  it("is complained of all at once", () => {
    expect(problemsOf("baselin=1,candidate,,candidate=2,baseline=2,baseline=*,candidate=*")).toEqual([
      expect.stringMatching(/--versions: there is no such version; found baselin; .*did you mean baseline/iu),
      expect.stringContaining("this says of no value whose it is; found candidate"),
      expect.stringContaining("found nothing"),
      expect.stringContaining("this value is given twice; found 2"),
      expect.stringContaining("this value is given twice; found *"),
    ]);
  });
});

const NAMES = ["stable", "canary", "1.2.3", "1.2.4", "1.2.5-rc 1", "", "-", "null"];

/** A log as CSV or as JSON lines; the first row is as no other, so that the rest may be plain. */
function logOf(names: readonly string[], isJson: boolean): string {
  const rows = names.map((version, i) => ({
    ts: 1_700_000_000 + i,
    user: `u${i % 3}`,
    status: 200,
    took_ms: 5,
    version,
  }));
  if (isJson) return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  return `ts,user,status,took_ms,version\n${rows.map((row) => `${Object.values(row).join(",")}\n`).join("")}`;
}

async function imported(text: string, versions?: string) {
  const settings = readImportSettings({ versions, columns: "timestamp=ts,latency_ms=took_ms" });
  if (!settings.ok) throw new Error(settings.problems.map(describeProblem).join("\n"));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  const read = await importTrace(chunks(), { ...settings.value, source: "log" });
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  const { trace, warnings } = { trace: read.value, warnings: read.warnings.map(describeProblem) };
  return {
    versions: [...trace.columns.version],
    others: trace.report.otherVersions,
    notes: trace.report.notes,
    warnings,
  };
}

describe("versions of a log", () => {
  it("are read as they are said to be, and what is neither is counted by its name", async () => {
    const mappings = fc.constantFrom(
      undefined,
      "baseline=1.2.3,candidate=1.2.4",
      "candidate=1.2.4",
      "baseline=*,candidate=Canary",
    );
    const names = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(names, mappings, fc.boolean(), async (rows, versions, isJson) => {
        const { versions: read, others } = await imported(logOf(rows, isJson), versions);
        const words = versions === undefined ? VERSION_WORDS : wordsOf(versions);
        const isNamed = (name: string): boolean => !["", "-", "null"].includes(name);
        const want = rows.map((name) => (isNamed(name) ? versionOf(name, words) : VERSION_UNKNOWN));
        expect(read).toEqual(want);
        const left = rows.filter((name, i) => isNamed(name) && want[i] === VERSION_UNKNOWN);
        const count = (name: string): number => left.filter((one) => one === name).length;
        expect([others.rows, others.distinct]).toEqual([left.length, new Set(left).size]);
        expect(others.most.map(({ version, rows: of }) => of === count(version))).not.toContain(false);
        expect(others.most.map(({ rows: of }) => of)).toEqual(
          others.most.map(({ rows: of }) => of).sort((a, b) => b - a),
        );
      }),
      { numRuns: 120 },
    );
  });

  it("that are neither are a warning with their names, unless there is only one all over", async () => {
    const semver = [...Array.from({ length: 9 }, () => "1.2.3"), "1.2.4", ""];
    for (const isJson of [false, true]) {
      const log = await imported(logOf(semver, isJson));
      expect(log.warnings).toEqual([
        "log: 10 rows name a version that is neither the baseline nor the candidate: they are taken for the baseline's; " +
          "found 1.2.3 (9), 1.2.4 (1); allowed: --versions baseline=VALUE,candidate=VALUE, which says whose they are",
      ]);
      const said = await imported(logOf(semver, isJson), "baseline=1.2.3,candidate=1.2.4");
      expect([said.warnings, said.versions]).toEqual([[], [...Array.from({ length: 9 }, () => 0), 1, WORDS.neither]]);
      const half = await imported(logOf(["stable", "canary", "1.2.5"], isJson));
      expect(half.warnings).toEqual([expect.stringContaining("they are taken for neither's; found 1.2.5 (1)")]);
      const one = await imported(logOf(["1.2.3", "1.2.3", ""], isJson));
      expect([one.warnings, one.notes]).toEqual([
        [],
        [expect.stringContaining("rows name one version, 1.2.3: all are taken for the baseline's")],
      ]);
      const unmet = await imported(logOf(["1.2.3", "1.2.4"], isJson), "baseline=1.2.3,candidate=1.2.5");
      expect(unmet.warnings).toEqual([
        expect.stringContaining("found 1.2.4 (1)"),
        expect.stringContaining("no row is the candidate's: none names this version; found 1.2.5"),
      ]);
    }
  });

  it("that are empty are not called a version that is neither", async () => {
    const { warnings, notes, others } = await imported(logOf(["", "-", "null", ""], false));
    expect([warnings, notes, others]).toEqual([[], [], { rows: 0, distinct: 0, most: [] }]);
  });

  it("are counted up to a thousand, and the most frequent five are named", async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? `build-${i}` : i % 3 === 0 ? "a\u0007" : "b"));
    for (const isJson of [false, true]) {
      const { others, warnings } = await imported(logOf(many, isJson));
      expect([others.rows, others.distinct, others.most.length]).toEqual([3_000, 1_024, 5]);
      expect(others.most.slice(0, 2)).toEqual([
        { version: "b", rows: 1_000 },
        { version: "a?", rows: 500 },
      ]);
      expect(others.most[2]?.version).toBe("other");
      expect(warnings[0]).toContain("and 1019 more");
    }
  });
});
