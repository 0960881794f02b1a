import { describe, expect, it } from "vitest";
import { createOutcomeModel, drawCandidate, drawOutcomes } from "./outcome-model.ts";
import type { VersionModel } from "./version-model.ts";
import { DECLINED, createBatch, routeRows, type Batch } from "./world.ts";

const steady: VersionModel = {
  latency: { kind: "constant", us: 1000 },
  errors: { kind: "own", ppm: 0 },
  declinePpm: 0,
  routes: {},
};

function batchOf(rows: number): Batch {
  const batch = createBatch();
  batch.count = rows;
  for (let i = 0; i < rows; i++) {
    batch.draw[i] = i;
    batch.route[i] = i % 2;
  }
  routeRows(batch, () => true);
  return batch;
}

function drawn(baseline: VersionModel, candidate: VersionModel): Batch {
  const batch = batchOf(1000);
  drawOutcomes(createOutcomeModel(["/a", "/b"], baseline, candidate, "1"), batch);
  return batch;
}

describe("outcome model", () => {
  it("makes a relative candidate fail wherever the baseline fails, and then some (|z| < 4)", () => {
    const baseline: VersionModel = { ...steady, errors: { kind: "own", ppm: 100_000 } };
    const candidate: VersionModel = { ...steady, errors: { kind: "relative", addPpm: 50_000 } };
    const { baselineCode, candidateCode } = drawn(baseline, candidate);
    let extra = 0;
    for (let i = 0; i < 1000; i++) {
      if (baselineCode[i] !== 0) expect(candidateCode[i]).toBe(baselineCode[i]);
      else if (candidateCode[i] !== 0) extra++;
    }
    expect(Math.abs(extra - 45) / Math.sqrt(43)).toBeLessThan(4);
  });

  it("takes a relative latency from the baseline's of the same request, never below 1 µs", () => {
    const half: VersionModel = { ...steady, latency: { kind: "relative", factor: 0.5, addUs: 10 } };
    expect(drawn(steady, half).candidateUs[0]).toBe(510);
    const less: VersionModel = { ...steady, latency: { kind: "relative", factor: 1, addUs: -5000 } };
    expect(drawn(steady, less).candidateUs[0]).toBe(1);
  });

  it("draws a relative candidate the same whether or not all its routes are known to be alike", () => {
    const points = [
      { quantile: 0.5, us: 3_000 },
      { quantile: 0.95, us: 90_000 },
    ];
    const baseline: VersionModel = {
      ...steady,
      latency: { kind: "lognormal", points },
      errors: { kind: "own", ppm: 200_000 },
    };
    for (const latency of [
      { kind: "relative", factor: 0.37, addUs: -1_500 },
      { kind: "relative", factor: 1e6, addUs: 3 },
    ] as const) {
      const alike: VersionModel = { ...steady, latency, errors: { kind: "relative", addPpm: 90_000 } };
      const byRoute = { ...alike, routes: { "/b": { errors: { kind: "relative", addPpm: 90_000 } } } } as const;
      const { candidateUs, candidateCode } = drawn(baseline, alike);
      const other = drawn(baseline, byRoute);
      expect(candidateUs).toEqual(other.candidateUs);
      expect(candidateCode).toEqual(other.candidateCode);
      // The shortest or the longest latency there is was met, and some rows fail of their own.
      expect(candidateUs.subarray(0, 1000).some((us) => us === 1 || us === 0x7fff_ffff)).toBe(true);
    }
  });

  it("lets a decline win over a failure, on the routes that decline", () => {
    const candidate: VersionModel = {
      ...steady,
      errors: { kind: "own", ppm: 1_000_000 },
      routes: { "/b": { declinePpm: 1_000_000 } },
    };
    const { candidateCode } = drawn(steady, candidate);
    expect([candidateCode[0], candidateCode[1]]).toEqual([1, DECLINED]);
  });

  it("leaves rows alone that are not routed to the candidate", () => {
    const batch = batchOf(4);
    routeRows(batch, (row) => row !== 2);
    batch.candidateCode.fill(99);
    drawCandidate(createOutcomeModel(["/a", "/b"], steady, steady, "1"), batch);
    expect(Array.from(batch.candidateCode.subarray(0, 4))).toEqual([0, 0, 99, 0]);
  });

  it("draws the same by the short loop, where all routes are alike, as by the long one", () => {
    const plain: VersionModel = {
      latency: {
        kind: "lognormal",
        points: [
          { quantile: 0.5, us: 1000 },
          { quantile: 0.9, us: 5000 },
        ],
      },
      errors: { kind: "own", ppm: 200_000 },
      declinePpm: 0,
      routes: {},
    };
    // A route that nobody asks for, and that is not like the others, rules the short loop out.
    const other: VersionModel = { ...plain, routes: { "/c": { declinePpm: 1 } } };
    const [short, long] = [plain, other].map((version) => {
      const batch = batchOf(1000);
      drawOutcomes(createOutcomeModel(["/a", "/b", "/c"], version, version, "1"), batch);
      return batch;
    });
    expect(short?.baselineUs).toEqual(long?.baselineUs);
    expect(short?.baselineCode).toEqual(long?.baselineCode);
    expect(short?.candidateUs).toEqual(long?.candidateUs);
    expect(short?.candidateCode).toEqual(long?.candidateCode);
  });

  it("does not take a route's name for a field of its own", () => {
    const batch = batchOf(2);
    const model = createOutcomeModel(["constructor", "__proto__"], steady, steady, "1");
    drawOutcomes(model, batch);
    expect(batch.baselineUs[1]).toBe(1000);
  });
});
