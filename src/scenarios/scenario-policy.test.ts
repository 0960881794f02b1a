import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readRehearsal } from "./built-in.ts";

function problems(more: string, policy: string | null = null): string[] {
  const text = `scenario: s
policy: setbull-v2
traffic: { poisson: 200/s }
baseline: { latency: 80ms }
candidate: {}
${more}
`;
  const read = readRehearsal(text, "s.yaml", policy);
  return (read.ok ? read.warnings : read.problems).map(describeProblem);
}

describe("a scenario against its policy", () => {
  it("may adjust the rules that there are, in their units", () => {
    expect(
      problems("operator: [ at 5m: set triggers.error-rate.limit 3%, at 6m: set triggers.latency-delta.limit 1s ]"),
    ).toEqual([]);
    expect(
      problems(
        "operator: [ at 5m: set phases.CANARY.gates.error-rate.limit 3%, at 6m: set triggers.health-ok.limit 0 ]",
      ),
    ).toEqual([]);
  });

  it.each([
    ["set triggers.eror-rate.limit 3%", "the policy has no rule of this name; found triggers.eror-rate"],
    ["set triggers.eror-rate.limit 3%", "did you mean triggers.error-rate?"],
    ["set phases.CANARRY.gates.error-rate.limit 3%", "did you mean phases.CANARY.gates.error-rate?"],
    [
      "set triggers.error-rate.limit 3s",
      "this is not a limit for candidate.errorRate; found 3s; allowed: a limit such as the present one, 10%",
    ],
    ["set triggers.error-rate.limit 3", "this is not a limit for candidate.errorRate; found 3"],
    ["set triggers.latency-delta.limit 3%", "a limit such as the present one, 2s"],
    ["set triggers.health-ok.limit 2", "this is not a limit for candidate.health.ok; found 2"],
  ])("may not %s", (command, message) => {
    expect(problems(`operator:\n  - at 5m: ${command}`)).toEqual([expect.stringContaining(message)]);
  });

  it("speaks of the policy's phases, triggers and alerts only", () => {
    const text = `expect:
  - phases.CANARRY.verdict is held
  - phase is TESTNG
  - rollback.trigger is eror-rate
  - rollback.trigger is operator:alice
  - phases.CANARY.verdict is held
  - alerts.memry.raised is 1
  - alerts.memory.raised is 1`;
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^s.yaml:7:5: expect\[0\]: the policy has no phase of this name; found CANARRY; .* did you mean CANARY\?$/,
      ),
      expect.stringMatching(
        /^s.yaml:8:5: expect\[1\]: the policy has no phase of this name; found TESTNG; .* did you mean TESTING\?$/,
      ),
      expect.stringMatching(
        /^s.yaml:9:5: expect\[2\]: the policy has no trigger of this name; .* did you mean error-rate\?$/,
      ),
      expect.stringMatching(
        /^s.yaml:12:5: expect\[5\]: the policy has no alert of this name; .* did you mean memory\?$/,
      ),
    ]);
  });

  it("speaks of steps and stages that there are only: of another no expectation could fail", () => {
    const text = `pipeline:
  - { stage: health checks, does: check-health, takes: 1m }
  - { stage: phased rollout, does: rollout }
expect:
  - rollback.steps.revert-flag.result is not failed
  - rollback.steps.revert-flags.result is not failed
  - pipeline.stages.health-check.result is not failed
  - pipeline.stages.health-checks.result is not failed`;
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^s.yaml:10:5: expect\[0\]: the policy's rollback has no step of this name; .* did you mean revert-flags\?$/,
      ),
      expect.stringMatching(
        /^s.yaml:12:5: expect\[2\]: the scenario's pipeline has no stage of this name; .* did you mean health-checks\?$/,
      ),
    ]);
  });

  const mistaken = (policy: string): string => `scenario: s
policy: ${policy}
traffic: { poisson: 200/s }
baseline: { latency: 80ms }
candidate: {}
operator:
  - { at: 5m, do: puase }
  - { at: 5m, do: set triggers.eror-rate.limit 3% }
  - { at: 6m, do: set triggers.error-rate.limit 3s }
  - { on: pause, rule: latncy, do: resume }
faults: [{ at: 1m, rollbackStep: revrt, fails: true }]
expect: [outcome is complete, phase is CANARRY, rollback.steps.revrt.attempts is 1]
`;
  const found = [7, 8, 9, 10, 11, 12, 12, 12];

  it("shows all problems at once: one entry that cannot be read hides nothing in the others", () => {
    const inline = `
  policy: own
  phases: [{ name: CANARY, traffic: 1%, minDuration: 1m, gates: ["errorRate < 1%"] }]
  triggers: ["errorRate > 10%"]`;
    for (const [policy, lines] of [
      ["setbull-v2", 0],
      [inline, 3],
    ] as const) {
      const read = readRehearsal(mistaken(policy), "s.yaml");
      expect(read.ok ? [] : read.problems.map(({ line }) => line - lines), policy).toEqual(found);
    }
    const instead = readRehearsal(mistaken("nowhere"), "s.yaml", "setbull-v2");
    // The names of the expectations are not this policy's to have: they would be left out.
    expect(instead.ok ? [] : instead.problems.map(({ line }) => line)).toEqual(found.slice(0, 6));
  });

  it("leaves out, under another policy than its own, expectations that name what that one has not, and says so", () => {
    const expectations = [
      "outcome is completed",
      "phases.OWN.enteredAt is 0s",
      "phase is OWN",
      "rollback.trigger is own-trigger",
      "alerts.own-alert.raised is 0",
      "rollback.steps.own-step.attempts is 1",
      "phases.CANARY.enteredAt is 0s",
      "rollback.trigger is error-rate",
    ];
    const text = `scenario: s
policy:
  policy: own
  phases: [{ name: OWN, traffic: 1%, minDuration: 1m }]
  triggers: [{ name: own-trigger, when: "candidate.errorRate > 10%" }]
traffic: { poisson: 200/s }
baseline: { latency: 80ms }
candidate: {}
expect:
${expectations.map((one) => `  - ${one}`).join("\n")}
`;
    const read = readRehearsal(text, "s.yaml", "setbull-v2");
    if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
    expect(read.value.scenario.expectations.map((one) => one.text)).toEqual(
      [0, 6, 7].map((index) => expectations[index]),
    );
    const leftOut = read.warnings.map(describeProblem).filter((warning) => warning.includes("left out"));
    expect(leftOut).toEqual([
      "s.yaml:11:5: expect[1]: left out: phases.OWN.enteredAt is 0s: the policy has no phase of this name; found OWN",
      "s.yaml:12:5: expect[2]: left out: phase is OWN: the policy has no phase of this name; found OWN",
      "s.yaml:13:5: expect[3]: left out: rollback.trigger is own-trigger: the policy has no trigger of this name; found own-trigger",
      "s.yaml:14:5: expect[4]: left out: alerts.own-alert.raised is 0: the policy has no alert of this name; found own-alert",
      "s.yaml:15:5: expect[5]: left out: rollback.steps.own-step.attempts is 1: the policy's rollback has no step of this name; found own-step",
    ]);
  });

  it("is not held against a policy that is wrong itself, which is said as well", () => {
    const unknown = readRehearsal(mistaken("setbul-v2"), "s.yaml");
    expect(unknown.ok ? [] : unknown.problems.map(({ line }) => line)).toEqual([2, 7, 12]);
    const broken = readRehearsal(mistaken("{ policy: own }"), "s.yaml");
    expect(broken.ok ? [] : broken.problems.map(({ line }) => line)).toEqual([2, 7, 12]);
  });

  it("warns of modes of bucketing at the place where the file asks for them", () => {
    const warnings = problems("router:\n  stickiness: user\n  bucketing: growthbook-v1\nusers: { population: 10 }");
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) expect(warning).toMatch(/^s\.yaml:8:14: router\.bucketing: /u);
  });

  it("warns of all traffic on the candidate without a fallback", () => {
    expect(problems("flags: { fallbackToV1OnError: false }")).toEqual([
      expect.stringContaining("fallbackToV1OnError: all traffic on the candidate without a fallback"),
    ]);
  });
});
