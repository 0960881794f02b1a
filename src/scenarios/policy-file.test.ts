import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readPolicy } from "./policy-file.ts";

const SMALL = `policy: small
phases:
  - { name: A, traffic: 1%, minDuration: 10m }
`;

function problems(text: string): string[] {
  const read = readPolicy(text, "p.yaml");
  return read.ok ? [] : read.problems.map(describeProblem);
}

describe("a policy file", () => {
  it("needs no more than a name and a phase", () => {
    const read = readPolicy(SMALL, "p.yaml");
    expect(read.ok ? read.lints?.map(({ rule }) => rule) : null).toEqual(["unmeasured-phase"]);
    expect({ ...read, lints: [] }).toEqual({
      ok: true,
      warnings: [],
      lints: [],
      value: {
        name: "small",
        description: "",
        tickUs: 5_000_000,
        disabledName: "DISABLED",
        phases: [
          {
            name: "A",
            trafficPpm: 10_000,
            minDurationUs: 600_000_000,
            maxDurationUs: null,
            onMaxDuration: "pause",
            onNotEnoughData: "wait",
            gates: [],
          },
        ],
        triggers: [],
        alerts: [],
        rollback: {
          steps: [{ name: "revert flags", does: "revert-flags", durationUs: 1_000_000 }],
          verifyUs: 5_000_000,
        },
        health: { pollUs: 10_000_000, failures: 3 },
      },
    });
  });

  it("takes rules as sentences and as mappings, with the rest of a rule in or beside the sentence", () => {
    const read = readPolicy(
      `${SMALL}triggers:
  - errorRate > 10% over 60s, at least 50 attempts, for 30s, in A
  - name: slow
    when: latency.delta > 2s
    over: 30s
    minSamples: 20
    for: 15s
    phases: [A]
    action: pause
    severity: warning
alerts:
  - { when: errorRate > 5%, for: 10s, severity: info }
`,
      "p.yaml",
    );
    expect(read.ok && read.value.triggers).toEqual([
      {
        name: "error-rate",
        metric: "candidate.errorRate",
        operator: ">",
        limit: 100_000,
        window: { kind: "sliding", lengthUs: 60_000_000 },
        minSamples: 50,
        forUs: 30_000_000,
        phases: ["A"],
        action: "rollback",
        severity: "critical",
      },
      {
        name: "slow",
        metric: "latency.delta",
        operator: ">",
        limit: 2_000_000,
        window: { kind: "sliding", lengthUs: 30_000_000 },
        minSamples: 20,
        forUs: 15_000_000,
        phases: ["A"],
        action: "pause",
        severity: "warning",
      },
    ]);
    expect(read.ok && read.value.alerts).toMatchObject([
      { name: "error-rate", metric: "all.errorRate", forUs: 10_000_000, severity: "info" },
    ]);
  });

  it("reports three mistakes of three kinds at once, in the order of the lines", () => {
    const text = `policy: p
phases:
  - name: A
    traffic: 101%
    minDuration: 10m
    gates: [ "erorRate < 2%" ]
trigers: []
`;
    expect(problems(text)).toEqual([
      "p.yaml:4:14: phases[0].traffic: a share must be between 0% and 100%; found 101%; allowed: a share from 0% to 100%, in steps of 0.0001% (1 ppm)",
      "p.yaml:6:14: phases[0].gates[0]: unknown metric; found erorRate; allowed: a name of rehearse list metrics; did you mean errorRate?",
      "p.yaml:7:1: trigers: unknown key; found trigers; allowed: policy, description, tick, disabled, pools, metrics, phases, triggers, alerts, rollback, schedule, monitor, health; did you mean triggers?",
    ]);
  });

  it("reports what spans fields beside what is wrong inside other fields", () => {
    const text = `policy: p
tick: 7s
phases:
  - { name: A, traffic: 1%, minDuration: 10m, maxDuration: 5m }
  - { name: A, traffic: lots, minDuration: 10m, onMaxDuration: pause }
triggers:
  - errorRate > 10% over 61s
  - { name: t, when: "errorRate > 10% over 7s, in B", over: 14s }
  - { name: t, when: errorRate > 10% over 7s, phases: [AA] }
rollback: { steps: [ { name: a, takes: 1s } ] }
`;
    const found = problems(text);
    for (const expected of [
      /^p.yaml:4:\d+: phases\[0\].maxDuration: a phase cannot end before its minimum duration/,
      /^p.yaml:5:\d+: phases\[1\].name: this name is taken/,
      /^p.yaml:5:\d+: phases\[1\].traffic: this is not a share/,
      /^p.yaml:5:\d+: phases\[1\].onMaxDuration: onMaxDuration needs a maxDuration/,
      /^p.yaml:7:\d+: triggers\[0\]: the window does not consist of whole ticks; found 1m1s; allowed: multiples of the tick, 7s/,
      /^p.yaml:8:\d+: triggers\[1\]: the policy has no phase of this name; found B/,
      /^p.yaml:8:\d+: triggers\[1\].over: over says again what the sentence says/,
      /^p.yaml:9:\d+: triggers\[2\]: this name is taken/,
      /^p.yaml:9:\d+: triggers\[2\]: the policy has no phase of this name; found AA/,
      /^p.yaml:10:\d+: rollback.steps: exactly one step of the rollback does revert-flags; found none/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(expected));
    }
    expect(found).toHaveLength(10);
  });

  it("reports what spans fields beside a key that is unknown and a value of the wrong kind", () => {
    const text = `${SMALL}  - { name: A, traffic: 1%, minDuration: 10m, gate: [] }\nalerts: none\n`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^p.yaml:4:\d+: phases\[1\].name: this name is taken/),
      expect.stringMatching(/^p.yaml:4:\d+: phases\[1\].gate: unknown key; .* did you mean gates\?$/),
      expect.stringMatching(/^p.yaml:5:\d+: alerts: this must be a list; found none$/),
    ]);
  });

  it("holds the default windows against the tick as well", () => {
    expect(problems(`${SMALL}tick: 7s\ntriggers: [ errorRate > 10% ]\n`)).toEqual([
      expect.stringContaining("the window does not consist of whole ticks; found 1m"),
    ]);
  });

  it("complains of rules that nothing tells apart", () => {
    const text = `policy: p
phases:
  - { name: A, traffic: 1%, minDuration: 10m, gates: [ errorRate < 2%, errorRate < 1% over 5m ] }
`;
    expect(problems(text)).toEqual([expect.stringContaining("this name is taken")]);
  });

  it("wants sentences with commas in quotes inside braces, and says so", () => {
    const text = `${SMALL}triggers: [ { when: errorRate > 10% over 60s, at least 50 attempts } ]\n`;
    expect(problems(text)).toEqual([
      expect.stringContaining(`inside { } a sentence with commas has to stand in "quotes"`),
    ]);
  });

  it("refuses phases called like a word of the rules", () => {
    expect(problems(SMALL.replace("name: A", "name: over"))).toEqual([expect.stringContaining("a meaning of its own")]);
  });

  it("never throws, whatever is done to the text", () => {
    const lines = `policy: p
tick: 5s
phases:
  - name: A
    traffic: 1%
    minDuration: 10m
    gates:
      - errorRate < 2%
triggers:
  - name: t
    when: errorRate > 10% over 60s, at least 50, in A
    phases: [A]
alerts:
  - errorRate > 5%
rollback:
  steps: [ { name: a, does: revert-flags, takes: 1s } ]
health: { poll: 10s, failures: 3 }`.split("\n");
    const damage = fc.record({
      line: fc.nat(lines.length - 1),
      text: fc.oneof(
        fc.constantFrom(
          "",
          "  - 5",
          "    x: [",
          "  : {}",
          "    gates: 7",
          "phases: 5",
          "- &a [*a]",
          "? []",
          "  name: {}",
        ),
        fc.string(),
      ),
      keep: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 4 }), (damages) => {
        const text = [...lines];
        for (const { line, text: inserted, keep } of damages) text.splice(line, keep ? 0 : 1, inserted);
        const read = readPolicy(text.join("\n"), "p.yaml");
        if (read.ok) return;
        expect(read.problems.length).toBeGreaterThan(0);
        const found = read.problems.map((problem) => problem.line);
        expect(found).toEqual([...found].sort((one, other) => one - other));
      }),
      { numRuns: 400 },
    );
  });
});

it("shows a list that contains itself without falling over it", () => {
  const read = readPolicy("policy: p\nphases: &a [*a]\n", "p.yaml");
  expect(read.ok ? [] : read.problems.map((problem) => problem.found)).toContain("a list that contains itself");
});
