/**
 * The simulation: nothing but a loop on `step`. A model says what an event does and how the data plane runs between two
 * events; the state is plain data, so that a snapshot of it is a copy (see `snapshot.ts`).
 */
import { InvariantError } from "./assert.ts";
import { createDigest, digestEvent } from "./digest.ts";
import type { Digest } from "./digest.ts";
import { createEventQueue, nextAtUs, take } from "./event-queue.ts";
import type { EventQueue, KernelEvent } from "./event-queue.ts";

/** The part of a state that the simulation itself keeps. */
export interface Kernel {
  /** Now, in microseconds since the run's start. */
  nowUs: number;
  /** What is going to happen. */
  queue: EventQueue;
  /** Events handled so far. */
  eventsHandled: number;
  /** Of every event handled so far, in order. */
  digest: Digest;
  /** The event being handled, or the last that was. */
  current: KernelEvent;
}

/** What a simulation is a simulation of. All that changes is in the state; the model itself has none. */
export interface Model<S extends { readonly kernel: Kernel }> {
  /**
   * The data plane runs undisturbed from `kernel.nowUs` to `toUs`, before the clock moves: what happens at
   * `nowUs` is included, what happens at `toUs` is not. May be called for any cut of an interval, and must come to the
   * same state by every cut.
   */
  advance(state: S, toUs: number): void;
  /** The event happens, at `kernel.nowUs`. The record is reused: copy what must outlive the call. */
  handle(state: S, event: KernelEvent): void;
  /** Whether the simulation is over, although events may be pending. */
  done(state: S): boolean;
}

/** A kernel at time 0 with nothing scheduled. */
export function createKernel(): Kernel {
  return {
    nowUs: 0,
    queue: createEventQueue(),
    eventsHandled: 0,
    digest: createDigest(),
    current: { atUs: 0, priority: 0, sequence: 0, kind: 0, a: 0, b: 0 },
  };
}

/** Takes and handles the next event. False when the simulation is over or nothing is pending. */
export function step<S extends { readonly kernel: Kernel }>(model: Model<S>, state: S): boolean {
  if (model.done(state)) return false;
  const { kernel } = state;
  const event = kernel.current;
  if (!take(kernel.queue, event)) return false;
  const { atUs } = event;
  if (atUs > kernel.nowUs) {
    model.advance(state, atUs);
    kernel.nowUs = atUs;
  } else if (atUs < kernel.nowUs) {
    refuseToGoBack(kernel);
  }
  digestEvent(kernel.digest, event);
  kernel.eventsHandled += 1;
  model.handle(state, event);
  return true;
}

/**
 * Handles all events before or at `untilUs`, then runs the data plane to exactly that time and moves the clock there.
 * False when the simulation is over; the clock then stays at the event that ended it.
 */
export function stepUntil<S extends { readonly kernel: Kernel }>(model: Model<S>, state: S, untilUs: number): boolean {
  const { kernel } = state;
  if (!(Number.isSafeInteger(untilUs) && untilUs >= kernel.nowUs)) {
    throw new InvariantError(`cannot step from ${kernel.nowUs} us to ${untilUs} us`);
  }
  while (nextAtUs(kernel.queue) <= untilUs && step(model, state));
  if (model.done(state)) return false;
  if (untilUs > kernel.nowUs) {
    model.advance(state, untilUs);
    kernel.nowUs = untilUs;
  }
  return true;
}

/** Handles events until the simulation is over or nothing is pending. */
export function run<S extends { readonly kernel: Kernel }>(model: Model<S>, state: S): void {
  while (step(model, state));
}

function refuseToGoBack({ nowUs, current }: Kernel): never {
  throw new InvariantError(`time goes back: at ${nowUs} us, an event of kind ${current.kind} at ${current.atUs} us`);
}
