/**
 * The kernel, on the smallest model there is: customers, one server, a line (M/M/1). Ours, the naive engine, and as the
 * floor Lindley's recursion, which needs no events at all. All on the same draws, made beforehand, and all come to the
 * same sum of waits. An event is a customer's arrival or completion, whether or not the contestant makes one of it.
 */
import { cancel, createEventQueue, schedule, take } from "../src/engine/kernel/event-queue.ts";
import { createKernel, run } from "../src/engine/kernel/simulation.ts";
import type { Kernel, Model } from "../src/engine/kernel/simulation.ts";
import { DRAW_UNIT, deriveStream, draw32 } from "../src/engine/kernel/random.ts";
import { SECOND_US } from "../src/engine/kernel/units.ts";
import { NaiveEngine } from "./naive/engine.ts";
import type { NaiveEvent } from "./naive/engine.ts";
import { createPool, occupy, startOf } from "../src/engine/resources/worker-pool.ts";
import { absoluteRow, comparedRow } from "./row.ts";
import type { BenchRow, BenchSuite } from "./row.ts";
import { sink, unitsPerSecond } from "./stopwatch.ts";

const LOAD = 0.8;
const SERVICE_MEAN_US = 1_000;
const ROUNDS = 7;
const TIMETABLED_ROUNDS = 5;
const PENDING = 4_096;
const GOAL = 3;
const TIMETABLED_GOAL = 2;
const EVENTS_PER_SECOND_GOAL = 10_000_000;
/** A customer gives up after so long; nobody ever has to. */
const TIMEOUT_US = 30 * SECOND_US;
/** Room for the timeouts of all who are in the line: 2^k. */
const LINE_PLACES = 4_096;

interface Draws {
  readonly gapUs: Int32Array;
  readonly serviceUs: Int32Array;
}

/** The kernel's rows. */
export const kernelSuite: BenchSuite = {
  name: "kernel",
  measure: (effort) => {
    const customers = effort === "full" ? 1_000_000 : 50_000;
    const draws: Draws = {
      gapUs: exponentials("gaps", customers, SERVICE_MEAN_US / LOAD),
      serviceUs: exponentials("services", customers, SERVICE_MEAN_US),
    };
    const [ours, naive, merged, lindley] = unitsPerSecond(
      [
        { name: "ours", work: () => 2 * customers * agree(runKernel(draws)) },
        { name: "naive", work: () => 2 * customers * agree(runNaive(draws)) },
        { name: "merged", work: () => 2 * customers * agree(runPool(draws)) },
        { name: "Lindley", work: () => 2 * customers * agree(runLindley(draws)) },
      ],
      ROUNDS,
    );
    const [timetabled, naiveTimetabled] = unitsPerSecond(
      [
        { name: "ours", work: () => 2 * customers * agree(runTimetabledKernel(draws)) },
        { name: "naive", work: () => 2 * customers * agree(runNaive(draws, 0, true)) },
      ],
      TIMETABLED_ROUNDS,
    );
    const [timeouts, naiveTimeouts] = unitsPerSecond(
      [
        { name: "ours", work: () => 3 * customers * agree(runKernel(draws, TIMEOUT_US)) },
        { name: "naive", work: () => 3 * customers * agree(runNaive(draws, TIMEOUT_US)) },
      ],
      ROUNDS,
    );
    const [hold, naiveHold] = unitsPerSecond(
      [
        { name: "ours", work: () => holdKernel(draws) },
        { name: "naive", work: () => holdNaive(draws) },
      ],
      ROUNDS,
    );
    const rows: BenchRow[] = [
      absoluteRow("kernel: M/M/1", "events/s", ours!, EVENTS_PER_SECOND_GOAL),
      comparedRow("kernel: M/M/1, arrivals merged in", "events/s", merged!, "naive engine", naive!, GOAL),
      comparedRow(
        "kernel: M/M/1, all arrivals on the heap from the start",
        "events/s",
        timetabled!,
        "naive engine",
        naiveTimetabled!,
        TIMETABLED_GOAL,
      ),
      comparedRow("kernel: M/M/1, two events pending", "events/s", ours!, "naive engine", naive!, null),
      comparedRow(
        "kernel: M/M/1, with a timeout per customer, cancelled",
        "events/s",
        timeouts!,
        "naive engine",
        naiveTimeouts!,
        GOAL,
      ),
      comparedRow("kernel: M/M/1, against the floor", "events/s", ours!, "Lindley's recursion", lindley!, null),
      comparedRow(`kernel: take and schedule, ${PENDING} pending`, "events/s", hold!, "naive engine", naiveHold!, null),
    ];
    return Promise.resolve(rows);
  },
};

