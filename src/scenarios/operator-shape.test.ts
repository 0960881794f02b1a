import { describe, expect, it } from "vitest";
import { readRehearsal } from "./built-in.ts";
import { planScenario } from "./runner.ts";

const POLICY = `policy:
  policy: p
  phases:
    - { name: ALL, traffic: 100%, minDuration: 1m, startsAt: "2025-10-31T14:10:00Z" }
    - { name: MORE, traffic: 100%, minDuration: 1m, startsAt: "2025-11-01T14:00:00Z" }
  triggers:
    - { name: tail, when: latency.p99 > 1s, action: investigate }
  rollback:
    steps:
      - { name: revert flags, does: revert-flags, takes: 1s }
      - { name: restart baseline, does: restart-baseline, takes: 1m, down: 10% }
`;
const HEAD = `scenario: s\n${POLICY}traffic: { poisson: 5/s }\nbaseline: { latency: 10ms, errors: 0% }\ncandidate: {}\n`;
const DATE = 'calendar: "2025-10-31T14:00:00Z"\n';

function planOf(text: string) {
  const read = readRehearsal(`${HEAD}${DATE}${text}`, "s.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return planScenario(read.value.scenario, read.value.policy, null);
}

function problemsOf(text: string): string[] {
  const read = readRehearsal(HEAD + text, "s.yaml");
  return read.ok ? [] : read.problems.map((one) => `${one.path}: ${one.message}`);
}

describe("people in a scenario", () => {
  it("act at a time, or in answer to a decision", () => {
    const plan = planOf(`operator:
  - { at: 5m, do: approve as lead, by: ann, why: reviewed }
  - { on: investigate, rule: tail, after: 10m, do: roll back, by: commander, why: too slow }
  - { on: rollback-failed, do: retry }
  - at 7m: review
`);
    expect(plan.operator).toEqual([
      { atUs: 300_000_000, by: "ann", reason: "reviewed", action: { kind: "approve", as: "lead" } },
      { atUs: 420_000_000, by: "operator", reason: "", action: { kind: "review" } },
    ]);
    expect(plan.reactions).toEqual([
      {
        on: "investigate",
        rule: "tail",
        afterUs: 600_000_000,
        by: "commander",
        reason: "too slow",
        action: { kind: "roll-back" },
      },
      { on: "rollback-failed", rule: null, afterUs: 60_000_000, by: "operator", reason: "", action: { kind: "retry" } },
    ]);
  });

  it.each([
    ["{ do: pause }", "operator[0]: a command needs its time, or the decision that it answers"],
    ["{ at: 1m, on: pause, do: resume }", "operator[0].on: a command comes at a time, or in answer to a decision"],
    ["{ on: panic, do: resume }", "operator[0].on: there is no decision of this kind"],
    ["{ on: pause, after: 10ms, do: resume }", "operator[0].after: nobody reacts so fast"],
    ["{ at: 1m, after: 5s, do: resume }", "operator[0].after: after needs an on beside it"],
    ["{ at: 1m, rule: tail, do: resume }", "operator[0].rule: rule needs an on beside it"],
    ["{ at: 1x, do: resume }", "operator[0].at: x is not a unit of time"],
    ["{ on: pause, do: set triggers.none.limit 5% }", "operator[0]: the policy has no rule of this name"],
    ["{ on: investigate, rule: tial, do: resume }", "operator[0].rule: the policy has no rule of this name"],
  ])("is refused: %s", (entry, problem) => {
    expect(problemsOf(`${DATE}operator:\n  - ${entry}\n`)).toEqual([problem]);
  });
});

describe("faults of the way back", () => {
  it("are kept apart from those of versions", () => {
    const plan = planOf(`faults:
  - { at: 1m, errors: + 5% }
  - { at: 2m, for: 5m, rollbackStep: restart baseline, slow: x 3 }
  - { at: 0s, rollbackStep: revert flags, fails: true, name: stuck }
`);
    expect(plan.faults.map((one) => one.name)).toEqual(["candidate errors +5%"]);
    expect(plan.rollbackFaults).toEqual([
      {
        name: "restart baseline is slow, x3",
        atUs: 120_000_000,
        untilUs: 420_000_000,
        step: "restart baseline",
        slowFactor: 3,
        fails: false,
      },
      { name: "stuck", atUs: 0, untilUs: Number.MAX_SAFE_INTEGER, step: "revert flags", slowFactor: 1, fails: true },
    ]);
  });

  it.each([
    ["{ at: 1m, rollbackStep: revert flags }", "faults[0]: a fault that does nothing"],
    ["{ at: 1m, rollbackStep: revert, slow: x 2 }", "faults[0].rollbackStep: the policy's rollback has no step"],
    ["{ at: 1m, rollbackStep: revert flags, fails: true, errors: + 5% }", "faults[0].errors: a fault is one of a"],
    ["{ at: 1m, errors: + 5%, slow: x 2 }", "faults[0].slow: slow needs a rollbackStep beside it"],
  ])("are refused: %s", (entry, problem) => {
    expect(problemsOf(`${DATE}faults:\n  - ${entry}\n`).join()).toContain(problem);
  });
});

describe("the calendar", () => {
  it("must be said where the policy speaks of it, and lengthens the run by what is waited for", () => {
    expect(problemsOf("")).toEqual(["calendar: the policy p speaks of the calendar: the scenario must say its date"]);
    const plan = planOf("afterRollback: 20m\n");
    expect(plan).toMatchObject({ calendarStartMs: Date.UTC(2025, 9, 31, 14), afterRollbackUs: 1_200_000_000 });
    // Ten minutes to the first start; the second comes 23 h 49 min after the first phase's minimum duration.
    expect(plan.horizonUs).toBe((10 + 10 + 23 * 60 + 49) * 60_000_000);
  });
});
