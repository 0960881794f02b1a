import { describe, expect, it } from "vitest";
import { NO_VALUE, createOwnValues } from "../service/own-metric.ts";
import { BATCH_ROWS, DECLINED, SERVED, createBatch, routeRows } from "../service/world.ts";
import { counterCount } from "./counters.ts";
import { HISTOGRAM_BINS } from "./histogram.ts";
import { findMetric } from "./catalogue.ts";
import { measure } from "./measure.ts";
import { placeOwnMetrics } from "./own-metric-counters.ts";
import { completeOwnValues, createOwnInFlight, cutOffOwnValues, recordOwnValues } from "./own-metric-recorder.ts";
import { createRecording } from "./recording.ts";
import { totalsNow } from "./totals.ts";

const METRICS = [
  { name: "bought", kind: "boolean" },
  { name: "worth", kind: "number" },
] as const;
const PLACES = placeOwnMetrics(METRICS, counterCount(0), 2 * HISTOGRAM_BINS);
const MAX = 1e15;

/** Six requests, by hand: who is routed, what each version makes of it, and what it is worth there. */
const REQUESTS = [
  { atUs: 0, routed: false, baseline: [10, SERVED, 1, 5e6], candidate: [0, SERVED, 0, 0] },
  { atUs: 1, routed: false, baseline: [10, 1, 1, 7e6], candidate: [0, SERVED, 0, 0] },
  { atUs: 2, routed: true, baseline: [10, SERVED, 0, 11e6], candidate: [100, SERVED, 1, MAX] },
  { atUs: 3, routed: true, baseline: [20, SERVED, 1, 13e6], candidate: [30, 1, 1, 99e6] },
  { atUs: 4, routed: true, baseline: [40, SERVED, NO_VALUE, 17e6], candidate: [9, DECLINED, 1, 99e6] },
  { atUs: 5, routed: true, baseline: [40, 1, 1, 19e6], candidate: [200, SERVED, 0, 23e6] },
] as const;

function recorded(fallsBack: boolean, untilUs: number) {
  const batch = createBatch();
  const values = createOwnValues(2, BATCH_ROWS);
  batch.count = REQUESTS.length;
  REQUESTS.forEach(({ atUs, baseline, candidate }, i) => {
    batch.atUs[i] = atUs;
    [batch.baselineUs[i], batch.baselineCode[i], values.baseline[0]![i], values.baseline[1]![i]] = baseline;
    [batch.candidateUs[i], batch.candidateCode[i], values.candidate[0]![i], values.candidate[1]![i]] = candidate;
  });
  routeRows(batch, (row) => REQUESTS[row]!.routed);
  const recording = createRecording(1, 0, PLACES.counters, PLACES.bins);
  const inFlight = createOwnInFlight(2);
  const targets = { whole: recording, cells: [] };
  const scratch = { values, cellOfRow: new Uint16Array(BATCH_ROWS) };
  recordOwnValues(PLACES, targets, inFlight, scratch, batch, untilUs, fallsBack);
  const from = totalsNow(createRecording(1, 0, PLACES.counters, PLACES.bins), 0);
  const read = (name: string): [number | null, number] => {
    const health = { polls: 0, failedPolls: 0, ok: true };
    const span = { from, to: totalsNow(recording, 1), health: [health, health] as const, own: PLACES };
    const { value, samples } = measure(findMetric(name)!, { ...span, publishesQuantiles: true });
    return [value, samples];
  };
  return { inFlight, read, complete: (toUs: number) => completeOwnValues(PLACES, targets, inFlight, toUs) };
}

describe("values of served requests", () => {
  it("count for the version that served, when the request completes", () => {
    const { read, complete, inFlight } = recorded(true, 20);
    // Only the first has completed: the second failed, and is worth nothing to anybody.
    expect(read("baseline.worth.mean")).toEqual([5e6, 1]);
    expect(read("baseline.bought.rate")).toEqual([1e6, 1]);
    expect(read("candidate.worth.mean")).toEqual([null, 0]);
    complete(44);
    expect(read("baseline.worth.mean")[1]).toBe(1);
    // The declined one is served by the baseline at 4 + 40; it has no boolean. The failed one at 3 + 30 + 20.
    complete(54);
    expect(read("baseline.worth.mean")).toEqual([(5e6 + 13e6 + 17e6) / 3, 3]);
    expect(read("baseline.bought.rate")).toEqual([1e6, 2]);
    expect(inFlight.count).toBe(2);
    complete(1_000);
    expect(read("candidate.worth.mean")).toEqual([(MAX + 23e6) / 2, 2]);
    expect(read("candidate.bought.rate")).toEqual([500_000, 2]);
    expect(read("all.bought.rate")).toEqual([750_000, 4]);
    expect(read("bought.rate.delta")).toEqual([-500_000, 2]);
    expect(read("worth.mean.delta")).toEqual([(MAX + 23e6) / 2 - 35e6 / 3, 2]);
    expect(read("baseline.worth.p50")[0]! / 13e6).toBeCloseTo(1, 2);
    expect(read("all.worth.p99")[0]! / MAX).toBeCloseTo(1, 2);
  });

  it("are nobody's where nothing falls back", () => {
    const { read } = recorded(false, 1_000);
    expect(read("baseline.worth.mean")).toEqual([5e6, 1]);
    expect(read("candidate.worth.mean")).toEqual([(MAX + 23e6) / 2, 2]);
  });

  it("are the baseline's where the candidate is stopped while it is at it, if the baseline would have served", () => {
    const { read, inFlight, complete } = recorded(true, 60);
    cutOffOwnValues(inFlight, 70, true);
    complete(170);
    expect(read("baseline.worth.mean")[1]).toBe(3);
    complete(171);
    expect(read("baseline.worth.mean")).toEqual([(5e6 + 13e6 + 17e6 + 11e6) / 4, 4]);
    expect(inFlight.count).toBe(0);
    expect(read("candidate.worth.mean")).toEqual([null, 0]);
    const alone = recorded(false, 60);
    cutOffOwnValues(alone.inFlight, 70, false);
    expect(alone.inFlight.count).toBe(0);
  });
});
