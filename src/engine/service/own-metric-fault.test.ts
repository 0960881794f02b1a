import { describe, expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import { NO_VALUE, createOwnValues, type OwnMetricChange } from "./own-metric.ts";
import { applyOwnFault, createOwnFaultEffects } from "./own-metric-fault.ts";
import { BATCH_ROWS, createBatch, routeRows } from "./world.ts";

const METRICS = [
  { name: "conversion", kind: "boolean" },
  { name: "basket", kind: "number" },
] as const;

function struck(metrics: Record<string, OwnMetricChange>, change: Partial<Fault> = {}) {
  const fault: Fault = {
    name: "",
    version: "candidate",
    atUs: 0,
    untilUs: BATCH_ROWS,
    errorPpm: 0,
    declinePpm: 0,
    latencyFactor: 1,
    latencyAddUs: 0,
    failsHealth: false,
    route: null,
    metrics,
    ...change,
  };
  const batch = createBatch();
  batch.count = BATCH_ROWS;
  for (let i = 0; i < BATCH_ROWS; i++) {
    batch.draw[i] = i;
    batch.atUs[i] = i;
    batch.route[i] = i % 2;
  }
  routeRows(batch, (row) => row >= 512);
  const values = createOwnValues(2, BATCH_ROWS);
  for (const columns of [values.baseline, values.candidate]) {
    columns[0]!.fill(1, 0, 768);
    columns[1]!.fill(10_000_000);
    columns[1]![600] = NO_VALUE;
  }
  for (const effect of createOwnFaultEffects([fault], METRICS, { routes: ["/a", "/b"] }, "1")) {
    applyOwnFault(effect, batch, values);
  }
  const trueOnes = (column: Float64Array, from: number, to: number): number =>
    column.slice(from, to).reduce((sum, value) => sum + value, 0);
  return { values, trueOnes };
}

describe("a fault of a metric", () => {
  it("keeps a share of what is true, and makes a share of the others true", () => {
    const { values, trueOnes } = struck({ conversion: { factor: 0.5, add: 0 } });
    expect(trueOnes(values.candidate[0]!, 512, 768) / 256).toBeCloseTo(0.5, 1);
    expect(trueOnes(values.candidate[0]!, 768, 1024)).toBe(0);
    expect(trueOnes(values.baseline[0]!, 0, 768)).toBe(768);
    const added = struck({ conversion: { factor: 1, add: 250_000 } });
    expect(added.trueOnes(added.values.candidate[0]!, 512, 768)).toBe(256);
    expect(added.trueOnes(added.values.candidate[0]!, 768, 1024) / 256).toBeCloseTo(0.25, 1);
    const taken = struck({ conversion: { factor: 1, add: -1_000_000 } });
    expect(taken.trueOnes(taken.values.candidate[0]!, 512, 1024)).toBe(0);
  });

  it("changes numbers of the rows it strikes, never those without a value, never below 0", () => {
    const { values } = struck({ basket: { factor: 2, add: 1_000_000 } }, { route: "/b", version: "both" });
    expect(values.candidate[1]!.slice(512, 516)).toEqual(Float64Array.of(10e6, 21e6, 10e6, 21e6));
    expect(values.baseline[1]!.slice(0, 2)).toEqual(Float64Array.of(10e6, 21e6));
    expect(values.candidate[1]![511]).toBe(10e6);
    const below = struck({ basket: { factor: 1, add: -20_000_000 } });
    expect(below.values.candidate[1]![600]).toBe(NO_VALUE);
    expect(below.values.candidate[1]![601]).toBe(0);
  });

  it("grows as its shape does, and leaves metrics alone that the world has not", () => {
    const { values } = struck(
      { basket: { factor: 3, add: 0 }, other: { factor: 0, add: 0 } },
      { shape: { kind: "ramp", riseUs: 1_024 } },
    );
    expect(values.candidate[1]![768]).toBe(25e6);
    expect(values.candidate[0]![700]).toBe(1);
  });
});
