import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { smallShopCsv, smallShopLog } from "../../scripts/small-shop.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { createBatch } from "../engine/service/world.ts";
import { createSyntheticWorld } from "../engine/traffic/synthetic-world.ts";
import type { Trace } from "./columns.ts";
import { readImportSettings } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";
import { combinedLogChunks, csvChunks, recordRequests } from "./recorder.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/traces/", import.meta.url));
const STARTS_AT_US = 1_709_542_800_000_000;
const UNTIL_US = 60_000_000;

const SLOW: VersionModel = {
  latency: {
    kind: "lognormal",
    points: [
      { quantile: 0.5, us: 200_000 },
      { quantile: 0.9, us: 3_000_000 },
    ],
  },
  errors: { kind: "own", ppm: 200_000 },
  declinePpm: 0,
  routes: {},
};
const WORLD = createSyntheticWorld(
  {
    traffic: {
      arrivals: { kind: "poisson", perSecond: 30 },
      users: { population: 20 },
      routes: [
        { name: "GET /x/:id", weight: 1 },
        { name: "POST /y", weight: 1 },
      ],
    },
    baseline: SLOW,
    candidate: { ...SLOW, latency: { kind: "constant", us: 5_000 } },
  },
  "recorder",
);
const RECORDING = {
  seed: "recorder",
  startsAtEpochUs: STARTS_AT_US,
  untilUs: UNTIL_US,
  keyName: (index: number): string => `u${index}`,
};

async function importText(text: string): Promise<Trace> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const trace = await importTrace(chunks(), { ...settings.value, source: "recording" });
  if (!trace.ok) throw new Error(trace.problems[0]?.message);
  return trace.value;
}

describe("the recorder", () => {
  it("writes CSV that is read back to the microsecond: arrivals, users, routes, latencies, failures", async () => {
    const requests = recordRequests(WORLD, { ...RECORDING, candidatePpm: 0 });
    const trace = await importText([...csvChunks(requests)].join(""));
    const { columns, keys, routes } = trace;
    const batch = createBatch();
    const state = WORLD.start();
    const expected: unknown[] = [];
    const firstUs = trace.report.startsAtEpochUs - STARTS_AT_US;
    for (;;) {
      WORLD.arrivals(state, batch, UNTIL_US);
      if (batch.count === 0) break;
      WORLD.outcomes(state, batch);
      for (let i = 0; i < batch.count; i++) {
        const route = WORLD.routes[batch.route[i]!];
        const failed = batch.baselineCode[i] !== 0;
        expected.push([batch.atUs[i]! - firstUs, `u${batch.key[i]}`, route, batch.baselineUs[i], failed]);
      }
    }
    const got = Array.from({ length: trace.count }, (_, i) => [
      columns.startUs[i],
      keys[columns.key[i]!],
      routes[columns.route[i]!],
      columns.latencyUs[i],
      trace.outcome[i] !== 0,
    ]);
    expect(expected.length).toBeGreaterThan(1_500);
    expect(got).toEqual(expected);
    // Rows are written when requests end, so their starts are out of order, as in real logs.
    expect(trace.report.outOfOrder).toBeGreaterThan(100);
    expect(trace.report.onBaseline).toBe(trace.count);
  });

  it("writes rows in the order in which requests end, those of some users by the candidate", () => {
    const rows = [...recordRequests(WORLD, { ...RECORDING, candidatePpm: 300_000 })];
    for (let i = 1; i < rows.length; i++) expect(rows[i]!.endUs).toBeGreaterThanOrEqual(rows[i - 1]!.endUs);
    const onCandidate = new Set(rows.filter((row) => row.version === "candidate").map((row) => row.user));
    expect(onCandidate.size).toBeGreaterThan(1);
    expect(rows.every((row) => (row.version === "candidate") === onCandidate.has(row.user))).toBe(true);
    expect(rows.every((row) => row.version === "baseline" || row.latencyUs === 5_000)).toBe(true);
  });

  it("writes combined logs with request times", async () => {
    const rows = [...recordRequests(WORLD, { ...RECORDING, candidatePpm: 0 })];
    const trace = await importText([...combinedLogChunks(rows)].join(""));
    expect(trace.report).toMatchObject({
      format: "combined log, with request time",
      accepted: rows.length,
      rejected: 0,
      withoutLatency: 0,
    });
    const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
    const recordedMs = total(rows.map((row) => row.latencyUs)) / 1_000;
    expect(total(trace.columns.latencyUs) / 1_000).toBeCloseTo(recordedMs, -3);
  });

  it("made the fixtures: npx tsx scripts/record-fixtures.ts writes them anew", () => {
    // Compared as booleans: thousands of differing lines would tell nobody more.
    expect(readFileSync(`${FIXTURES}small-shop.csv`, "utf8") === smallShopCsv()).toBe(true);
    expect(readFileSync(`${FIXTURES}small-shop.log`, "utf8") === smallShopLog()).toBe(true);
  });
});
