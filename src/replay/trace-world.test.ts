import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { hashKey } from "../engine/flags/bucketing.ts";
import { SECOND_US } from "../engine/kernel/units.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { createBatch, DECLINED, routeRows, SERVED, type Batch } from "../engine/service/world.ts";
import { rehearse } from "../engine/stack.ts";
import type { Trace } from "./columns.ts";
import { MODELLED_FAILURE } from "./failure.ts";
import { readImportSettings } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";
import { outcomeSources } from "./outcome-sources.ts";
import { createTraceWorld, type TraceWorldOptions } from "./trace-world.ts";

const PLAIN: TraceWorldOptions = { rate: 1, amplify: 1, baseline: null, candidate: null, seed: "7" };
const SLOWER: VersionModel = {
  latency: { kind: "relative", factor: 2, addUs: 500 },
  errors: { kind: "relative", addPpm: 0 },
  declinePpm: 0,
  routes: { "/b": { declinePpm: 1_000_000 } },
};

async function traceOf(rows: readonly string[]): Promise<Trace> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`ts,user,route,status,latency_ms,version\n${rows.join("\n")}\n`);
  }
  const read = await importTrace(chunks(), { ...settings.value, source: "test" });
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}

/** The first batch with everything routed to the candidate, and what was counted. */
function outcomesOf(trace: Trace, options: TraceWorldOptions): { batch: Batch; sources: unknown; rows: unknown[] } {
  const world = createTraceWorld(trace, options);
  const state = world.start();
  const batch = createBatch();
  world.arrivals(state, batch, world.endsAtUs ?? 0);
  routeRows(batch, () => true);
  world.outcomes(state, batch);
  const rows = Array.from({ length: batch.count }, (_, i) => [
    batch.baselineUs[i],
    world.errorKinds[batch.baselineCode[i]! - 1] ?? "served",
    batch.candidateUs[i],
    batch.candidateCode[i] === DECLINED ? "declined" : (world.errorKinds[batch.candidateCode[i]! - 1] ?? "served"),
  ]);
  return { batch, sources: outcomeSources(state), rows };
}

