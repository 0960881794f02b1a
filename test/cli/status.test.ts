import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rehearse } from "./rehearse.ts";

const SCENARIO = `scenario: small
policy:
  policy: tiny
  monitor: { summaryEvery: 30s, reportEvery: 1m, by: [route, region] }
  phases: [{ name: ALL, traffic: 50%, minDuration: 1m, gates: [errorRate < 50%] }]
  triggers: ['errorRate of "GET /b" in region=eu > 20% over 30s, at least 10 attempts']
duration: 5m
traffic: { poisson: 50/s }
users: { population: 500, segments: { region: { eu: 50%, us: 50% } } }
routes: { GET /a: 1, GET /b: 1 }
baseline: { latency: { p50: 40ms, p99: 250ms }, errors: 1% }
candidate: { latency: x 0.5, errors: + 1% }
faults: [{ at: 20s, errors: + 60%, route: GET /b }]
`;
const folder = folderWith({
  "small.yaml": SCENARIO,
  "late.yaml": `${SCENARIO}monitorFaults: [{ at: 15s, for: 30s, monitor: blind }]\n`,
  "both/a.yaml": SCENARIO,
  "both/b.yaml": SCENARIO.replace("small", "other"),
});
const at = (name: string): string => join(folder, name);

describe("rehearse status", () => {
  it("prints what the service answers at a time, the same every time", async () => {
    const argv = ["status", at("small.yaml"), "--at", "10s"];
    const one = await rehearse(argv);
    expect(one).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await rehearse(argv)).stdout).toBe(one.stdout);
    expect(JSON.parse(one.stdout)).toMatchObject({
      schema: "rehearse.status/1",
      command: `rehearse status ${at("small.yaml")} --at 10s --seed 1`,
      "GET /health": { httpStatus: 200, status: "healthy", atMs: 10_000 },
      "GET /status": {
        status: "healthy",
        deployment: { policy: "tiny", status: "running", phase: "ALL", trafficPercent: 50 },
        ending: null,
      },
    });
    const over = JSON.parse((await rehearse([...argv.slice(0, 3), "1h"])).stdout) as Record<string, unknown>;
    expect(over["GET /status"]).toMatchObject({ ending: "the rollback is verified" });
  });

  it("says everything that is wrong, and is of one scenario", async () => {
    const wrong = await rehearse(["status", "nowhere", "--at", "soon"]);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain("nowhere: there is no file, folder or built-in scenario of this name");
    expect(wrong.stderr).toContain("--at: ");
    const both = await rehearse(["status", at("both"), "--at", "1m"]);
    expect(both).toMatchObject({ exitCode: 2, stdout: "" });
    expect(both.stderr).toContain("status is of one scenario; found 2");
    expect((await rehearse(["status", at("small.yaml")])).exitCode).toBe(2);
  });
});

describe("rehearse run --log", () => {
  it("writes the application logs of all runs, one after the other, whoever ran them", async () => {
    const [one, two] = ["one.log", "two.log"].map(at) as [string, string];
    const solo = await rehearse(["run", at("both"), "--log", one, "--jobs", "1", "--json"]);
    expect((await rehearse(["run", at("both"), "--log", two, "--jobs", "1", "--json"])).stdout).toBe(solo.stdout);
    expect(solo.stdout).not.toContain("--log");
    const log = readFileSync(one, "utf8");
    expect(readFileSync(two, "utf8")).toBe(log);
    const lines = log.split("\n");
    const heads = lines.flatMap((line, index) => (line.startsWith("00:00:00.000 INFO  scenario ") ? [index] : []));
    expect(heads.map((index) => lines[index])).toEqual([
      "00:00:00.000 INFO  scenario small: policy tiny, seed 1",
      "00:00:00.000 INFO  scenario other: policy tiny, seed 1",
    ]);
    expect(log).toMatch(/ERROR service candidate attempt failed: error on GET \/b\n/u);
    expect(log).toMatch(/ERROR deployment rollback: trigger error-rate-of-get-b-in-region-eu fired\n/u);
    const unwritable = await rehearse(["run", at("small.yaml"), "--log", at("both")]);
    expect(unwritable).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("a slice's rule, from the file to the report", () => {
  it("fires on its slice, shows it, and waits while the monitor is blind", async () => {
    const plain = await rehearse(["run", at("small.yaml")]);
    expect(plain.stdout.replaceAll(/\s+/gu, " ")).toContain('candidate.errorRate of "GET /b" in region=eu');
    expect(plain.stdout).toContain("\n  Slices\n");
    expect(plain.stdout).toContain("STAGE REPORT: Stage=ALL, Version=V2, Requests=");
    const detectedAt = async (name: string): Promise<unknown> => {
      const { stdout } = await rehearse(["run", at(name), "--json"]);
      const document = JSON.parse(stdout) as { results: { rollback: { detectedAtMs: number } }[] };
      return document.results[0]?.rollback.detectedAtMs;
    };
    expect(await detectedAt("small.yaml")).toBeLessThan(40_000);
    expect(await detectedAt("late.yaml")).toBe(45_000);
  });

  it("is refused where the traffic has no such slice", async () => {
    const file = folderWith({ "s.yaml": SCENARIO.replaceAll(/GET \/b(?!")/gu, "GET /c") });
    const checked = await rehearse(["check", join(file, "s.yaml")]);
    expect(checked.exitCode).toBe(2);
    expect(checked.stderr + checked.stdout).toContain("is about traffic that this scenario does not have");
  });
});
