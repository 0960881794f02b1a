/** Suites as a pipeline runs them: chosen, divided, repeated, cut short, watched. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { folderWith, rehearse, type Outside } from "./rehearse.ts";

/** A rehearsal of a minute; whether it is rolled back hangs on its luck. */
function scenario(name: string, expectations: readonly string[], seed = "1"): string {
  return `scenario: ${name}
seed: "${seed}"
policy:
  policy: tiny
  phases: [{ name: ALL, traffic: 50%, minDuration: 1m, gates: ["errorRate < 50%, at least 10"] }]
  triggers: ["errorRate > 15% over 30s, at least 50"]
duration: 2m
traffic: { poisson: 20/s }
users: { population: 200 }
baseline: { latency: 40ms }
candidate: { errors: 10% }
expect: [${expectations.map((text) => `"${text}"`).join(", ")}]
`;
}

const folder = folderWith({
  "a.yaml": scenario("first-good", ["outcome is not stalled"]),
  "b.yaml": scenario("second-bad", ["outcome is stalled", "phase is ALL"]),
  "c.yaml": scenario("third-good", ["P(completed) >= 1%"]),
  "d.yaml": scenario("fourth-bad", ["P(completed) >= 99.9%"], "x"),
});
const at = (name: string): string => join(folder, name);

async function documentOf(argv: readonly string[], outside: Outside = {}): Promise<RunDocument> {
  return JSON.parse((await rehearse(["run", ...argv, "--json"], outside)).stdout) as RunDocument;
}

async function namesOf(...argv: readonly string[]): Promise<string[]> {
  return (await documentOf([folder, ...argv])).results.map((record) => record.scenario);
}

describe("a slow scenario", () => {
  const slow = folderWith({
    "slow.yaml": `${scenario("slow-one", ["outcome is not stalled"])}slow: true\n`,
    "quick.yaml": scenario("quick-one", []),
  });
  const ran = async (...argv: readonly string[]) => {
    const finished = await rehearse(["run", ...argv, "--json"]);
    const { results } = JSON.parse(finished.stdout) as RunDocument;
    return [results.map((record) => record.scenario), finished.stderr.includes("left out (slow-one): --slow runs all")];
  };

  it("is left out of its folder, and said to be; it runs where it is named or asked for", async () => {
    expect(await ran(slow)).toEqual([["quick-one"], true]);
    expect(await ran(slow, "--slow")).toEqual([["quick-one", "slow-one"], false]);
    expect(await ran(join(slow, "slow.yaml"))).toEqual([["slow-one"], false]);
    expect(await ran(slow, join(slow, "slow.yaml"))).toEqual([["quick-one", "slow-one"], false]);
  });
});

describe("--filter", () => {
  it("takes the scenarios with a text in their name, or that a regular expression matches", async () => {
    expect(await namesOf("--filter", "good")).toEqual(["first-good", "third-good"]);
    expect(await namesOf("--filter", "/^F.*bad$/i")).toEqual(["fourth-bad"]);
    // With g a pattern would go on where it stopped in the name before.
    expect(await namesOf("--filter", "/d/g")).toHaveLength(4);
  });

  it("ends with 5 where nothing is left, with 2 where it cannot be read", async () => {
    const nothing = await rehearse(["run", folder, "--filter", "fifth"]);
    expect(nothing).toMatchObject({ exitCode: 5, stdout: "" });
    expect(nothing.stderr).toContain("no scenario with a name like fifth");
    const unreadable = await rehearse(["run", folder, "--filter", "/(/", "--shard", "5/4", "--jobs", "0"]);
    expect(unreadable).toMatchObject({ exitCode: 2, stdout: "" });
    for (const option of ["--filter", "--shard", "--jobs", "3 problems"]) expect(unreadable.stderr).toContain(option);
  });
});

describe("--bail", () => {
  it("stops behind the failure that is one too many, in the order of the suite", async () => {
    expect(await namesOf("--bail")).toEqual(["first-good", "second-bad"]);
    expect(await namesOf("--bail=2")).toHaveLength(4);
    const finished = await rehearse(["run", "--bail", at("b.yaml"), at("a.yaml")]);
    expect(finished.exitCode).toBe(1);
    expect(finished.stderr).toContain("stopped: 1 rehearsal left out (--bail)");
  });
});