describe("the world of a trace", () => {
  it("gives the baseline's outcomes as recorded and the candidate's on top of them", async () => {
    const trace = await traceOf([
      "1700000000,u1,/a,200,10,",
      "1700000001,u2,/a,503,20,",
      "1700000002,u1,/b,404,30,",
      "1700000003,u3,/a,200,0,",
    ]);
    expect(outcomesOf(trace, { ...PLAIN, candidate: SLOWER })).toMatchObject({
      rows: [
        [10_000, "served", 20_500, "served"],
        [20_000, "503", 40_500, "503"],
        [30_000, "served", 60_500, "declined"],
        [1, "served", 502, "served"],
      ],
      sources: { recorded: 0, resampled: 0, modelled: 4 },
    });
    // Without a model the candidate does as the baseline does.
    expect(outcomesOf(trace, PLAIN).rows[1]).toEqual([20_000, "503", 20_000, "503"]);
  });

  it("counts what clones take from the request that they are copies of as resampled", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,10,"]);
    const { batch, sources } = outcomesOf(trace, { ...PLAIN, amplify: 4, candidate: SLOWER });
    expect(batch.count).toBe(4);
    const parts = { recorded: 1, resampled: 3, modelled: 0 };
    expect(sources).toMatchObject({ sources: { baseline: { result: parts, latency: parts } } });
  });

  it("lets a run point to its columns, and leaves them as they were, whatever happens to the requests", async () => {
    const trace = await traceOf(
      Array.from({ length: 3_000 }, (_, row) => `${1_700_000_000 + row / 100},u${row % 90},/a,200,${(row % 50) + 1},`),
    );
    const world = createTraceWorld(trace, { ...PLAIN, candidate: SLOWER });
    const before = structuredClone(trace.columns);
    const faults = [
      candidateFault(SECOND_US, 20 * SECOND_US, { version: "both", errorPpm: 300_000, latencyAddUs: 700 }),
    ];
    const worker = { instances: 2, weights: null, workers: 3, queue: 10, cache: null, memory: null };
    const resources = {
      baseline: worker,
      candidate: worker,
      items: { kind: "user" },
      clients: { retries: 1, backoffUs: 1_000 },
    } as const;
    const policy = { ...QUICK_POLICY, triggers: [] };
    for (const more of [{}, { resources }]) {
      const plan = smallPlan({ world, faults, policy, horizonUs: 30 * SECOND_US, ...more });
      // With resources, retries are requests too.
      expect(rehearse(plan, { check: true }).impact.requests).toBeGreaterThanOrEqual(3_000);
    }
    expect(trace.columns).toEqual(before);
    const batch = createBatch();
    world.arrivals(world.start(), batch, world.endsAtUs ?? 0);
    expect(batch.key.buffer).toBe(trace.columns.key.buffer);
  });

  it("gives every row its own outcome, in whichever batch it comes", async () => {
    const statusOf = (row: number): number => (row % 11 === 3 ? 503 : 200);
    const trace = await traceOf(
      Array.from({ length: 2_500 }, (_, row) => `${1_700_000_000 + row},u${row},/a,${statusOf(row)},${row + 1},`),
    );
    const world = createTraceWorld(trace, PLAIN);
    for (const pieceUs of [3_000_000_000, 100_000_000, 7_000_000]) {
      const state = world.start();
      const batch = createBatch();
      let row = 0;
      for (let untilUs = pieceUs; row < 2_500; untilUs += pieceUs) {
        for (world.arrivals(state, batch, untilUs); batch.count > 0; world.arrivals(state, batch, untilUs)) {
          routeRows(batch, () => false);
          world.outcomes(state, batch);
          const want = Array.from({ length: batch.count }, (_, i) => row + i);
          expect([...batch.baselineUs.subarray(0, batch.count)]).toEqual(want.map((nth) => (nth + 1) * 1_000));
          const fails = [...batch.baselineCode.subarray(0, batch.count)].map((code) => code !== SERVED);
          expect(fails).toEqual(want.map((nth) => statusOf(nth) === 503));
          row += batch.count;
        }
      }
    }
  });

  it("gives the candidate's outcomes as recorded where the trace names it, and models the counterpart", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,10,stable", "1700000000,u2,/a,500,77,canary"]);
    const baseline: VersionModel = {
      latency: { kind: "constant", us: 4_000 },
      errors: { kind: "own", ppm: 0 },
      declinePpm: 0,
      routes: {},
    };
    const { rows, sources } = outcomesOf(trace, { ...PLAIN, baseline, candidate: SLOWER });
    expect(rows).toEqual([
      [10_000, "served", 20_500, "served"],
      [4_000, "served", 77_000, "500"],
    ]);
    expect(sources).toMatchObject({ recorded: 1, resampled: 0, modelled: 1 });
    const amplified = outcomesOf(trace, { ...PLAIN, baseline, candidate: SLOWER, amplify: 5 });
    expect(amplified.sources).toMatchObject({ recorded: 1, resampled: 4, modelled: 5 });
  });

  it("resamples what a version was not asked for from requests of the route near in time, before it asks the model", async () => {
    const near = Array.from(
      { length: 20 },
      (_, i) => `${1_700_000_000 + i},c${i},/a,${i % 2 === 0 ? 200 : 500},${100 + i},canary`,
    );
    const stable = Array.from({ length: 20 }, (_, i) => `${1_700_000_000 + i}.5,s${i},/a,200,${1 + i},stable`);
    const far = ["1700009000,s99,/a,200,9,stable", "1700000005.7,s98,/b,200,8,stable"];
    const trace = await traceOf([...near, ...stable, ...far]);
    const { rows, sources, batch } = outcomesOf(trace, { ...PLAIN, candidate: SLOWER });
    expect(sources).toMatchObject({ recorded: 20, resampled: 20, modelled: 2 });
    rows.forEach((row, i) => {
      const [baselineUs, , candidateUs, candidate] = row as [number, string, number, string];
      const at = batch.atUs[i]!;
      if (at > 8_000_000_000) expect(candidateUs).toBe(18_500);
      else if (candidate === "declined") expect(baselineUs).toBe(8_000);
      else {
        expect([Math.floor(baselineUs / 1_000) <= 20, candidateUs >= 100_000]).toEqual([true, true]);
        // Odd milliseconds failed as recorded, whoever takes them over.
        expect(candidate === "served").toBe((candidateUs / 1_000) % 2 === 0);
      }
    });
    expect(outcomesOf(trace, { ...PLAIN, candidate: SLOWER, resampleWithinUs: 0 }).sources).toMatchObject({
      recorded: 20,
      resampled: 0,
      modelled: 22,
    });
  });

  it("draws latencies that were not recorded, for each clone its own", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,,"]);
    const { batch } = outcomesOf(trace, { ...PLAIN, amplify: 1_000 });
    const latencies = [...batch.baselineUs.subarray(0, batch.count)].sort((a, b) => a - b);
    expect(new Set(latencies).size).toBeGreaterThan(900);
    expect(latencies[500]).toBeGreaterThan(80_000);
    expect(latencies[500]).toBeLessThan(125_000);
    // As recorded, in contrast, is what every clone has.
    const recorded = await traceOf(["1700000000,u1,/a,200,33,"]);
    expect(new Set(outcomesOf(recorded, { ...PLAIN, amplify: 1_000 }).batch.baselineUs.subarray(0, 1_000))).toEqual(
      new Set([33_000]),
    );
  });

  it("fails of its own by the candidate's model", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,5,"]);
    const failing: VersionModel = { ...SLOWER, errors: { kind: "relative", addPpm: 1_000_000 } };
    expect(outcomesOf(trace, { ...PLAIN, candidate: failing }).rows).toEqual([
      [5_000, "served", 10_500, MODELLED_FAILURE],
    ]);
  });

  it("divides arrivals by the rate, and nothing else; ends with the last arrival", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,10,", "1700000007,u2,/a,200,20,", "1700000014,u2,/a,200,30,"]);
    const { batch, rows } = outcomesOf(trace, { ...PLAIN, rate: 3.5 });
    expect([...batch.atUs.subarray(0, 3)]).toEqual([0, 2_000_000, 4_000_000]);
    expect(rows.map((row) => (row as number[])[0])).toEqual([10_000, 20_000, 30_000]);
    expect(createTraceWorld(trace, { ...PLAIN, rate: 3.5 }).endsAtUs).toBe(4_000_001);
  });

  it("names clones key#k", async () => {
    const trace = await traceOf(["1700000000,u1,/a,200,10,", "1700000007,u2,/a,200,20,"]);
    const world = createTraceWorld(trace, { ...PLAIN, amplify: 3 });
    expect([...world.keyHashes]).toEqual(["u1", "u1#1", "u1#2", "u2", "u2#1", "u2#2"].map(hashKey));
  });
});
