import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReadinessDocument } from "../../src/scenarios/readiness/readiness-result.ts";
import { rehearse } from "./rehearse.ts";

const SCENARIO = `scenario: small
policy:
  policy: quick
  description: two short phases
  phases:
    - { name: CANARY, traffic: 10%, minDuration: 2m, gates: [errorRate < 2%] }
    - { name: FULL, traffic: 100%, minDuration: 2m, gates: [errorRate < 2%] }
  triggers:
    - { name: error-rate, when: "errorRate > 10% over 60s, at least 20 attempts", action: rollback }
duration: 20m
traffic: { constant: 20/s }
users: { population: 2000 }
baseline: { latency: 40ms, memory: { base: 64MB } }
candidate: { latency: 20ms, memory: { base: 32MB } }
parity: { share: 10% }
`;

function files(readiness = "readiness: mine\nmeasure: 2m\n"): { scenario: string; inputs: string } {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-ready-"));
  const [scenario, inputs] = [join(folder, "scenario.yaml"), join(folder, "ready.yaml")];
  writeFileSync(scenario, SCENARIO);
  writeFileSync(inputs, readiness);
  return { scenario, inputs };
}

describe("rehearse ready", () => {
  it("says what stands in the way and exits with 1; with answers and overrides it exits with 0, and audits them", async () => {
    const { scenario, inputs } = files();
    const plain = ["ready", scenario, "--profile", "plan", "--inputs", inputs, "--input", "coverage=98.4%"];
    const refused = await rehearse([...plain, "--ascii"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain("x NOT READY  small");
    expect(refused.stdout).toContain("50 %: 64 MB to 32 MB");
    for (const line of refused.stdout.split("\n").slice(0, -2)) expect(line.length).toBeLessThanOrEqual(80);
    const answers = ["--input", "cache-hit-rate=90%", "--input", "concurrency=yes"];
    const override = ["--override", "memory-reduction", "--by", "ann", "--why", "half is enough"];
    const passed = await rehearse([...plain, ...answers, ...override, "--json"]);
    expect(passed.exitCode).toBe(0);
    const document = JSON.parse(passed.stdout) as ReadinessDocument;
    expect(document).toMatchObject({
      schema: "rehearse.readiness/1",
      ready: true,
      profile: "plan",
      measuredForMs: 120_000,
    });
    expect(document.audit).toEqual([
      {
        kind: "override",
        item: "memory-reduction",
        by: "ann",
        why: "half is enough",
        standing: "failed: 50 %: 64 MB to 32 MB",
      },
    ]);
    expect(document.command).toContain("--seed 1");
    const again = await rehearse([...plain, ...answers, ...override, "--json"]);
    expect(again.stdout).toBe(passed.stdout);
  });

  it("refuses what it does not know, and answers to what is measured, with exit code 2", async () => {
    const { scenario, inputs } = files("readiness: mine\nprofile: plan\nmeasure: 1m\ninputs: { covrage: 98% }\n");
    const unknown = await rehearse(["ready", scenario, "--inputs", inputs]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("did you mean coverage?");
    const wrong = await rehearse(["ready", scenario, "--profile", "plans", "--input", "x", "--override", "coverage"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr.split("\n").filter((line) => line.startsWith("error:")).length).toBe(3);
    const measured = await rehearse(["ready", scenario, "--profile", "plan", "--input", "memory-reduction=70%"]);
    expect(measured.exitCode).toBe(2);
    expect(measured.stderr).toContain("is measured here");
  });

  it("a go needs the sign-offs and an incident commander", async () => {
    const { scenario, inputs } = files();
    const { stdout, exitCode } = await rehearse([
      "ready",
      scenario,
      "--profile",
      "go-no-go",
      "--inputs",
      inputs,
      "--json",
    ]);
    expect(exitCode).toBe(1);
    const { items } = JSON.parse(stdout) as ReadinessDocument;
    expect(items.filter(({ group, status }) => group === "sign-off" && status === "missing").length).toBe(5);
  });
});
