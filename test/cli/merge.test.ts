/** Parts of a suite joined: the very bytes of the whole, or everything that stands in the way. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { folderWith, rehearse, rehearseProcess } from "./rehearse.ts";

/** A rehearsal of a minute; whether it is rolled back hangs on its luck. */
function scenario(name: string, expectations: readonly string[], seed = "1", errors = "10%"): string {
  return `scenario: ${name}
seed: "${seed}"
policy:
  policy: tiny
  phases: [{ name: ALL, traffic: 50%, minDuration: 1m, gates: ["errorRate < 50%, at least 10"] }]
  triggers: ["errorRate > 15% over 30s, at least 50"]
duration: 90s
traffic: { poisson: 10/s }
users: { population: 100 }
baseline: { latency: 40ms }
candidate: { errors: ${errors} }
operator: [{ at: 20s, do: pause }, { at: 25s, do: resume }]
expect: [${expectations.map((text) => `"${text}"`).join(", ")}]
`;
}

const SUITE = {
  "a.yaml": scenario("luck", ["P(completed) >= 50%", "outcome is not stalled"]),
  "b.yaml": scenario("second", ["outcome is completed", "P(rolled-back) >= 99%"], "x", "14%"),
  "c.yaml": scenario("silent", []).replace("at least 50", "at least 5000"),
  "d.yaml": scenario("delay", ["P(rollback.detectionDelay < 60s) >= 10%"], "7", "18%"),
};
const NAMES = Object.keys(SUITE);
const folder = folderWith(SUITE);
const at = (name: string): string => join(folder, name);

/** Runs every part, and gives the files of their documents, 1 first. */
async function partsOf(argv: readonly string[], count: number, prefix: string): Promise<string[]> {
  const files: string[] = [];
  for (let index = 1; index <= count; index++) {
    const file = at(`${prefix}-${index}.json`);
    writeFileSync(file, (await rehearse([...argv, "--shard", `${index}/${count}`, "--json"])).stdout);
    files.push(file);
  }
  return files;
}

/** Writes a changed copy of a document. */
function changed(file: string, name: string, change: (document: RunDocument) => unknown): string {
  const document = JSON.parse(readFileSync(file, "utf8")) as RunDocument;
  writeFileSync(at(name), `${JSON.stringify(change(document), null, 2)}\n`);
  return at(name);
}

