/** What lints claim, held against runs: small random scenarios that are simulated. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRehearsal } from "../built-in.ts";
import { rehearseScenario } from "../runner.ts";
import { lintPolicy } from "./lint-policy.ts";
import { lintRehearsal } from "./lint-rehearsal.ts";

interface Seen {
  readonly lints: readonly string[];
  readonly result: ReturnType<typeof rehearseScenario>;
}

function rehearse(gates: readonly string[], triggers: readonly string[], versions: string, seed: number): Seen {
  const quoted = (rules: readonly string[]): string => rules.map((rule) => JSON.stringify(rule)).join(", ");
  const text = `scenario: s
duration: 10m
policy:
  policy: mine
  phases:
    - { name: SMALL, traffic: 10%, minDuration: 1m, maxDuration: 5m, gates: [${quoted(gates)}] }
  triggers: [${quoted(triggers)}]
${versions}`;
  const read = readRehearsal(text, "s.yaml");
  if (!read.ok) throw new Error(read.problems.map((problem) => problem.message).join("; "));
  const { scenario, policy } = read.value;
  const durationUs = scenario.durationUs ?? 0;
  const lints = [
    ...lintRehearsal(scenario, policy, durationUs).map(({ rule, message }) => `${rule} ${message}`),
    ...lintPolicy(policy).map(({ rule, why }) => `${rule} ${why}`),
  ];
  return { lints, result: rehearseScenario(scenario, policy, String(seed)) };
}

const seeds = fc.nat(10_000);

describe("what lints claim", () => {
  it("a trigger called blind never fires, though every attempt fails", () => {
    let blind = 0;
    const least = fc.integer({ min: 10, max: 80 });
    fc.assert(
      fc.property(least, fc.constantFrom(10, 30, 60), seeds, (samples, windowSeconds, seed) => {
        const trigger = `errorRate > 10% over ${windowSeconds}s, at least ${samples}`;
        const versions = "traffic: { poisson: 8/s }\nbaseline: { latency: 80ms }\ncandidate: { errors: 100% }";
        const { lints, result } = rehearse(["errorRate < 1%, at least 20"], [trigger], versions, seed);
        const lint = lints.find((one) => one.includes("trigger error-rate is"));
        const hasFired = result.decisions.some(({ kind }) => kind === "rollback");
        if (lint?.includes("is blind") === true) {
          blind++;
          expect(hasFired).toBe(false);
        }
        // Expected twice over, with no lint: then it does fire.
        if (0.8 * windowSeconds > 2 * samples) {
          expect(lint).toBe(undefined);
          expect(hasFired).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
    expect(blind).toBeGreaterThan(5);
  });

  it("a gate proven never to bind changes no run", () => {
    let proven = 0;
    const percent = fc.integer({ min: 2, max: 5 });
    fc.assert(
      fc.property(percent, percent, fc.integer({ min: 84, max: 95 }), seeds, (errors, declines, asked, seed) => {
        const versions = `traffic: { poisson: 50/s }
baseline: { latency: 80ms, errors: 100% }
candidate: { errors: ${errors}%, declines: ${declines}% }`;
        const gates = ["errorRate < 6%, at least 50", "declineRate < 5%, at least 50"];
        const gate = `successRate >= ${asked}%, at least 50`;
        const without = rehearse(gates, [], versions, seed);
        const within = rehearse([...gates, gate], [], versions, seed);
        if (!within.lints.some((one) => one.startsWith("success-rate-never-binds at worst"))) return;
        proven++;
        expect(within.result.phases).toEqual(without.result.phases);
      }),
      { numRuns: 30 },
    );
    expect(proven).toBeGreaterThan(5);
  });

  it("a phase without the lint is not left without an attempt of the candidate", () => {
    const gate = fc.constantFrom(
      "errorRate < 2%, at least 1",
      "latency.p50 < 9s, at least 1",
      "all.errorRate < 9%, at least 1",
      "system.health >= 1",
      "baseline.errorRate < 9%, at least 1",
      "requests >= 0",
    );
    fc.assert(
      fc.property(fc.uniqueArray(gate, { minLength: 1, maxLength: 3 }), seeds, (gates, seed) => {
        const versions = "traffic: { poisson: 0.2/s }\nbaseline: { latency: 80ms }\ncandidate: { latency: 80ms }";
        const { lints, result } = rehearse(gates, [], versions, seed);
        const [phase] = result.phases;
        if (lints.some((one) => one.startsWith("unmeasured-phase")) || phase?.verdict !== "advanced") return;
        expect(phase.candidate.attempts).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });
});
