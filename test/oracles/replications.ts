/** Replications: the same measurement under independent seeds, held against what theory says. */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { expect } from "vitest";
import { run } from "../../src/engine/kernel/simulation.ts";
import { openStation, stationModel } from "./station.ts";
import type { Station, StationState } from "./station.ts";

const REPLICATIONS = 20;

/** Runs the station once per seed and returns what became of it. */
export function replicate(stationOf: (seed: string) => Station): StationState[] {
  const states: StationState[] = [];
  for (let replication = 1; replication <= REPLICATIONS; replication += 1) {
    const station = stationOf(`oracle ${replication}`);
    const state = openStation(station);
    run(stationModel(station), state);
    states.push(state);
  }
  return states;
}

/**
 * The mean of the samples lies within 4 standard errors of what theory says; and the standard error is at most
 * `precision` of it, without which the first would say little.
 */
export function expectMean(samples: readonly number[], theory: number, precision: number): void {
  const standardError = sampleStandardDeviation([...samples]) / Math.sqrt(samples.length);
  expect(standardError / theory).toBeLessThan(precision);
  const z = (mean([...samples]) - theory) / standardError;
  expect(Math.abs(z), `mean ${mean([...samples])}, theory ${theory}, z ${z}`).toBeLessThan(4);
}
