import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { resourceFault, resourcesWith } from "../../test/plans/resources.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { RunRecord } from "./result.ts";
import { rehearse } from "./stack.ts";

/** Without what a plan with resources says besides, and without the digest, which takes it in. */
function withoutResources({ resources: _resources, notes: _notes, digest: _digest, ...rest }: RunRecord) {
  return rest;
}

describe("resources without limits", () => {
  it("change nothing: the run is the plain one to the last count", () => {
    const facts: fc.Arbitrary<PlanFacts> = fc.record({
      seed: fc.string({ maxLength: 3 }),
      perSecond: fc.constantFrom(200, 1_000),
      horizonUs: fc.constantFrom(40 * SECOND_US, 100 * SECOND_US),
      candidate: fc.record({ errorPpm: fc.constantFrom(0, 15_000, 300_000), declinePpm: fc.constantFrom(0, 200_000) }),
      faults: fc.constantFrom([], [candidateFault(20 * SECOND_US, 50 * SECOND_US, { failsHealth: true })]),
    });
    let fallbacks = 0;
    fc.assert(
      fc.property(facts, (given) => {
        const plain = withoutResources(rehearse(smallPlan(given)));
        const fed = withoutResources(rehearse(smallPlan({ ...given, resources: resourcesWith() }), { check: true }));
        fallbacks += plain.impact.savedByFallback;
        // What became of a request is counted when it is known, not when it comes: those in flight may be missing.
        const { savedByFallback, slowedRequests, failedRequests, harmedRequests, ...arrivals } = plain.impact;
        expect({ ...fed, impact: { ...arrivals, ...pick(fed) } }).toEqual({ ...plain, impact: fed.impact });
        for (const [before, now] of [
          [savedByFallback, fed.impact.savedByFallback],
          [slowedRequests, fed.impact.slowedRequests],
          [failedRequests, fed.impact.failedRequests],
          [harmedRequests, fed.impact.harmedRequests],
        ] as const) {
          expect(now).toBeLessThanOrEqual(before);
          expect(now).toBeGreaterThanOrEqual(before - plain.inFlight);
        }
      }),
      { numRuns: 25, seed: 5 },
    );
    expect(fallbacks).toBeGreaterThan(500);
  });
});

describe("a cache that both versions share", () => {
  const half = { name: "HALF", trafficPpm: 500_000 } as const;
  function misses(entries: number | "shared", flags: Partial<RehearsalPlan["flags"]> = {}): [number, number] {
    const plan = smallPlan({ ...CLOCKWORK, horizonUs: 30 * SECOND_US });
    const [first] = plan.policy.phases;
    const hit = { kind: "relative", factor: 0.1, addUs: 0 } as const;
    const { resources } = rehearse(
      {
        ...plan,
        policy: { ...plan.policy, phases: [{ ...first!, ...half }], triggers: [], alerts: [] },
        flags: { ...plan.flags, cacheEnabled: true, ...flags },
        resources: resourcesWith({
          baseline: { cache: { entries: 60, entryBytes: 0, hit } },
          candidate: { cache: { entries, entryBytes: 0, hit } },
          items: { kind: "zipf", items: 50, exponent: 0 },
        }),
      },
      { check: true },
    );
    const missesOf = (version: "baseline" | "candidate"): number => {
      const { attempts, cacheHitRate } = resources![version];
      return cacheHitRate === null ? -1 : Math.round(attempts * (1 - cacheHitRate));
    };
    return [missesOf("baseline"), missesOf("candidate")];
  }

  it("misses every item once, whichever version asks first; caches of their own miss it once each", () => {
    // The baseline has a second alone before the router knows of the share: it has asked for every item by then.
    expect(misses("shared")).toEqual([50, 0]);
    expect(misses(60)).toEqual([50, 50]);
    expect(misses("shared", { cacheEnabled: false })).toEqual([50, -1]);
  });
});

function pick({ impact }: Pick<RunRecord, "impact">) {
  const { savedByFallback, slowedRequests, failedRequests, harmedRequests } = impact;
  return { savedByFallback, slowedRequests, failedRequests, harmedRequests };
}

/** All traffic on the candidate from the start of the only phase on; nothing stops it. */
function allOnCandidate(plan: RehearsalPlan): RehearsalPlan {
  const [first] = plan.policy.phases;
  if (first === undefined) throw new Error("no phase");
  return {
    ...plan,
    propagationUs: 0,
    policy: {
      ...plan.policy,
      triggers: [],
      alerts: [],
      phases: [{ ...first, trafficPpm: 1_000_000, minDurationUs: 3_600 * SECOND_US }],
    },
  };
}

