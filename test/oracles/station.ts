/**
 * A station: customers come one after the other, are served by some servers in the order of coming, and wait, as far as
 * there is room, while all servers are busy. Every textbook queue that the kernel is held against is one of these.
 */
import { nextAtUs, schedule } from "../../src/engine/kernel/event-queue.ts";
import type { KernelEvent } from "../../src/engine/kernel/event-queue.ts";
import { createKernel } from "../../src/engine/kernel/simulation.ts";
import type { Kernel, Model } from "../../src/engine/kernel/simulation.ts";

/** What a station is like. The same for all runs of it; no part of a run's state. */
export interface Station {
  readonly servers: number;
  /** Customers that may wait; one more is lost. */
  readonly room: number;
  /** Customers that come in a run, numbered from 0. */
  readonly customers: number;
  /** The first customer whose wait is counted, and with whose coming the numbers in the station are. */
  readonly countFrom: number;
  /** Time between customer `index - 1` (or the start) and customer `index`. */
  readonly gapUs: (index: number) => number;
  /** How long customer `index` is served. */
  readonly serviceUs: (index: number) => number;
  /** Order among the events of one microsecond; by default completions go before arrivals. */
  readonly priority?: (kind: number, index: number) => number;
  /** All arrivals are scheduled at the start, instead of each by the one before it. */
  readonly isTimetabled?: boolean;
}

/** State of a run: plain data. */
export interface StationState {
  readonly kernel: Kernel;
  /** Customers that have come, and what became of them. */
  arrived: number;
  served: number;
  lost: number;
  busy: number;
  /** Who waits and since when: a ring of 2^k places, `waiting` of them in use from `firstPlace` on. */
  waiting: number;
  firstPlace: number;
  ringCustomer: Float64Array;
  ringAtUs: Float64Array;
  /** Of counted customers that were served: how many, how many had to wait, the sum of their waits. */
  counted: number;
  countedLost: number;
  delayed: number;
  waitSumUs: number;
  /** By customer: the wait, -1 before it is known and for those lost. */
  waitUs: Float64Array;
  /** Time spent with n in the station, by n; the last cell also takes all above. */
  levelUs: Float64Array;
  /** Sum over customers in the station of the time that they are there. */
  presenceUs: number;
}

/** A customer comes. Operand a: which. */
const ARRIVED = 1;
/** A customer's service is complete. Operand a: which. */
const COMPLETED = 2;

const LEVELS = 64;

function defaultPriority(kind: number): number {
  return kind === COMPLETED ? 0 : 1;
}

/** The station as a model for the simulation. */
export function stationModel(station: Station): Model<StationState> {
  const priority = station.priority ?? defaultPriority;

  function startService(state: StationState, index: number, sinceUs: number): void {
    const { kernel } = state;
    const waitUs = kernel.nowUs - sinceUs;
    state.busy += 1;
    state.waitUs[index] = waitUs;
    if (index >= station.countFrom) {
      state.counted += 1;
      state.waitSumUs += waitUs;
      if (waitUs > 0) state.delayed += 1;
    }
    schedule(kernel.queue, kernel.nowUs + station.serviceUs(index), priority(COMPLETED, index), COMPLETED, index, 0);
  }

  function arrive(state: StationState, index: number): void {
    const { kernel } = state;
    state.arrived += 1;
    if (!station.isTimetabled && index + 1 < station.customers) scheduleArrival(station, kernel, index + 1);
    if (state.busy < station.servers) {
      startService(state, index, kernel.nowUs);
    } else if (state.waiting < station.room) {
      joinRing(state, index, kernel.nowUs);
    } else {
      state.lost += 1;
      if (index >= station.countFrom) state.countedLost += 1;
    }
  }

  function complete(state: StationState): void {
    state.busy -= 1;
    state.served += 1;
    if (state.waiting === 0) return;
    const place = state.firstPlace;
    state.firstPlace = (place + 1) & (state.ringCustomer.length - 1);
    state.waiting -= 1;
    startService(state, state.ringCustomer[place]!, state.ringAtUs[place]!);
  }

  return {
    advance(state, toUs) {
      if (state.arrived <= station.countFrom) return;
      const present = state.busy + state.waiting;
      const elapsedUs = toUs - state.kernel.nowUs;
      state.presenceUs += present * elapsedUs;
      state.levelUs[Math.min(present, LEVELS - 1)]! += elapsedUs;
    },
    handle(state, event: KernelEvent) {
      if (event.kind === ARRIVED) arrive(state, event.a);
      else complete(state);
    },
    done(state) {
      return state.served + state.lost === station.customers;
    },
  };
}

/** The station before its first customer. */
export function openStation(station: Station): StationState {
  const kernel = createKernel();
  if (station.isTimetabled) {
    let atUs = 0;
    for (let index = 0; index < station.customers; index += 1) {
      atUs += station.gapUs(index);
      schedule(kernel.queue, atUs, (station.priority ?? defaultPriority)(ARRIVED, index), ARRIVED, index, 0);
    }
  } else {
    scheduleArrival(station, kernel, 0);
  }
  return {
    kernel,
    arrived: 0,
    served: 0,
    lost: 0,
    busy: 0,
    waiting: 0,
    firstPlace: 0,
    ringCustomer: new Float64Array(16),
    ringAtUs: new Float64Array(16),
    counted: 0,
    countedLost: 0,
    delayed: 0,
    waitSumUs: 0,
    waitUs: new Float64Array(station.customers).fill(-1),
    levelUs: new Float64Array(LEVELS),
    presenceUs: 0,
  };
}

/** Time that the levels were watched for. */
export function watchedUs(state: StationState): number {
  return state.levelUs.reduce((sum, us) => sum + us, 0);
}

/** What must hold of a station at any moment; the complaint if it does not, else null. */
export function stationComplaint(station: Station, state: StationState): string | null {
  const { arrived, served, lost, busy, waiting, kernel } = state;
  if (arrived !== served + lost + busy + waiting) return `${arrived} came, but ${served}+${lost}+${busy}+${waiting}`;
  if (waiting > 0 && busy < station.servers) return `${waiting} wait while ${busy} of ${station.servers} servers work`;
  if (busy > station.servers || waiting > station.room) return `${busy} are served and ${waiting} wait: too many`;
  if (nextAtUs(kernel.queue) < kernel.nowUs) return `an event waits for a time before ${kernel.nowUs}`;
  return null;
}

function scheduleArrival(station: Station, kernel: Kernel, index: number): void {
  const priority = (station.priority ?? defaultPriority)(ARRIVED, index);
  schedule(kernel.queue, kernel.nowUs + station.gapUs(index), priority, ARRIVED, index, 0);
}

function joinRing(state: StationState, index: number, atUs: number): void {
  const places = state.ringCustomer.length;
  if (state.waiting === places) {
    const customers = new Float64Array(places * 2);
    const times = new Float64Array(places * 2);
    for (let at = 0; at < places; at += 1) {
      const place = (state.firstPlace + at) & (places - 1);
      customers[at] = state.ringCustomer[place]!;
      times[at] = state.ringAtUs[place]!;
    }
    state.ringCustomer = customers;
    state.ringAtUs = times;
    state.firstPlace = 0;
  }
  const place = (state.firstPlace + state.waiting) & (state.ringCustomer.length - 1);
  state.ringCustomer[place] = index;
  state.ringAtUs[place] = atUs;
  state.waiting += 1;
}
