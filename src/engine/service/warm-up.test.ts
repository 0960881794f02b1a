import { describe, expect, it } from "vitest";
import { applyWarmUp, startCandidate } from "./warm-up.ts";
import { createBatch, routeRows, type Batch, type WorldState } from "./world.ts";

function warmed(state: WorldState): Batch {
  const batch = createBatch();
  batch.count = 10;
  for (let i = 0; i < 10; i++) {
    batch.atUs[i] = 100 * i;
    batch.candidateUs[i] = 1_000;
  }
  routeRows(batch, (row) => row !== 3);
  applyWarmUp({ factor: 5, overUs: 400 }, state, batch);
  return batch;
}

describe("the warm-up of a candidate", () => {
  it("multiplies its latency at first, and evenly less until it is warm", () => {
    const state: WorldState = {};
    startCandidate(state, 200);
    // Requests before the start are not there in a run: the rollout's start routes them.
    expect([...warmed(state).candidateUs.subarray(2, 10)]).toEqual([
      5_000, 1_000, 3_000, 2_000, 1_000, 1_000, 1_000, 1_000,
    ]);
  });

  it("is over for a candidate that was never started: it has been running all along", () => {
    expect([...warmed({}).candidateUs.subarray(0, 10)]).toEqual(Array.from({ length: 10 }, () => 1_000));
  });
});
