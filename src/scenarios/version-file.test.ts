import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readVersions } from "./version-file.ts";

function problems(text: string): string[] {
  const read = readVersions(text, "v.yaml");
  return read.ok ? [] : read.problems.map(describeProblem);
}

describe("a version file", () => {
  it("may hold the candidate's own keys", () => {
    const read = readVersions("latency: x 0.5 + 10ms\nerrors: + 0.3%\ndeclines: 1%\n", "v.yaml");
    expect(read.ok && read.value).toEqual({
      baseline: null,
      candidate: {
        latency: { kind: "relative", factor: 0.5, addUs: 10_000 },
        errors: { kind: "relative", addPpm: 3_000 },
        declinePpm: 10_000,
        routes: {},
      },
    });
  });

  it("may hold both versions", () => {
    const read = readVersions(
      `baseline: { latency: { p99: 250ms, p50: 40ms }, errors: 0.2% }
candidate:
  latency: 80ms
  routes: { GET /a: { errors: 5%, declines: 2% }, GET /b: { latency: + 2s } }
`,
      "v.yaml",
    );
    expect(read.ok && read.value.baseline).toEqual({
      latency: {
        kind: "lognormal",
        points: [
          { quantile: 0.5, us: 40_000 },
          { quantile: 0.99, us: 250_000 },
        ],
      },
      errors: { kind: "own", ppm: 2_000 },
      declinePpm: 0,
      routes: {},
    });
    expect(read.ok && read.value.candidate).toEqual({
      latency: { kind: "constant", us: 80_000 },
      errors: { kind: "relative", addPpm: 0 },
      declinePpm: 0,
      routes: {
        "GET /a": { errors: { kind: "own", ppm: 50_000 }, declinePpm: 20_000 },
        "GET /b": { latency: { kind: "relative", factor: 1, addUs: 2_000_000 } },
      },
    });
  });

  it.each([
    ["latency: fast", "this is not a duration"],
    ["latency: x 0", "a factor must be more than 0"],
    ["latency: x", "this is not a factor"],
    ["latency: + 2", "a duration needs a unit, as in 2s"],
    ["latency: 36m", "a latency must be between 1us and 35m"],
    ["latency: { p50: 40ms }", "at least two percentiles are needed; found p50"],
    ["latency: { p50: 40ms, p90: 40ms }", "percentiles must ascend; found 40ms; allowed: more than p50, 40ms"],
    ["latency: { p50: 40ms, p98: 50ms }", "did you mean p90?"],
    ["latency: [1]", "a latency is a quantity, or a mapping of percentiles; found [1]"],
    ["errors: 101%", "a share must be between 0% and 100%"],
    ["declines: + 5%", "this is not a share"],
    ["erors: 5%", "did you mean errors?"],
    ["baseline: { latency: x 2 }\ncandidate: {}", "only the candidate's latency can be relative"],
    ["baseline: { latency: 1ms, errors: + 1% }\ncandidate: {}", "only the candidate's errors can be relative"],
    ["baseline: { latency: 1ms, declines: 1% }\ncandidate: {}", "only the candidate can decline requests"],
    ["baseline: { errors: 1% }\ncandidate: {}", "the baseline's latency is missing"],
    ["baseline: { latency: 1ms }", "candidate is missing"],
  ])("refuses %j", (text, message) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(message));
  });
});
