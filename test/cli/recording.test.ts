/** `run --record` and `replay` of what it wrote: the same run, another policy on the same luck, and damage told. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { RunDocument, ScenarioRecord } from "../../src/engine/result.ts";
import type { RecordingRecord } from "../../src/replay/recording/describe-recording.ts";
import { folderWith, rehearse, type Finished } from "./rehearse.ts";

const SCENARIO = `scenario: recorded
policy: setbull-v2
duration: 12m
traffic: { poisson: 60/s }
users: { population: 300, segments: { region: { eu: 40%, us: 60% } } }
routes: { GET /a: 3, 'GET /b, or "c"': 1 }
baseline: { latency: { p50: 80ms, p99: 400ms }, errors: 0.2% }
candidate: { latency: x 0.6, errors: + 0.2%, declines: 3% }
faults:
  - { name: trouble, at: 6m, for: 4m, version: candidate, errors: + 60% }
operator:
  - { at: 90s, by: ana, do: advance, why: it looks good }
  - { at: 150s, by: ana, do: pause, why: looks }
  - { at: 170s, by: ana, do: resume, why: looked }
expect: [ outcome is rolled-back ]
`;

function resultOf({ stdout, stderr }: Finished): ScenarioRecord {
  if (stdout === "") throw new Error(stderr);
  const [record] = (JSON.parse(stdout) as RunDocument).results;
  if (record === undefined) throw new Error("no result");
  return record;
}

async function recorded(
  name: string,
  expectations = "[ outcome is rolled-back ]",
): Promise<{ readonly file: string; readonly run: ScenarioRecord }> {
  const folder = folderWith({
    "scenario.yaml": SCENARIO.replace("[ outcome is rolled-back ]", expectations),
  });
  const file = join(folder, name);
  const run = resultOf(await rehearse(["run", join(folder, "scenario.yaml"), "--record", file, "--json"]));
  return { file, run };
}

describe("rehearse run --record", () => {
  it.each(["run.csv", "run.jsonl", "run.trace"])("writes %s, which replays to the same record", async (name) => {
    const { file, run } = await recorded(name);
    expect(run.outcome).toBe("rolled-back");
    const replay = await rehearse(["replay", file, "--json", "--check"]);
    expect(replay.stderr).toContain(`same digest as recorded: ${run.digest}`);
    expect(replay.exitCode).toBe(0);
    expect(resultOf(replay)).toEqual(run);
  });

  it("writes names with line breaks and quotes in them, which replay as well", async () => {
    const folder = folderWith({
      "scenario.yaml": SCENARIO.replace(`'GET /b, or "c"'`, `"GET /b,\\r\\n or\\n\\"c\\""`),
    });
    for (const name of ["run.csv", "run.jsonl", "run.trace"]) {
      const run = await rehearse(["run", join(folder, "scenario.yaml"), "--record", join(folder, name), "--json"]);
      const replay = await rehearse(["replay", join(folder, name), "--json"]);
      expect(replay.stderr).toContain("same digest as recorded");
      expect(resultOf(replay)).toEqual(resultOf(run));
    }
    expect(readFileSync(join(folder, "run.csv"), "utf8")).toContain(',"GET /b,\r\n or\n""c""",');
  });

  it("is no log, which is said where it is read as one", async () => {
    const folder = folderWith({ "scenario.yaml": SCENARIO });
    const at = (name: string): string => join(folder, name);
    const files = ["--record", at("run.csv"), "--journal", at("run.journal")];
    await rehearse(["run", at("scenario.yaml"), ...files]);
    await rehearse(["run", at("scenario.yaml"), "--record", at("run.jsonl")]);
    await rehearse(["run", at("scenario.yaml"), "--record", at("run.trace")]);
    for (const [name, said] of [
      ["run.csv", "this is a recording of a run, not a log; allowed: a log; rehearse replay runs a recording again"],
      ["run.jsonl", "this is a recording of a run, not a log"],
      ["run.trace", "this is a trace file, or a recording as columns: both are read as plain files only"],
      ["run.journal", "this is the journal of a run, not a log; allowed: a log; rehearse replay executes a journal"],
    ] as const) {
      const zipped = at(`${name}.gz`);
      writeFileSync(zipped, gzipSync(readFileSync(at(name))));
      for (const argv of [
        ["replay", zipped, "--policy", "setbull-v2"],
        ["trace", "info", zipped],
        ["fit", zipped],
      ]) {
        const done = await rehearse(argv);
        expect([done.exitCode, done.stdout], argv.join(" ")).toEqual([2, ""]);
        expect(done.stderr).toContain(said);
      }
      if (name === "run.trace") continue;
      const piped = await rehearse(["trace", "info", "-"], { stdin: readFileSync(at(name), "utf8") });
      expect(piped.stderr).toContain(said);
      const converted = await rehearse(["trace", "convert", at(name), at("x.trace")]);
      expect(converted.stderr).toContain(said);
    }
    // Whoever says that it is CSV may read it as such.
    const named = ["--format", "csv", "--columns", "timestamp_us=at_us,user=key,latency_us=baseline_us"];
    expect((await rehearse(["trace", "convert", at("run.csv"), at("y.trace"), ...named])).exitCode).toBe(0);
  });

  it("does not change the run, and writes the same bytes again", async () => {
    const one = await recorded("run.csv");
    const other = await recorded("run.csv");
    expect(readFileSync(one.file, "utf8")).toBe(readFileSync(other.file, "utf8"));
    const plain = await rehearse(["run", join(one.file, "../scenario.yaml"), "--json"]);
    expect(resultOf(plain)).toEqual(one.run);
    const [head, first] = readFileSync(one.file, "utf8").split("\n");
    expect(head).toBe(
      "request,at_us,key,router,route,segment,session,baseline_us,baseline_result,candidate_us,candidate_result",
    );
    expect(first).toMatch(/^0,\d+,u\d+,0,.+,region=(?:eu|us),,\d+,[\w-]+,\d+,[\w-]+$/u);
  });

  it("refuses what is not one run whose requests stand for themselves", async () => {
    const folder = folderWith({ "scenario.yaml": SCENARIO });
    const scenario = join(folder, "scenario.yaml");
    const refused = async (...argv: string[]): Promise<string> => {
      const done = await rehearse(["run", ...argv]);
      expect(done.exitCode).toBe(2);
      return done.stderr;
    };
    expect(await refused(scenario, "--record", join(folder, "run.xlsx"))).toContain(
      "allowed: a file that ends with one of .csv, .jsonl, .trace",
    );
    expect(await refused(scenario, "--record", join(folder, "a.csv"), "--replications", "3")).toContain(
      "written of one run",
    );
    expect(await refused("--record", join(folder, "a.csv"))).toContain("written of one run; found");
    expect(existsSync(join(folder, "a.csv"))).toBe(false);
  });
});

describe("rehearse trace info of a recording", () => {
  interface Info {
    readonly recording: RecordingRecord;
  }
  const info = async (file: string): Promise<RecordingRecord> => {
    const done = await rehearse(["trace", "info", file, "--json"]);
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    const document = JSON.parse(done.stdout) as Info;
    expect(document).toMatchObject({ schema: "rehearse.recording/1", file });
    return document.recording;
  };

  it("has the figures of its rows, in any format", async () => {
    const { file, run } = await recorded("run.jsonl");
    const rows = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string | number>);
    const count = (name: string, value: string): number => rows.filter((row) => row[name] === value).length;
    const rankedMs = (version: string, share: number): number => {
      const tried = rows.filter((row) => row[`${version}_result`] !== "declined");
      const sorted = tried.map((row) => Number(row[`${version}_us`])).toSorted((one, other) => one - other);
      return Number(sorted[Math.ceil(share * sorted.length) - 1]) / 1_000;
    };
    const attempts = (version: string) => ({
      served: count(`${version}_result`, "served"),
      declined: count(`${version}_result`, "declined"),
      failed: [...new Set(rows.map((row) => String(row[`${version}_result`])))]
        .filter((result) => result !== "served" && result !== "declined")
        .map((kind) => ({ kind, count: count(`${version}_result`, kind) })),
      p50Ms: rankedMs(version, 0.5),
      p95Ms: rankedMs(version, 0.95),
      p99Ms: rankedMs(version, 0.99),
    });
    const seen = await info(file);
    expect(seen).toEqual({
      scenario: "recorded",
      policy: "setbull-v2",
      seed: run.seed,
      format: "jsonl",
      program: expect.stringMatching(/^\d+\./u) as string,
      digest: run.digest,
      rows: rows.length,
      sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
      firstAtMs: Number(rows[0]?.["at_us"]) / 1_000,
      lastAtMs: Number(rows.at(-1)?.["at_us"]) / 1_000,
      endedAtMs: run.endedAtMs,
      keys: new Set(rows.map((row) => row["key"])).size,
      population: 300,
      routes: ["GET /a", 'GET /b, or "c"'].map((route) => ({ route, requests: count("route", route) })),
      baseline: attempts("baseline"),
      candidate: attempts("candidate"),
    });
    expect(seen.candidate.declined).toBeGreaterThan(0);
    for (const name of ["run.csv", "run.trace"]) {
      const other = await recorded(name);
      const { format, sha256 } = await info(other.file);
      expect(await info(other.file)).toEqual({ ...seen, format, sha256 });
      expect(format).toBe(name.slice(4));
    }
  });

  it("is text for people, and tells what is damaged, missing or asked for in vain", async () => {
    const { file, run } = await recorded("run.trace");
    const text = await rehearse(["trace", "info", file, "--ascii"]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/run {9}recorded under setbull-v2, seed 1\n/u);
    expect(text.stdout).toContain(`digest      ${run.digest}`);
    expect(text.stdout).toMatch(/routes {6}GET \/a: [\d ,]+, 7\d\.?\d* ?%/u);
    expect(text.stdout).toMatch(/candidate {3}9\d\.?\d* ?% served[^]*declined[^]*p99/u);
    const vain = await rehearse(["trace", "info", file, "--zone", "UTC", "--from", "1m"]);
    expect(vain).toMatchObject({ exitCode: 2, stdout: "" });
    expect(vain.stderr).toMatch(/--zone: a recording says this itself[^]*--from: a recording says this itself/u);
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect((await rehearse(["trace", "info", file])).stderr).toContain("this recording is damaged");
    renameSync(`${file}.yaml`, `${file}.away`);
    expect((await rehearse(["trace", "info", file])).stderr).toContain("the file beside it is missing");
  });
});

describe("rehearse replay of a recording", () => {
  it("rehearses another policy on the very same luck", async () => {
    const { file, run } = await recorded("run.csv");
    const policy = `policy: all-at-once
tick: 10s
phases: [ { name: ALL, traffic: 100%, minDuration: 2m } ]
`;
    const other = join(file, "../other.yaml");
    writeFileSync(other, policy);
    const done = await rehearse(["replay", file, "--policy", other, "--json"]);
    const record = resultOf(done);
    expect(record.policy).toBe("all-at-once");
    expect(record.outcome).toBe("completed");
    expect(record.digest).not.toBe(run.digest);
    expect(done.exitCode).toBe(1);
    // The requests of the world itself, under that policy.
    const anew = await rehearse(["run", join(file, "../scenario.yaml"), "--policy", other, "--json"]);
    expect(record.impact).toEqual(resultOf(anew).impact);
  });

  it("leaves out expectations that name what the other policy has not, and says so", async () => {
    const { file } = await recorded("run.csv", "[ outcome is completed, phases.CANARY.enteredAt is 0s ]");
    const other = join(file, "../other.yaml");
    writeFileSync(other, "policy: all-at-once\ntick: 10s\nphases: [ { name: ALL, traffic: 100%, minDuration: 2m } ]\n");
    const done = await rehearse(["replay", file, "--policy", other, "--json"]);
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toContain("left out: phases.CANARY.enteredAt is 0s: the policy has no phase of this name");
    const document = JSON.parse(done.stdout) as RunDocument;
    expect(document.warnings?.map(({ path }) => path)).toEqual(["expect[1]"]);
    expect(resultOf(done).expectations.map(({ text, held }) => [text, held])).toEqual([["outcome is completed", true]]);
    const strict = await rehearse(["replay", file, "--policy", other, "--strict"]);
    expect(strict.exitCode).toBe(3);
  });

  it("is told by its sheet, not by any YAML file of that name", async () => {
    const { file } = await recorded("run.csv");
    writeFileSync(file, "no rows\n");
    expect((await rehearse(["replay", file])).stderr).toContain("this does not begin as a recording does");
    const log = join(file, "../shop.csv");
    writeFileSync(log, "timestamp,user,status\n1700000000,u1,200\n1700000001,u2,200\n");
    writeFileSync(`${log}.yaml`, "scenario: fitted\n");
    const done = await rehearse(["replay", log, "--policy", "setbull-v2", "--json"]);
    expect([done.exitCode, resultOf(done).impact.requests]).toEqual([0, 2]);
  });

  it("tells what is damaged, missing, of another recording, or asked for in vain", async () => {
    const { file } = await recorded("run.csv");
    const sheet = `${file}.yaml`;
    const text = readFileSync(file, "utf8");
    const sheetText = readFileSync(sheet, "utf8");
    const refused = async (...argv: string[]): Promise<string> => {
      const done = await rehearse(["replay", file, ...argv]);
      expect(done).toMatchObject({ exitCode: 2, stdout: "" });
      return done.stderr;
    };
    const vain = await refused("--rate", "2", "--seed", "7", "--incidents", "i.yaml", "--policy", "setbul-v2");
    expect(vain).toContain("--rate: a recording says this itself");
    expect(vain).toContain("--seed: a recording says this itself");
    expect(vain).toContain("--incidents: known incidents are those of a log");
    expect(vain).toContain("did you mean setbull-v2?");

    writeFileSync(file, text.replace(/served/u, "Served"));
    expect(await refused()).toMatch(/run\.csv:2:1: there is no such result; found baseline_result Served/u);
    writeFileSync(file, text.slice(0, text.length / 2));
    expect(await refused()).toMatch(/no row of a recording|rows are missing/u);
    writeFileSync(file, text);
    writeFileSync(sheet, sheetText.replace(/propagationUs: \d+/u, "propagationUs: 5"));
    expect(await refused()).toContain("this file was changed, or is not whole");
    const another = await rehearse(["run", join(file, "../scenario.yaml"), "--seed", "9", "--record", `${file}9.csv`]);
    expect(another.exitCode).toBeLessThan(2);
    renameSync(`${file}9.csv.yaml`, sheet);
    expect(await refused()).toMatch(/not the file that was recorded|rows are missing|more rows than were recorded/u);
    renameSync(sheet, `${sheet}.away`);
    expect(await refused()).toContain("this is a recording, and the file beside it is missing");
  });

  it("still wants a policy for a log", async () => {
    const log = join(folderWith({ "shop.log": "nothing\n" }), "shop.log");
    const done = await rehearse(["replay", log]);
    expect(done).toMatchObject({ exitCode: 2, stdout: "" });
    expect(done.stderr).toContain("--policy: a trace is replayed under a policy");
  });
});