describe("--shard", () => {
  it("gives every run to exactly one shard, and each has the same record there as in the whole", async () => {
    const argv = ["--replications", "5", "--filter", "good"];
    const whole = await documentOf([folder, ...argv]);
    const shards = [];
    for (const index of [1, 2, 3]) shards.push(await documentOf([folder, ...argv, "--shard", `${index}/3`]));
    for (const record of whole.results) {
      const parts = shards.flatMap(({ results }) => results.filter(({ scenario }) => scenario === record.scenario));
      const runs = parts.flatMap(({ replications }) => replications?.runs ?? []);
      runs.sort((one, other) => one.replication - other.replication);
      expect(runs).toEqual(record.replications?.runs);
      expect(parts.every(({ replications }) => replications?.of === 5)).toBe(true);
      // What the run with the scenario's own seed decides is decided once; no part contradicts the whole.
      for (const { text, held } of record.expectations) {
        const said = parts.flatMap(({ expectations }) => expectations.filter((one) => one.text === text));
        const decided = said.filter(({ undecided }) => undecided !== true);
        expect(decided.every((one) => one.held === held)).toBe(true);
        if (!text.startsWith("P(")) expect(decided).toHaveLength(1);
      }
    }
    expect(shards.map(({ shard }) => shard)).toMatchObject([1, 2, 3].map((index) => ({ index, count: 3 })));
  });

  it("divides the scenarios where none is replicated, and an empty part is no failure", async () => {
    expect(await namesOf("--shard", "1/3")).toEqual(["first-good", "fourth-bad"]);
    expect(await namesOf("--shard", "2/3")).toEqual(["second-bad"]);
    const empty = await rehearse(["run", at("a.yaml"), "--shard", "2/2", "--json"]);
    expect(empty.exitCode).toBe(0);
    expect((JSON.parse(empty.stdout) as RunDocument).results).toEqual([]);
  });
});