describe("merge", () => {
  const suites = fc.record({
    names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
    replications: fc.option(fc.integer({ min: 1, max: 7 })),
    count: fc.integer({ min: 1, max: 9 }),
    seed: fc.option(fc.constantFrom("1", "other words")),
    bail: fc.option(fc.integer({ min: 1, max: 2 })),
    order: fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
    twice: fc.boolean(),
    reporter: fc.constantFrom("json", "console", "junit", "jsonl"),
  });

  it("gives the bytes and the exit code of the whole, whatever the suite, the number of parts and their order", async () => {
    await fc.assert(
      fc.asyncProperty(suites, async ({ names, replications, count, seed, bail, order, twice, reporter }) => {
        const argv = [
          "run",
          ...names.map(at),
          ...(replications === null ? [] : ["--replications", String(replications)]),
          ...(seed === null ? [] : ["--seed", seed]),
          ...(bail === null ? [] : ["--bail", String(bail)]),
        ];
        const whole = await rehearse([...argv, "--reporter", reporter]);
        const files = await partsOf(argv, count, "any");
        const shuffled = files.map((file, index) => ({ file, rank: order[index] ?? 0 }));
        shuffled.sort((one, other) => one.rank - other.rank);
        const given = shuffled.map(({ file }) => file);
        const merged = await rehearse(["merge", ...given, ...(twice ? given.slice(0, 1) : []), "--reporter", reporter]);
        expect(merged.stdout).toBe(whole.stdout);
        expect(merged.exitCode).toBe(whole.exitCode);
      }),
      { numRuns: 25 },
    );
  });

  it("decides a share by all runs that no part could decide", async () => {
    const argv = ["run", at("a.yaml"), "--replications", "12"];
    const files = await partsOf(argv, 4, "share");
    const parts = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as RunDocument);
    const undecided = parts.map(({ results }) => results[0]?.expectations[0]?.undecided);
    expect(undecided).toEqual([true, true, true, true]);
    const { results } = JSON.parse((await rehearse(["merge", ...files, "--json"])).stdout) as RunDocument;
    expect(results[0]?.expectations[0]).not.toHaveProperty("undecided");
    expect(results[0]?.replications).toMatchObject({ count: 12, of: 12 });
  });

  it("writes what GitHub reads, and files, as run does", async () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: at("summary.md"), GITHUB_WORKSPACE: folder };
    const argv = ["run", at("b.yaml"), "--replications", "6"];
    const files = await partsOf(argv, 2, "github");
    const merged = await rehearse(["merge", ...files, "--json", "--output-file", `junit=${at("m.xml")}`], { env });
    expect(merged.stderr).toMatch(/^::error file=b\.yaml,line=13,title=second::expected /mu);
    await rehearse([...argv, "--reporter", "junit", "--output-file", at("w.xml")]);
    expect(readFileSync(at("m.xml"), "utf8")).toBe(readFileSync(at("w.xml"), "utf8"));
    expect(readFileSync(at("summary.md"), "utf8")).toContain("### Rehearsals: 0 passed, 1 failed");
  });

  it("works in processes of their own, as a pipeline runs them", () => {
    const argv = ["run", "a.yaml", "b.yaml", "--replications", "5"];
    for (const part of ["1/2", "2/2"]) {
      const file = `own-${part.slice(0, 1)}.json`;
      rehearseProcess([...argv, "--shard", part, "--reporter", "json", "--output-file", file], folder);
    }
    const merged = rehearseProcess(["merge", "own-2.json", "own-1.json", "--json"], folder);
    const whole = rehearseProcess([...argv, "--json"], folder);
    expect(merged).toMatchObject({ exitCode: whole.exitCode, stdout: whole.stdout });
    expect(merged.stderr).toBe("2 rehearsals of 2 files\n");
  });
});

