import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { findBuiltInScenarios } from "../../src/scenarios/built-in.ts";
import { COMMAND, folderWith, rehearse, rehearseProcess, ROOT } from "./rehearse.ts";

/** A small scenario of five minutes with one phase; expectations and keys are added below it. */
const SCENARIO = `scenario: small
policy: { policy: tiny, phases: [{ name: ALL, traffic: 50%, minDuration: 1m, gates: [errorRate < 5%] }] }
duration: 5m
traffic: { poisson: 50/s }
users: { population: 500 }
baseline: { latency: { p50: 40ms, p99: 250ms }, errors: 1% }
candidate: { latency: x 0.5, errors: + 1% }
`;

const folder = folderWith({
  "held.yaml": `${SCENARIO}expect: [outcome is completed]\n`,
  "failed.yaml": `${SCENARIO}expect:\n  - outcome is rolled-back\n  - phases.ALL.verdict is advanced\n`,
  "seeded.yaml": `${SCENARIO}seed: 7\n`,
  "empty/readme.txt": "",
  "suite/b.yaml": SCENARIO.replace("small", "second"),
  "suite/nested/a.yaml": SCENARIO.replace("small", "third"),
  "suite/policy.yaml": "policy: mine\nphases: [{ name: A, traffic: 1%, minDuration: 1m }]\n",
  "suite/candidate.yaml": "latency: x 2\n",
});
const at = (name: string): string => join(folder, name);

function documentOf(stdout: string): RunDocument {
  return JSON.parse(stdout) as RunDocument;
}

