import { describe, expect, it } from "vitest";
import { rehearse } from "../../src/engine/stack.ts";
import { HOUR_US } from "../../src/engine/kernel/units.ts";
import { planOf, worldFacts } from "../rollout/bench-world.ts";
import type { VersionFacts } from "../rollout/bench-world.ts";
import { BENCH_POLICY } from "../rollout/setbull-policy.ts";
import { naiveRollout } from "./rollout.ts";

/** How far two counts of independent runs may lie apart: six standard deviations of a Poisson count. */
function expectNear(ours: number, theirs: number): void {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(6 * Math.sqrt(ours + theirs + 1));
}

/** Candidates that are far from any limit, so that chance does not decide. */
const CASES: readonly (readonly [string, string, Partial<VersionFacts>])[] = [
  ["a good one", "completed", {}],
  ["one that fails 20 % of its attempts", "rolled-back", { errorPpm: 200_000 }],
  ["one that fails 4 %: neither passes nor trips", "stalled", { errorPpm: 40_000 }],
  ["one that is 3 s slower", "rolled-back", { p50Ms: 3_200, p95Ms: 3_400 }],
  ["one that declines 40 %", "rolled-back", { declinePpm: 400_000 }],
];

describe("the naive engine decides as ours, on candidates that leave nothing to chance", () => {
  it.each(CASES)("%s: %s", (_name, outcome, candidate) => {
    const isStalling = outcome === "stalled";
    const good = worldFacts(isStalling ? 4_000_000 : 1_500_000, "agreement", candidate);
    const facts = isStalling ? { ...good, horizonUs: HOUR_US } : good;
    const ours = rehearse(planOf(facts));
    const theirs = naiveRollout(facts, BENCH_POLICY);
    expect(ours.outcome).toBe(outcome);
    expect(theirs.outcome).toBe(outcome);
    const entered = ours.phases.map(({ name, enteredAtMs }) => ({ name, enteredAtUs: enteredAtMs * 1_000 }));
    expect(theirs.phases).toEqual(entered);
    expect(theirs.rollback?.trigger).toBe(ours.rollback?.trigger);
    if (ours.rollback !== null && theirs.rollback !== null) {
      const apartUs = Math.abs(theirs.rollback.detectedAtUs - ours.rollback.detectedAtMs * 1_000);
      expect(apartUs).toBeLessThanOrEqual(BENCH_POLICY.tickUs);
    }
    if (ours.endedAtMs * 1_000 !== theirs.endedAtUs) return;
    expectNear(ours.impact.requests, theirs.requests);
    expectNear(ours.impact.failedRequests, theirs.failedRequests);
    expectNear(ours.impact.savedByFallback, theirs.savedByFallback);
    // Which users are in at 1 % hangs on the hash, which is not the same: a thousand users, more or less.
    expectNear(ours.impact.candidateRequests / 200, theirs.candidateRequests / 200);
    expectNear(ours.impact.slowedRequests / 200, theirs.slowedRequests / 200);
    expectNear(ours.impact.usersExposed, theirs.usersExposed);
  });
});
