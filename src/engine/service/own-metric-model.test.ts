import { describe, expect, it } from "vitest";
import { createOwnValues, type OwnValues } from "./own-metric.ts";
import { createOwnMetricDraws, type OwnMetricModel } from "./own-metric-model.ts";
import { BATCH_ROWS, createBatch, routeRows, type Batch } from "./world.ts";

const conversion: OwnMetricModel = {
  name: "conversion",
  kind: "boolean",
  baseline: { kind: "share", ppm: 200_000 },
  candidate: { kind: "relative", factor: 0.5, add: 0 },
  overrides: [],
};
const basket: OwnMetricModel = {
  name: "basket",
  kind: "number",
  baseline: { kind: "distribution", distribution: { kind: "exponential", meanUs: 20_000_000 } },
  candidate: { kind: "relative", factor: 0.9, add: 1_000_000 },
  overrides: [],
};
const setting = {
  routes: ["/a", "/b"],
  segments: [{ name: "region", values: ["eu", "us"] }],
  keySegment: Uint8Array.of(0, 1),
};

function batchOf(): Batch {
  const batch = createBatch();
  batch.count = BATCH_ROWS;
  for (let i = 0; i < BATCH_ROWS; i++) {
    batch.draw[i] = i;
    batch.route[i] = i % 2;
    batch.key[i] = (i >> 1) % 2;
  }
  routeRows(batch, () => true);
  return batch;
}

function drawn(models: readonly OwnMetricModel[], batch = batchOf(), seed = "1"): OwnValues {
  const values = createOwnValues(models.length, BATCH_ROWS);
  createOwnMetricDraws(models, setting, seed)(batch, values);
  return values;
}

describe("values of a synthetic world", () => {
  it("are paired: what is true under the lesser share is true under the greater, numbers are in proportion", () => {
    const { baseline, candidate } = drawn([conversion, basket]);
    const [ofBaseline, ofCandidate] = [baseline[0]!, candidate[0]!];
    expect(ofCandidate.every((value, i) => value <= ofBaseline[i]!)).toBe(true);
    expect(ofBaseline.reduce((sum, value) => sum + value) / BATCH_ROWS).toBeCloseTo(0.2, 1);
    expect(ofCandidate.reduce((sum, value) => sum + value) / BATCH_ROWS).toBeCloseTo(0.1, 1);
    expect([...candidate[1]!]).toEqual(Array.from(baseline[1]!, (value) => Math.round(value * 0.9 + 1_000_000)));
    expect(baseline[1]!.every(Number.isInteger)).toBe(true);
  });

  it("do not hang on which other metrics there are, nor on which rows come first", () => {
    const alone = drawn([basket]).baseline[0]!;
    expect([...drawn([conversion, basket]).baseline[1]!]).toEqual([...alone]);
    const turned = batchOf();
    turned.draw.reverse();
    turned.route.reverse();
    turned.key.reverse();
    expect([...drawn([basket], turned).baseline[0]!.reverse()]).toEqual([...alone]);
    expect([...drawn([basket], batchOf(), "2").baseline[0]!]).not.toEqual([...alone]);
  });

  it("draw rows of other epochs anew, by row where a batch is put together", () => {
    const later = batchOf();
    later.drawEpoch = 3;
    const mixed: Batch = { ...batchOf(), rowEpoch: new Float64Array(BATCH_ROWS) };
    mixed.rowEpoch!.fill(3, 0, 10);
    const [first, third, both] = [batchOf(), later, mixed].map((batch) => [...drawn([basket], batch).baseline[0]!]);
    expect(third).not.toEqual(first);
    expect(both).toEqual([...third!.slice(0, 10), ...first!.slice(10)]);
  });

  it("differ by route and segment, later overrides winning, the candidate on top of the baseline there", () => {
    const constant = (us: number) => ({ kind: "distribution", distribution: { kind: "constant", us } }) as const;
    const model: OwnMetricModel = {
      ...basket,
      baseline: constant(10_000_000),
      candidate: { kind: "relative", factor: 2, add: 0 },
      overrides: [
        { route: "/b", baseline: constant(20_000_000) },
        { where: { region: "us" }, baseline: constant(30_000_000), candidate: constant(7_000_000) },
      ],
    };
    const { baseline, candidate } = drawn([model]);
    expect(baseline[0]!.slice(0, 4)).toEqual(Float64Array.of(10e6, 20e6, 30e6, 30e6));
    expect(candidate[0]!.slice(0, 4)).toEqual(Float64Array.of(20e6, 40e6, 7e6, 7e6));
  });

  it("stay within what is allowed", () => {
    const extreme: OwnMetricModel = { ...basket, candidate: { kind: "relative", factor: 1_000_000, add: 1e15 } };
    expect(drawn([extreme]).candidate[0]!.every((value) => value === 1e15)).toBe(true);
    const below: OwnMetricModel = { ...basket, candidate: { kind: "relative", factor: 1, add: -1e15 } };
    expect(drawn([below]).candidate[0]!.every((value) => value === 0)).toBe(true);
  });
});
