/** Metrics of a scenario's own in files: read as they are meant, refused with what is allowed where they are not. */
import { describe, expect, it } from "vitest";
import { readRehearsal } from "./built-in.ts";
import { planScenario, rehearseScenario } from "./runner.ts";
import { complainOfOwnName } from "./own-metric-name.ts";
import { parseOwnChange, parseOwnValue, writeOwnChange } from "./own-metric-text.ts";
import { readPolicy } from "./policy-file.ts";
import { readScenario } from "./scenario-file.ts";
import { parseAmount, writeAmount } from "./quantity.ts";

const METRICS = `
  conversion: { kind: boolean, baseline: 5%, candidate: 4%, routes: { GET /b: { baseline: 8% } } }
  basket.value: { kind: number, unit: EUR, baseline: { p50: 20, p95: 90 }, candidate: x 0.9 - 1 }`;
const POLICY = `
  policy: own
  phases: [{ name: CANARY, traffic: 50%, minDuration: 1m, gates: ["conversion.rate > 1%"] }]`;

function scenario({ metrics = METRICS, policy = POLICY, more = "" } = {}): string {
  return `scenario: shop
policy:${policy}
traffic: { constant: 100/s }
routes: { GET /a: 1, GET /b: 1 }
users: { population: 100, segments: { region: { eu: 50%, us: 50% } } }
baseline: { latency: 10ms }
candidate: {}
metrics:${metrics}
${more}`;
}

function problems(text: string): string[] {
  const read = readRehearsal(text, "s.yaml");
  return read.ok
    ? []
    : read.problems.map(({ path, message, found, allowed, suggestion }) =>
        [path, message, found ?? "", allowed ?? "", suggestion ?? ""].join("; "),
      );
}

