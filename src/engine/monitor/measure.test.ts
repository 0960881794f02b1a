import binomial from "@stdlib/stats-base-dists-binomial";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { METRICS, findMetric, fullMetricNames, type ScopedMetric } from "./catalogue.ts";
import { ATTEMPTS, ERRORS, LATENCY_SUM_US, counterCount, limitCounter, versionOffset } from "./counters.ts";
import { HISTOGRAM_BINS, histogramBin, nearestRank } from "./histogram.ts";
import { exceedanceLimit, judge, measure, type Operator, type Span } from "./measure.ts";

function scoped(name: string): ScopedMetric {
  const metric = findMetric(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
}

/** A span that starts at nothing and ends with the given counters of the candidate, by offset. */
function spanOf(candidate: Readonly<Record<number, number>>, change: Partial<Span> = {}): Span {
  const empty = () => ({
    atUs: 0,
    counters: new Float64Array(counterCount(1)),
    countersOffset: 0,
    histograms: new Uint32Array(2 * HISTOGRAM_BINS),
    histogramsOffset: 0,
  });
  const to = { ...empty(), atUs: 60_000_000 };
  for (const [offset, value] of Object.entries(candidate)) to.counters[versionOffset(1) + Number(offset)] = value;
  const health = { polls: 0, failedPolls: 0, ok: true };
  return { from: empty(), to, health: [health, health], publishesQuantiles: true, ...change };
}

function judgeErrors(errors: number, attempts: number, operator: Operator, limitPpm: number, minSamples = 1) {
  const rule = { metric: scoped("candidate.errorRate"), operator, limit: limitPpm, minSamples, limitIndex: -1 };
  return judge(rule, spanOf({ [ERRORS]: errors, [ATTEMPTS]: attempts })).holds;
}

describe("what was not measured", () => {
  it("has no value, of whatever metric that is a share", () => {
    for (const name of ["candidate.errorRate", "all.successRate", "candidate.fallbackRate", "candidate.declineRate"]) {
      expect(measure(scoped(name), spanOf({})), name).toMatchObject({ value: null, samples: 0 });
    }
  });
});

describe("raw thresholds, against the exact binomial distribution", () => {
  const breachOfGate = (attempts: number, rate: number): number => {
    let breached = 0;
    for (let errors = 0; errors <= attempts; errors++) {
      if (judgeErrors(errors, attempts, "<", 20_000) === "no") breached += binomial.pmf(errors, attempts, rate);
    }
    return breached;
  };

  it.each([
    [30, 0.26, 3],
    [50, 0.395, 3],
    [100, 0.264, 3],
    [200, 0.142, 3],
    [500, 0.031, 3],
    [1000, 0.0033, 4],
  ])("a gate of errors < 2 %% at a true 1 %%, %i attempts: breached with probability %f", (attempts, exact, digits) => {
    expect(breachOfGate(attempts, 0.01)).toBeCloseTo(exact, digits);
  });

  it.each([
    [0.01, 0.00022, 5],
    [0.15, 0.678, 3],
  ])(
    "a trigger of errors > 10 %% over 30 attempts at a true rate of %f fires with probability %f",
    (rate, exact, digits) => {
      let fires = 0;
      for (let errors = 0; errors <= 30; errors++) {
        if (judgeErrors(errors, 30, ">", 100_000) === "yes") fires += binomial.pmf(errors, 30, rate);
      }
      expect(fires).toBeCloseTo(exact, digits);
    },
  );

  it.each([
    [30, 0.14, 3],
    [90, 0.363, 3],
    [100, 0.0898, 4],
    [1000, 0.0135, 4],
  ])("P99 > 200 ms where 0.5 %% are above, %i attempts: fires with probability %f", (attempts, exact, digits) => {
    const rule = {
      metric: scoped("candidate.latency.p99"),
      operator: ">",
      limit: 200_000,
      minSamples: 1,
      limitIndex: 0,
    } as const;
    let fires = 0;
    for (let above = 0; above <= attempts; above++) {
      const span = spanOf({ [ATTEMPTS]: attempts });
      span.to.counters[limitCounter(0, 1)] = above;
      span.to.histograms?.fill(attempts, HISTOGRAM_BINS + 500, HISTOGRAM_BINS + 501);
      if (judge(rule, span).holds === "yes") fires += binomial.pmf(above, attempts, 0.005);
    }
    expect(fires).toBeCloseTo(exact, digits);
  });

  it("looks 12 times at a growing sample, or at 12 separate windows of 30", () => {
    // Exact, by carrying the distribution of errors so far over the looks that did not breach.
    let unbreached = new Map([[0, 1]]);
    for (let look = 1; look <= 12; look++) {
      const next = new Map<number, number>();
      for (const [errors, weight] of unbreached) {
        for (let more = 0; more <= 30; more++) {
          const total = errors + more;
          if (judgeErrors(total, 30 * look, "<", 20_000) === "no") continue;
          next.set(total, (next.get(total) ?? 0) + weight * binomial.pmf(more, 30, 0.01));
        }
      }
      unbreached = next;
    }
    const survived = [...unbreached.values()].reduce((sum, weight) => sum + weight, 0);
    expect(1 - survived).toBeCloseTo(0.411, 3);
    const once = breachOfGate(30, 0.01);
    let noneOfTwelve = 1;
    for (let i = 0; i < 12; i++) noneOfTwelve *= 1 - once;
    expect(1 - noneOfTwelve).toBeCloseTo(0.973, 3);
  });
});

describe("three-valued judgement", () => {
  it("has not enough data without samples, or with fewer than the minimum", () => {
    expect(judgeErrors(0, 0, "<", 20_000)).toBe("not enough data");
    expect(judgeErrors(5, 99, ">", 10_000, 100)).toBe("not enough data");
    expect(judgeErrors(5, 100, ">", 10_000, 100)).toBe("yes");
  });

  it("decides rates on integers, at the very limit", () => {
    expect(judgeErrors(2, 100, "<", 20_000)).toBe("no");
    expect(judgeErrors(2, 100, "<=", 20_000)).toBe("yes");
    expect(judgeErrors(2, 100, ">", 20_000)).toBe("no");
    expect(judgeErrors(2, 100, ">=", 20_000)).toBe("yes");
    // 3 of 10 is 30 %, though 0.3 has no exact double.
    expect(judgeErrors(3, 10, ">=", 300_000)).toBe("yes");
    expect(judgeErrors(3, 10, ">", 300_000)).toBe("no");
  });

  it("decides quantile rules exactly as nearest rank on the sorted latencies does", () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 });
    const operators = fc.constantFrom<Operator>("<", "<=", ">", ">=");
    fc.assert(
      fc.property(
        latencies,
        fc.integer({ min: 1, max: 400 }),
        operators,
        fc.constantFrom("p50", "p95", "p99", "p999"),
        (all, limit, operator, name) => {
          const metric = scoped(`candidate.latency.${name}`);
          const counted = exceedanceLimit(operator, limit);
          const span = spanOf({ [ATTEMPTS]: all.length });
          span.to.counters[limitCounter(0, 1)] = all.filter((us) => us > counted).length;
          for (const us of all) {
            const bin = HISTOGRAM_BINS + histogramBin(us);
            if (span.to.histograms !== null) span.to.histograms[bin] = (span.to.histograms[bin] ?? 0) + 1;
          }
          const permille = metric.metric.quantilePermille ?? 0;
          const exact = all.sort((a, b) => a - b)[nearestRank(all.length, permille) - 1] ?? 0;
          const expected = { "<": exact < limit, "<=": exact <= limit, ">": exact > limit, ">=": exact >= limit };
          const { holds } = judge({ metric, operator, limit, minSamples: 1, limitIndex: 0 }, span);
          expect(holds).toBe(expected[operator] ? "yes" : "no");
        },
      ),
    );
  });

  it("compares nothing with an empty arm", () => {
    const delta = { metric: scoped("latency.delta"), operator: ">", limit: 1, minSamples: 1, limitIndex: -1 } as const;
    expect(judge(delta, spanOf({ [ATTEMPTS]: 50, [LATENCY_SUM_US]: 1e9 })).holds).toBe("not enough data");
  });

  it("publishes no quantile where detailed metrics are off", () => {
    const rule = {
      metric: scoped("candidate.latency.p99"),
      operator: "<",
      limit: 1e6,
      minSamples: 1,
      limitIndex: 0,
    } as const;
    const span = spanOf({ [ATTEMPTS]: 50 }, { publishesQuantiles: false });
    expect(judge(rule, span).holds).toBe("not enough data");
  });
});

describe("measure", () => {
  it("knows every metric of the catalogue", () => {
    for (const name of fullMetricNames()) expect(() => measure(scoped(name), spanOf({}))).not.toThrow();
    expect(new Set(METRICS.map((metric) => metric.name)).size).toBe(METRICS.length);
  });

  it("counts requests of a window without any as zero, not as absent", () => {
    expect(measure(scoped("candidate.requests"), spanOf({}))).toMatchObject({ value: 0, samples: 60 });
  });

  it("measures health only once it was polled", () => {
    expect(measure(scoped("candidate.health.ok"), spanOf({})).value).toBeNull();
    const sick = { polls: 5, failedPolls: 3, ok: false };
    const span = spanOf({}, { health: [{ polls: 5, failedPolls: 0, ok: true }, sick] });
    expect(measure(scoped("candidate.health.ok"), span)).toMatchObject({ value: 0, samples: 5 });
    expect(measure(scoped("candidate.health.failedPolls"), span).value).toBe(3);
    expect(measure(scoped("baseline.health.ok"), span).value).toBe(1);
  });
});
