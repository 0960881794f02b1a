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

  it("may give a latency in any way that distributions are known", () => {
    const latencyOf = (text: string) => {
      const read = readVersions(`latency: ${text}\n`, "v.yaml");
      return read.ok ? read.value.candidate.latency : problems(`latency: ${text}\n`);
    };
    expect(latencyOf("{ exponential: 40ms }")).toEqual({ kind: "exponential", meanUs: 40_000 });
    expect(latencyOf("{ samples: [3ms, 1ms] }")).toEqual({
      kind: "empirical",
      points: [
        { quantile: 0.25, us: 1_000 },
        { quantile: 0.75, us: 3_000 },
      ],
    });
    expect(latencyOf("{ quantiles: { 0%: 1ms, 50%: 1ms, 99.9%: 2s } }")).toEqual({
      kind: "empirical",
      points: [
        { quantile: 0, us: 1_000 },
        { quantile: 0.5, us: 1_000 },
        { quantile: 0.999, us: 2_000_000 },
      ],
    });
    expect(
      latencyOf("{ mixture: [{ weight: 9, latency: 5ms }, { weight: 1, latency: { p50: 1s, p99: 2s } }] }"),
    ).toMatchObject({
      kind: "mixture",
      parts: [
        { weight: 9, latency: { kind: "constant", us: 5_000 } },
        { weight: 1, latency: { kind: "lognormal", points: [{ us: 1_000_000 }, { us: 2_000_000 }] } },
      ],
    });
  });

  it("may say of which kinds failures are, in which bursts they come, and when attempts are cut off", () => {
    const text = `errors: { rate: + 2%, kinds: { reset: 1, http-500: 3 }, bursts: { rate: 40%, every: 1h, lasts: 2m } }
timeout: 2s
warmUp: { factor: x 5, over: 2m }
routes: { GET /a: { timeout: 1s } }
`;
    const read = readVersions(text, "v.yaml");
    expect(read.ok ? read.value.candidate : problems(text)).toMatchObject({
      errors: {
        kind: "relative",
        addPpm: 20_000,
        kinds: [
          { name: "reset", weight: 1 },
          { name: "http-500", weight: 3 },
        ],
        bursts: { ppm: 400_000, everyUs: 3_600_000_000, lastsUs: 120_000_000 },
      },
      timeoutUs: 2_000_000,
      warmUp: { factor: 5, overUs: 120_000_000 },
      routes: { "GET /a": { timeoutUs: 1_000_000 } },
    });
  });

  it.each([
    ["latency: { p50: 1ms, exponential: 1ms }", "a latency has one distribution; found p50, exponential"],
    ["latency: { samples: [1ms], quantiles: { 0%: 1ms } }", "a latency has one distribution"],
    ["latency: { samples: [] }", "at least one is needed"],
    ["latency: { quantiles: {} }", "at least one quantile is needed"],
    ["latency: { quantiles: { 50%: 1ms, 40%: 2ms } }", "quantiles must ascend; found 40%; allowed: more than 50%"],
    [
      "latency: { quantiles: { 50%: 3ms, 60%: 2ms } }",
      "latencies must not descend; found 2ms; allowed: at least that of",
    ],
    ["latency: { quantiles: { p50: 3ms } }", "this is not a share; found p50"],
    ["latency: { mixture: [{ weight: 1, latency: { p50: 1ms } }] }", "at least two percentiles are needed; found p50"],
    ["latency: { mixture: [{ weight: 1, latency: x 2 }] }", "this is not a duration; found x 2"],
    ["latency: { mixture: [{ weight: 0, latency: 1ms }] }", "this must be more than 0"],
    ["errors: { kinds: { a: 1 } }", "rate is missing"],
    ["errors: { rate: 1%, kinds: {} }", "at least one kind is needed"],
    ["errors: { rate: 1%, kinds: { a b: 1 } }", "this is not a kind of failure; found a b"],
    ["errors: { rate: 1%, bursts: { rate: 2%, every: 1h } }", "lasts is missing"],
    ["timeout: 0s", "a latency must be between 1us and 35m"],
    ["warmUp: { factor: 5, over: 1m }", "this is not a factor"],
    [
      "baseline: { latency: 1ms, errors: { rate: + 1% } }\ncandidate: {}",
      "only the candidate's errors can be relative",
    ],
    ["baseline: { latency: 1ms, warmUp: { factor: x 2, over: 1s } }\ncandidate: {}", "only the candidate is started"],
    ["segments: { plan=pro: { errors: 1% } }", "the users have no such segment; found plan=pro"],
  ])("refuses of the wider forms %j", (text, message) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(message));
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
