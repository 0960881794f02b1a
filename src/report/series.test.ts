import { describe, expect, it } from "vitest";
import { CLOCKWORK, smallPlan, type PlanFacts } from "../../test/plans/small-plan.ts";
import { step } from "../engine/kernel/simulation.ts";
import { fullMetricNames } from "../engine/monitor/catalogue.ts";
import type { RunRecord } from "../engine/result.ts";
import { createStack, recordStack, startStack } from "../engine/stack.ts";
import { createSeries, seriesHeader } from "./series.ts";

type Row = Readonly<Record<string, string>>;

function seriesOf(facts: PlanFacts): { readonly rows: Row[]; readonly record: RunRecord; readonly text: string } {
  const stack = createStack(smallPlan(facts));
  const state = startStack(stack);
  const series = createSeries();
  let text = "";
  while (step(stack.model, state)) text += series.take(stack.ready, state);
  const names = seriesHeader().trimEnd().split(",");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "?", cell])));
  return { rows, record: recordStack(stack, state), text };
}

describe("the series of a run", () => {
  it("has a column for every metric of the catalogue, and a row per tick", () => {
    expect(seriesHeader()).toBe(`scenario,seed,atMs,phase,${fullMetricNames().join(",")}\n`);
    const { rows } = seriesOf({ ...CLOCKWORK, horizonUs: 10_000_000 });
    expect(rows.every((row) => Object.keys(row).length === 4 + fullMetricNames().length)).toBe(true);
    const times = rows.map((row) => Number(row["atMs"]));
    expect(times).toEqual(times.map((_, index) => (index + 1) * (times[0] ?? 0)));
  });

  it("measures the window between two ticks, neither more nor less", () => {
    const { rows } = seriesOf({ ...CLOCKWORK, horizonUs: 10_000_000 });
    const [first, second] = rows;
    const tickMs = Number(first?.["atMs"]);
    // A request every millisecond, answered after 5 ms: those of the last 5 ms complete in the next window.
    expect(first?.["all.requests"]).toBe(String(tickMs - 5));
    expect(second?.["all.requests"]).toBe(String(tickMs));
    expect(second).toMatchObject({ "all.requestRate": "1000", "all.errorRate": "0", "all.latency.mean": "5" });
    expect(Math.abs(Number(second?.["all.latency.p99"]) - 5)).toBeLessThan(0.05);
  });

  it("adds up to what the record counted", () => {
    const { rows, record } = seriesOf({ seed: "3" });
    for (const version of ["baseline", "candidate"] as const) {
      const counted = record.phases.reduce((sum, phase) => sum + phase[version].requests, 0);
      const shown = rows.reduce((sum, row) => sum + Number(row[`${version}.requests`]), 0);
      expect(shown).toBe(counted);
    }
    const inCanary = rows.filter((row) => row["phase"] === record.phases[0]?.name).map((row) => Number(row["atMs"]));
    expect(Math.max(...inCanary)).toBe(record.phases[0]?.leftAtMs);
  });

  it("leaves a cell empty where nothing was measured, and quotes names", () => {
    const { rows } = seriesOf({ ...CLOCKWORK, horizonUs: 10_000_000, operator: startLater() });
    expect(rows[0]).toMatchObject({ "candidate.errorRate": "", "latency.delta": "", "baseline.errorRate": "0" });
    const { text } = seriesOf({ ...CLOCKWORK, horizonUs: 10_000_000, scenario: 'a "b", c' });
    expect(text.startsWith('"a ""b"", c",7,')).toBe(true);
  });
});

/** The rollout starts when the run is nearly over: until then nobody is on the candidate. */
function startLater(): NonNullable<PlanFacts["operator"]> {
  return [{ atUs: 9_000_000, by: "ana", reason: "", action: { kind: "start" } }];
}
