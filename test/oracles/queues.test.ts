import { describe, expect, it } from "vitest";
import { constantUs, exponentialUs, lognormalUs } from "./draws.ts";
import type { DurationDraw } from "./draws.ts";
import { expectMean, replicate } from "./replications.ts";
import { stationComplaint, watchedUs } from "./station.ts";
import type { Station, StationState } from "./station.ts";

/** Mean service time of all of them. */
const SERVICE_US = 1_000_000;
const WAITING = Infinity;
const NO_WAITING = 0;

/** Customers that come at random, `load` of them per mean service time. */
function poissonStation(
  load: number,
  servers: number,
  room: number,
  customers: number,
  serviceOf: (seed: string) => DurationDraw,
): (seed: string) => Station {
  return (seed) => ({
    servers,
    room,
    customers,
    countFrom: customers / 10,
    gapUs: exponentialUs(seed, "gaps", SERVICE_US / load),
    serviceUs: serviceOf(seed),
  });
}

function exponentialService(seed: string): DurationDraw {
  return exponentialUs(seed, "services", SERVICE_US);
}

function lognormalService(seed: string): DurationDraw {
  return lognormalUs(seed, "services", SERVICE_US, 1.5);
}

function constantService(): DurationDraw {
  return constantUs(SERVICE_US);
}

/** Mean wait in mean service times. */
function meanWait(state: StationState): number {
  return state.waitSumUs / state.counted / SERVICE_US;
}

function meanPresent(state: StationState): number {
  return state.presenceUs / watchedUs(state);
}

function delayedShare(state: StationState): number {
  return state.delayed / state.counted;
}

function lostShare(state: StationState): number {
  return state.countedLost / (state.counted + state.countedLost);
}

/** Erlang's loss formula, by its recursion: B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)). */
function erlangB(load: number, servers: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1) blocked = (load * blocked) / (server + load * blocked);
  return blocked;
}

/** Erlang's delay formula, from the loss formula: C = B / (1 - (a / c)(1 - B)). */
function erlangC(load: number, servers: number): number {
  const blocked = erlangB(load, servers);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Pollaczek and Khinchine: W = rho (1 + C^2) / (2 (1 - rho)) service times, C the coefficient of variation. */
function pollaczekKhinchine(load: number, variation: number): number {
  return (load * (1 + variation * variation)) / (2 * (1 - load));
}

describe("the formulas themselves", () => {
  it("give the values in the tables", () => {
    expect(erlangB(8, 10)).toBeCloseTo(0.1217, 4);
    expect(erlangC(3, 4)).toBeCloseTo(0.5094, 4);
    expect(erlangC(0.5, 1)).toBeCloseTo(0.5, 12);
    expect(pollaczekKhinchine(0.9, 1)).toBeCloseTo(9, 12);
  });
});

describe("M/M/1", () => {
  it.each([
    [0.5, 100_000, 0.005],
    [0.9, 200_000, 0.03],
  ])("at a load of %d waits and fills as theory says", (load, customers, precision) => {
    const states = replicate(poissonStation(load, 1, WAITING, customers, exponentialService));
    expectMean(states.map(meanWait), load / (1 - load), precision);
    expectMean(states.map(meanPresent), load / (1 - load), precision);
    expectMean(states.map(delayedShare), load, precision);
  });

  it("is in each state as long as the geometric distribution says", () => {
    const load = 0.5;
    const states = replicate(poissonStation(load, 1, WAITING, 50_000, exponentialService));
    let share = 1 - load;
    for (let level = 0; level < 5; level += 1) {
      const timeShares = states.map((state) => state.levelUs[level]! / watchedUs(state));
      expectMean(timeShares, share, 0.02);
      share *= load;
    }
  });
});

describe("M/M/4", () => {
  it("delays and waits as Erlang C says", () => {
    const states = replicate(poissonStation(3, 4, WAITING, 100_000, exponentialService));
    expectMean(states.map(delayedShare), erlangC(3, 4), 0.005);
    expectMean(states.map(meanWait), erlangC(3, 4) / (4 - 3), 0.02);
  });
});

describe("M/D/1 and M/lognormal/1", () => {
  it("wait as Pollaczek and Khinchine say, with constant service", () => {
    const states = replicate(poissonStation(0.8, 1, WAITING, 100_000, constantService));
    expectMean(states.map(meanWait), pollaczekKhinchine(0.8, 0), 0.01);
  });

  it("wait as Pollaczek and Khinchine say, with lognormal service", () => {
    const states = replicate(poissonStation(0.6, 1, WAITING, 100_000, lognormalService));
    expectMean(states.map(meanWait), pollaczekKhinchine(0.6, 1.5), 0.02);
  });
});

describe("ten servers without a waiting room", () => {
  it.each([
    ["M/M/10/10", exponentialService],
    ["M/D/10/10", constantService],
    ["M/lognormal/10/10", lognormalService],
  ])("%s loses what Erlang B says, whatever the service", (_name, service) => {
    const states = replicate(poissonStation(8, 10, NO_WAITING, 100_000, service));
    expectMean(states.map(lostShare), erlangB(8, 10), 0.01);
    for (const state of states) expect(state.delayed).toBe(0);
  });
});

describe("M/G/infinity", () => {
  it.each([
    ["exponential", exponentialService],
    ["constant", constantService],
    ["lognormal", lognormalService],
  ])("with %s service holds a Poisson number of customers", (_name, service) => {
    const load = 2;
    const states = replicate(poissonStation(load, Infinity, NO_WAITING, 50_000, service));
    expectMean(states.map(meanPresent), load, 0.01);
    let share = Math.exp(-load);
    for (let level = 0; level < 6; level += 1) {
      expectMean(
        states.map((state) => state.levelUs[level]! / watchedUs(state)),
        share,
        0.02,
      );
      share *= load / (level + 1);
    }
  });
});

describe("customers", () => {
  it.each([
    ["waiting", 3, WAITING],
    ["little room", 3, 2],
    ["none", 3, NO_WAITING],
  ])("are all served or lost, and their times add up to the time in the station: %s", (_name, servers, room) => {
    const seed = "conservation";
    const serviceUs = lognormalService(seed);
    const customers = 5_000;
    const station: Station = {
      ...poissonStation(2.5, servers, room, customers, lognormalService)(seed),
      countFrom: -1,
    };
    for (const state of replicate(() => station)) {
      expect(state.served + state.lost).toBe(customers);
      expect(stationComplaint(station, state)).toBeNull();
      let presenceUs = 0;
      let lost = 0;
      for (const [index, waitUs] of state.waitUs.entries()) {
        if (waitUs < 0) lost += 1;
        else presenceUs += waitUs + serviceUs(index);
      }
      expect(lost).toBe(state.lost);
      // Little's law on a path that ends empty is an identity, and all of it is integers.
      expect(state.presenceUs).toBe(presenceUs);
    }
  });
});
