import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveStream, draw32 } from "../../src/engine/kernel/random.ts";
import { run } from "../../src/engine/kernel/simulation.ts";
import { constantUs, exponentialUs, grainsUs, lognormalUs } from "./draws.ts";
import { openStation, stationModel } from "./station.ts";
import type { Station, StationState } from "./station.ts";

function runStation(station: Station): StationState {
  const state = openStation(station);
  run(stationModel(station), state);
  return state;
}

/** Lindley's recursion for one server: a wait is the wait and service before, less the gap, but not below zero. */
function lindleyWaits(station: Station): Float64Array {
  const waits = new Float64Array(station.customers);
  for (let index = 1; index < station.customers; index += 1) {
    const leftUs = waits[index - 1]! + station.serviceUs(index - 1) - station.gapUs(index);
    waits[index] = Math.max(leftUs, 0);
  }
  return waits;
}

/** Kiefer and Wolfowitz: the same for several servers, by the work left at each, least first. */
function kieferWolfowitzWaits(station: Station): Float64Array {
  const waits = new Float64Array(station.customers);
  let workUs: number[] = Array.from({ length: station.servers }, () => 0);
  for (let index = 0; index < station.customers; index += 1) {
    const gapUs = index === 0 ? 0 : station.gapUs(index);
    workUs = workUs.map((us) => Math.max(us - gapUs, 0)).toSorted((x, y) => x - y);
    waits[index] = workUs[0]!;
    workUs[0]! += station.serviceUs(index);
  }
  return waits;
}

/** A priority for every event, at random, so that ties fall out at random. */
function randomPriority(seed: string): (kind: number, index: number) => number {
  const { a, b } = deriveStream(seed, "ties");
  return (kind, index) => draw32(a, b, index * 2 + kind) >>> 24;
}

/** A station whose gaps and services are a few grains long: nearly every event shares its microsecond with others. */
function grainyStation(seed: string, servers: number): Station {
  return {
    servers,
    room: Infinity,
    customers: 3_000,
    countFrom: 0,
    gapUs: grainsUs(seed, "gaps", 1_000, 4),
    serviceUs: grainsUs(seed, "services", 1_000, 4 * servers - 1),
  };
}

const seeds = fc.nat().map((seed) => `lindley ${seed}`);

describe("waits, on the same draws, to the microsecond", () => {
  it.each([0.5, 0.9, 0.99])("are Lindley's for one server at a load of %d", (load) => {
    const seed = `load ${load}`;
    const station: Station = {
      servers: 1,
      room: Infinity,
      customers: 100_000,
      countFrom: 0,
      gapUs: exponentialUs(seed, "gaps", 1_000_000 / load),
      serviceUs: lognormalUs(seed, "services", 1_000_000, 1),
    };
    const state = runStation(station);
    expect(state.waitUs).toEqual(lindleyWaits(station));
    expect(state.delayed).toBeGreaterThan(station.customers * load * 0.8);
  });

  it.each([2, 5])("are those of Kiefer and Wolfowitz for %i servers", (servers) => {
    const seed = `servers ${servers}`;
    const station: Station = {
      servers,
      room: Infinity,
      customers: 20_000,
      countFrom: 0,
      gapUs: exponentialUs(seed, "gaps", 1_000_000 / (0.9 * servers)),
      serviceUs: exponentialUs(seed, "services", 1_000_000),
    };
    expect(runStation(station).waitUs).toEqual(kieferWolfowitzWaits(station));
  });
});

describe("events of one microsecond, permuted at random", () => {
  it("leave every wait as it is", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, servers) => {
        const station = grainyStation(seed, servers);
        const permuted = runStation({ ...station, priority: randomPriority(seed) });
        expect(permuted.waitUs).toEqual(kieferWolfowitzWaits(station));
        expect(permuted.waitUs).toEqual(runStation(station).waitUs);
      }),
      { numRuns: 30 },
    );
  });

  it("leave all waits together as they are when customers of one microsecond change places", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, servers) => {
        const grainy = { ...grainyStation(seed, servers), serviceUs: constantUs(1_900 * servers) };
        const station: Station = { ...grainy, isTimetabled: true };
        const permuted = runStation({ ...station, priority: randomPriority(seed) });
        const inOrder = runStation(station);
        expect(permuted.waitUs).not.toEqual(inOrder.waitUs);
        expect(permuted.waitUs.toSorted()).toEqual(inOrder.waitUs.toSorted());
        expect(permuted.levelUs).toEqual(inOrder.levelUs);
        expect(permuted.presenceUs).toBe(inOrder.presenceUs);
      }),
      { numRuns: 30 },
    );
  });
});
