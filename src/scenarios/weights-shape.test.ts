import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readPolicy } from "./policy-file.ts";

const POOLS = "pools: { baseline: original, candidate: ultra-fast }";

function read(phase: string, pools = POOLS) {
  return readPolicy(`policy: p\n${pools}\nphases:\n  - { name: A, minDuration: 1m, ${phase} }\n`, "p.yaml");
}

function problems(phase: string, pools = POOLS): string[] {
  const result = read(phase, pools);
  return result.ok ? [] : result.problems.map(describeProblem);
}

describe("weights of pools", () => {
  it("are the candidate's share, whatever the order in which they are written", () => {
    for (const [weights, ppm] of [
      ["original: 0.99, ultra-fast: 0.01", 10_000],
      ["ultra-fast: 0.1, original: 0.9", 100_000],
      ["original: 0, ultra-fast: 1", 1_000_000],
      ["original: 1.0, ultra-fast: 0.0", 0],
    ] as const) {
      const result = read(`weights: { ${weights} }`);
      expect(result.ok ? result.value.phases[0]!.trafficPpm : problems(`weights: { ${weights} }`)).toBe(ppm);
    }
  });

  it("are taken in every step of a millionth", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (ppm) => {
        const digits = (parts: number) => (parts / 1_000_000).toFixed(6);
        const result = read(`weights: { original: ${digits(1_000_000 - ppm)}, ultra-fast: ${digits(ppm)} }`);
        return result.ok && result.value.phases[0]!.trafficPpm === ppm;
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["weights: { original: 0.99, ultra-fast: 0.1 }", POOLS, "weights add up to 1; found 1.09; allowed: 1"],
    ["weights: { orginal: 0.99, ultra-fast: 0.01 }", POOLS, "did you mean original?"],
    ["weights: { ultra-fast: 1 }", POOLS, "the weight of original is missing"],
    [
      "weights: { original: 1.5, ultra-fast: -0.5 }",
      POOLS,
      "this is not a weight; found 1.5; allowed: a number from 0",
    ],
    ["weights: { original: 99%, ultra-fast: 1% }", POOLS, "this is not a weight; found 99%"],
    ["weights: { original: 0.99, ultra-fast: 0.01 }", "", "weights are by the names of pools, and there are none"],
    ["traffic: 1%, weights: { original: 0.99, ultra-fast: 0.01 }", POOLS, "the share of the phase is said twice"],
    ["gates: []", POOLS, "the share of the phase is missing; allowed: traffic: 1%, or weights"],
    ["traffic: 1%", "pools: { baseline: a, candidate: a }", "both pools have the same name; found a"],
  ])("%s with %s", (phase, pools, message) => {
    expect(problems(phase, pools)).toContainEqual(expect.stringContaining(message));
  });
});
