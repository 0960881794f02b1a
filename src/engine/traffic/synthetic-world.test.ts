import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_ROWS, createBatch, routeRows, type World } from "../service/world.ts";
import type { VersionModel } from "../service/version-model.ts";
import { createSyntheticWorld } from "./synthetic-world.ts";
import { zipfWeights } from "./alias-table.ts";
import type { Traffic } from "./traffic.ts";

const version = (medianUs: number, errorPpm: number): VersionModel => ({
  latency: {
    kind: "lognormal",
    points: [
      { quantile: 0.5, us: medianUs },
      { quantile: 0.99, us: medianUs * 6 },
    ],
  },
  errors: { kind: "own", ppm: errorPpm },
  declinePpm: 0,
  routes: {},
});
const baseline = version(80_000, 5_000);
const candidate = version(40_000, 20_000);
const traffic: Traffic = {
  arrivals: { kind: "poisson", perSecond: 500 },
  users: { population: 1000 },
  routes: [
    { name: "GET /a", weight: 3 },
    { name: "GET /b", weight: 1 },
  ],
};

interface Row {
  readonly atUs: number;
  readonly key: number;
  readonly route: number;
  readonly baselineUs: number;
  readonly baselineCode: number;
  readonly candidateUs: number;
  readonly candidateCode: number;
}

/** All requests before the last cut, with every row routed to the candidate that `routes` says. */
function rowsOf(world: World, cutsUs: readonly number[], isRouted: (index: number) => boolean = () => true): Row[] {
  const state = world.start();
  const batch = createBatch();
  const rows: Row[] = [];
  for (const untilUs of cutsUs) {
    for (;;) {
      world.arrivals(state, batch, untilUs);
      if (batch.count === 0) break;
      routeRows(batch, (row) => isRouted(rows.length + row));
      world.outcomes(state, batch);
      for (let i = 0; i < batch.count; i++) {
        rows.push({
          atUs: batch.atUs[i] ?? -1,
          key: batch.key[i] ?? -1,
          route: batch.route[i] ?? -1,
          baselineUs: batch.baselineUs[i] ?? -1,
          baselineCode: batch.baselineCode[i] ?? -1,
          candidateUs: batch.routed[i] === 1 ? (batch.candidateUs[i] ?? -1) : -1,
          candidateCode: batch.routed[i] === 1 ? (batch.candidateCode[i] ?? -1) : -1,
        });
      }
    }
  }
  return rows;
}

