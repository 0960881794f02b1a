import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeProblem, type Read } from "../engine/kernel/problem.ts";
import { builtInPolicies, builtInScenarios, findBuiltInScenarios, loadPolicy, loadRehearsal } from "./built-in.ts";

const SCENARIO = "scenario: s\ntraffic: { poisson: 200/s }\nbaseline: { latency: 80ms }\ncandidate: {}\n";
const POLICY = "policy: mine\nphases:\n  - { name: A, traffic: 1%, minDuration: 10m }\n";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearse-built-in-"));
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "policy.yaml"), POLICY);
  writeFileSync(join(folder, "broken.yaml"), POLICY.replace("1%", "101%"));
  writeFileSync(join(folder, "binary.yaml"), Buffer.from([0x70, 0, 1, 2]));
  writeFileSync(join(folder, "latin.yaml"), Buffer.from([0x70, 0x3a, 0x20, 0xe9]));
  writeFileSync(join(folder, "empty.yaml"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scenarioUnder(reference: string): Read<unknown> {
  const file = join(folder, "sub", "scenario.yaml");
  writeFileSync(file, `${SCENARIO}policy: ${reference}\n`);
  return loadRehearsal(file, "sub/scenario.yaml".replace("sub", join(folder, "sub")));
}

function problems(read: Read<unknown>): string[] {
  return read.ok ? [] : read.problems.map((problem) => describeProblem(problem).replaceAll(folder, "DIR"));
}

describe("what is built in", () => {
  it("is found by name: one, a suite, or all", () => {
    expect(builtInPolicies().map((policy) => policy.name)).toContain("setbull-v2");
    const suite = findBuiltInScenarios("setbull-v2").map(({ name }) => name);
    expect(suite).toEqual(builtInScenarios().flatMap(({ name }) => (name.startsWith("setbull-v2/") ? [name] : [])));
    expect(suite.length).toBeGreaterThan(3);
    expect(findBuiltInScenarios("bad-candidate").map((one) => one.file)).toEqual([
      "fixtures/scenarios/setbull-v2/bad-candidate.yaml",
    ]);
    expect(findBuiltInScenarios("setbull-v2/bad-candidate")).toHaveLength(1);
    expect(findBuiltInScenarios("none")).toEqual([]);
  });

  it("reads without a problem, and without a warning but where one belongs to what is shown", () => {
    const warned: Record<string, unknown[]> = {
      "setbull-v2/without-fallback": [expect.objectContaining({ path: "fallbackToV1OnError" })],
    };
    for (const { name } of builtInPolicies()) expect(loadPolicy(name)).toMatchObject({ ok: true, warnings: [] });
    for (const { name, path, file } of builtInScenarios()) {
      const warnings = warned[name] ?? [];
      expect(loadRehearsal(path, file)).toMatchObject({ ok: true, warnings, value: { scenario: { file } } });
    }
  });
});

describe("the policy that a scenario refers to", () => {
  it("is built in, or a file beside the scenario", () => {
    expect(scenarioUnder("setbull-v2")).toMatchObject({ ok: true, value: { policy: { name: "setbull-v2" } } });
    expect(scenarioUnder("../policy.yaml")).toMatchObject({ ok: true, value: { policy: { name: "mine" } } });
    expect(scenarioUnder(join(folder, "policy.yaml"))).toMatchObject({ ok: true, value: { policy: { name: "mine" } } });
  });

  it("is a problem of the scenario's file when it cannot be found or read", () => {
    expect(problems(scenarioUnder("setbul-v2"))).toEqual([
      expect.stringMatching(
        /^DIR\/sub\/scenario.yaml:5:9: policy: there is no built-in policy of this name; found setbul-v2; allowed: .*setbull-v2.*, or a file such as .\/policy.yaml; did you mean setbull-v2\?$/,
      ),
    ]);
    expect(problems(scenarioUnder("./missing.yaml"))).toEqual([
      "DIR/sub/scenario.yaml:5:9: policy: there is no such file; found ./missing.yaml",
    ]);
    expect(problems(scenarioUnder("../sub/"))).toEqual([expect.stringContaining("this is a folder, not a file")]);
    expect(problems(scenarioUnder("../binary.yaml"))).toEqual([
      expect.stringContaining("this is a binary file, not a policy"),
    ]);
    expect(problems(scenarioUnder("../latin.yaml"))).toEqual([expect.stringContaining("this is not text in UTF-8")]);
    expect(problems(scenarioUnder("../empty.yaml"))).toEqual([expect.stringContaining("the file is empty")]);
  });

  it("is a problem of the policy's file when something in it is wrong", () => {
    expect(problems(scenarioUnder("../broken.yaml"))).toEqual([
      expect.stringMatching(/^DIR\/broken.yaml:3:\d+: phases\[0\].traffic: a share must be between/),
    ]);
  });

  it("gives way to another that is asked for", () => {
    const file = join(folder, "scenario.yaml");
    writeFileSync(file, `${SCENARIO}policy: setbull-v2\n`);
    expect(loadRehearsal(file, file, join(folder, "policy.yaml"))).toMatchObject({
      value: { policy: { name: "mine" } },
    });
  });
});
