/** Evidence made by hand, for tests of what decides on it. */
import type { Evidence } from "../../src/engine/result.ts";

/** What a rule saw: enough samples, and the verdict. */
export function look(rule: string, holds: Evidence["holds"], change: Partial<Evidence> = {}): Evidence {
  return {
    rule,
    metric: "candidate.errorRate",
    value: holds === "not enough data" ? null : 0.01,
    operator: "<",
    limit: 0.02,
    windowMs: 60_000,
    window: "phase",
    samples: holds === "not enough data" ? 0 : 500,
    minSamples: 100,
    holds,
    approximate: false,
    ...change,
  };
}
