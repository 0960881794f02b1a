import { describe, expect, it } from "vitest";
import { handMadeSpan } from "../../../test/plans/span.ts";
import { findMetric } from "./catalogue.ts";
import { ATTEMPTS, ERRORS, versionOffset } from "./counters.ts";
import { measure, type Span } from "./measure.ts";
import { HEALTH_LIMITS } from "./monitor-policy.ts";
import { healthFacts, healthParts, overallStatus, type HealthFacts } from "./system-health.ts";

const unknown: HealthFacts = {
  limits: HEALTH_LIMITS,
  errors: 0,
  attempts: 0,
  cpuPpm: null,
  memoryPpm: null,
  workersPpm: null,
  baselineOk: null,
  candidateOk: null,
};

const statusOf = (facts: Partial<HealthFacts>): string | null => overallStatus(healthParts({ ...unknown, ...facts }));

describe("overall status", () => {
  it("is not known where nothing is measured", () => {
    expect(statusOf({})).toBe(null);
    // Too few attempts say nothing.
    expect(statusOf({ errors: 49, attempts: 49 })).toBe(null);
  });

  it.each<[string, Partial<HealthFacts>]>([
    ["healthy", { errors: 5, attempts: 100 }],
    ["degraded", { errors: 51, attempts: 1_000 }],
    ["degraded", { errors: 10, attempts: 100 }],
    ["unhealthy", { errors: 101, attempts: 1_000 }],
    ["healthy", { cpuPpm: 800_000, memoryPpm: 800_000, workersPpm: 800_000 }],
    ["degraded", { cpuPpm: 800_001 }],
    ["degraded", { memoryPpm: 950_000 }],
    ["unhealthy", { memoryPpm: 950_001 }],
    ["unhealthy", { workersPpm: 1_000_000 }],
    ["healthy", { baselineOk: true, candidateOk: true }],
    ["degraded", { baselineOk: true, candidateOk: false }],
    ["unhealthy", { baselineOk: false, candidateOk: true }],
    ["unhealthy", { cpuPpm: 900_000, baselineOk: false }],
  ])("is %s with %o", (status, facts) => {
    expect(statusOf(facts)).toBe(status);
  });

  it("is measured on a span as 2, 1 or 0, with its limits, and its samples are its parts", () => {
    const metric = findMetric("system.health")!;
    const at = versionOffset(1);
    const span: Span = {
      ...handMadeSpan({ fromUs: 0, toUs: 60_000_000, counters: { [at + ATTEMPTS]: 100, [at + ERRORS]: 7 } }),
    };
    expect(measure(metric, span)).toMatchObject({ value: 1, samples: 3 });
    const errors = { degradedPpm: 10_000, unhealthyPpm: 60_000 };
    expect(measure(metric, { ...span, healthLimits: { ...HEALTH_LIMITS, errors } }).value).toBe(0);
    const gauges = { memoryBytes: 90, memoryLimitBytes: 100, busyWorkers: 3, workers: 4, queueLength: 0 };
    const none = { memoryBytes: null, memoryLimitBytes: null, busyWorkers: null, workers: null, queueLength: null };
    const facts = healthFacts({ ...span, resources: { countersAt: 1_000, gauges: [gauges, none] } });
    expect(facts).toMatchObject({ memoryPpm: 900_000, workersPpm: 750_000, cpuPpm: null, errors: 7, attempts: 100 });
  });
});
