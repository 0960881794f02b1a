import { describe, expect, it } from "vitest";
import { deriveStream } from "../kernel/random.ts";
import { createBurstTimeline, stayAt } from "./burst-timeline.ts";
import { createOutcomeModel, drawOutcomes, settlerOf } from "./outcome-model.ts";
import type { ErrorModel, VersionModel } from "./version-model.ts";
import { BATCH_ROWS, DECLINED, createBatch, routeRows, type Batch } from "./world.ts";

const STEP_US = 1_000;
const version = (errors: ErrorModel, change: Partial<VersionModel> = {}): VersionModel => ({
  latency: { kind: "constant", us: 1000 },
  errors,
  declinePpm: 0,
  routes: {},
  ...change,
});

/** Batches of requests, one every millisecond, all routed to the candidate, on two routes in turn. */
function batches(
  baseline: VersionModel,
  candidate: VersionModel,
  count: number,
): { all: Batch[]; kinds: readonly string[] } {
  const model = createOutcomeModel(["/a", "/b"], baseline, candidate, "3");
  const all = Array.from({ length: count }, (_, nth) => {
    const batch = createBatch();
    batch.count = BATCH_ROWS;
    for (let i = 0; i < BATCH_ROWS; i++) {
      batch.draw[i] = nth * BATCH_ROWS + i;
      batch.atUs[i] = (nth * BATCH_ROWS + i) * STEP_US;
      batch.route[i] = i % 2;
    }
    routeRows(batch, () => true);
    drawOutcomes(model, batch);
    settlerOf(model)?.(batch);
    return batch;
  });
  return { all, kinds: model.errorKinds };
}

describe("failures in bursts", () => {
  const bursts = { ppm: 500_000, everyUs: 4_000_000, lastsUs: 1_000_000 };
  const calm: ErrorModel = { kind: "own", ppm: 10_000 };
  const bursty: ErrorModel = { ...calm, bursts };
  const timeline = createBurstTimeline(deriveStream("3", "outcome/baseline/bursts/0"), {
    calmUs: bursts.everyUs,
    burstUs: bursts.lastsUs,
  });

  it("come at the burst's rate in bursts and at the other outside, exactly (|z| < 4)", () => {
    const tally = [
      [0, 0],
      [0, 0],
    ] as [[number, number], [number, number]];
    for (const batch of batches(version(bursty), version(calm), 60).all) {
      for (let i = 0; i < batch.count; i++) {
        const counts = tally[(stayAt(timeline, batch.atUs[i] ?? 0) & 1) as 0 | 1];
        counts[0]++;
        counts[1] += batch.baselineCode[i] ?? 0;
      }
    }
    for (const [[requests, failed], p] of [
      [tally[0], 0.01],
      [tally[1], 0.5],
    ] as const) {
      expect(requests).toBeGreaterThan(5_000);
      expect(Math.abs(failed - p * requests) / Math.sqrt(requests * p * (1 - p))).toBeLessThan(4);
    }
  });

  it("leave every request outside of bursts as it was, and fail all in them that fail outside", () => {
    const without = batches(version(calm), version(calm), 20).all;
    const changed = batches(version(bursty), version(calm), 20).all.flatMap((batch, nth) =>
      Array.from({ length: batch.count }, (_, i) => ({
        inBurst: (stayAt(timeline, batch.atUs[i] ?? 0) & 1) === 1,
        before: without[nth]?.baselineCode[i],
        after: batch.baselineCode[i],
      })).filter(({ before, after }) => before !== after),
    );
    expect(changed.length).toBeGreaterThan(100);
    expect(changed.filter(({ inBurst, after }) => !inBurst || after !== 1)).toEqual([]);
  });

  it("keep to their route, and to the candidate's own failures on top of the baseline's", () => {
    const always = { ppm: 1_000_000, everyUs: 1, lastsUs: 1_000_000_000_000 };
    const candidate = version(
      { kind: "relative", addPpm: 0 },
      { routes: { "/b": { errors: { kind: "relative", addPpm: 0, bursts: always } } } },
    );
    const baseline = version({ kind: "own", ppm: 100_000, kinds: [{ name: "http-500", weight: 1 }] });
    const { all, kinds } = batches(baseline, candidate, 2);
    expect(kinds).toEqual(["error", "http-500"]);
    for (let i = 0; i < BATCH_ROWS; i++) {
      const [before, code] = [all[1]?.baselineCode[i], all[1]?.candidateCode[i]];
      expect([0, 2]).toContain(before);
      expect(code).toBe(before === 0 && i % 2 === 1 ? 1 : before);
    }
  });
});

