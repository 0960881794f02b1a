import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readScenario } from "./scenario-file.ts";

const SMALL = `scenario: small
policy: setbull-v2
traffic: { poisson: 200/s }
baseline: { latency: 80ms }
candidate: {}
`;

function read(text: string) {
  const result = readScenario(text, "s.yaml");
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join("\n"));
  return result.value;
}

function problems(text: string): string[] {
  const result = readScenario(text, "s.yaml");
  return result.ok ? [] : result.problems.map(describeProblem);
}

describe("a scenario file", () => {
  it("has defaults for all but traffic, policy and versions", () => {
    expect(read(SMALL)).toEqual({
      name: "small",
      description: "",
      file: "s.yaml",
      seed: null,
      policy: { kind: "reference", reference: "setbull-v2", place: { line: 2, column: 9 } },
      durationUs: null,
      traffic: {
        arrivals: { kind: "poisson", perSecond: 200 },
        users: { population: 100_000 },
        routes: [{ name: "default", weight: 1 }],
      },
      baseline: {
        latency: { kind: "constant", us: 80_000 },
        errors: { kind: "own", ppm: 0 },
        declinePpm: 0,
        routes: {},
      },
      candidate: {
        latency: { kind: "relative", factor: 1, addUs: 0 },
        errors: { kind: "relative", addPpm: 0 },
        declinePpm: 0,
        routes: {},
      },
      flags: {},
      pinnedFlags: {},
      propagationUs: 1_000_000,
      faults: [],
      resourceFaults: [],
      operator: [],
      slowed: { factor: 2, addUs: 100_000 },
      expectations: [],
      trafficPlace: { line: 3, column: 10 },
    });
  });

  it("reads everything else", () => {
    const scenario = read(`${SMALL}seed: 42
duration: 4h
users: { population: 500 }
routes: { GET /a: 3, GET /b: 1 }
flags: { useOptimizedAnalytics: true, rolloutPercentage: 0.5%, maxCacheSize: 2GB, workerPoolSize: 8 }
pin: { fallbackToV1OnError: false }
router: { propagation: 3s }
slowed: { factor: x 3, by: 1s }
faults:
  - { at: 12m, for: 10m, errors: + 15%, latency: x 3 + 2s, declines: + 30%, route: GET /b }
  - { name: sick, at: 5m, version: baseline, health: failing }
operator:
  - { at: 395s, by: alice, do: set triggers.error-rate.limit 1.3%, why: too many complaints }
  - at 400s: pause
  - "at 10m: roll back"
expect:
  - outcome is rolled-back
`);
    expect(scenario).toMatchObject({
      seed: "42",
      durationUs: 14_400_000_000,
      flags: { useOptimizedAnalytics: true, rolloutPpm: 5_000, maxCacheSizeMb: 2_000, workerPoolSize: 8 },
      pinnedFlags: { fallbackToV1OnError: false },
      propagationUs: 3_000_000,
      slowed: { factor: 3, addUs: 1_000_000 },
      traffic: {
        users: { population: 500 },
        routes: [
          { name: "GET /a", weight: 3 },
          { name: "GET /b", weight: 1 },
        ],
      },
    });
    expect(scenario.faults).toEqual([
      {
        name: "candidate errors +15%, declines +30%, latency x3, latency +2s on GET /b",
        version: "candidate",
        atUs: 720_000_000,
        untilUs: 1_320_000_000,
        errorPpm: 150_000,
        declinePpm: 300_000,
        latencyFactor: 3,
        latencyAddUs: 2_000_000,
        failsHealth: false,
        route: "GET /b",
      },
      {
        name: "sick",
        version: "baseline",
        atUs: 300_000_000,
        untilUs: Number.MAX_SAFE_INTEGER,
        errorPpm: 0,
        declinePpm: 0,
        latencyFactor: 1,
        latencyAddUs: 0,
        failsHealth: true,
        route: null,
      },
    ]);
    expect(scenario.operator.map((entry) => entry.command)).toEqual([
      {
        atUs: 395_000_000,
        by: "alice",
        reason: "too many complaints",
        action: { kind: "adjust", target: "triggers.error-rate", limit: 13_000 },
      },
      { atUs: 400_000_000, by: "operator", reason: "", action: { kind: "pause" } },
      { atUs: 600_000_000, by: "operator", reason: "", action: { kind: "roll-back" } },
    ]);
    expect(scenario.expectations).toEqual([
      {
        text: "outcome is rolled-back",
        path: "outcome",
        operator: "is",
        expected: "rolled-back",
        file: "s.yaml",
        line: 22,
        column: 5,
      },
    ]);
  });

  it("takes a policy written out in it, and complains of it where it stands", () => {
    const inline = SMALL.replace(
      "policy: setbull-v2",
      "policy: { policy: p, phases: [ { name: A, traffic: 1%, minDuration: 10m } ] }",
    );
    expect(read(inline).policy).toMatchObject({ kind: "inline", policy: { name: "p", tickUs: 5_000_000 } });
    expect(problems(inline.replace("10m }", "10m, gates: [ errorRate < 1% over 7s ] }"))).toEqual([
      expect.stringMatching(/^s.yaml:2:\d+: policy.phases\[0\].gates\[0\]: the window does not consist of whole ticks/),
    ]);
    expect(problems(inline.replace("1%", "101%"))).toEqual([
      expect.stringMatching(/^s.yaml:2:\d+: policy.phases\[0\].traffic: a share must be between/),
    ]);
  });

  it("reports three mistakes of three kinds at once, in the order of the lines", () => {
    const text = `${SMALL.replace("200/s", "-200/s")}faults:
  - { at: 5m, errors: + 15%, route: GET /b }
expects: []
`;
    expect(problems(text)).toEqual([
      "s.yaml:3:21: traffic.poisson: a rate must not be negative; found -200/s; allowed: a rate such as 200/s, 12000/min, 5/h",
      "s.yaml:7:37: faults[0].route: the traffic has no such route; found GET /b; allowed: default",
      expect.stringMatching(/^s.yaml:8:1: expects: unknown key; .* did you mean expect\?$/),
    ]);
  });

  it.each([
    ["traffic: {}", "traffic is of one kind; found none; allowed: one of poisson, constant, rates, daily"],
    ["traffic: { poisson: 5/s, constant: 5/s }", "traffic is of one kind; found poisson, constant"],
    ["traffic: 200/s", "this must be a mapping of keys to values; found 200/s"],
    ["users: { population: 0 }", "this must be at least 1; found 0; allowed: a whole number from 1 to 20000000"],
    ["users: { population: 20000001 }", "at most 20000000; found 20000001; allowed: a whole number from 1 to 20000000"],
    ["users: { population: 99999999999 }", "at most 20000000; found 99999999999; allowed"],
    [
      "users: { population: 1.5 }",
      "this must be a whole number; found 1.5; allowed: a whole number from 1 to 20000000",
    ],
    ["routes: {}", "at least one route is needed"],
    ["routes: { a: 0 }", "this must be more than 0; found 0"],
    ["seed: 123456789012345678901", "this must be at most 9007199254740991"],
    ["seed: 1.5", "a seed is text or a whole number"],
    ["duration: 0s", "a duration of nothing"],
    ["duration: 367d", "a run must not be longer than 366d; found 367d; allowed: up to 366d"],
    [
      "traffic: { poisson: 100000001/s }",
      "a rate must not be more than 100000000/s; found 100000001/s; allowed: up to 100000000/s",
    ],
    ["baseline: { latency: x 2 }", "only the candidate's latency can be relative"],
    ["candidate: { routes: { other: { errors: 1% } } }", "the traffic has no such route; found other"],
    ["flags: { useOptimizedAnalytics: yes }", "this must be true or false; found yes"],
    ["flags: { rolloutPercentage: 5% }", "a share above 0 needs the optimised path enabled"],
    ["flags: { maxCacheSize: 1KB }", "a cache is a whole number of megabytes"],
    ["faults: [ { at: 5m } ]", "a fault that does nothing"],
    ["faults: [ { at: 5m, errors: 15% } ]", "this adds to what is there: write + before it"],
    ["faults: [ { at: 5m, version: baseline, declines: + 5% } ]", "only the candidate can decline requests"],
    ["faults: [ { at: 5m, version: candidat, errors: + 5% } ]", "did you mean candidate?"],
    ["faults: [ { at: 5m, health: failing, route: default } ]", "health is the whole version's"],
    ["duration: 5m\nfaults: [ { at: 5m, errors: + 5% } ]", "the fault begins when the run is over"],
    ["operator: [ { at: 5m, do: paus } ]", "did you mean pause?"],
    ["operator: [ at 5: paus ]", "a duration needs a unit, as in 5s"],
    ["operator: [ at 5m: paus ]", "did you mean pause?"],
    ["operator: [ { at: 5m } ]", "do is missing"],
    ["operator: [ 5 ]", "an operator's command is a mapping"],
    ["expect: [ outcome is roled-back ]", "did you mean rolled-back?"],
    ["expect: [ { outcome: completed } ]", "this must be text"],
    ["policy: []", "a policy is a name or a file, or a mapping"],
  ])("refuses %j", (changed, message) => {
    const key = /^(\w+):/.exec(changed)?.[1] ?? "";
    const kept = SMALL.split("\n").filter((line) => !line.startsWith(`${key}:`));
    expect(problems([...kept, changed].join("\n"))).toContainEqual(expect.stringContaining(message));
  });
});