describe("--replications", () => {
  it("runs each with the luck of a seed of its own, the first with the scenario's", async () => {
    const { results, command } = await documentOf([at("c.yaml"), "--replications", "8"]);
    const [record] = results;
    const runs = record?.replications?.runs ?? [];
    expect(runs.map(({ seed }) => seed)).toEqual(["1", ...[1, 2, 3, 4, 5, 6, 7].map((k) => `1+${k}`)]);
    expect(new Set(runs.map(({ digest }) => digest)).size).toBe(8);
    expect(command).toBe(`rehearse run ${at("c.yaml")} --replications 8 --seed 1`);
    const [alone] = (await documentOf([at("c.yaml"), "--seed", "1+5"])).results;
    expect(alone).toMatchObject({ digest: runs[5]?.digest, outcome: runs[5]?.outcome });
    const [once] = (await documentOf([at("c.yaml")])).results;
    expect({ ...record, replications: undefined, expectations: [] }).toEqual({ ...once, expectations: [] });
  });

  it("decides shares by all of them: the same luck fails one limit and holds another", async () => {
    const finished = await rehearse(["run", at("c.yaml"), at("d.yaml"), "--replications", "20"]);
    expect(finished.exitCode).toBe(1);
    expect(finished.stdout).toMatch(/got +\d+ of 20 runs \([\d.]+%, 95% interval/u);
    expect(finished.stdout).toMatch(/Replications {2}20 runs[^]+completed +\d+ +[\d.]+%[^]+detection {2}P50/u);
  });

  it("is flushed as far as it came when a signal comes", async () => {
    // On this clock every event of the run takes a slice of time, and it is looked for a signal after each.
    let asked = 0;
    let nowMs = 0;
    const outside: Outside = { signal: () => (asked++ < 500 ? null : "SIGINT"), nowMs: () => (nowMs += 200) };
    const document = await rehearse(["run", at("c.yaml"), "--replications", "500", "--json"], outside);
    expect(document.exitCode).toBe(130);
    const [record] = (JSON.parse(document.stdout) as RunDocument).results;
    expect(record?.replications).toMatchObject({ of: 500 });
    expect(record?.replications?.count).toBeLessThan(500);
    expect(document.stderr).toContain("interrupted: 0 of 1 rehearsal finished");
  });
});

describe("the command that reproduces", () => {
  it("leaves out what cannot change a result", async () => {
    const shown = [
      "--jobs",
      "1",
      "--reporter",
      "json,junit",
      `--output-file=junit=${at("o.xml")}`,
      "--verbose",
      "--check",
    ];
    const document = JSON.parse(
      (await rehearse(["run", at("a.yaml"), ...shown, "--bail", "--series", at("o.csv")])).stdout,
    ) as RunDocument;
    expect(document.command).toBe(`rehearse run ${at("a.yaml")} --bail --seed 1`);
  });
});

describe("--reporter and --output-file", () => {
  it("writes several at once, each to its place", async () => {
    const argv = ["run", at("b.yaml"), "--reporter", "console,jsonl", "--reporter", "junit"];
    const files = ["--output-file", `jsonl=${at("out/run.jsonl")}`, "--output-file", `junit=${at("out/run.xml")}`];
    const finished = await rehearse([...argv, ...files]);
    expect(finished.stdout).toContain("FAILED  second-bad");
    expect(readFileSync(at("out/run.jsonl"), "utf8").trim().split("\n")).toHaveLength(2);
    expect(readFileSync(at("out/run.xml"), "utf8")).toContain('<testsuite name="second-bad" tests="2" failures="1"');
  });

  it("takes a file without a name for the only reporter", async () => {
    const finished = await rehearse(["run", at("a.yaml"), "--reporter", "junit", "--output-file", at("only.xml")]);
    expect(finished.stdout).toBe("");
    expect(readFileSync(at("only.xml"), "utf8")).toContain('failures="0"');
    await rehearse(["run", at("a.yaml"), "--output-file", at("only.txt")]);
    expect(readFileSync(at("only.txt"), "utf8")).toContain("PASSED  first-good");
  });

  it.each([
    [
      ["--reporter", "jsn"],
      "there is no such reporter; found jsn; allowed: console, json, jsonl, junit, github; did you mean json",
    ],
    [["--reporter", "json,junit"], "several would write to standard output; found json, junit"],
    [["--reporter", "json,junit", "--output-file", "x"], "it is not clear whose file this is; found x"],
    [["--output-file", "junit="], "the file of junit is missing"],
    [["--output-file", "junt=x"], "there is no such reporter; found junt"],
    [["--reporter", "junit", "--output-file", folder], "this is a folder, not a file"],
  ])("refuses %j", async (argv, said) => {
    const finished = await rehearse(["run", at("a.yaml"), ...argv]);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(said);
  });

  it("annotates by itself on GitHub, beside the data and never in it", async () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: at("summary.md"), GITHUB_WORKSPACE: folder };
    const document = await documentOf([at("b.yaml")], { env });
    expect(document.results).toHaveLength(1);
    const finished = await rehearse(["run", at("b.yaml"), "--json"], { env });
    expect(finished.stderr).toMatch(
      /^::error file=b\.yaml,line=12,title=second-bad::expected outcome is stalled, got [\w-]+/mu,
    );
    expect(readFileSync(at("summary.md"), "utf8")).toMatch(/### Rehearsals: 0 passed, 1 failed[^]+### Rehearsals/u);
    expect((await rehearse(["run", at("b.yaml")])).stderr).not.toContain("::error");
  });
});

describe("--series", () => {
  it("has a row per tick of every run, in the order of the suite", async () => {
    const finished = await rehearse([
      "run",
      at("a.yaml"),
      at("d.yaml"),
      "--replications",
      "3",
      "--series",
      at("series.csv"),
    ]);
    expect(finished.stderr).not.toContain("error:");
    const [header = "", ...rows] = readFileSync(at("series.csv"), "utf8").trimEnd().split("\n");
    expect(header).toMatch(/^scenario,seed,atMs,phase,candidate\.errorRate,/u);
    const runs = [...new Set(rows.map((row) => row.split(",").slice(0, 2).join(" ")))];
    const seeds = (seed: string): string[] => [seed, `${seed}+1`, `${seed}+2`];
    expect(runs).toEqual([
      ...seeds("1").map((seed) => `first-good ${seed}`),
      ...seeds("x").map((seed) => `fourth-bad ${seed}`),
    ]);
  });
});

