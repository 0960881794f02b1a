/** Pools of workers inside whole rehearsals, held against the textbook: nobody is on the candidate, all on the baseline. */
import { mean } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import type { LatencyModel } from "../../src/engine/service/version-model.ts";
import { createBatch } from "../../src/engine/service/world.ts";
import { rehearse } from "../../src/engine/stack.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { resourcesWith } from "../plans/resources.ts";
import { smallPlan } from "../plans/small-plan.ts";
import { expectMean } from "./replications.ts";

const REPLICATIONS = 20;
const SERVICE_US = 10_000;
const EXPONENTIAL: LatencyModel = { kind: "exponential", meanUs: SERVICE_US };

/** `load` requests per mean service time, Poisson, to one instance. */
function poolPlan(seed: string, load: number, workers: number, queue: number, latency: LatencyModel): RehearsalPlan {
  const model = { latency, errors: { kind: "own", ppm: 0 }, declinePpm: 0, routes: {} } as const;
  const perSecond = (load * SECOND_US) / SERVICE_US;
  const traffic = {
    arrivals: { kind: "poisson", perSecond },
    users: { population: 10 },
    routes: [{ name: "/", weight: 1 }],
  } as const;
  return smallPlan({
    seed,
    world: createSyntheticWorld({ traffic, baseline: model, candidate: model }, seed),
    resources: resourcesWith({ baseline: { workers, queue } }),
    pinnedFlags: { useOptimizedAnalytics: false },
    horizonUs: (30_000 / perSecond) * SECOND_US,
  });
}

function replicate(load: number, workers: number, queue: number, latency: LatencyModel) {
  return Array.from({ length: REPLICATIONS }, (_, replication) => {
    const { resources } = rehearse(poolPlan(`pool ${replication}`, load, workers, queue, latency));
    if (resources === undefined) throw new Error("no resources");
    return resources.baseline;
  });
}

function erlangB(load: number, servers: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1) blocked = (load * blocked) / (server + load * blocked);
  return blocked;
}

describe("a baseline's pool", () => {
  it.each([
    [0.5, 1, 0.03],
    [3, 4, 0.05],
  ])("with a load of %d on %d workers waits as Erlang C says, and is as busy", (load, workers, precision) => {
    const pools = replicate(load, workers, 100_000, EXPONENTIAL);
    const blocked = erlangB(load, workers);
    const delayed = blocked / (1 - (load / workers) * (1 - blocked));
    const waits = pools.map((pool) => ((pool.waitMeanMs ?? 0) * 1_000) / SERVICE_US);
    expectMean(waits, delayed / (workers - load), precision);
    expectMean(
      pools.map((pool) => pool.cpu ?? 0),
      load / workers,
      0.01,
    );
  });

  it.each([
    ["exponential", EXPONENTIAL],
    ["constant", { kind: "constant", us: SERVICE_US }],
  ] as const)("of ten workers without a queue loses what Erlang B says: %s", (_name, latency) => {
    const pools = replicate(8, 10, 0, latency);
    const lost = pools.map((pool) => pool.turnedAwayByQueue / (pool.attempts + pool.turnedAwayByQueue));
    expectMean(lost, erlangB(8, 10), 0.02);
    for (const pool of pools) expect(pool.waitLongestMs).toBe(0);
  });

  it("of one worker waits exactly as Lindley's recursion does on the same draws", () => {
    const plan = poolPlan("lindley", 0.8, 1, 100_000, EXPONENTIAL);
    const { world } = plan;
    const state = world.start();
    const batch = createBatch();
    const waits: number[] = [];
    let freeUs = 0;
    for (;;) {
      world.arrivals(state, batch, plan.horizonUs);
      if (batch.count === 0) break;
      world.outcomes(state, batch);
      for (let i = 0; i < batch.count; i++) {
        const atUs = batch.atUs[i] ?? 0;
        const startUs = Math.max(atUs, freeUs);
        waits.push(startUs - atUs);
        freeUs = startUs + (batch.baselineUs[i] ?? 0);
      }
    }
    const { resources } = rehearse(plan, { check: true });
    expect(resources?.baseline.attempts).toBe(waits.length);
    expect(resources?.baseline.waitLongestMs).toBe(Math.max(...waits) / 1_000);
    expect(resources?.baseline.waitMeanMs).toBeCloseTo(mean(waits) / 1_000, 9);
  });
});