/** All contestants must come to the same sum of waits; who does not is not timed but thrown out. */
let waitSumAgreedUs = -1;
function agree(waitSumUs: number): 1 {
  if (waitSumAgreedUs < 0) waitSumAgreedUs = waitSumUs;
  if (waitSumAgreedUs !== waitSumUs) throw new Error(`waits add up to ${waitSumUs} us, not ${waitSumAgreedUs} us`);
  return 1;
}

function exponentials(purpose: string, count: number, meanUs: number): Int32Array {
  const { a, b } = deriveStream("bench", purpose);
  const times = new Int32Array(count);
  for (let index = 0; index < count; index += 1) {
    times[index] = Math.round(-meanUs * Math.log((draw32(a, b, index) + 0.5) * DRAW_UNIT));
  }
  return times;
}

const ARRIVED = 0;
const COMPLETED = 1;
const GAVE_UP = 2;

interface LineState {
  readonly kernel: Kernel;
  /** When customer `index` came: all who are in the station, and those before them. */
  readonly cameUs: Float64Array;
  arrived: number;
  served: number;
  waitSumUs: number;
  /** Handles of the timeouts of those in the line, by customer modulo `LINE_PLACES`. */
  readonly timeouts: Float64Array;
}

/** A timeout of 0: customers have none. */
function runKernel({ gapUs, serviceUs }: Draws, timeoutUs: number = 0): number {
  const customers = gapUs.length;
  const model: Model<LineState> = {
    advance() {},
    handle(state, event) {
      const { kernel } = state;
      if (event.kind === ARRIVED) {
        const index = state.arrived;
        state.arrived = index + 1;
        state.cameUs[index] = kernel.nowUs;
        if (timeoutUs > 0) {
          const handle = schedule(kernel.queue, kernel.nowUs + timeoutUs, 2, GAVE_UP, index, 0);
          state.timeouts[index & (LINE_PLACES - 1)] = handle;
        }
        if (index + 1 < customers) schedule(kernel.queue, kernel.nowUs + gapUs[index + 1]!, 1, ARRIVED, 0, 0);
        if (index === state.served) schedule(kernel.queue, kernel.nowUs + serviceUs[index]!, 0, COMPLETED, 0, 0);
      } else if (event.kind === GAVE_UP) {
        throw new Error("a customer gave up");
      } else {
        if (timeoutUs > 0) cancel(kernel.queue, state.timeouts[state.served & (LINE_PLACES - 1)]!);
        const next = state.served + 1;
        state.served = next;
        if (next < state.arrived) {
          state.waitSumUs += kernel.nowUs - state.cameUs[next]!;
          schedule(kernel.queue, kernel.nowUs + serviceUs[next]!, 0, COMPLETED, 0, 0);
        }
      }
    },
    done() {
      return false;
    },
  };
  const state: LineState = {
    kernel: createKernel(),
    cameUs: new Float64Array(customers),
    arrived: 0,
    served: 0,
    waitSumUs: 0,
    timeouts: new Float64Array(LINE_PLACES),
  };
  schedule(state.kernel.queue, gapUs[0]!, 1, ARRIVED, 0, 0);
  run(model, state);
  return state.waitSumUs;
}

/** As `runKernel`, with all arrivals on the heap from the start. */
function runTimetabledKernel({ gapUs, serviceUs }: Draws): number {
  const customers = gapUs.length;
  const model: Model<LineState> = {
    advance() {},
    handle(state, event) {
      const { kernel } = state;
      if (event.kind === ARRIVED) {
        const index = state.arrived;
        state.arrived = index + 1;
        state.cameUs[index] = kernel.nowUs;
        if (index === state.served) schedule(kernel.queue, kernel.nowUs + serviceUs[index]!, 0, COMPLETED, 0, 0);
      } else {
        const next = state.served + 1;
        state.served = next;
        if (next < state.arrived) {
          state.waitSumUs += kernel.nowUs - state.cameUs[next]!;
          schedule(kernel.queue, kernel.nowUs + serviceUs[next]!, 0, COMPLETED, 0, 0);
        }
      }
    },
    done() {
      return false;
    },
  };
  const state: LineState = {
    kernel: createKernel(),
    cameUs: new Float64Array(customers),
    arrived: 0,
    served: 0,
    waitSumUs: 0,
    timeouts: new Float64Array(0),
  };
  let atUs = 0;
  for (const delayUs of gapUs) {
    atUs += delayUs;
    schedule(state.kernel.queue, atUs, 1, ARRIVED, 0, 0);
  }
  run(model, state);
  return state.waitSumUs;
}

