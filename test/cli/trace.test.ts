import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../src/engine/trace-record.ts";
import type { RunDocument, ScenarioRecord } from "../../src/engine/result.ts";
import { folderWith, rehearse, ROOT, type Finished } from "./rehearse.ts";

const LOG = join(ROOT, "fixtures/traces/small-shop.log");
const folder = folderWith({ "other.log": readFileSync(LOG, "utf8").split("\n").slice(0, 99).join("\n") });
const at = (name: string): string => join(folder, name);

async function replay(file: string, ...options: readonly string[]): Promise<Finished> {
  return rehearse(["replay", file, "--policy", "setbull-v2", "--amplify", "20", "--json", ...options]);
}

function resultOf(finished: Finished): ScenarioRecord {
  const [result] = (JSON.parse(finished.stdout) as RunDocument).results;
  if (result === undefined) throw new Error(finished.stderr);
  return result;
}

describe("rehearse trace", () => {
  it("says what is in a log, for people and for programs", async () => {
    const text = await rehearse(["trace", "info", LOG]);
    expect(text).toMatchObject({ exitCode: 0, stderr: "" });
    expect(text.stdout).toMatch(/format {6}combined log, with request time[^]*span[^]*users/u);
    expect(text.stdout).not.toContain("candidate");
    const json = await rehearse(["trace", "info", LOG, "--json"]);
    const document = JSON.parse(json.stdout) as { schema: string; trace: unknown; routes: string[] };
    expect(document.schema).toBe("rehearse.trace/1");
    expect(document.routes.length).toBeGreaterThan(2);
    expect(resultOf(await replay(LOG)).trace).toMatchObject(document.trace as object);
  });

  it("converts a log into a file that replays as the log does", async () => {
    const converted = await rehearse(["trace", "convert", LOG, at("a.trace")]);
    expect(converted).toMatchObject({ exitCode: 0, stdout: "" });
    expect(converted.stderr).toMatch(/a\.trace: \d+ requests of \d+ rows, 0 rejected/u);
    const fromLog = resultOf(await replay(LOG));
    const fromFile = resultOf(await replay(at("a.trace")));
    expect({ ...fromFile, scenario: "" }).toEqual({ ...fromLog, scenario: "" });
    expect((await rehearse(["trace", "convert", at("a.trace"), at("a.csv")])).exitCode).toBe(0);
    expect(resultOf(await replay(at("a.csv"))).impact.requests).toBe(fromLog.impact.requests);
    // A part of it, from the file and from the log.
    const part = ["--from", "1m", "--to", "3m"];
    await rehearse(["trace", "convert", LOG, at("part.trace"), ...part]);
    expect(resultOf(await replay(at("part.trace"))).impact).toEqual(resultOf(await replay(LOG, ...part)).impact);
  });

  it("refuses what it cannot do, and overwrites nothing", async () => {
    const wrong = await rehearse(["trace", "convert", at("missing.log"), at("a.json"), "--zone", "here"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/--zone[^]*a\.json: it is not clear[^]*\.trace or \.csv/u);
    expect((await rehearse(["trace", "convert", at("missing.log"), at("b.trace")])).stderr).toBe(
      `error: ${at("missing.log")}: there is no such file\n`,
    );
    writeFileSync(at("mine.trace"), "mine");
    const there = await rehearse(["trace", "convert", LOG, at("mine.trace")]);
    expect([there.exitCode, there.stderr]).toEqual([2, expect.stringContaining("there is such a file already")]);
    expect(readFileSync(at("mine.trace"), "utf8")).toBe("mine");
    expect((await rehearse(["trace", "convert", LOG, at("mine.trace"), "--force"])).exitCode).toBe(0);
    // What cannot be read leaves what was there.
    writeFileSync(at("noise.log"), "no request\nnone either\n");
    expect((await rehearse(["trace", "convert", at("noise.log"), at("mine.trace"), "--force"])).exitCode).toBe(2);
    expect((await rehearse(["trace", "info", at("mine.trace")])).exitCode).toBe(0);
    writeFileSync(at("short.trace"), readFileSync(at("mine.trace")).subarray(0, 999));
    const short = await replay(at("short.trace"));
    expect([short.exitCode, short.stderr]).toEqual([2, expect.stringContaining("cut short; found 999 of")]);
  });

  it("never overwrites what it reads, by whatever name, and makes the folders that are missing", async () => {
    const csv = "timestamp,user,status,latency_ms\n1700000000,u1,200,5\n1700000001,u2,500,7\n";
    writeFileSync(at("own.csv"), csv);
    symlinkSync(at("own.csv"), at("symbolic.csv"));
    linkSync(at("own.csv"), at("hard.trace"));
    for (const into of ["own.csv", "./own.csv", "symbolic.csv", "hard.trace"]) {
      const done = await rehearse(["trace", "convert", at("own.csv"), `${folder}/${into}`, "--force"]);
      expect([done.exitCode, done.stdout], into).toEqual([2, ""]);
      expect(done.stderr, into).toContain("this would overwrite what is read");
      expect(readFileSync(at("own.csv"), "utf8")).toBe(csv);
    }
    for (const into of ["new/a/own.trace", "new/b/own.csv"]) {
      expect(await rehearse(["trace", "convert", at("own.csv"), at(into)])).toMatchObject({ exitCode: 0, stdout: "" });
      expect((await rehearse(["trace", "info", at(into), "--json"])).stdout).toContain('"accepted": 2');
    }
    const inFile = await rehearse(["trace", "convert", LOG, join(at("own.csv"), "a.trace")]);
    expect(inFile).toMatchObject({ exitCode: 2, stdout: "" });
    expect(inFile.stderr).toMatch(/own\.csv\/a\.trace: (?:a part of this path is a file|this exists already)/u);
  });

  it("says how many rows each version has, where the log tells versions apart", async () => {
    const rows = ["baseline", "candidate", "", "candidate", "v1", "candidate"];
    const lines = rows.map((version, i) => `${1_700_000_000 + i},u${i},200,${version}`);
    writeFileSync(at("canary.csv"), ["timestamp,user,status,version", ...lines].join("\n"));
    const info = (...more: string[]) => rehearse(["trace", "info", at("canary.csv"), ...more]);
    expect((await info()).stdout).toContain("versions    2 rows of the baseline, 3 of the candidate, 1 of neither\n");
    expect(JSON.parse((await info("--json")).stdout)).toMatchObject({
      trace: { versions: { baseline: 2, candidate: 3, unknown: 1 } },
    });
    expect((await info("--from", "1s", "--to", "4s")).stdout).toContain(
      "versions    0 rows of the baseline, 2 of the candidate, 1 of neither\n",
    );
  });

  it("asks a trace file anew which statuses are failures, and refuses what was settled when the log was read", async () => {
    const statuses = [200, 200, 404, 499, 500, 200];
    const lines = statuses.map((status, i) => `${1_700_000_000 + i},u${i},${status},5`);
    writeFileSync(at("mixed.csv"), ["timestamp,user,status,latency_ms", ...lines].join("\n"));
    for (const [name, ...errors] of [["mixed.trace"], ["left.trace", "--errors", "499,500"]] as const) {
      expect((await rehearse(["trace", "convert", at("mixed.csv"), at(name), ...errors])).exitCode).toBe(0);
    }
    const impact = async (file: string, ...more: string[]): Promise<object> => {
      const { impact, trace } = resultOf(await replay(at(file), ...more));
      return { impact, left: trace?.clientLeft, failures: trace?.failures };
    };
    expect(await impact("mixed.trace")).toEqual(await impact("mixed.csv"));
    expect(await impact("left.trace")).toEqual(await impact("mixed.csv", "--errors", "499,500"));
    for (const errors of ["200", "4xx,500"]) {
      const fromLog = await impact("mixed.csv", "--errors", errors);
      for (const file of ["mixed.trace", "left.trace"]) {
        expect(await impact(file, "--errors", errors)).toEqual(fromLog);
      }
    }
    const info = await rehearse(["trace", "info", at("left.trace")]);
    expect(info.stdout).toContain("failures    status 499,500 (--errors), and error classes\n");
    const missing = await rehearse(["trace", "info", at("mixed.trace"), "--errors", "499"]);
    expect([missing.exitCode, missing.stdout]).toEqual([2, ""]);
    expect(missing.stderr).toContain(
      "--errors: requests whose client left (0 and 499; there were 1) are not in the trace file",
    );
    const vain = ["--columns", "user=u", "--format", "csv", "--start", "2024-01-01T00:00:00Z", "--zone", "UTC"];
    const refused = await rehearse(["trace", "info", at("mixed.trace"), ...vain]);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    for (const option of ["--columns", "--format", "--start", "--zone"]) {
      expect(refused.stderr).toContain(`${option}: ${at("mixed.trace")} is a trace file, in which this was settled`);
    }
    // The zone is that of the range.
    const part = ["--zone", "+01:00", "--from", "2023-11-14T23:13:22"];
    expect(resultOf(await replay(at("mixed.trace"), ...part)).trace?.replayed).toBe(3);
  });

  it("keeps what it read of a log, and takes it where log and options are the same", async () => {
    const store = at("store");
    const kept = (): string[] => readdirSync(store).filter((name) => name.endsWith(".trace"));
    const first = await replay(LOG, "--trace-store", store);
    expect(kept()).toHaveLength(1);
    const [name = ""] = kept();
    const writtenMs = statSync(join(store, name)).mtimeMs;
    const again = await replay(LOG, "--trace-store", store);
    expect(resultOf(again)).toEqual(resultOf(first));
    expect(statSync(join(store, name)).mtimeMs).toBe(writtenMs);
    // Taken from the store indeed: what stands there is what is replayed.
    await rehearse(["trace", "info", at("other.log"), "--trace-store", store]);
    await replay(LOG, "--errors", "404", "--trace-store", store);
    expect(kept()).toHaveLength(3);
    // What is kept and damaged is read anew, and said.
    const bytes = readFileSync(join(store, name));
    bytes[100] = (bytes[100] as number) ^ 1;
    writeFileSync(join(store, name), bytes);
    const damaged = await replay(LOG, "--trace-store", store);
    expect(resultOf(damaged)).toEqual(resultOf(first));
    expect(damaged.stderr).toMatch(/warning: .*small-shop\.log-[0-9a-f]{16}\.trace: this trace file is damaged/u);
    expect((await replay(LOG, "--trace-store", store)).stderr).not.toContain("damaged");
    expect(resultOf(await replay(LOG, "--no-trace-store"))).toEqual(resultOf(first));
  });

  it("goes on without a store that cannot be written", async () => {
    writeFileSync(at("file"), "");
    const read = await replay(LOG, "--trace-store", join(at("file"), "store"));
    expect(read.exitCode).toBe(0);
    expect(read.stderr).toMatch(/warning: .*store: the trace could not be kept here \(ENOTDIR\)/u);
    mkdirSync(at("empty"));
    expect((await rehearse(["trace", "info", at("empty")])).stderr).toContain("this is a directory, not a trace");
  });

  it("is told which versions are whose, and warns of those that are neither's", async () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      const isNew = i % 4 === 0;
      return `2024-05-17T10:00:${String(i % 60).padStart(2, "0")}Z,u${i},/a,${isNew ? 500 : 200},5,${isNew ? "1.2.4" : "1.2.3"}`;
    });
    writeFileSync(at("semver.csv"), `ts,user,route,status,latency_ms,version\n${rows.join("\n")}\n`);
    const silent = await rehearse(["trace", "info", at("semver.csv")]);
    expect(silent.stderr).toMatch(
      /warning: .*400 rows name a version that is neither [^\n]*1\.2\.3 \(300\), 1\.2\.4 \(100\)/u,
    );
    expect(silent.stdout).toMatch(/neither: 1\.2\.3 \(300 rows\), 1\.2\.4 \(100 rows\)/u);
    const said = ["--versions", "baseline=1.2.3,candidate=1.2.4"];
    const info = await rehearse(["trace", "info", at("semver.csv"), ...said, "--json"]);
    expect(info).toMatchObject({ exitCode: 0, stderr: "" });
    const { trace } = JSON.parse(info.stdout) as { trace: TraceRecord };
    expect(trace.versions).toEqual({
      baseline: 300,
      candidate: 100,
      unknown: 0,
      unknownAre: "neither",
      others: { rows: 0, distinct: 0, most: [] },
    });
    // Kept under the options that it was read with: another mapping is another trace.
    const store = ["--trace-store", at("versions")];
    const silently = resultOf(await replay(at("semver.csv"), ...store));
    const known = resultOf(await replay(at("semver.csv"), ...said, ...store));
    expect([silently.trace?.versions.baseline, known.trace?.versions.baseline]).toEqual([0, 300]);
    expect([
      silently.trace?.sources.candidate.result.modelled === 0,
      known.trace?.sources.candidate.result.modelled,
    ]).toEqual([false, 0]);
    expect((await rehearse(["trace", "convert", at("semver.csv"), at("silent.trace")])).stderr).toContain("neither");
    await rehearse(["trace", "convert", at("semver.csv"), at("semver.trace"), ...said]);
    expect(resultOf(await replay(at("semver.trace"))).trace?.versions).toEqual(trace.versions);
    const late = await replay(at("semver.trace"), ...said);
    expect([late.exitCode, late.stderr]).toEqual([2, expect.stringMatching(/--versions: .*is a trace file/u)]);
    const wrong = await replay(at("semver.csv"), "--versions", "baselin=1.2.3");
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringMatching(/--versions: .*baselin[^]*baseline/u)]);
  });
});
