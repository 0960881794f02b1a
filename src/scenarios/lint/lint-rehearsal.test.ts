import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArrivalModel } from "../../engine/traffic/traffic.ts";
import { readRehearsal } from "../built-in.ts";
import { arrivalRate } from "./arrival-rate.ts";
import { lintRehearsal } from "./lint-rehearsal.ts";

const MINUTE_US = 60_000_000;

function lints(traffic: string, policy: string, more = ""): string[] {
  const text = `scenario: s
policy:
  policy: mine
  phases:
    - { name: SMALL, traffic: 1%, minDuration: 10m, maxDuration: 20m, gates: ["errorRate < 2%, at least 100"] }
    - { name: ALL, traffic: 100%, minDuration: 10m, gates: ["errorRate < 2%, at least 100"] }
  triggers: [${policy}]
traffic: ${traffic}
baseline: { latency: 80ms }
candidate: {}
duration: 1h
${more}`;
  const read = readRehearsal(text, "s.yaml");
  if (!read.ok) throw new Error(read.problems.map((problem) => problem.message).join("; "));
  const { scenario, policy: own } = read.value;
  return lintRehearsal(scenario, own, scenario.durationUs ?? 0).map(
    ({ rule, line, message }) => `${line} ${rule} ${message}`,
  );
}

describe("blind-rule", () => {
  // At 1 % of 5 requests/s a window of 5 minutes holds 15 samples.
  it("tells a trigger that never has its samples from one that just has", () => {
    const blind = lints("{ poisson: 10/s }", '"errorRate > 10% over 5m, at least 31"');
    expect(blind).toHaveLength(1);
    expect(blind[0]).toContain("8 blind-rule policy mine: trigger error-rate is starved in SMALL and mostly does");
    expect(blind[0]).toContain("5m x 10/s x 1% = 30 samples of candidate.errorRate are to be expected in SMALL");
    expect(blind[0]).toContain("and it needs 31; a window has them with a chance of 45%");
    expect(blind[0]).toContain("Cure: a window of at least 6m, or a minimum of at most 30, or more traffic");
    expect(lints("{ poisson: 10/s }", '"errorRate > 10% over 5m, at least 30"')).toEqual([]);
  });

  it("measures a gate over the phase by the longest that the phase can last", () => {
    const [gate] = lints("{ constant: 8/s }", "");
    expect(gate).toContain("gate error-rate of SMALL is starved and mostly does not pass: 20m x 8/s x 1% = 96 samples");
    expect(lints("{ constant: 8.34/s }", "")).toEqual([]);
  });

  it("counts the smaller side of a comparison, and leaves an empty side to its own lint", () => {
    const found = lints("{ poisson: 100/s }", '"latency.delta > 1s over 60s, at least 61"');
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("is starved in SMALL and mostly does not fire: 1m x 100/s x 1% = 60 samples");
  });

  it("calls blind what happens in less than one phase of a hundred, and starved what may", () => {
    expect(lints("{ poisson: 80/s }", '"errorRate > 10% over 1m, at least 50"')[0]).toContain(
      "starved in SMALL and mostly does not fire: 1m x 80/s x 1% = 48 samples of candidate.errorRate are to be " +
        "expected in SMALL at most, and it needs 50; a window has them with a chance of 41%",
    );
    expect(lints("{ poisson: 80/s }", '"errorRate > 10% over 1m, at least 150"')[0]).toContain(
      "blind in SMALL and does not fire",
    );
  });

  it("looks at the shorter of two windows", () => {
    expect(lints("{ poisson: 10/s }", '"burnRate of 99.9% > 14.4 over 1h and 5m, at least 50"')[0]).toContain(
      "5m x 10/s x 1% = 30 samples",
    );
    expect(lints("{ poisson: 10/s }", '"burnRate of 99.9% > 14.4 over 1h and 10m, at least 50"')).toEqual([]);
  });

  it("counts the samples that a bound needs", () => {
    const sure = lints("{ poisson: 10/s }", '"errorRate > 90% with 95% confidence over 3m, at least 5"');
    expect(sure[0]).toContain("18 samples of candidate.errorRate are to be expected in SMALL at most, and it needs 25");
    expect(lints("{ poisson: 10/s }", '"errorRate > 90% with 95% confidence over 5m, at least 5"')).toEqual([]);
  });

  it("looks at alerts, and at the checks of a rollback with nobody on the candidate", () => {
    const rules = `"errorRate > 10% over 5m, at least 20"]
  alerts: ["candidate.errorRate > 5% over 5s, at least 5000"]
  rollback:
    steps: [{ name: r, does: revert-flags, takes: 1s }]
    checks: ["baseline.errorRate < 1% over 30s, at least 400", "all.errorRate < 1% over 30s, at least 300"`;
    const found = lints("{ poisson: 10/s }", rules);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("alert error-rate is blind in SMALL, ALL and is not raised");
    expect(found[1]).toContain("check baseline-error-rate of the rollback is blind and does not let");
    expect(found[1]).toContain("30s x 10/s x 100% = 300 samples");
  });

  it("asks nothing of rules whose samples are no requests", () => {
    expect(lints("{ poisson: 10/s }", '"health.ok < 1 over 60s, at least 1000"')).toEqual([]);
  });
});

describe("arrivalRate", () => {
  it("knows every kind of traffic", () => {
    expect(arrivalRate({ kind: "poisson", perSecond: 7 }, MINUTE_US)).toEqual({ mean: 7, peak: 7 });
    const bursts = { kind: "bursts", calmPerSecond: 10, burstPerSecond: 100, calmUs: 80, burstUs: 10 } as const;
    expect(arrivalRate(bursts, MINUTE_US)).toEqual({ mean: 20, peak: 100 });
  });

  it("has the mean of a curve by its area, as a fine sum of its values has it", () => {
    const point = fc.record({ atUs: fc.integer({ min: 0, max: MINUTE_US }), perSecond: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), (unordered) => {
        const points = unordered.toSorted((one, other) => one.atUs - other.atUs);
        const model: ArrivalModel = { kind: "varying", points, repeatUs: null, spacing: "poisson" };
        const steps = 6_000;
        let sum = 0;
        for (let step = 0; step < steps; step++) sum += valueAt(points, ((step + 0.5) * MINUTE_US) / steps);
        expect(Math.abs(arrivalRate(model, MINUTE_US).mean - sum / steps)).toBeLessThan(1);
      }),
      { numRuns: 50 },
    );
  });
});

function valueAt(points: readonly { readonly atUs: number; readonly perSecond: number }[], atUs: number): number {
  const after = points.findIndex((point) => point.atUs > atUs);
  if (after === 0) return points[0]?.perSecond ?? 0;
  const from = points.at(after < 0 ? -1 : after - 1);
  const to = after < 0 ? from : points[after];
  if (from === undefined || to === undefined || to.atUs === from.atUs) return from?.perSecond ?? 0;
  return from.perSecond + ((to.perSecond - from.perSecond) * (atUs - from.atUs)) / (to.atUs - from.atUs);
}
