import { describe, expect, it } from "vitest";
import { fileURLToPath } from "node:url";
import { SAFE_FLAGS } from "../engine/flags/feature-flags.ts";
import { describeProblem } from "../engine/kernel/problem.ts";
import { builtInScenarios, loadRehearsal, type Rehearsal } from "./built-in.ts";
import { defaultHorizonUs, planScenario, rehearseScenario } from "./runner.ts";

const STARTER = fileURLToPath(new URL("../../fixtures/starter/scenario.yaml", import.meta.url));

function load(path: string, file: string): Rehearsal {
  const read = loadRehearsal(path, file);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value;
}

function builtIn(name: string): Rehearsal {
  const found = builtInScenarios().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no built-in scenario ${name}`);
  return load(found.path, found.file);
}

function failures({ scenario, policy }: Rehearsal, seed: string | null): string[] {
  const record = rehearseScenario(scenario, policy, seed, {}, { check: true });
  return record.expectations.filter(({ held }) => !held).map(({ text, got }) => `${text}: got ${got}`);
}

describe("the built-in scenarios", () => {
  it.each([
    ...builtInScenarios().map(({ name, path, file }) => [name, path, file] as const),
    ["starter", STARTER, STARTER] as const,
  ])("%s: what it expects holds, by its own seed and by others", (_name, path, file) => {
    const rehearsal = load(path, file);
    expect(rehearsal.scenario.expectations.length).toBeGreaterThan(3);
    // Slow ones run where they are named: npx rehearse run --slow.
    if (rehearsal.scenario.slow === true) return;
    // Hours of 10 thousand users a minute: once more, without the invariants; test/systems runs the seed of its own.
    if (file.includes("/ultra-fast-analyzer/")) {
      const { expectations } = rehearseScenario(rehearsal.scenario, rehearsal.policy, "2");
      expect(expectations.filter(({ held }) => !held)).toEqual([]);
      return;
    }
    for (const seed of [null, "2", "three"]) expect(failures(rehearsal, seed)).toEqual([]);
  });

  it("fail where the behaviour changes", () => {
    const bad = builtIn("setbull-v2/bad-candidate");
    const withoutFault = failures({ ...bad, scenario: { ...bad.scenario, faults: [] } }, null);
    expect(withoutFault).toContain("outcome is rolled-back: got stalled");
    const blind = failures({ ...bad, policy: { ...bad.policy, triggers: bad.policy.triggers.slice(1) } }, null);
    expect(blind).toContainEqual(expect.stringMatching(/^rollback.trigger is error-rate: /));

    const slow = builtIn("setbull-v2/slow-candidate");
    const triggers = slow.policy.triggers.filter((trigger) => trigger.name !== "latency-delta");
    expect(failures({ ...slow, policy: { ...slow.policy, triggers } }, null)).toContainEqual(
      expect.stringMatching(/^outcome is/),
    );

    const declining = builtIn("setbull-v2/declining-candidate");
    const candidate = { ...declining.scenario.candidate, declinePpm: 100_000 };
    expect(failures({ ...declining, scenario: { ...declining.scenario, candidate } }, null)).toContainEqual(
      expect.stringMatching(/^outcome is rolled-back/),
    );

    const little = builtIn("setbull-v2/too-little-traffic");
    const arrivals = { kind: "poisson" as const, perSecond: 50 };
    const busy = { ...little.scenario, traffic: { ...little.scenario.traffic, arrivals } };
    expect(failures({ ...little, scenario: busy }, null)).toContainEqual(
      expect.stringMatching(/^decisions.advance is 0/),
    );
  });
});

describe("the plan of a scenario", () => {
  const { scenario, policy } = builtIn("setbull-v2/good-candidate");

  it("takes the seed of the option, else the scenario's, else 1", () => {
    expect(planScenario({ ...scenario, seed: "7" }, policy, "8").seed).toBe("8");
    expect(planScenario({ ...scenario, seed: "7" }, policy, null).seed).toBe("7");
    expect(planScenario({ ...scenario, seed: null }, policy, null).seed).toBe("1");
  });

  it("runs for the scenario's duration, else for twice the policy's shortest way", () => {
    expect(planScenario(scenario, policy, null).horizonUs).toBe(3 * 3_600_000_000);
    expect(planScenario({ ...scenario, durationUs: null }, policy, null).horizonUs).toBe(260 * 60_000_000);
    expect(defaultHorizonUs({ ...policy, phases: [] })).toBe(600_000_000);
  });

  it("lays the scenario's flags over the safe ones, or over those that are given", () => {
    const flagged = { ...scenario, flags: { workerPoolSize: 8 } };
    expect(planScenario(flagged, policy, null).flags).toEqual({ ...SAFE_FLAGS, workerPoolSize: 8 });
    const baseFlags = { ...SAFE_FLAGS, workerPoolSize: 2, cacheEnabled: true };
    expect(planScenario(flagged, policy, null, { baseFlags }).flags).toEqual({ ...baseFlags, workerPoolSize: 8 });
  });
});
