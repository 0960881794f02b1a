/**
 * The engine that one writes first: an object per event with the closure to call, on a binary heap ordered by (time,
 * priority, sequence); cancelling marks the event, and what is marked is skipped when it comes up. Written with care,
 * as the peer to be measured against; nothing of ours is in it.
 */

/** One event in waiting. */
export interface NaiveEvent {
  readonly atUs: number;
  readonly priority: number;
  readonly sequence: number;
  readonly happen: () => void;
  isCancelled: boolean;
}

/** Keeps the clock and the events in waiting. */
export class NaiveEngine {
  nowUs = 0;
  eventsHandled = 0;
  #sequence = 0;
  readonly #heap: NaiveEvent[] = [];

  /** Calls `happen` after `delayUs`. */
  after(delayUs: number, priority: number, happen: () => void): NaiveEvent {
    return this.at(this.nowUs + delayUs, priority, happen);
  }

  /** Calls `happen` at `atUs`. */
  at(atUs: number, priority: number, happen: () => void): NaiveEvent {
    const event: NaiveEvent = { atUs, priority, sequence: this.#sequence++, happen, isCancelled: false };
    this.#push(event);
    return event;
  }

  /** The event will not happen. */
  cancel(event: NaiveEvent): void {
    event.isCancelled = true;
  }

  /** Makes the next event happen; false when none is left. */
  step(): boolean {
    for (;;) {
      const event = this.#pop();
      if (event === undefined) return false;
      if (event.isCancelled) continue;
      this.nowUs = event.atUs;
      this.eventsHandled += 1;
      event.happen();
      return true;
    }
  }

  /** Steps until `isOver` says so or no event is left. */
  run(isOver: () => boolean): void {
    while (!isOver() && this.step());
  }

  #push(event: NaiveEvent): void {
    const heap = this.#heap;
    let position = heap.length;
    heap.push(event);
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = heap[parent]!;
      if (!isBefore(event, above)) break;
      heap[position] = above;
      position = parent;
    }
    heap[position] = event;
  }

  #pop(): NaiveEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    const size = heap.length;
    let position = 0;
    for (;;) {
      let child = position * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      const below = heap[child]!;
      if (!isBefore(below, last)) break;
      heap[position] = below;
      position = child;
    }
    heap[position] = last;
    return first;
  }
}

function isBefore(one: NaiveEvent, other: NaiveEvent): boolean {
  if (one.atUs !== other.atUs) return one.atUs < other.atUs;
  if (one.priority !== other.priority) return one.priority < other.priority;
  return one.sequence < other.sequence;
}
