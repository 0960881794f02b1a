import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryFacts } from "../../test/plans/arbitrary-facts.ts";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { begin, stepOnce, type Stepping } from "../../test/plans/stepping.ts";
import { SECOND_US } from "./kernel/units.ts";
import {
  ATTEMPTS,
  ERRORS,
  FALLBACKS,
  LATENCY_SUM_US,
  REQUESTS,
  USER_FAILURES,
  VERSION_COUNTERS,
} from "./monitor/counters.ts";
import type { Decision, Evidence } from "./result.ts";

/** Without CANARY, where few requests are slow. */
const FROM_TESTING = { ...QUICK_POLICY, phases: QUICK_POLICY.phases.slice(1) };

/** Counters at every tick and at the latest entry of a phase, kept beside a run; index 0 is the start. */
function keepCounters(stepping: Stepping, onDecision: (decision: Decision, kept: Kept) => void): void {
  const { state } = stepping;
  const kept: Kept = { now: [], ticks: new Map([[0, [...state.recording.counters]]]), phaseEntered: [] };
  let known = 0;
  let phases = -1;
  while (stepOnce(stepping)) {
    kept.now = [...state.recording.counters];
    const tickUs = stepping.stack.ready.plan.policy.tickUs;
    if (state.kernel.nowUs % tickUs === 0) kept.ticks.set(state.kernel.nowUs / 1_000, kept.now);
    for (const decision of state.decisions.slice(known)) onDecision(decision, kept);
    known = state.decisions.length;
    // After the decisions: those that leave a phase rest on the phase that they leave.
    if (state.openPhase >= 0 && state.phases.length !== phases) kept.phaseEntered = kept.now;
    if (state.openPhase >= 0) phases = state.phases.length;
  }
}

interface Kept {
  now: number[];
  readonly ticks: Map<number, number[]>;
  phaseEntered: number[];
}

/** Value and samples of the evidence, from nothing but counters. */
function recompute(evidence: Evidence, atMs: number, kept: Kept): readonly [number | null, number] {
  const from = evidence.window === "phase" ? kept.phaseEntered : kept.ticks.get(atMs - evidence.windowMs)!;
  const gained = (counter: number): number => kept.now[counter]! - from[counter]!;
  const ratio = (top: number, bottom: number): readonly [number | null, number] => [
    bottom === 0 ? null : top / bottom,
    bottom,
  ];
  const candidate = (counter: number): number => gained(VERSION_COUNTERS + counter);
  const both = (counter: number): number => gained(counter) + candidate(counter);
  switch (evidence.metric) {
    case "candidate.errorRate":
      return ratio(candidate(ERRORS), candidate(ATTEMPTS));
    case "candidate.fallbackRate":
      return ratio(candidate(FALLBACKS), candidate(REQUESTS));
    case "all.successRate":
      return ratio(both(REQUESTS) - both(USER_FAILURES), both(REQUESTS));
    case "all.errorRate":
      return ratio(both(ERRORS), both(ATTEMPTS));
    default: {
      expect(evidence.metric).toBe("latency.delta");
      const samples = Math.min(gained(ATTEMPTS), candidate(ATTEMPTS));
      if (samples === 0) return [null, 0];
      const delta = candidate(LATENCY_SUM_US) / candidate(ATTEMPTS) - gained(LATENCY_SUM_US) / gained(ATTEMPTS);
      return [delta / 1_000, samples];
    }
  }
}

/** Of these the counters alone do not tell the value. */
const BEYOND_COUNTERS = ["candidate.health.ok", "candidate.latency.p95", "candidate.latency.p99"];

/** Compares all that a decision looked at with the counters; how many rules could be compared. */
function expectRecomputed({ atMs, evidence, looked }: Decision, kept: Kept): number {
  let recomputed = 0;
  if (evidence !== null) expect(looked).toContainEqual(evidence);
  for (const seen of looked) {
    if (BEYOND_COUNTERS.includes(seen.metric)) continue;
    const [value, samples] = recompute(seen, atMs, kept);
    expect(seen.samples, seen.rule).toBe(samples);
    if (value === null) expect(seen.value).toBeNull();
    else expect(seen.value).toBeCloseTo(value, 9);
    const compared = {
      "<": value! < seen.limit,
      "<=": value! <= seen.limit,
      ">": value! > seen.limit,
      ">=": value! >= seen.limit,
    };
    const verdict = compared[seen.operator] ? "yes" : "no";
    expect(seen.holds).toBe(value === null || samples < seen.minSamples ? "not enough data" : verdict);
    recomputed++;
  }
  return recomputed;
}

describe("evidence", () => {
  it.each([
    { run: "good", facts: {} },
    { run: "good after a while", facts: { operator: [], perSecond: 300, horizonUs: 150 * SECOND_US } },
    {
      run: "failing later",
      facts: { faults: [candidateFault(60 * SECOND_US, 99 * SECOND_US, { errorPpm: 400_000 })] },
    },
    { run: "slow", facts: { candidate: { p50Ms: 2_900, p95Ms: 3_000 }, policy: FROM_TESTING } },
    { run: "declining", facts: { candidate: { declinePpm: 350_000 } } },
  ])("of every decision of a $run run can be recomputed from the counters", ({ facts }) => {
    let recomputed = 0;
    keepCounters(begin(smallPlan(facts)), (decision, kept) => {
      recomputed += expectRecomputed(decision, kept);
    });
    expect(recomputed).toBeGreaterThan(1);
  });

  it("of every decision of any run can be recomputed, that of a rollback above all", () => {
    const causes = new Map<string, number>();
    const property = fc.property(arbitraryFacts, (facts) => {
      keepCounters(begin(smallPlan(facts)), (decision, kept) => {
        const recomputed = expectRecomputed(decision, kept);
        const { kind, evidence } = decision;
        if (kind !== "rollback" || evidence === null || recomputed === 0) return;
        causes.set(evidence.rule, (causes.get(evidence.rule) ?? 0) + 1);
      });
    });
    fc.assert(property, { numRuns: 200, seed: 31 });
    for (const cause of ["error-rate", "fallback-rate", "latency-delta"]) {
      expect(causes.get(cause), cause).toBeGreaterThan(3);
    }
  });
});