describe("merge refuses", () => {
  const argv = ["run", at("a.yaml"), at("c.yaml"), "--replications", "4"];

  it("what is no part, all of it at once", async () => {
    const [first = ""] = await partsOf(argv, 2, "file");
    const text = readFileSync(first, "utf8");
    const whole = await rehearse([...argv, "--json"]);
    const files: Readonly<Record<string, string>> = {
      "cut.json": text.slice(0, text.length / 2),
      "empty.json": "",
      "words.json": "hello",
      "foreign.json": '{ "schema": "other/1" }',
      "list.json": "[]",
      "whole.json": whole.stdout,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
    const finished = await rehearse(["merge", ...Object.keys(files).map(at), at("absent.json"), folder, first]);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    const said = finished.stderr.replaceAll(`${folder}/`, "").split("\n");
    expect(said).toEqual([
      expect.stringMatching(/^error: cut\.json: this JSON document is cut off: its end is missing; found /u),
      "error: empty.json: this file is empty",
      expect.stringMatching(/^error: words\.json: this is not JSON; found /u),
      "error: foreign.json: this is no document of run --json; found the schema other/1; allowed: rehearse.run/1",
      "error: list.json: this is no document of run --json; found no schema; allowed: rehearse.run/1",
      "error: whole.json: this is a whole document, no part of one; allowed: that of run --shard",
      "error: absent.json: no such file or folder",
      expect.stringMatching(/this is a folder, not a file$/u),
      "8 problems",
      "",
    ]);
  });

  it("gaps: parts that are missing, and runs that are missing in a part", async () => {
    const files = await partsOf(argv, 5, "gap");
    const few = await rehearse(["merge", files[1] ?? ""]);
    expect(few).toMatchObject({ exitCode: 2, stdout: "" });
    expect(few.stderr).toBe("error: merge: parts 1, 3-5 of 5 missing; found 1 of 5\n");
    const nothing = changed(files[2] ?? "", "nothing.json", (document) => ({ ...document, results: [] }));
    const some = await rehearse(["merge", ...files.filter((_, index) => index !== 2), nothing]);
    expect(some).toMatchObject({ exitCode: 2, stdout: "" });
    expect(some.stderr).toBe(
      `${[
        `error: ${nothing}: replication 2 of luck is missing: the run was interrupted, or stopped by --bail`,
        `error: ${nothing}: replication 3 of silent is missing: the run was interrupted, or stopped by --bail`,
        "2 problems",
      ].join("\n")}\n`,
    );
  });

  it("conflicts: the same part twice with other content, and what another run would have said", async () => {
    const [first = "", second = ""] = await partsOf(argv, 2, "conflict");
    const other = changed(first, "other.json", (document) => ({
      ...document,
      results: document.results.map((record) => ({ ...record, digest: "0".repeat(16) })),
    }));
    const finished = await rehearse(["merge", first, other, second]);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain(`${other}: part 1 is here twice, with different content: ${first} is the other`);
    const swapped = changed(first, "swapped.json", ({ shard, ...document }) => ({
      schema: document.schema,
      command: document.command,
      shard: { ...shard, index: 2 },
      results: document.results,
      warnings: document.warnings,
    }));
    const impossible = await rehearse(["merge", first, swapped]);
    expect(impossible.exitCode).toBe(2);
    expect(impossible.stderr).toContain(
      `${swapped}: this result is not one that part 2 of 2 can have; found luck, seed 1`,
    );
  });

  it("a field that was lost or changed its kind", async () => {
    const [first = "", second = ""] = await partsOf(argv, 2, "edited");
    const lost = changed(first, "lost.json", (document) => ({
      ...document,
      results: document.results.map(({ impact: _, ...record }) => record),
    }));
    const kind = changed(second, "kind.json", (document) => ({
      ...document,
      results: document.results.map((record) => ({ ...record, seed: 1 })),
    }));
    const finished = await rehearse(["merge", lost, kind]);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain(`${lost}: this was edited, or written by another version`);
    expect(finished.stderr).toContain(`${kind}: results.0.seed: this must be`);
  });

  it.each<[string, readonly string[], string]>([
    ["replications", ["--replications", "5"], "the command of the whole is not that of"],
    ["seeds", ["--replications", "4", "--seed", "2"], "the command of the whole is not that of"],
    ["numbers of parts", ["--replications", "4", "--shard", "2/3"], "the number of parts is not that of"],
    ["suites", ["--replications", "4", at("d.yaml")], "the suite is not that of"],
  ])("parts of different %s", async (_, options, said) => {
    const [first = ""] = await partsOf(argv, 2, "mixed");
    const shard = options.includes("--shard") ? [] : ["--shard", "2/2"];
    const other = await rehearse(["run", at("a.yaml"), at("c.yaml"), ...options, ...shard, "--json"]);
    writeFileSync(at("mixed-other.json"), other.stdout);
    const finished = await rehearse(["merge", first, at("mixed-other.json"), "--json"]);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(`${at("mixed-other.json")}: ${said} ${first}`);
  });

  it("parts of a file that was changed meanwhile, or of another version", async () => {
    const suite = folderWith({ "a.yaml": scenario("luck", []) });
    const run = async (part: string): Promise<string> => {
      const { stdout } = await rehearse(["run", suite, "--replications", "4", "--shard", part, "--json"]);
      writeFileSync(join(suite, `${part.slice(0, 1)}.json`), stdout);
      return join(suite, `${part.slice(0, 1)}.json`);
    };
    const first = await run("1/2");
    writeFileSync(join(suite, "a.yaml"), scenario("luck", [], "1", "11%"));
    const second = await run("2/2");
    const finished = await rehearse(["merge", first, second]);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain("the configuration (scenario, policy and flags) of luck is not that of");
    const old = changed(first, "old.json", (document) => ({
      ...document,
      shard: document.shard && { ...document.shard, version: "0.0.1" },
    }));
    expect((await rehearse(["merge", old, second])).stderr).toContain(
      `${old}: this was written by another version of the program; found 0.0.1`,
    );
  });

  it("reporters that there are not, before anything is written", async () => {
    const finished = await rehearse(["merge", at("absent.json"), "--reporter", "jsn"]);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain("there is no such reporter; found jsn");
    expect(finished.stderr).toContain("2 problems");
  });
});
