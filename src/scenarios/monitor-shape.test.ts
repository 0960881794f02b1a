import { describe, expect, it } from "vitest";
import { HEALTH_LIMITS } from "../engine/monitor/monitor-policy.ts";
import { readPolicy } from "./policy-file.ts";
import { readScenario } from "./scenario-file.ts";

const POLICY = "policy: mine\ntick: 5s\nphases: [{ name: A, traffic: 1%, minDuration: 1m }]\n";
const SCENARIO = `scenario: small
policy: setbull-v2
traffic: { poisson: 50/s }
baseline: { latency: 40ms, errors: 1% }
candidate: {}
`;

function policy(more: string) {
  const read = readPolicy(POLICY + more, "p.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function problemsOf(text: string): string[] {
  const read = readPolicy(POLICY + text, "p.yaml");
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("the monitor of a policy file", () => {
  it("is read, with defaults where it says nothing", () => {
    expect(policy("").monitor).toBe(undefined);
    expect(policy("monitor: {}").monitor).toEqual({ recentErrors: 20, by: [], health: HEALTH_LIMITS });
    const text = `monitor:
  summaryEvery: 30s
  reportEvery: 5m
  recentErrors: 0
  by: [route, region]
  scrapeEvery: 15s
  staleAfter: 1m
  health: { cpu: { degraded: 60%, unhealthy: 90% } }
`;
    expect(policy(text).monitor).toEqual({
      summaryEveryUs: 30_000_000,
      reportEveryUs: 300_000_000,
      recentErrors: 0,
      by: ["route", "region"],
      scrapeEveryUs: 15_000_000,
      staleAfterUs: 60_000_000,
      health: { ...HEALTH_LIMITS, cpu: { degradedPpm: 600_000, unhealthyPpm: 900_000 } },
    });
  });

  it("works at ticks, and has its limits in order", () => {
    expect(problemsOf("monitor: { summaryEvery: 7s, reportEvery: 30s, scrapeEvery: 1s }")).toEqual([
      "monitor.summaryEvery: the monitor works at ticks",
      "monitor.scrapeEvery: the monitor works at ticks",
    ]);
    expect(problemsOf("monitor: { scrapeEvery: 1m, staleAfter: 30s }")).toEqual([
      "monitor.staleAfter: figures would be stale all the time between two fetches",
    ]);
    expect(problemsOf("monitor: { health: { memory: { degraded: 90%, unhealthy: 80% } } }")).toEqual([
      "monitor.health.memory: unhealthy comes before degraded",
    ]);
    expect(problemsOf("monitor: { sumaryEvery: 5s }")).toHaveLength(1);
  });

  it("stands beside alerts that keep firing and health that has to recover", () => {
    const read = policy('alerts: [{ when: "errorRate > 5%", keepFiring: 2m }]\nhealth: { recoveries: 2 }\n');
    expect(read.alerts[0]).toMatchObject({ keepFiringUs: 120_000_000 });
    expect(read.health).toEqual({ pollUs: 10_000_000, failures: 3, recoveries: 2 });
  });
});

describe("faults of the monitor in a scenario file", () => {
  it("are read", () => {
    const text = `monitorFaults:
  - { at: 1m, for: 30s, monitor: blind }
  - { at: 2m, monitor: late 90s }
  - { at: 3m, for: 1m, monitor: stale, name: the file is not written any more }
`;
    const read = readScenario(SCENARIO + text, "s.yaml");
    expect(read.ok && read.value.monitorFaults).toEqual([
      { name: "monitor blind", atUs: 60_000_000, untilUs: 90_000_000, effect: { kind: "blind" } },
      {
        name: "monitor late by 1m30s",
        atUs: 120_000_000,
        untilUs: Number.MAX_SAFE_INTEGER,
        effect: { kind: "late", lateUs: 90_000_000 },
      },
      {
        name: "the file is not written any more",
        atUs: 180_000_000,
        untilUs: 240_000_000,
        effect: { kind: "stale" },
      },
    ]);
  });

  it.each(["deaf", "late", "late 0s", "blind 2m"])("are refused: %s", (effect) => {
    const read = readScenario(`${SCENARIO}monitorFaults: [{ at: 1m, monitor: ${effect} }]\n`, "s.yaml");
    expect(read.ok ? [] : read.problems.map(({ path, line }) => [path, line])).toEqual([
      ["monitorFaults[0].monitor", 6],
    ]);
  });
});