describe("synthetic world", () => {
  const whole = rowsOf(createSyntheticWorld({ traffic, baseline, candidate }, "7"), [20_000_000]);

  it("gives the same requests however time is cut", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 19_999_999 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (between) => {
        const cutsUs = [...between.sort((a, b) => a - b), 20_000_000];
        expect(rowsOf(createSyntheticWorld({ traffic, baseline, candidate }, "7"), cutsUs)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it("gives a request the same outcomes whoever else is routed to the candidate", () => {
    const some = rowsOf(createSyntheticWorld({ traffic, baseline, candidate }, "7"), [20_000_000], (i) => i % 3 === 0);
    expect(some).toHaveLength(whole.length);
    some.forEach((row, i) => {
      const full = whole[i];
      expect(row.baselineUs).toBe(full?.baselineUs);
      if (i % 3 === 0) expect(row).toEqual(full);
    });
  });

  it("depends on the seed in everything that is drawn", () => {
    const other = rowsOf(createSyntheticWorld({ traffic, baseline, candidate }, "8"), [20_000_000]);
    for (const field of ["atUs", "key", "route", "baselineUs", "candidateUs"] as const) {
      expect(other.slice(0, 100).map((row) => row[field])).not.toEqual(whole.slice(0, 100).map((row) => row[field]));
    }
  });

  it("has the rate, the shares of routes and the failures that were asked for (|z| < 4)", () => {
    const expected = 500 * 20;
    expect(Math.abs(whole.length - expected) / Math.sqrt(expected)).toBeLessThan(4);
    const share = (count: number, p: number): number =>
      Math.abs(count - p * whole.length) / Math.sqrt(whole.length * p * (1 - p));
    expect(share(whole.filter((row) => row.route === 1).length, 0.25)).toBeLessThan(4);
    expect(share(whole.filter((row) => row.baselineCode === 1).length, 0.005)).toBeLessThan(4);
    expect(share(whole.filter((row) => row.candidateCode === 1).length, 0.02)).toBeLessThan(4);
    expect(share(whole.filter((row) => row.baselineUs > 80_000).length, 0.5)).toBeLessThan(4);
  });

  it("draws the failures of the versions independently, and their latencies together", () => {
    const both = whole.filter((row) => row.baselineCode === 1 && row.candidateCode === 1).length;
    expect(both).toBeLessThan(10);
    const heavy = whole.filter((row) => row.baselineUs > 200_000);
    expect(heavy.length).toBeGreaterThan(100);
    expect(heavy.every((row) => row.candidateUs > 90_000)).toBe(true);
  });

  it("spaces constant traffic evenly, the first request at time 0, without drift", () => {
    const even: Traffic = { ...traffic, arrivals: { kind: "constant", perSecond: 3 } };
    const rows = rowsOf(createSyntheticWorld({ traffic: even, baseline, candidate }, "1"), [1_000_000_000]);
    expect(rows).toHaveLength(3000);
    expect(rows.map((row) => row.atUs)).toEqual(rows.map((_, i) => Math.floor((i * 1_000_000) / 3)));
  });

  it("is identical under both versions where the candidate is relative and unchanged", () => {
    const same: VersionModel = {
      latency: { kind: "relative", factor: 1, addUs: 0 },
      errors: { kind: "relative", addPpm: 0 },
      declinePpm: 0,
      routes: {},
    };
    for (const row of rowsOf(createSyntheticWorld({ traffic, baseline, candidate: same }, "3"), [10_000_000])) {
      expect([row.candidateUs, row.candidateCode]).toEqual([row.baselineUs, row.baselineCode]);
    }
  });

  it("lets a route override what the version has", () => {
    const mixed: VersionModel = {
      ...candidate,
      routes: { "GET /b": { latency: { kind: "constant", us: 5 }, errors: { kind: "own", ppm: 1_000_000 } } },
    };
    for (const row of rowsOf(createSyntheticWorld({ traffic, baseline, candidate: mixed }, "3"), [5_000_000])) {
      if (row.route === 1) expect([row.candidateUs, row.candidateCode]).toEqual([5, 1]);
      else expect(row.candidateUs).toBeGreaterThan(1000);
    }
  });

  it("chooses routes by their weights, however many there are (|z| < 4)", () => {
    const routes = Array.from({ length: 300 }, (_, i) => ({ name: `/${i}`, weight: i % 7 === 0 ? 5 : 1 }));
    const total = routes.reduce((sum, { weight }) => sum + weight, 0);
    const rows = rowsOf(
      createSyntheticWorld({ traffic: { ...traffic, routes }, baseline, candidate }, "2"),
      [60_000_000],
    );
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(row.route, (counts.get(row.route) ?? 0) + 1);
    routes.forEach(({ weight }, i) => {
      const p = weight / total;
      const z = ((counts.get(i) ?? 0) - p * rows.length) / Math.sqrt(rows.length * p * (1 - p));
      expect(Math.abs(z)).toBeLessThan(4.5);
    });
  });

  it("has users that are busy by Zipf's law (|z| < 4)", () => {
    const users = { population: 1000, zipf: 1.2 };
    const rows = rowsOf(
      createSyntheticWorld({ traffic: { ...traffic, users }, baseline, candidate }, "2"),
      [40_000_000],
    );
    const weights = zipfWeights(1000, 1.2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const user of [0, 1, 2, 9, 50]) {
      const p = (weights[user] ?? 0) / total;
      const count = rows.filter((row) => row.key === user).length;
      expect(Math.abs(count - p * rows.length) / Math.sqrt(rows.length * p * (1 - p))).toBeLessThan(4);
    }
  });

  it("lets a segment override what its route has, for its users alone", () => {
    const users = {
      population: 300,
      segments: [
        {
          name: "plan",
          values: [
            { name: "free", ppm: 500_000 },
            { name: "pro", ppm: 500_000 },
          ],
        },
      ],
    };
    const us = (value: number) => ({ kind: "constant", us: value }) as const;
    const model: VersionModel = {
      ...candidate,
      latency: us(10),
      errors: { kind: "own", ppm: 0 },
      routes: { "GET /b": { latency: us(20) } },
      segments: [{ where: { plan: "pro" }, latency: us(30), timeoutUs: 25 }],
    };
    const world = createSyntheticWorld({ traffic: { ...traffic, users }, baseline: model, candidate: model }, "4");
    expect([world.segments, world.errorKinds]).toEqual([
      [{ name: "plan", values: ["free", "pro"] }],
      ["error", "timeout"],
    ]);
    const rows = rowsOf(world, [5_000_000]);
    expect(new Set(rows.map((row) => world.keySegment?.[row.key]))).toEqual(new Set([0, 1]));
    for (const row of rows) {
      const isPro = world.keySegment?.[row.key] === 1;
      // Timeouts come later, see `World.settle`.
      expect([row.baselineUs, row.candidateUs]).toEqual(isPro ? [30, 30] : [10 + 10 * row.route, 10 + 10 * row.route]);
    }
    const batch = createBatch();
    const state = world.start();
    world.arrivals(state, batch, 5_000_000);
    routeRows(batch, () => true);
    world.outcomes(state, batch);
    world.settle?.(batch);
    for (let i = 0; i < batch.count; i++) {
      const isPro = world.keySegment?.[batch.key[i] ?? 0] === 1;
      expect([batch.baselineCode[i], batch.candidateCode[i]]).toEqual(isPro ? [2, 2] : [0, 0]);
      expect(batch.candidateUs[i]).toBe(isPro ? 25 : 10 + 10 * (batch.route[i] ?? 0));
    }
  });

  it("names sessions where requests have them, and says so", () => {
    const users = { population: 3, sessions: { kind: "requests", requests: 2 } } as const;
    const world = createSyntheticWorld({ traffic: { ...traffic, users }, baseline, candidate }, "4");
    const batch = createBatch();
    world.arrivals(world.start(), batch, 1_000_000);
    expect(world.identity).toBe("session");
    const sessions = new Set(batch.sessionHash?.subarray(0, batch.count));
    const requests = [0, 1, 2].map((user) => batch.key.subarray(0, batch.count).filter((key) => key === user).length);
    expect(sessions.size).toBe(requests.reduce((sum, count) => sum + Math.ceil(count / 2), 0));
    const anonymous = { population: 3, sessions: { kind: "none" } } as const;
    const other = createSyntheticWorld({ traffic: { ...traffic, users: anonymous }, baseline, candidate }, "4");
    expect(other.identity).toBe("none");
    expect(createSyntheticWorld({ traffic, baseline, candidate }, "4").identity).toBe(undefined);
  });

  it("warms a candidate up once it has been started", () => {
    const slow = { ...candidate, warmUp: { factor: 10, overUs: 10_000_000 } };
    const world = createSyntheticWorld({ traffic, baseline, candidate: slow }, "7");
    expect(rowsOf(world, [20_000_000])).toEqual(whole);
    const warm = { ...world, start: () => ({ ...world.start(), candidateStartedUs: 0 }) };
    rowsOf(warm, [20_000_000]).forEach((row, i) => {
      const us = whole[i]?.candidateUs ?? 0;
      const factor = 1 + 9 * Math.max(0, 1 - row.atUs / 10_000_000);
      expect(Math.abs(row.candidateUs - us * factor)).toBeLessThanOrEqual(1);
    });
  });

  it("goes on with fresh draws beyond the first 2^32 requests", () => {
    const world = createSyntheticWorld({ traffic, baseline, candidate }, "7");
    const state = world.start();
    state.requests = 2 ** 32 - 10;
    const batch = createBatch();
    world.arrivals(state, batch, 20_000_000);
    expect(batch.count).toBe(10);
    expect(batch.drawEpoch).toBe(0);
    world.arrivals(state, batch, 20_000_000);
    expect(batch.count).toBe(BATCH_ROWS);
    expect([batch.drawEpoch, batch.draw[0]]).toEqual([1, 0]);
    expect(Array.from(batch.key.slice(0, 20))).not.toEqual(whole.slice(0, 20).map((row) => row.key));
  });
});
