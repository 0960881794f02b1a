/** The ultra-fast analyzer's policies have the figures that its document states, and differ only where they say so. */
import { describe, expect, it } from "vitest";
import { METRICS } from "../../src/engine/monitor/catalogue.ts";
import type { Policy } from "../../src/engine/deployment/policy.ts";
import { loadPolicy, loadRehearsal } from "../../src/scenarios/built-in.ts";
import { rehearseScenario } from "../../src/scenarios/runner.ts";
import { rehearse } from "../cli/rehearse.ts";

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

function policyOf(name: string): Policy {
  const read = loadPolicy(name);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const policy = policyOf("ultra-fast-analyzer");

/** Rules as text, `errorRate < 10000`, by the metric's name without a scope. */
function rulesOf(rules: readonly { readonly metric: string; readonly operator: string; readonly limit: number }[]) {
  return rules.map(({ metric, operator, limit }) => `${metric.replace("candidate.", "")} ${operator} ${limit}`);
}

describe("the policy ultra-fast-analyzer", () => {
  it("has stages of 1 % for 2 h, 10 % for 4 h, and 100 %", () => {
    expect(policy.phases.map(({ name, trafficPpm, minDurationUs }) => [name, trafficPpm, minDurationUs])).toEqual([
      ["CANARY", 10_000, 2 * HOUR],
      ["RAMP", 100_000, 4 * HOUR],
      ["FULL", 1_000_000, 2 * HOUR],
    ]);
  });

  it("has gates on errors, P99, memory and cache hits, stage by stage", () => {
    const gates = (errorPpm: number, memoryBytes: number, hitsPpm: number): string[] => [
      `errorRate < ${errorPpm}`,
      `latency.p99 < ${0.2 * SECOND}`,
      `memory < ${memoryBytes}`,
      `cache.hitRate > ${hitsPpm}`,
    ];
    expect(policy.phases.map((phase) => rulesOf(phase.gates))).toEqual([
      gates(10_000, 1e9, 600_000),
      gates(5_000, 1.5e9, 700_000),
      gates(1_000, 2e9, 850_000),
    ]);
  });

  it("rolls back by its triggers in CANARY and RAMP, and only investigates in FULL, errors after an hour", () => {
    const stated = policy.triggers.filter(({ name }) => /errors|p99/.test(name));
    expect(stated.map(({ phases, action, forUs }) => [phases, action, forUs])).toEqual([
      [["CANARY"], "rollback", 0],
      [["CANARY"], "rollback", 0],
      [["RAMP"], "rollback", 0],
      [["RAMP"], "rollback", 0],
      [["FULL"], "investigate", HOUR],
      [["FULL"], "investigate", 0],
    ]);
    const p99 = `latency.p99 > ${0.2 * SECOND}`;
    expect(rulesOf(stated)).toEqual(["errorRate > 10000", p99, "errorRate > 5000", p99, "errorRate > 1000", p99]);
    expect(policy.triggers.filter(({ phases, action }) => phases?.includes("FULL") && action === "rollback")).toEqual(
      [],
    );
  });

  it("has a way back whose upper ends add up to 4:40, with less than 5 min promised", () => {
    const { detectPromiseUs = 0, promiseUs, steps, verifyStep } = policy.rollback;
    const ends = [detectPromiseUs, ...steps.map((step) => step.promiseUs ?? 0), verifyStep?.promiseUs ?? 0].map(
      (us) => us / SECOND,
    );
    expect(ends).toEqual([10, 30, 60, 120, 60]);
    expect(ends.reduce((sum, seconds) => sum + seconds, 0)).toBe(4 * 60 + 40);
    expect(promiseUs).toBe(5 * 60 * SECOND);
    expect(policy.monitor?.reportEveryUs).toBe(5 * 60 * SECOND);
  });

  it("has variants that differ from it in what they say, and in nothing else", () => {
    const same = ({ name: _name, description: _description, ...rest }: Policy) => rest;
    const byDecision = policyOf("ultra-fast-analyzer-by-decision");
    expect(byDecision.phases.map(({ approval }) => approval?.by)).toEqual([undefined, ["lead"], ["lead"]]);
    const phases = byDecision.phases.map(({ approval: _approval, ...phase }) => phase);
    expect(same({ ...byDecision, phases })).toEqual(same(policy));

    const requests = policyOf("ultra-fast-analyzer-requests");
    const fewer = policy.phases.map((phase) => ({ ...phase, gates: phase.gates.slice(0, 2) }));
    expect(same(requests)).toEqual(same({ ...policy, phases: fewer, alerts: [] }));

    const calendar = policyOf("ultra-fast-analyzer-calendar");
    expect(calendar.phases.map(({ startsAt }) => startsAt?.epochMs)).toEqual([
      Date.UTC(2025, 9, 31, 14, 10),
      Date.UTC(2025, 10, 1, 16),
      Date.UTC(2025, 10, 2, 20),
    ]);
    expect(calendar.phases.map(({ minDurationUs }) => minDurationUs / HOUR)).toEqual([2, 4, 48]);
    expect(calendar.phases.map((phase) => rulesOf(phase.gates))).toEqual(
      policy.phases.map((phase) => rulesOf(phase.gates)),
    );
    expect(calendar.triggers).toEqual(policy.triggers);
  });
});

describe("its report", () => {
  it("gives requests, errors, P50, P99, P999 and duration of both versions for every stage at the end", () => {
    const file = "fixtures/scenarios/ultra-fast-analyzer/canary-errors.yaml";
    const read = loadRehearsal(file);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const { monitor } = rehearseScenario(read.value.scenario, read.value.policy, null);
    const figures =
      "Requests=\\d+, Errors=\\d+ \\([\\d.]+%\\), P50=[\\d.]+ms, P99=[\\d.]+ms, P999=[\\d.]+ms, Duration=";
    expect(monitor?.finalReport.map((line) => (typeof line === "string" ? line : JSON.stringify(line)))).toEqual(
      ["V1", "V2"].map((version) => {
        return expect.stringMatching(
          new RegExp(`STAGE REPORT: Stage=CANARY, Version=${version}, ${figures}`),
        ) as string;
      }),
    );
    expect(monitor?.reports).toBeGreaterThanOrEqual(6);
  });
});

describe("its go or no-go", () => {
  const scenario = "fixtures/readiness/ultra-fast-go-no-go.yaml";
  const inputs = "fixtures/readiness/given-ultra-fast.yaml";

  it("is a go with all 20 items and four sign-offs, and rests on at least 40 metrics", async () => {
    const { exitCode, stdout } = await rehearse(["ready", scenario, "--inputs", inputs, "--json"]);
    const { items } = JSON.parse(stdout) as { items: { group: string; status: string }[] };
    expect(items.filter(({ group }) => !["sign-off", "dashboard"].includes(group))).toHaveLength(20);
    expect(items.filter(({ group }) => group === "dashboard")).toHaveLength(2);
    expect(items.filter(({ status }) => status !== "passed")).toEqual([]);
    expect(exitCode).toBe(0);
    const series = METRICS.reduce((sum, { scopes }) => sum + scopes.length, 0);
    expect(series).toBeGreaterThanOrEqual(40);
  });
});