/** As the data plane does it where a version has workers: arrivals in their order, and no event for a completion. */
function runPool({ gapUs, serviceUs }: Draws): number {
  const shape = { instances: 1, workers: 1, queue: LINE_PLACES };
  const pool = createPool(shape);
  let atUs = 0;
  let waitSumUs = 0;
  for (let index = 0; index < gapUs.length; index += 1) {
    atUs += gapUs[index]!;
    const startUs = startOf(shape, pool, 0, atUs);
    if (startUs < 0) throw new Error("the line is longer than its places");
    waitSumUs += startUs - atUs;
    occupy(shape, pool, 0, atUs, startUs, serviceUs[index]!);
  }
  return waitSumUs;
}

interface NaiveCustomer {
  readonly index: number;
  readonly cameUs: number;
  readonly timeout: NaiveEvent | null;
}

function runNaive({ gapUs, serviceUs }: Draws, timeoutUs: number = 0, isTimetabled: boolean = false): number {
  const customers = gapUs.length;
  const engine = new NaiveEngine();
  const line: NaiveCustomer[] = [];
  let first = 0;
  let isBusy = false;
  let waitSumUs = 0;
  const serve = (customer: NaiveCustomer): void => {
    isBusy = true;
    waitSumUs += engine.nowUs - customer.cameUs;
    engine.after(serviceUs[customer.index]!, 0, () => {
      isBusy = false;
      if (customer.timeout !== null) engine.cancel(customer.timeout);
      const next = line[first];
      if (next === undefined) return;
      first += 1;
      // The line is shortened now and then: `shift` on a long array would make the naive engine look worse than it is.
      if (first === 1_024) {
        line.splice(0, first);
        first = 0;
      }
      serve(next);
    });
  };
  const giveUp = (): void => {
    throw new Error("a customer gave up");
  };
  const enter = (index: number): void => {
    const timeout = timeoutUs > 0 ? engine.after(timeoutUs, 2, giveUp) : null;
    const customer: NaiveCustomer = { index, cameUs: engine.nowUs, timeout };
    if (isBusy) line.push(customer);
    else serve(customer);
  };
  const come = (index: number): void => {
    engine.after(gapUs[index]!, 1, () => {
      enter(index);
      if (index + 1 < customers) come(index + 1);
    });
  };
  if (isTimetabled) {
    let atUs = 0;
    for (let index = 0; index < customers; index += 1) {
      atUs += gapUs[index]!;
      engine.at(atUs, 1, () => enter(index));
    }
  } else {
    come(0);
  }
  engine.run(() => false);
  return waitSumUs;
}

function runLindley({ gapUs, serviceUs }: Draws): number {
  let waitUs = 0;
  let waitSumUs = 0;
  for (let index = 1; index < gapUs.length; index += 1) {
    const leftUs = waitUs + serviceUs[index - 1]! - gapUs[index]!;
    waitUs = leftUs > 0 ? leftUs : 0;
    waitSumUs += waitUs;
  }
  return waitSumUs;
}

/** Takes an event and schedules another, again and again, with many pending. */
function holdKernel({ gapUs }: Draws): number {
  const queue = createEventQueue(PENDING);
  const event = { atUs: 0, priority: 0, sequence: 0, kind: 0, a: 0, b: 0 };
  for (let index = 0; index < PENDING; index += 1) schedule(queue, gapUs[index]!, 0, 0, index, 0);
  for (const delayUs of gapUs) {
    take(queue, event);
    schedule(queue, event.atUs + delayUs, 0, 0, event.a, 0);
  }
  sink.value += event.atUs;
  return gapUs.length;
}

function holdNaive({ gapUs }: Draws): number {
  const engine = new NaiveEngine();
  let next = 0;
  const again = (): void => {
    if (next < gapUs.length) engine.after(gapUs[next++]!, 0, again);
  };
  for (let index = 0; index < PENDING; index += 1) engine.after(gapUs[index]!, 0, again);
  engine.run(() => next >= gapUs.length);
  sink.value += engine.nowUs;
  return gapUs.length;
}
