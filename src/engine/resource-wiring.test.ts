import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan } from "../../test/plans/small-plan.ts";
import { resourceFault, resourcesWith } from "../../test/plans/resources.ts";
import { run, stepUntil } from "./kernel/simulation.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { ResourceFault } from "./resources/resource-plan.ts";
import { createStack, recordStack, rehearse, startStack } from "./stack.ts";

const HIT = { kind: "constant", us: 1_000 } as const;
const BASELINE_ONLY = { pinnedFlags: { useOptimizedAnalytics: false } } as const;

/** Share of hits of a baseline whose cache has room for all ten items: every user asks for his own, every millisecond. */
function hitsWith(faults: readonly Partial<ResourceFault>[]): number {
  const plan = smallPlan({
    ...CLOCKWORK,
    ...BASELINE_ONLY,
    users: 10,
    horizonUs: 10 * SECOND_US,
    resources: resourcesWith({
      baseline: { cache: { entries: 10, entryBytes: 0, hit: HIT } },
      items: { kind: "user" },
    }),
    resourceFaults: faults.map((fault) => resourceFault({ version: "baseline", ...fault })),
  });
  const { resources, impact } = rehearse(plan, { check: true });
  expect(impact).toMatchObject({ slowedRequests: 0, harmedRequests: 0 });
  return Math.round((resources?.baseline.cacheHitRate ?? 0) * 10_000);
}

describe("a cache that collapses", () => {
  it("misses each item once, and once more after it was emptied", () => {
    expect(hitsWith([])).toBe(9_990);
    expect(hitsWith([{ atUs: 3 * SECOND_US, flushesCache: true }])).toBe(9_980);
    expect(hitsWith([{ atUs: 3 * SECOND_US, flushesCache: true, version: "candidate" }])).toBe(9_990);
  });

  it("misses for as long as its capacity is gone, by the least that faults leave of it", () => {
    const span = { atUs: 2 * SECOND_US, untilUs: 6 * SECOND_US };
    // Four seconds of ten: nothing is kept, and all ten items are missed once more after that.
    expect(hitsWith([{ ...span, cacheCapacityPpm: 0 }])).toBe(10_000 - 4_000 - 20);
    const half = hitsWith([{ ...span, cacheCapacityPpm: 500_000 }]);
    expect(half).toBeGreaterThan(7_800);
    expect(half).toBeLessThan(8_200);
    const both = [
      { ...span, cacheCapacityPpm: 500_000 },
      { atUs: 2 * SECOND_US, untilUs: 4 * SECOND_US, cacheCapacityPpm: 0 },
    ];
    expect(hitsWith(both)).toBeLessThan(half - 900);
  });
});

describe("instances", () => {
  const failing = (instance: number | null, atUs: number, untilUs: number): ResourceFault =>
    resourceFault({ version: "baseline", name: "sick", instance, failsHealth: true, atUs, untilUs });
  const facts = {
    ...CLOCKWORK,
    ...BASELINE_ONLY,
    horizonUs: 60 * SECOND_US,
    resources: resourcesWith({ baseline: { instances: 2 } }),
  };
  const healthOf = (faults: readonly ResourceFault[]) => {
    const record = rehearse(smallPlan({ ...facts, resourceFaults: faults }), { check: true });
    const health = record.decisions.filter((decision) => decision.kind === "health");
    return { record, words: health.map(({ atMs, reason }) => `${atMs / 1_000}s ${reason}`) };
  };
  const { pollUs, failures } = smallPlan().policy.health;
  const outSeconds = (failures * pollUs) / SECOND_US;

  it("that fail their checks leave the balancer by themselves, and come back; the version stays healthy", () => {
    const { words, record } = healthOf([failing(1, 1, 30 * SECOND_US)]);
    expect(words).toEqual([
      `${outSeconds}s instance 2 of the baseline leaves the balancer: it failed ${failures} health polls`,
      expect.stringContaining("instance 2 of the baseline is back in the balancer"),
    ]);
    expect(record.resources?.baseline.turnedAwayWithoutInstance).toBe(0);
  });

  it("that fail all together fail the version: nothing is served, and every request is overloaded", () => {
    const { words, record } = healthOf([failing(null, 1, 30 * SECOND_US)]);
    expect(words).toContain(`${outSeconds}s baseline failed ${failures} health polls`);
    const outMs = 30_000 - outSeconds * 1_000;
    expect(record.impact.failedRequests).toBeGreaterThanOrEqual(outMs);
    expect(record.impact).toMatchObject({
      harmedRequests: 0,
      failedRequests: record.resources?.baseline.turnedAwayWithoutInstance,
    });
  });
});

describe("retries among several routers", () => {
  it("are counted with their users' flips in the order of time, so that no cut shows", () => {
    const plan = smallPlan({
      perSecond: 300,
      users: 5,
      horizonUs: 30 * SECOND_US,
      baseline: { errorPpm: 500_000 },
      resources: resourcesWith({ clients: { retries: 3, backoffUs: 1 } }),
      routing: {
        routers: { kind: "delayed", delaysUs: [0] },
        reach: "request",
        bucketing: { kind: "canonical", flag: "rollout" },
        stickiness: "random",
        targeting: { allow: [], deny: [], segments: [] },
        outages: [],
        killSwitch: [],
        killDelayUs: 0,
      },
    });
    const stack = createStack(plan);
    const state = startStack(stack);
    for (let atUs = 17; atUs < 30 * SECOND_US; atUs += 13_337) if (!stepUntil(stack.model, state, atUs)) break;
    run(stack.model, state);
    const cut = recordStack(stack, state);
    expect(cut.routing?.flips).toBeGreaterThan(50);
    expect(cut.resources?.retries).toBeGreaterThan(1_000);
    expect(cut).toEqual(rehearse(plan));
  });
});
