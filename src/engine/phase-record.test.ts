import { describe, expect, it } from "vitest";
import { handMadeSpan } from "../../test/plans/span.ts";
import { ATTEMPTS, ERRORS, FALLBACKS, LATENCY_SUM_US, REQUESTS, VERSION_COUNTERS } from "./monitor/counters.ts";
import { recordPhase } from "./phase-record.ts";

describe("the record of a stay in a phase", () => {
  const candidateUs = Array.from({ length: 1_000 }, (_, i) => 1_000 * (i + 1));
  const span = handMadeSpan({
    fromUs: 10_000_500,
    toUs: 40_000_000,
    counters: {
      [ATTEMPTS]: 3,
      [REQUESTS]: 3,
      [ERRORS]: 1,
      [FALLBACKS]: 7,
      [LATENCY_SUM_US]: 10,
      [VERSION_COUNTERS + ATTEMPTS]: 1_000,
      [VERSION_COUNTERS + REQUESTS]: 1_200,
      [VERSION_COUNTERS + ERRORS]: 4,
      [VERSION_COUNTERS + FALLBACKS]: 204,
      [VERSION_COUNTERS + LATENCY_SUM_US]: 500_500_000,
    },
    latenciesUs: [[], candidateUs],
  });

  it("has what was gained between its ends, per version", () => {
    const record = recordPhase("TESTING", 12_500, "advanced", span);
    expect(record).toMatchObject({
      name: "TESTING",
      trafficPercent: 1.25,
      enteredAtMs: 10_000.5,
      leftAtMs: 40_000,
      verdict: "advanced",
      baseline: { requests: 3, attempts: 3, errors: 1, fallbacks: 7, meanMs: 0.003 },
      candidate: { requests: 1_200, attempts: 1_000, errors: 4, fallbacks: 204, meanMs: 500.5 },
    });
  });

  it("has the candidate's quantiles within 1 %", () => {
    const { candidate } = recordPhase("TESTING", 1, "held", span);
    for (const [shown, exact] of [
      [candidate.p50Ms, 500],
      [candidate.p95Ms, 950],
      [candidate.p99Ms, 990],
      [candidate.p999Ms, 999],
    ] as const) {
      expect(Math.abs(shown! - exact) / exact).toBeLessThan(0.01);
    }
  });

  it("has no latency where nothing was measured, and no quantiles where none are published", () => {
    const nothing = recordPhase("CANARY", 1, "held", handMadeSpan({ fromUs: 0, toUs: 1, counters: {} }));
    const none = {
      requests: 0,
      attempts: 0,
      errors: 0,
      fallbacks: 0,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      p999Ms: null,
      meanMs: null,
    };
    expect(nothing).toMatchObject({ baseline: none, candidate: none });
    const silent = recordPhase("CANARY", 1, "held", { ...span, publishesQuantiles: false });
    expect(silent.candidate).toMatchObject({ p50Ms: null, p999Ms: null, meanMs: 500.5 });
  });
});
