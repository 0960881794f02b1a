import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { RunDocument, ScenarioRecord } from "../../src/engine/result.ts";
import { folderWith, rehearse, ROOT, type Finished } from "./rehearse.ts";

const LOG = join(ROOT, "fixtures/traces/small-shop.log");
const CSV = join(ROOT, "fixtures/traces/small-shop.csv");
const ROWS = readFileSync(LOG, "utf8").trimEnd().split("\n").length;
const folder = folderWith({
  "candidate.yaml": "latency: x 0.5\nerrors: + 20%\n",
  "half.csv": `timestamp,status\n${"1700000000,200\n".repeat(150)}${"no time,200\n".repeat(50)}`,
  "broken.log": `${readFileSync(LOG, "utf8").split("\n").slice(0, 30).join("\n")}\nno request at all\n`,
  "silent.yaml": "policy: silent\nphases: [{ name: A, traffic: 1%, minDuration: 1m }]\n",
  "mistake.yaml": "latency: 0.5\n",
});
const at = (name: string): string => join(folder, name);

async function replay(...argv: readonly string[]): Promise<Finished> {
  return rehearse(["replay", ...argv, "--policy", "setbull-v2"]);
}

function resultOf(finished: Finished): ScenarioRecord {
  const [result] = (JSON.parse(finished.stdout) as RunDocument).results;
  if (result === undefined) throw new Error(finished.stderr);
  return result;
}

