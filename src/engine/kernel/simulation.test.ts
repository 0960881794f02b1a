import { describe, expect, it } from "vitest";
import { InvariantError } from "./assert.ts";
import { digestHex } from "./digest.ts";
import { schedule } from "./event-queue.ts";
import { createKernel, run, step, stepUntil } from "./simulation.ts";
import type { Kernel, Model } from "./simulation.ts";

interface Log {
  readonly kernel: Kernel;
  /** What happened: `advance from-to` and `kind@now`. */
  lines: string[];
  stopAfter: number;
}

const STOP_NEVER = Infinity;

const model: Model<Log> = {
  advance(state, toUs) {
    state.lines.push(`advance ${state.kernel.nowUs}-${toUs}`);
  },
  handle(state, event) {
    state.lines.push(`${event.kind}@${state.kernel.nowUs}`);
    if (event.kind === 9) schedule(state.kernel.queue, event.a, 0, 1, 0, 0);
  },
  done(state) {
    return state.kernel.eventsHandled >= state.stopAfter;
  },
};

function logOf(atUs: readonly number[], stopAfter: number = STOP_NEVER): Log {
  const kernel = createKernel();
  for (const [index, at] of atUs.entries()) schedule(kernel.queue, at, 0, index, 0, 0);
  return { kernel, lines: [], stopAfter };
}

describe("step", () => {
  it("advances the data plane to the event, then moves the clock, then handles", () => {
    const log = logOf([5]);
    expect(step(model, log)).toBe(true);
    expect(log.lines).toEqual(["advance 0-5", "0@5"]);
    expect(log.kernel.nowUs).toBe(5);
    expect(step(model, log)).toBe(false);
    expect(log.kernel.nowUs).toBe(5);
  });

  it("does not advance between events of one instant, nor at time 0", () => {
    const log = logOf([0, 5, 5]);
    run(model, log);
    expect(log.lines).toEqual(["0@0", "advance 0-5", "1@5", "2@5"]);
  });

  it("takes nothing once the model is done", () => {
    const log = logOf([1, 2, 3], 2);
    run(model, log);
    expect(log.kernel.eventsHandled).toBe(2);
    expect(log.kernel.queue.size).toBe(1);
  });

  it("refuses to go back in time", () => {
    const log = logOf([]);
    schedule(log.kernel.queue, 10, 0, 9, 4, 0);
    step(model, log);
    expect(() => step(model, log)).toThrow(InvariantError);
  });

  it("mixes time, kind and both operands of each event into the digest", () => {
    const digests = new Set<string>();
    for (const [atUs, kind, a, b] of [
      [1, 1, 1, 1],
      [2, 1, 1, 1],
      [1, 2, 1, 1],
      [1, 1, 2, 1],
      [1, 1, 1, 2],
    ] as const) {
      const log = logOf([]);
      schedule(log.kernel.queue, atUs, 0, kind, a, b);
      run(model, log);
      digests.add(digestHex(log.kernel.digest));
    }
    expect(digests.size).toBe(5);
  });
});

describe("stepUntil", () => {
  it("handles what is before or at the time, and leaves the clock exactly there", () => {
    const log = logOf([5, 10, 11]);
    expect(stepUntil(model, log, 10)).toBe(true);
    expect(log.lines).toEqual(["advance 0-5", "0@5", "advance 5-10", "1@10"]);
    expect(stepUntil(model, log, 10)).toBe(true);
    expect(stepUntil(model, log, 20)).toBe(true);
    expect(log.lines.slice(4)).toEqual(["advance 10-11", "2@11", "advance 11-20"]);
    expect(log.kernel.nowUs).toBe(20);
  });

  it("runs the data plane when nothing is scheduled", () => {
    const log = logOf([]);
    expect(stepUntil(model, log, 7)).toBe(true);
    expect(log.lines).toEqual(["advance 0-7"]);
  });

  it("stays at the event that ended the run", () => {
    const log = logOf([5, 6], 1);
    expect(stepUntil(model, log, 10)).toBe(false);
    expect(log.lines).toEqual(["advance 0-5", "0@5"]);
    expect(log.kernel.nowUs).toBe(5);
  });

  it.each([4, 5.5, Number.NaN, Infinity])("refuses to go from 5 to %s", (untilUs) => {
    const log = logOf([]);
    stepUntil(model, log, 5);
    expect(() => stepUntil(model, log, untilUs)).toThrow(`cannot step from 5 us to ${untilUs} us`);
  });
});
