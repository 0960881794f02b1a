import { describe, expect, it } from "vitest";
import { builtInScenarios, loadRehearsal } from "../../scenarios/built-in.ts";
import { planScenario } from "../../scenarios/runner.ts";
import { describeRecording } from "./describe-recording.ts";
import { createRowTaker } from "./recorded-world.ts";
import type { RecordingSheet } from "./sealed-sheet.ts";

const [first] = builtInScenarios();
const read = loadRehearsal(first?.path ?? "");
if (!read.ok) throw new Error("no scenario");
const order = { ...read.value, seed: "7", flags: null };
const { world } = planScenario(order.scenario, order.policy, "7");
const sheet: RecordingSheet = {
  program: "0.1.0",
  format: "csv",
  rows: 3,
  sha256: "ab",
  endedAtUs: 2_500_000,
  digest: "cd",
  order,
};

function described(results: readonly (readonly [number, string])[]) {
  const taker = createRowTaker(world, results.length);
  results.forEach(([candidateUs, candidateResult], i) => {
    const row = { request: i, atUs: 1_000 * (i + 1), key: `u${i % 2}`, router: 0, segment: "", session: -1 };
    const attempts = { baselineUs: 5_000, baselineResult: "served", candidateUs, candidateResult };
    expect(taker.take({ ...row, route: world.routes[0] ?? "", ...attempts })).toBeNull();
  });
  return describeRecording(sheet, taker.columns, world);
}

describe("the figures of a recording", () => {
  it("are those of its rows and of the sheet beside them", () => {
    const [kind = ""] = world.errorKinds;
    const recording = described([
      [9_000, "served"],
      [0, "declined"],
      [3_000, kind],
    ]);
    expect(recording).toMatchObject({
      scenario: order.scenario.name,
      policy: order.policy.name,
      seed: "7",
      rows: 3,
      firstAtMs: 1,
      lastAtMs: 3,
      endedAtMs: 2_500,
      keys: 2,
      population: world.keyHashes.length,
      baseline: { served: 3, declined: 0, failed: [], p50Ms: 5, p95Ms: 5, p99Ms: 5 },
      candidate: { served: 1, declined: 1, failed: [{ kind, count: 1 }], p50Ms: 3, p95Ms: 9, p99Ms: 9 },
    });
    expect(recording.routes.map(({ requests }) => requests)).toEqual(world.routes.map((_, i) => (i === 0 ? 3 : 0)));
  });

  it("are absent where there is nothing to measure", () => {
    const nothing = { p50Ms: null, p95Ms: null, p99Ms: null };
    expect(described([])).toMatchObject({ rows: 0, firstAtMs: null, lastAtMs: null, keys: 0, baseline: nothing });
    expect(described([[0, "declined"]])).toMatchObject({ candidate: { declined: 1, served: 0, ...nothing } });
  });
});