describe("rehearse replay", () => {
  it("says what it saw, how far outcomes are known, and the command that does it again", async () => {
    const finished = await replay(LOG);
    expect(finished.exitCode).toBe(0);
    const text = finished.stdout.replaceAll(/\s+/gu, " ");
    expect(text).toContain("format combined log, with request time");
    expect(text).toContain(`${ROWS} read, ${ROWS} accepted, 0 rejected`);
    expect(text).toContain("0% recorded, 0% resampled, 100% modelled");
    expect(text).toContain("the verdict rests on the model: 100%");
    expect(text).toMatch(/stalled after [\w. ]+: trace ended/u);
    expect(finished.stdout).toContain(`reproduce  rehearse replay ${LOG} --policy setbull-v2 --seed 1\n`);
  });

  it("takes the candidate from its file: a broken one is rolled back once there is traffic enough", async () => {
    const calm = resultOf(await replay(LOG, "--amplify", "300", "--json"));
    expect(calm.outcome).toBe("stalled");
    const record = resultOf(await replay(LOG, "--candidate", at("candidate.yaml"), "--amplify", "300", "--json"));
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "error-rate" } });
    expect(record.trace).toMatchObject({ accepted: ROWS, amplify: 300, rate: 1, recorded: 0, resampled: 0 });
    expect(record.trace?.modelled).toBe(record.impact.candidateRequests);
  });

  it("warns in its document of what it warns of on standard error, for --strict to count", async () => {
    const { stdout, stderr } = await replay(LOG, "--json");
    const { warnings } = JSON.parse(stdout) as RunDocument;
    const message = "the verdict rests on the model: 100% of the candidate's outcomes are modelled, not recorded";
    expect(warnings).toEqual([{ rule: null, file: LOG, line: 0, path: "", message }]);
    expect(stderr).toContain(`warning: ${message}\n`);
    expect((await replay(LOG, "--strict")).exitCode).toBe(3);
    const recorded = JSON.parse((await replay(CSV, "--resample", "1h", "--json")).stdout) as RunDocument;
    expect(recorded.warnings).toEqual([]);
  });

  it("cannot replay years, and says what helps", async () => {
    const long = join(folder, "long.csv");
    writeFileSync(long, "timestamp,status,latency_ms\n2020-01-01T00:00:00Z,200,5\n2021-06-01T00:00:00Z,200,5\n");
    const whole = await replay(long);
    expect(whole).toMatchObject({ exitCode: 2, stdout: "" });
    expect(whole.stderr).toContain(
      `${long}: the trace spans 517 days from 2020-01-01T00:00:00.000000Z, too long to replay; found 517 days`,
    );
    expect(whole.stderr).toContain("--from and --to replay a part of it, --rate all of it faster");
    expect((await replay(long, "--rate", "x1.2")).stderr).toContain("--rate: the trace spans 517 days");
    expect((await replay(long, "--rate", "x100000")).exitCode).toBe(0);
    expect((await replay(long, "--to", "2020-01-01T01:00:00Z")).exitCode).toBe(0);
  });

  it("replays the part between --from and --to, and compressed logs", async () => {
    const part = resultOf(await replay(LOG, "--from", "1m", "--to", "3m", "--json"));
    expect(part.trace?.outsideRange).toBeGreaterThan(0);
    expect(part.trace?.replayed).toBe(ROWS - (part.trace?.outsideRange ?? 0));
    expect(part.impact.requests).toBe(part.trace?.replayed);
    expect(part.trace?.spanMs).toBeLessThan(120_000);
    const none = await replay(LOG, "--from", "2001-01-01T00:00", "--to", "nonsense");
    expect(none).toMatchObject({ exitCode: 2, stdout: "" });
    expect(none.stderr).toContain("--from: ");
    expect(none.stderr).toContain("--to: ");
    const late = await replay(LOG, "--from", "2090-01-01T00:00Z");
    expect(late).toMatchObject({ exitCode: 2, stdout: "" });
    expect(late.stderr).toContain("starts in this range");
    const zipped = join(folder, "small.log.gz");
    writeFileSync(zipped, gzipSync(readFileSync(LOG)));
    expect(resultOf(await replay(zipped, "--json")).trace).toEqual(resultOf(await replay(LOG, "--json")).trace);
  });

  it("resamples a real canary's outcomes, as far from a request as it may", async () => {
    const near = resultOf(await replay(CSV, "--json")).trace;
    expect(near?.resampled).toBeGreaterThan(9 * (near?.modelled ?? Infinity));
    expect(near?.phases.map(({ phase }) => phase)).toEqual(["CANARY"]);
    const never = resultOf(await replay(CSV, "--resample", "never", "--json")).trace;
    expect(never).toMatchObject({ recorded: near?.recorded, resampled: 0 });
    expect(never?.modelled).toBe((near?.resampled ?? 0) + (near?.modelled ?? 0));
    const wrong = await replay(CSV, "--resample", "soon", "--max-rejected", "many");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/--resample.*soon[^]*a time such as 10m, or never/u);
    expect(wrong.stderr).toContain("--max-rejected");
    const strict = await replay(at("half.csv"), "--max-rejected", "0.99%");
    expect(strict.stderr).toContain("allowed: at most 0.99% (--max-rejected)\n");
  });

  it("lets requests arrive faster", async () => {
    const spanMs = resultOf(await replay(LOG, "--json")).trace?.spanMs ?? 0;
    const tickMs = 5_000;
    for (const [rate, factor] of [
      ["x2", 2],
      ["0.5", 0.5],
    ] as const) {
      const endedAtMs = resultOf(await replay(LOG, "--rate", rate, "--json")).endedAtMs;
      expect(Math.abs(endedAtMs - spanMs / factor)).toBeLessThanOrEqual(2 * tickMs);
    }
  });

  it("gives the same bytes from standard input, but for the name", async () => {
    const named = await replay(LOG, "--json");
    const piped = await rehearse(["replay", "-", "--policy", "setbull-v2", "--json"], {
      stdin: readFileSync(LOG, "utf8"),
    });
    const record = resultOf(piped);
    expect({ ...record, scenario: LOG, digest: "" }).toEqual({ ...resultOf(named), digest: "" });
  });

  it("counts what it cannot read with the line, and stops above the share that is allowed", async () => {
    const tolerant = await replay(at("broken.log"));
    expect(tolerant.exitCode).toBe(0);
    expect(tolerant.stdout).toContain("31 read, 30 accepted, 1 rejected");
    expect(tolerant.stdout).toContain("line 31: no request at all");
    const strict = await replay(at("broken.log"), "--max-rejected", "1%");
    expect(strict).toMatchObject({ exitCode: 2, stdout: "" });
    expect(strict.stderr).toContain("1 of 31 rows were rejected");
    const none = await replay(at("broken.log"), "--max-rejected", "0");
    expect(none.stderr).toBe((await replay(at("broken.log"), "--max-rejected", "0%")).stderr);
    expect(none.stderr).toContain("1 of 31 rows were rejected");
    expect((await replay(LOG, "--max-rejected", "0")).exitCode).toBe(0);
  });

  it("warns on standard error where standard output is for programs, and exits with 3 when that is strict", async () => {
    const finished = await replay(LOG, "--json", "--strict");
    expect(finished.exitCode).toBe(3);
    expect(finished.stderr).toContain("warning: the verdict rests on the model");
  });

  it("warns of an error threshold that no alert of the policy takes", async () => {
    const env = { ERROR_RATE_THRESHOLD: "3" };
    const argv = ["replay", LOG, "--policy", at("silent.yaml"), "--flags-from-env"];
    const finished = await rehearse(argv, { env });
    expect(finished.stderr).toContain("warning: environment: ERROR_RATE_THRESHOLD: set, but it changes nothing");
  });

  it("complains of the policy, the candidate and every option at once", async () => {
    const argv = [
      "replay",
      LOG,
      "--policy",
      "nosuch",
      "--candidate",
      at("mistake.yaml"),
      "--zone",
      "Mars",
      "--errors",
      "teapot",
    ];
    const finished = await rehearse(argv);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    for (const words of ["--policy: ", "mistake.yaml:1:10: latency", "--zone: ", "--errors: "]) {
      expect(finished.stderr).toContain(words);
    }
  });
});