describe("metrics of a scenario's own", () => {
  it("are read with their values under either version, by route", () => {
    const read = readScenario(scenario(), "s.yaml");
    expect(read.ok ? read.value.metrics : read.problems).toEqual([
      {
        name: "conversion",
        kind: "boolean",
        baseline: { kind: "share", ppm: 50_000 },
        candidate: { kind: "share", ppm: 40_000 },
        overrides: [{ route: "GET /b", baseline: { kind: "share", ppm: 80_000 } }],
      },
      {
        name: "basket.value",
        kind: "number",
        unit: "EUR",
        baseline: {
          kind: "distribution",
          distribution: {
            kind: "lognormal",
            points: [
              { quantile: 0.5, us: 20_000_000 },
              { quantile: 0.95, us: 90_000_000 },
            ],
          },
        },
        candidate: { kind: "relative", factor: 0.9, add: -1_000_000 },
        overrides: [],
      },
    ]);
  });

  it.each([
    ["mixture: [{ weight: 1, value: 5 }, { weight: 2, value: { exponential: 9 } }]", "mixture"],
    ["samples: [0, 1, 8]", "empirical"],
    ["quantiles: { 0%: 1, 100%: 2.5 }", "empirical"],
    ["exponential: 3", "exponential"],
  ])("have distributions as latencies have them: %s", (text, kind) => {
    const read = readScenario(
      scenario({
        metrics: `\n  m: { kind: number, baseline: { ${text} } }`,
        policy: "\n  policy: p\n  phases: [{ name: A, traffic: 1%, minDuration: 1m }]",
      }),
      "s.yaml",
    );
    expect(read.ok ? read.value.metrics?.[0]?.baseline : read.problems).toMatchObject({ distribution: { kind } });
  });

  it("fare as expected in a run, faults and expectations included", () => {
    const more = `faults: [{ at: 30s, metrics: { conversion: x 0.5, basket.value: -2 } }]
expect:
  - phases.CANARY.candidate.conversion.rate < 5%
  - phases.CANARY.baseline.conversion.rate > 5%
  - phases.CANARY.candidate.basket.value.mean < 28.5
  - phases.CANARY.candidate.basket.value.samples > 1000`;
    const read = readRehearsal(scenario({ more }), "s.yaml");
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const record = rehearseScenario(read.value.scenario, read.value.policy, null, {}, { check: true });
    expect(record.expectations.map(({ held, got }) => [held, got])).toEqual(
      record.expectations.map(({ got }) => [true, got]),
    );
    const fault = record.decisions.find(({ kind }) => kind === "fault");
    expect(fault?.reason).toBe("candidate conversion x0.5, basket.value -2 begins");
  });

  it("let an operator set limits of theirs, in the unit in which they are written", () => {
    const policy = `
  policy: own
  phases: [{ name: CANARY, traffic: 50%, minDuration: 1m }]
  triggers: [{ name: worth, when: basket.value.mean < 2.5 }]`;
    const read = readRehearsal(
      scenario({ policy, more: `operator: ["at 5s: set triggers.worth.limit 18.5"]` }),
      "s.yaml",
    );
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.policy.triggers[0]?.limit).toBe(2_500_000);
    const plan = planScenario(read.value.scenario, read.value.policy, null);
    expect(plan.operator[0]?.action).toMatchObject({ limit: 18_500_000 });
  });

  it.each([
    ["\n  latency: { kind: number, baseline: 5 }", "metrics of one's own may not begin with latency"],
    ["\n  a b: { kind: number, baseline: 5 }", "this is not a name for a metric; a b"],
    ["\n  m: { kind: number }", "what the metric is under the baseline is missing; ; baseline: 20"],
    ["\n  m: { kind: boolean, baseline: 5 }", "a boolean is true for a share of the requests"],
    ["\n  m: { kind: boolean, baseline: { p50: 1, p95: 2 } }", "a boolean has a share, no distribution"],
    ["\n  m: { kind: boolean, unit: EUR, baseline: 5% }", "a boolean has no unit"],
    ["\n  m: { kind: number, baseline: 5% }", "a number is no share"],
    ["\n  m: { kind: number, baseline: x 0.5 }", "only the candidate's values can be relative"],
    ["\n  m: { kind: number, baseline: { p50: 9, p95: 3 } }", "percentiles must ascend; 3; more than p50, 9"],
    ["\n  m: { kind: number, baseline: { p50: 0, p95: 3 } }", "this must be more than 0"],
    ["\n  m: { kind: number, baseline: 5, routes: { GET /c: {} } }", "the traffic has no such route; GET /c"],
    ["\n  m: { kind: number, baseline: 5, segments: { region=us: {}, plan=x: {} } }", "plan"],
    ["\n  m: { kind: numbr, baseline: 5 }", "number"],
  ])("are refused: %s", (metrics, message) => {
    expect(
      problems(scenario({ metrics, policy: "\n  policy: p\n  phases: [{ name: A, traffic: 1%, minDuration: 1m }]" })),
    ).toContainEqual(expect.stringContaining(message));
  });

  it.each([
    [
      "faults: [{ at: 1s, metrics: { conversio: x 0.5 } }]",
      "no such metric of its own; conversio; conversion, basket.value; conversion",
    ],
    ["faults: [{ at: 1s, metrics: { conversion: x 2 } }]", "a fault cannot multiply a boolean upwards; x 2"],
    ["faults: [{ at: 1s, metrics: { conversion: + 2 } }]", "a boolean is true for a share"],
    ["faults: [{ at: 1s, metrics: { basket.value: + 2% } }]", "a number is no share"],
    ["expect: [phases.CANARY.candidate.conversion.mean > 1]", "no such metric of its own; conversion.mean"],
    ["expect: [phases.CANARY.candidate.conversio.rate > 1%]", "conversion.rate"],
    ["expect: [phases.CANARY.candidate.conversion.rate > 1]", "a share needs its percent sign"],
  ])("are what the rest of the scenario has to speak of: %s", (more, message) => {
    expect(problems(scenario({ more }))).toContainEqual(expect.stringContaining(message));
  });

  it.each([
    [
      "conversio.rate > 1%",
      "unknown metric; conversio.rate; a name of rehearse list metrics, or of metrics:; conversion.rate",
    ],
    ["latncy.mean < 1", "unknown metric; latncy.mean; a name of rehearse list metrics, or of metrics:; latency.mean"],
    ["conversion.mean > 1", "conversion is a boolean; conversion.mean; conversion.rate, conversion.rate.delta"],
    ["basket.value.mean > 1%", "the limit of basket.value.mean: this is not a plain number"],
    ["basket.value.mean > 1 with 95% confidence", "there is no bound for basket.value.mean"],
  ])("are what rules may speak of: %s", (rule, message) => {
    const policy = POLICY.replace("conversion.rate > 1%", rule);
    expect(problems(scenario({ policy }))).toContainEqual(expect.stringContaining(message));
  });

  it("are declared by a policy of its own file, and missed by name where the scenario has not what it declares", () => {
    const policy = (metrics: string) =>
      `policy: own\nmetrics: ${metrics}\nphases: [{ name: A, traffic: 1%, minDuration: 1m, gates: [basket.value.p95 < 90] }]`;
    expect(readPolicy(policy("{ basket.value: number }"), "p.yaml").ok).toBe(true);
    const undeclared = readPolicy(policy("{ basket.valu: number }"), "p.yaml");
    expect(undeclared.ok ? [] : undeclared.problems).toMatchObject([
      { line: 3, message: "unknown metric", found: "basket.value.p95", suggestion: "basket.valu.p95" },
    ]);
    const inside = `\n${policy("{ basket.value: number, conversion: number, returns: boolean }").replaceAll(/^/gmu, "  ")}`;
    expect(problems(scenario({ policy: inside }))).toEqual([
      expect.stringContaining(
        "the policy s.yaml speaks of the number conversion, and the scenario s.yaml has conversion as a boolean",
      ),
      expect.stringContaining(
        "the policy s.yaml speaks of the boolean returns, and the scenario s.yaml has no metric returns of its own",
      ),
    ]);
  });
});

describe("texts of values", () => {
  it("are read and written", () => {
    expect(parseAmount("0.25")).toEqual({ ok: true, value: 250_000 });
    for (const wrong of ["1.0000001", "-1", "5%", "1000000001", "1e3"]) expect(parseAmount(wrong).ok).toBe(false);
    for (const text of ["20", "0.25", "-0.25", "0", "1000000000"]) {
      const sign = text.startsWith("-") ? -1 : 1;
      const read = parseAmount(text.replace("-", ""));
      expect(writeAmount(read.ok ? sign * read.value : 1)).toBe(text);
    }
    for (const [text, written] of [
      ["x 0.9 - 2", "x0.9 -2"],
      ["+ 1%", "+1%"],
      ["-5", "-5"],
    ] as const) {
      const read = parseOwnChange(text);
      expect(read.ok && writeOwnChange(read.value)).toBe(written);
    }
    for (const wrong of ["0.9", "x 0.9 +", "* 2", ""]) expect(parseOwnChange(wrong).ok).toBe(false);
    expect(parseOwnValue("4%")).toEqual({ ok: true, value: { kind: "share", ppm: 40_000, unit: "share" } });
    expect(complainOfOwnName("basket.value")).toBeNull();
  });
});