describe("kinds of failure", () => {
  it("come in their weights (|z| < 4), without changing who fails", () => {
    const kinds = [
      { name: "reset", weight: 1 },
      { name: "http-500", weight: 3 },
    ];
    const plain: ErrorModel = { kind: "own", ppm: 200_000 };
    const { all, kinds: names } = batches(version(plain), version({ ...plain, kinds }), 20);
    const without = batches(version(plain), version(plain), 20).all;
    expect(names).toEqual(["error", "reset", "http-500"]);
    const counts = [0, 0, 0, 0];
    all.forEach((batch, nth) => {
      for (let i = 0; i < batch.count; i++) {
        const code = batch.candidateCode[i] ?? 9;
        counts[code] = (counts[code] ?? 0) + 1;
        expect(code === 0).toBe(without[nth]?.candidateCode[i] === 0);
        expect([0, 1]).toContain(batch.baselineCode[i]);
      }
    });
    const failed = (counts[2] ?? 0) + (counts[3] ?? 0);
    expect(counts[1]).toBe(0);
    expect(Math.abs((counts[2] ?? 0) - failed / 4) / Math.sqrt((failed * 3) / 16)).toBeLessThan(4);
  });

  it("are not given to failures that are inherited, which stay of the kind that they are", () => {
    const kinds = [{ name: "http-500", weight: 1 }];
    const own: ErrorModel = { kind: "relative", addPpm: 200_000, kinds };
    const { all, kinds: names } = batches(version({ kind: "own", ppm: 300_000 }), version(own), 4);
    const ofKind = names.indexOf("http-500") + 1;
    let inherited = 0;
    for (const batch of all) {
      for (let i = 0; i < batch.count; i++) {
        if (batch.baselineCode[i] === 0) {
          expect([0, ofKind]).toContain(batch.candidateCode[i]);
        } else {
          inherited++;
          expect(batch.candidateCode[i]).toBe(batch.baselineCode[i]);
        }
      }
    }
    expect(inherited).toBeGreaterThan(1_000);
  });

  it("are not given to what is declined", () => {
    const kinds = [{ name: "http-500", weight: 1 }];
    const candidate = version({ kind: "own", ppm: 1_000_000, kinds }, { declinePpm: 500_000 });
    const codes = batches(version({ kind: "own", ppm: 0 }), candidate, 1).all[0]?.candidateCode ?? [];
    expect(new Set(codes)).toEqual(new Set([2, DECLINED]));
  });

  it("include the timeouts of a version, laid over its other failures", () => {
    const slow = version({ kind: "own", ppm: 0 }, { routes: { "/b": { timeoutUs: 999 } }, timeoutUs: 1000 });
    const { all, kinds } = batches(version({ kind: "own", ppm: 0 }), slow, 1);
    const timeout = kinds.indexOf("timeout") + 1;
    expect([all[0]?.candidateCode[0], all[0]?.candidateCode[1]]).toEqual([0, timeout]);
    expect([all[0]?.candidateUs[0], all[0]?.candidateUs[1]]).toEqual([1000, 999]);
    expect(all[0]?.baselineCode[1]).toBe(0);
    const twice = version({ kind: "own", ppm: 0 }, { latency: { kind: "relative", factor: 2, addUs: 0 } });
    const [asBaseline] = batches(slow, twice, 1).all;
    expect([asBaseline?.candidateCode[0], asBaseline?.candidateUs[0]]).toEqual([timeout, 1000]);
  });
});
