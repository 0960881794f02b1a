import { describe, expect, it } from "vitest";
import type { Policy } from "../engine/deployment/policy.ts";
import { SECOND_US } from "../engine/kernel/units.ts";
import { readPolicy } from "./policy-file.ts";

const HEAD = "policy: p\nphases:\n  - { name: ALL, traffic: 100%, minDuration: 1m }\n";

function rollbackOf(text: string): Policy["rollback"] {
  const read = readPolicy(`${HEAD}rollback:\n${text}`, "p.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.rollback;
}

function problemsOf(text: string): string[] {
  const read = readPolicy(`${HEAD}${text}`, "p.yaml");
  return read.ok ? [] : read.problems.map((one) => `${one.path}: ${one.message}`);
}

const REVERT = "    - { name: revert, does: revert-flags, takes: 1s }\n";

describe("a timed rollback", () => {
  it("reads steps with ranges, chances and promises, the last of them the verification", () => {
    const rollback = rollbackOf(`  detect: 10s
  promise: 5m
  giveUp: 10m
  checks: [all.userErrorRate < 1% over 30s, baseline.health.ok >= 1 over 10s]
  aftermath: [{ name: alert, from: 0s, to: 5m }, { name: fix, from: 1d }]
  steps:
    - { name: revert weights, does: revert-flags, takes: 10s..30s, promise: 30s }
    - { name: stop, does: stop-candidate, takes: 45s, slow: { chance: 5%, factor: x 3 }, fails: 2%, retries: 2 }
    - { name: restart, does: restart-baseline, takes: 1m..2m, down: 25% }
    - { name: verify, does: verify, takes: 1m, promise: 90s }
`);
    expect(rollback).toMatchObject({
      steps: [
        {
          name: "revert weights",
          does: "revert-flags",
          durationUs: 10 * SECOND_US,
          durationMaxUs: 30 * SECOND_US,
          promiseUs: 30 * SECOND_US,
        },
        { does: "stop-candidate", slow: { chancePpm: 50_000, factor: 3 }, failsPpm: 20_000, retries: 2 },
        { does: "restart-baseline", durationMaxUs: 120 * SECOND_US, downPpm: 250_000 },
      ],
      verifyUs: 60 * SECOND_US,
      verifyStep: { name: "verify", promiseUs: 90 * SECOND_US },
      detectPromiseUs: 10 * SECOND_US,
      promiseUs: 300 * SECOND_US,
      giveUpUs: 600 * SECOND_US,
      checks: [
        { name: "user-error-rate", metric: "all.userErrorRate", limit: 10_000, minSamples: 50 },
        { metric: "baseline.health.ok", minSamples: 1 },
      ],
      aftermath: [
        { name: "alert", fromUs: 0, toUs: 300 * SECOND_US },
        { name: "fix", toUs: null },
      ],
    });
    expect(rollback.steps).toHaveLength(3);
    expect(rollback.steps[1]).not.toHaveProperty("durationMaxUs");
  });

  it("is as it was where nothing of it is said", () => {
    const read = readPolicy(HEAD, "p.yaml");
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && read.value.rollback).toEqual({
      steps: [{ name: "revert flags", does: "revert-flags", durationUs: SECOND_US }],
      verifyUs: 5 * SECOND_US,
    });
    expect(rollbackOf(`  steps:\n${REVERT}  verify: 0s\n`).verifyUs).toBe(0);
  });

  it.each([
    ["two reverts", `  steps:\n${REVERT}${REVERT}`, "exactly one step"],
    ["two of one name", `  steps:\n${REVERT}    - { name: revert, takes: 1s }\n`, "this name is taken"],
    ["a range backwards", "  steps:\n    - { name: r, does: revert-flags, takes: 30s..10s }\n", "not a range of time"],
    ["down without a restart", `  steps:\n${REVERT}    - { name: o, takes: 1s, down: 5% }\n`, "only a step that does"],
    ["verify not last", `  steps:\n    - { name: v, does: verify, takes: 1s }\n${REVERT}`, "is the last step"],
    ["verify twice", `  verify: 1s\n  steps:\n${REVERT}    - { name: v, does: verify, takes: 1s }\n`, "says already"],
    ["verify in a range", `  steps:\n${REVERT}    - { name: v, does: verify, takes: 1s..2s }\n`, "one given time"],
    ["verify that fails", `  steps:\n${REVERT}    - { name: v, does: verify, takes: 1s, fails: 1% }\n`, "has no fails"],
    ["a check with for", `  checks: [all.errorRate < 1% for 5s]\n  steps:\n${REVERT}`, 'a check has no "for"'],
    ["a check of the phase", `  checks: [all.errorRate < 1% over the phase]\n  steps:\n${REVERT}`, "has been left"],
    ["a check between ticks", `  checks: [all.errorRate < 1% over 7s]\n  steps:\n${REVERT}`, "whole ticks"],
    [
      "due before it begins",
      `  aftermath: [{ name: a, from: 5m, to: 1m }]\n  steps:\n${REVERT}`,
      "due before it begins",
    ],
  ])("refuses %s", (_, text, message) => {
    expect(problemsOf(`rollback:\n${text}`).join("\n")).toContain(message);
  });
});

describe("triggers", () => {
  it.each(["max-duration", "not-enough-data"])("may not be called %s, as the manager's own causes are", (name) => {
    const text = `triggers:\n  - { name: ${name}, when: errorRate > 5% }\n`;
    expect(problemsOf(text)).toEqual([`triggers[0].name: the manager itself calls rollbacks and pauses so`]);
  });
});

describe("sign-offs and the calendar", () => {
  const phases = (keys: string): string =>
    `policy: p\nphases:\n  - { name: A, traffic: 1%, minDuration: 1m, ${keys} }\n`;
  const read = (text: string) => readPolicy(text, "p.yaml");
  const phaseOf = (keys: string) => {
    const one = read(phases(keys));
    return one.ok ? one.value.phases[0] : null;
  };

  it("are read", () => {
    expect(phaseOf("approval: true")).toMatchObject({ approval: { by: [] } });
    expect(phaseOf("approval: [lead, product]")).toMatchObject({ approval: { by: ["lead", "product"] } });
    expect(phaseOf("approval: false")).not.toHaveProperty("approval");
    expect(phaseOf('startsAt: "2025-10-31T14:10:00Z"')).toMatchObject({
      startsAt: { epochMs: Date.UTC(2025, 9, 31, 14, 10), text: "2025-10-31T14:10:00Z" },
    });
    const scheduled = read(
      `${HEAD}schedule:\n  windows: [mon-fri 09:00-17:00]\n  freezes: [{ name: f, from: "2025-11-01T00:00Z", until: "2025-11-02T00:00Z" }]\n`,
    );
    expect(scheduled).toMatchObject({
      value: { schedule: { windows: [{ fromMinute: 540 }], freezes: [{ name: "f" }] } },
    });
  });

  it("are refused with what is wrong", () => {
    expect(read(phases("approval: [lead, lead]"))).toMatchObject({
      problems: [{ path: "phases[0].approval[1]", message: "this one signs off already", found: "lead" }],
    });
    expect(read(phases("approval: []"))).toMatchObject({ ok: false });
    const freeze = '{ name: f, from: "2025-11-02T00:00Z", until: "2025-11-01T00:00Z" }';
    expect(read(`${HEAD}schedule: { freezes: [${freeze}] }\n`)).toMatchObject({
      problems: [{ path: "schedule.freezes[0].until", message: "a freeze ends after it begins" }],
    });
  });
});
