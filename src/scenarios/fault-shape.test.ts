import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import type { Fault } from "../engine/service/fault.ts";
import { readScenario } from "./scenario-file.ts";

const scenario = (fault: string): string => `scenario: s
policy: setbull-v2
traffic: { poisson: 1/s }
users: { segments: { plan: { free: 90%, pro: 10% } } }
routes: { GET /a: 1, GET /b: 1 }
baseline: { latency: 80ms }
candidate: {}
faults: [ ${fault} ]
`;

function faultOf(text: string): Fault | undefined {
  const read = readScenario(scenario(text), "s.yaml");
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value.faults[0];
}

describe("a fault in a file", () => {
  it("is a step of the candidate to the end, if it does not say otherwise", () => {
    expect(faultOf("{ at: 1s, errors: + 5% }")).toEqual({
      name: "candidate errors +5%",
      version: "candidate",
      atUs: 1_000_000,
      untilUs: Number.MAX_SAFE_INTEGER,
      errorPpm: 50_000,
      declinePpm: 0,
      latencyFactor: 1,
      latencyAddUs: 0,
      failsHealth: false,
      route: null,
    });
  });

  it.each([
    [
      "{ at: 1s, latency: x 3, ramp: 5s }",
      { shape: { kind: "ramp", riseUs: 5_000_000 } },
      "candidate latency x3 (ramp)",
    ],
    [
      "{ at: 1s, for: 9s, errors: + 5%, spike: 5s, route: GET /a }",
      { shape: { kind: "spike", riseUs: 5_000_000 }, route: "GET /a" },
      "candidate errors +5% (spike) on GET /a",
    ],
    [
      "{ at: 1s, health: failing, flapping: { on: 5s, off: 6s } }",
      { shape: { kind: "flapping", onUs: 5_000_000, offUs: 6_000_000 }, failsHealth: true },
      "candidate health failing (flapping)",
    ],
    [
      "{ at: 1s, version: both, errors: + 5%, kind: redis, segment: plan=pro }",
      { version: "both", errorKind: "redis", where: { plan: "pro" } },
      "both versions' errors +5% on plan=pro",
    ],
    ["{ at: 1s, weights: swapped }", { swapsWeights: true, errorPpm: 0 }, "weights of the pools swapped"],
  ])("%s", (text, fault, name) => {
    expect(faultOf(text)).toMatchObject({ ...fault, name });
  });

  it.each([
    ["{ at: 1s, errors: + 5%, ramp: 1s, spike: 2s, for: 9s }", "a fault comes in one way; found ramp, spike"],
    ["{ at: 1s, errors: + 5%, spike: 2s }", "a spike needs an end"],
    ["{ at: 1s, for: 2s, errors: + 5%, spike: 2s }", "a spike grows and shrinks; found 2s; allowed: less than 2s"],
    ["{ at: 1s, health: failing, ramp: 2s }", "health fails or not: it cannot grow"],
    ["{ at: 1s, latency: x 2, kind: redis }", "a fault without errors has no kind of failure"],
    ["{ at: 1s, errors: + 5%, kind: a b }", "this is not a kind of failure; found a b"],
    ["{ at: 1s, errors: + 5%, segment: plan=por }", "the users have no such segment; found plan=por"],
    ["{ at: 1s, errors: + 5%, segment: pro }", "this is not a segment"],
    ["{ at: 1s, health: failing, segment: plan=pro }", "a fault of one segment cannot fail it"],
    ["{ at: 1s, errors: + 5%, flapping: { on: 5s } }", "off is missing"],
    ["{ at: 1s, weights: swapped, errors: + 5% }", "a fault is one of the weights, or one of a version"],
    ["{ at: 1s, weights: swaped }", "swapped"],
    ["{ at: 1s, errors: + 5%, version: bot }", "did you mean both?"],
  ])("refuses %s", (text, message) => {
    const read = readScenario(scenario(text), "s.yaml");
    expect(read.ok ? [] : read.problems.map(describeProblem)).toContainEqual(expect.stringContaining(message));
  });
});