describe("rehearse run", () => {
  it("exits with 0 where all held, with 1 where an expectation failed, which stands first", async () => {
    expect((await rehearse(["run", at("held.yaml")])).exitCode).toBe(0);
    const failed = await rehearse(["run", at("held.yaml"), at("failed.yaml")]);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout.startsWith("✗ FAILED  small\n")).toBe(true);
    expect(failed.stdout).toContain(
      "failed.yaml:9\n      expected  outcome is rolled-back\n      got       completed\n",
    );
    expect(failed.stdout).toContain(`reproduce  rehearse run ${at("held.yaml")} ${at("failed.yaml")} --seed 1\n`);
  });

  it("takes the scenarios of a folder, at any depth, and passes over what is none", async () => {
    const { results } = documentOf((await rehearse(["run", at("suite"), "--json"])).stdout);
    expect(results.map((record) => record.scenario)).toEqual(["second", "third"]);
  });

  it("says that nothing matched with 5, unless that is fine", async () => {
    const nothing = await rehearse(["run", at("empty")]);
    expect(nothing).toMatchObject({ exitCode: 5, stdout: "" });
    expect(nothing.stderr).toContain("nothing matched");
    expect((await rehearse(["run", at("empty"), "--pass-with-no-tests", "--json"])).exitCode).toBe(0);
  });

  it("takes the seed of the option, else of the scenario, else 1, and says so in the command", async () => {
    const seedOf = async (...argv: readonly string[]): Promise<string> => {
      const document = documentOf((await rehearse(["run", ...argv, "--json"])).stdout);
      return `${document.results.map((record) => record.seed).join(" ")} | ${document.command}`;
    };
    expect(await seedOf(at("held.yaml"))).toBe(`1 | rehearse run ${at("held.yaml")} --seed 1`);
    expect(await seedOf(at("seeded.yaml"))).toBe(`7 | rehearse run ${at("seeded.yaml")} --seed 7`);
    expect(await seedOf(at("seeded.yaml"), "--seed", "x")).toBe(`x | rehearse run ${at("seeded.yaml")} --seed x`);
  });

  it("gives another run with another seed, and the same with --check", async () => {
    const one = await rehearse(["run", at("held.yaml"), "--json"]);
    expect((await rehearse(["run", at("held.yaml"), "--json", "--check"])).stdout).toBe(one.stdout);
    expect((await rehearse(["run", at("held.yaml"), "--json", "--seed", "2"])).stdout).not.toBe(one.stdout);
  });

  it("has all fields of the contract in its JSON, and nothing else on standard output", async () => {
    const finished = await rehearse(["run", "setbull-v2/bad-candidate", "--json"]);
    const document = documentOf(finished.stdout);
    expect(document).toMatchObject({
      schema: "rehearse.run/1",
      command: "rehearse run setbull-v2/bad-candidate --seed 1",
      results: [{ policy: "setbull-v2", seed: "1", outcome: "rolled-back", trace: null }],
    });
    const [result] = document.results;
    const version = { p50Ms: expect.any(Number) as number, p999Ms: expect.any(Number) as number };
    expect(result?.phases[0]).toMatchObject({ name: "CANARY", trafficPercent: 1, enteredAtMs: 0, baseline: version });
    expect(result?.decisions.find((decision) => decision.kind === "rollback")).toMatchObject({
      by: "manager",
      phase: "CANARY",
      evidence: { metric: "candidate.errorRate", operator: ">", limit: 0.1, windowMs: 60_000, minSamples: 50 },
    });
    expect(Object.keys(result?.rollback ?? {})).toEqual([
      "trigger",
      "onsetAtMs",
      "detectedAtMs",
      "revertedAtMs",
      "verifiedAtMs",
      "steps",
    ]);
    expect(Object.keys(result?.impact ?? {})).toContain("harmedRequests");
    expect(result?.expectations.every((expectation) => expectation.held && expectation.line > 0)).toBe(true);
    expect(result?.digest).toMatch(/^[0-9a-f]{16}$/u);
  });

  it("starts from the environment's flags when asked, and the command carries them", async () => {
    const env = { FALLBACK_TO_V1_ON_ERROR: "false", HOME: "/nowhere", ERROR_RATE_THRESHOLD: "0.5" };
    const argv = ["run", "setbull-v2/bad-candidate", "--flags-from-env", "--json"];
    const document = documentOf((await rehearse(argv, { env })).stdout);
    expect(document.command).toBe(
      "FALLBACK_TO_V1_ON_ERROR=false ERROR_RATE_THRESHOLD=0.5 rehearse run setbull-v2/bad-candidate --flags-from-env --seed 1",
    );
    const [record] = document.results;
    expect(record?.impact.savedByFallback).toBe(0);
    expect(record?.impact.harmedRequests).toBeGreaterThan(0);
  });

  it("moves the error alert's limit by the environment, and warns of limits that no alert has", async () => {
    const argv = ["run", "setbull-v2/good-candidate", "--flags-from-env", "--json", "--strict"];
    const env = { ERROR_RATE_THRESHOLD: "0.1", MEMORY_USAGE_THRESHOLD: "90" };
    const finished = await rehearse(argv, { env });
    const alerts =
      documentOf(finished.stdout).results[0]?.decisions.filter((decision) => decision.kind === "alert") ?? [];
    expect(alerts.some((alert) => alert.evidence?.metric === "all.errorRate" && alert.evidence.limit === 0.001)).toBe(
      true,
    );
    expect(finished.stderr).not.toContain("MEMORY_USAGE_THRESHOLD");
    const withoutCause = await rehearse(["run", at("held.yaml"), "--flags-from-env", "--strict"], {
      env: { MEMORY_USAGE_THRESHOLD: "80" },
    });
    expect(withoutCause.exitCode).toBe(3);
  });

  it("warns, once, of an error threshold that no alert of the policies takes", async () => {
    const env = { ERROR_RATE_THRESHOLD: "0.1" };
    const argv = ["run", at("held.yaml"), at("seeded.yaml"), "--flags-from-env"];
    const finished = await rehearse(argv, { env });
    expect(finished.exitCode).toBe(0);
    expect(finished.stderr.match(/warning: .*/gu)).toEqual([
      "warning: environment: ERROR_RATE_THRESHOLD: set, but it changes nothing: policy tiny has not an alert on all.errorRate",
    ]);
    expect((await rehearse([...argv, "--strict"], { env })).exitCode).toBe(3);
  });

  it("colours only for a terminal, and never where colours are not wanted", async () => {
    const run = async (env: Readonly<Record<string, string>>, terminal: boolean): Promise<string> =>
      (await rehearse(["run", at("held.yaml")], { env, terminal })).stdout;
    const coloured = await run({ TERM: "xterm" }, true);
    expect(coloured).toContain("\u001b[");
    for (const env of [{ NO_COLOR: "" }, { CI: "true" }, { TERM: "dumb" }]) {
      expect(await run(env, true)).not.toContain("\u001b[");
    }
    expect(await run({}, false)).not.toContain("\u001b[");
    const ascii = await rehearse(["run", at("held.yaml"), "--ascii"]);
    expect(/^[\n\u0020-\u007E]*$/u.test(ascii.stdout)).toBe(true);
  });

  it("ends with 130 or 143 when interrupted, with a whole document of what was finished", async () => {
    for (const [signal, exitCode] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const finished = await rehearse(["run", at("held.yaml"), "--json"], { signal: () => signal });
      expect(finished.exitCode).toBe(exitCode);
      expect(documentOf(finished.stdout).results).toEqual([]);
      expect(finished.stderr).toContain("interrupted: 0 of 1 rehearsal finished");
    }
    // The clock stands still, so nobody asks for signals in the middle of a rehearsal: the second begins with one.
    let asked = 0;
    const signal = (): "SIGINT" | null => (asked++ === 0 ? null : "SIGINT");
    const argv = ["run", at("held.yaml"), at("failed.yaml"), "--json"];
    const finished = await rehearse(argv, { signal, nowMs: () => 0 });
    expect(finished.exitCode).toBe(130);
    expect(documentOf(finished.stdout).results).toHaveLength(1);
    expect(finished.stderr).toContain("interrupted: 1 of 2 rehearsals finished");
  });
});