describe("a candidate with one worker, a request every millisecond, 5 ms each", () => {
  const clockwork = { ...CLOCKWORK, horizonUs: SECOND_US + 1 };

  it("is behind by 4 ms more with every request", () => {
    const resources = resourcesWith({ candidate: { workers: 1, queue: 10_000 } });
    const flags = { ...smallPlan().flags, concurrencyEnabled: true };
    const { resources: used } = rehearse(allOnCandidate(smallPlan({ ...clockwork, flags, resources })), {
      check: true,
    });
    // 1,001 requests; number n waits 4 n ms.
    expect(used?.candidate).toMatchObject({ attempts: 1_001, turnedAwayByQueue: 0, waitLongestMs: 4_000, cpu: 1 });
    expect(used?.candidate.waitMeanMs).toBeCloseTo(2_000, 9);
  });

  it("declines what its queue has no room for: the baseline serves it, and no attempt has failed", () => {
    const resources = resourcesWith({ candidate: { workers: 1, queue: 2 } });
    const flags = { ...smallPlan().flags, concurrencyEnabled: true };
    const record = rehearse(allOnCandidate(smallPlan({ ...clockwork, flags, resources })), { check: true });
    // One in five is served, and two wait.
    expect(record.resources?.candidate).toMatchObject({ attempts: 203, turnedAwayByQueue: 798 });
    expect(record.phases[0]?.candidate).toMatchObject({ errors: 0 });
    expect(record.impact).toMatchObject({ failedRequests: 0, harmedRequests: 0, savedByFallback: 798 });
  });

  it("as a baseline fails it, as overloaded, and the shadow as well: nobody is harmed by a rollout that moves nobody", () => {
    const resources = resourcesWith({ baseline: { workers: 1, queue: 2 } });
    const plan = smallPlan({ ...clockwork, resources, pinnedFlags: { useOptimizedAnalytics: false } });
    const record = rehearse(plan, { check: true });
    expect(record.resources?.baseline).toMatchObject({ attempts: 203, turnedAwayByQueue: 798 });
    expect(record.impact).toMatchObject({ requests: 1_001, failedRequests: 798, harmedRequests: 0, slowedRequests: 0 });
  });
});

describe("the shadow", () => {
  it("goes as the run does while nobody is on the candidate: no harm, nobody slowed, whatever fails or waits", () => {
    const facts = fc.record({
      seed: fc.string({ maxLength: 3 }),
      instances: fc.integer({ min: 1, max: 4 }),
      workers: fc.constantFrom(3, 8),
      queue: fc.constantFrom(0, 5, 500),
      retries: fc.nat(3),
      errorPpm: fc.constantFrom(0, 200_000),
    });
    fc.assert(
      fc.property(facts, ({ seed, instances, workers, queue, retries, errorPpm }) => {
        const resources = resourcesWith({
          baseline: { instances, workers, queue },
          clients: { retries, backoffUs: 50_000 },
        });
        const plan = smallPlan({
          seed,
          resources,
          perSecond: 100,
          horizonUs: 30 * SECOND_US,
          baseline: { errorPpm },
          pinnedFlags: { useOptimizedAnalytics: false },
          resourceFaults: [resourceFault({ version: "baseline", instance: 0, latencyFactor: 3, atUs: 5 * SECOND_US })],
        });
        const record = rehearse(plan, { check: true });
        expect(record.impact).toMatchObject({ harmedRequests: 0, slowedRequests: 0 });
        expect(record.resources?.retries).toBe(record.resources?.retriesOnBaseline);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it("tells that the candidate's failures overload the baseline: users are harmed who never were on the candidate", () => {
    // The baseline copes with all traffic. A candidate that fails everything late adds to the moment its own share.
    const resources = resourcesWith({ baseline: { workers: 6, queue: 3 } });
    const base = smallPlan({
      ...CLOCKWORK,
      resources,
      horizonUs: 3 * SECOND_US,
      arrivals: "poisson",
      candidate: { p50Ms: 5, p95Ms: 5, errorPpm: 1_000_000 },
    });
    const [first] = base.policy.phases;
    if (first === undefined) throw new Error("no phase");
    const policy = {
      ...base.policy,
      triggers: [],
      phases: [{ ...first, trafficPpm: 500_000, minDurationUs: 60 * SECOND_US }],
    };
    const record = rehearse({ ...base, policy, propagationUs: 0 }, { check: true });
    expect(record.impact.candidateRequests).toBeGreaterThan(1_000);
    expect(record.impact.failedRequests).toBeGreaterThan(record.impact.harmedRequests);
    expect(record.impact.harmedRequests).toBeGreaterThan(10);
  });
});

describe("retries", () => {
  it("come after 200 ms and then after 400, each with luck of its own, and a call fails once", () => {
    const resources = resourcesWith({ clients: { retries: 2, backoffUs: 200_000 } });
    const failing = { ...CLOCKWORK, perSecond: 1_000, baseline: { p50Ms: 5, p95Ms: 5, errorPpm: 500_000 } };
    const plan = smallPlan({
      ...failing,
      resources,
      horizonUs: 40 * SECOND_US,
      pinnedFlags: { useOptimizedAnalytics: false },
    });
    const record = rehearse(plan, { check: true });
    const { requests, failedRequests } = record.impact;
    const calls = 40_000;
    expect(requests / calls).toBeGreaterThan(1.73);
    expect(requests / calls).toBeLessThan(1.77);
    // An eighth of the calls; the last 0.6 s of them are still at it.
    expect(failedRequests / calls).toBeGreaterThan(0.115);
    expect(failedRequests / calls).toBeLessThan(0.13);
    expect(record.resources?.retries).toBe(requests - calls);
  });

  it("come when the backoff is over, and the next one after twice as long", () => {
    const resources = resourcesWith({ clients: { retries: 2, backoffUs: 200_000 } });
    const failing = { ...CLOCKWORK, perSecond: 1, baseline: { p50Ms: 5, p95Ms: 5, errorPpm: 1_000_000 } };
    const requestsUntil = (ms: number): number => {
      const pinnedFlags = { useOptimizedAnalytics: false };
      const plan = smallPlan({ ...failing, resources, pinnedFlags, horizonUs: ms * 1_000 + 1 });
      return rehearse(plan, { check: true }).impact.requests;
    };
    // Failed at 5 ms, tried again at 205, failed at 210, tried again at 610.
    expect([204, 205, 609, 610, 999].map(requestsUntil)).toEqual([1, 2, 2, 3, 3]);
  });
});