describe("lints of a run", () => {
  it("are counted, shown to who asks, and in the JSON; they change the exit code where that is strict", async () => {
    const blind = scenario("blind", []).replace("at least 50", "at least 5000");
    writeFileSync(at("blind.txt"), blind);
    const plain = await rehearse(["run", at("blind.txt")]);
    expect(plain.exitCode).toBe(0);
    expect((await rehearse(["run", at("blind.txt"), "--strict"])).exitCode).toBe(3);
    expect((await rehearse(["run", at("a.yaml"), "--strict"])).exitCode).toBe(0);
    expect(plain.stderr).toContain("1 lint warning: --verbose shows them");
    expect(plain.stderr).not.toContain("blind-rule");
    const verbose = await rehearse(["run", at("blind.txt"), "--verbose"]);
    expect(verbose.stderr).toMatch(
      /^warning: .*blind\.txt:8:10: traffic: policy tiny: trigger error-rate is blind.*\[blind-rule\]$/mu,
    );
    expect((await documentOf([at("blind.txt")])).warnings).toMatchObject([
      { rule: "blind-rule", line: 8, path: "traffic" },
    ]);
    expect((await documentOf([at("a.yaml")])).warnings).toEqual([]);
    expect((await rehearse(["check", at("blind.txt"), "--strict"])).exitCode).toBe(3);
    expect((await rehearse(["check", at("blind.txt")])).exitCode).toBe(0);
    expect((await rehearse(["check", at("a.yaml"), "--strict"])).exitCode).toBe(0);
  });
});

describe("--watch", () => {
  it("runs again what changed, goes on when a file is broken, and ends with the signal", async () => {
    const watched = folderWith({ "a.yaml": scenario("one", []), "b.yaml": scenario("two", []) });
    const change = (text: string): void => writeFileSync(join(watched, "b.yaml"), text);
    // The command asks for signals at every look at its files: that is when something happens to them.
    let rounds = 0;
    let stderr = "";
    const signal = (): "SIGINT" | null => {
      const seen = stderr.split("watching").length - 1;
      if (seen > rounds) {
        rounds = seen;
        if (rounds === 1) change("scenario: [broken\n");
        if (rounds === 2) change(scenario("two", ["outcome is stalled"]));
      }
      return rounds >= 3 ? "SIGINT" : null;
    };
    const finished = await rehearse(["run", watched, "--watch"], { signal, onStderr: (text) => (stderr += text) });
    expect(finished.exitCode).toBe(130);
    expect(finished.stdout.match(/(?:RAN|FAILED) {2}\w+/gu)).toEqual(["RAN  one", "RAN  two", "FAILED  two"]);
    expect(finished.stderr).toContain("error: ");
  });

  it("runs again what is mended, even where it then says what it said when it last ran, and says when nothing differs", async () => {
    const watched = folderWith({ "a.yaml": scenario("one", []), "b.yaml": scenario("two", []) });
    const change = (text: string): void => writeFileSync(join(watched, "b.yaml"), text);
    let rounds = 0;
    let stderr = "";
    const signal = (): "SIGINT" | null => {
      const seen = stderr.split("watching").length - 1;
      if (seen > rounds) {
        rounds = seen;
        if (rounds === 1) change("scenario: [broken\n");
        if (rounds === 2) change(scenario("two", []));
        if (rounds === 3) change(`${scenario("two", [])}# nothing\n`);
      }
      return rounds >= 4 ? "SIGINT" : null;
    };
    const finished = await rehearse(["run", watched, "--watch"], { signal, onStderr: (text) => (stderr += text) });
    expect(finished.stdout.match(/RAN {2}\w+/gu)).toEqual(["RAN  one", "RAN  two", "RAN  two"]);
    expect(finished.stderr.match(/nothing to run/gu)).toHaveLength(1);
  });
});