describe("rehearse run in processes of its own", () => {
  it("gives the same bytes twice", () => {
    const one = rehearseProcess(["run", "setbull-v2", "--json"]);
    const two = rehearseProcess(["run", "setbull-v2", "--json"], folder);
    expect(one.exitCode).toBe(0);
    expect(documentOf(one.stdout).results).toHaveLength(findBuiltInScenarios("setbull-v2").length);
    expect(two.stdout).toBe(one.stdout);
  });

  it("does not mind a reader that goes away before it has read anything", () => {
    const script = `{ "$0" "$@" run setbull-v2/good-candidate; echo "exit $?" >&2; } | :`;
    const piped = spawnSync("/bin/sh", ["-c", script, process.execPath, ...COMMAND], { cwd: ROOT, encoding: "utf8" });
    expect(piped.stderr).toContain("exit 0\n");
    expect(piped.stderr).not.toMatch(/EPIPE|[Ee]rror/u);
  });

  it("hears Ctrl-C in the middle of a long rehearsal", async () => {
    const long = SCENARIO.replace("duration: 5m", "duration: 366d").replace("errorRate < 5%", "errorRate < 0%");
    const files = folderWith({ "long.yaml": long });
    // Killed before it listens, it ends by the signal itself, without a code: then it is given more time.
    let exitCode: number | null = null;
    let stdout = "";
    for (let waitMs = 2_000; exitCode === null && waitMs <= 16_000; waitMs *= 2) {
      stdout = "";
      const child = spawn(process.execPath, [...COMMAND, "run", "long.yaml", "--json"], { cwd: files });
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      setTimeout(() => child.kill("SIGINT"), waitMs);
      exitCode = await new Promise((resolve) => child.on("close", resolve));
    }
    expect(exitCode).toBe(130);
    expect(documentOf(stdout).results).toEqual([]);
  });
});
