import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cancel, capacityOf, createEventQueue, nextAtUs, pendingCount, schedule, take } from "./event-queue.ts";
import type { EventQueue, KernelEvent } from "./event-queue.ts";

function blankEvent(): KernelEvent {
  return { atUs: -1, priority: -1, sequence: -1, kind: -1, a: -1, b: -1 };
}

function takeAll(queue: EventQueue): KernelEvent[] {
  const events: KernelEvent[] = [];
  const out = blankEvent();
  while (take(queue, out)) events.push({ ...out });
  return events;
}

type Operation =
  | { readonly do: "schedule"; readonly atUs: number; readonly priority: number }
  | { readonly do: "cancel"; readonly pick: number }
  | { readonly do: "take" };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("schedule" as const),
      atUs: fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1), fc.constant(Number.MAX_SAFE_INTEGER)),
      priority: fc.oneof(fc.nat(3), fc.nat(255)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
);

describe("event queue", () => {
  it("orders by time, then priority, then the order of scheduling", () => {
    const queue = createEventQueue(1);
    schedule(queue, 20, 0, 1, 0, 0);
    schedule(queue, 10, 255, 2, 0, 0);
    schedule(queue, 10, 1, 3, 0, 0);
    schedule(queue, 10, 1, 4, 0, 0);
    schedule(queue, 0, 9, 5, 0.5, -7);
    expect(nextAtUs(queue)).toBe(0);
    expect(takeAll(queue)).toEqual([
      { atUs: 0, priority: 9, sequence: 4, kind: 5, a: 0.5, b: -7 },
      { atUs: 10, priority: 1, sequence: 2, kind: 3, a: 0, b: 0 },
      { atUs: 10, priority: 1, sequence: 3, kind: 4, a: 0, b: 0 },
      { atUs: 10, priority: 255, sequence: 1, kind: 2, a: 0, b: 0 },
      { atUs: 20, priority: 0, sequence: 0, kind: 1, a: 0, b: 0 },
    ]);
    expect(nextAtUs(queue)).toBe(Infinity);
  });

  it("does what a sorted list does, whatever the operations", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), fc.integer({ min: 1, max: 5 }), (operations, capacity) => {
        const queue = createEventQueue(capacity);
        let expected: (KernelEvent & { handle: number })[] = [];
        const handles: number[] = [];
        let sequence = 0;
        for (const op of operations) {
          switch (op.do) {
            case "schedule": {
              const handle = schedule(queue, op.atUs, op.priority, sequence % 7, sequence, -sequence / 3);
              const { atUs, priority } = op;
              expected.push({ atUs, priority, sequence, kind: sequence % 7, a: sequence, b: -sequence / 3, handle });
              handles.push(handle);
              sequence += 1;
              break;
            }
            case "cancel": {
              // Handles of events long gone are tried as well, after their slots have been given to others.
              const handle = handles[op.pick % Math.max(handles.length, 1)];
              if (handle === undefined) break;
              const isWaiting = expected.some((event) => event.handle === handle);
              expect(cancel(queue, handle)).toBe(isWaiting);
              expected = expected.filter((event) => event.handle !== handle);
              break;
            }
            case "take": {
              expected.sort((x, y) => x.atUs - y.atUs || x.priority - y.priority || x.sequence - y.sequence);
              const first = expected.shift();
              const out = blankEvent();
              expect(take(queue, out)).toBe(first !== undefined);
              if (first !== undefined) expect({ ...out, handle: first.handle }).toEqual(first);
              break;
            }
          }
          expect(pendingCount(queue)).toBe(expected.length);
          expect(nextAtUs(queue)).toBe(Math.min(Infinity, ...expected.map((event) => event.atUs)));
        }
        expected.sort((x, y) => x.atUs - y.atUs || x.priority - y.priority || x.sequence - y.sequence);
        expect(takeAll(queue).map((event) => event.sequence)).toEqual(expected.map((event) => event.sequence));
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a handle after its event was taken or cancelled, although the slot is in use again", () => {
    const queue = createEventQueue(1);
    const first = schedule(queue, 1, 0, 0, 0, 0);
    expect(cancel(queue, first)).toBe(true);
    const second = schedule(queue, 1, 0, 0, 0, 0);
    expect(cancel(queue, first)).toBe(false);
    take(queue, blankEvent());
    const third = schedule(queue, 1, 0, 0, 0, 0);
    expect(cancel(queue, second)).toBe(false);
    expect(pendingCount(queue)).toBe(1);
    expect(cancel(queue, third)).toBe(true);
    expect(cancel(queue, third)).toBe(false);
  });

  it("stays in order when events are cancelled deep in the heap, where the last one may belong above the gap", () => {
    // One subtree holds late times, the others early ones: what fills a gap in it has to move up.
    const queue = createEventQueue();
    const handles = Array.from({ length: 341 }, (_, index) => {
      let ancestor = index;
      while (ancestor > 4) ancestor = (ancestor - 1) >> 2;
      return { atUs: (ancestor === 1 ? 1_000_000 : 0) + index, handle: -1 };
    });
    for (const entry of handles) entry.handle = schedule(queue, entry.atUs, 0, 0, 0, 0);
    const cancelled = handles.filter(({ atUs }, index) => atUs >= 1_000_000 && index > 20 && index % 2 === 0);
    for (const { handle } of cancelled) expect(cancel(queue, handle)).toBe(true);
    const gone = new Set(cancelled.map(({ atUs }) => atUs));
    const expected = handles.map(({ atUs }) => atUs).filter((atUs) => !gone.has(atUs));
    expect(cancelled.length).toBeGreaterThan(20);
    expect(takeAll(queue).map((event) => event.atUs)).toEqual(expected.toSorted((x, y) => x - y));
  });

  it.each([-1, 0.5, Number.NaN, Infinity, 3, 2 ** 40])("refuses %s as a handle", (handle) => {
    const queue = createEventQueue(4);
    schedule(queue, 1, 0, 0, 0, 0);
    expect(cancel(queue, handle)).toBe(false);
  });

  it("leaves the record alone when nothing is waiting", () => {
    const out = blankEvent();
    expect(take(createEventQueue(), out)).toBe(false);
    expect(out).toEqual(blankEvent());
  });

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])("does not schedule at %s", (atUs) => {
    expect(() => schedule(createEventQueue(), atUs, 0, 0, 0, 0)).toThrow(`whole microseconds from 0, got ${atUs}`);
  });

  it.each([-1, 0.5, 256, Number.NaN])("does not schedule with priority %s", (priority) => {
    expect(() => schedule(createEventQueue(), 0, priority, 0, 0, 0)).toThrow(`0 to 255, got ${priority}`);
  });

  it("grows past its capacity and stays plain data of bounded size", () => {
    const queue = createEventQueue(2);
    for (let index = 0; index < 1_000; index += 1) schedule(queue, (index * 7_919) % 1_009, 0, index, 0, 0);
    for (let round = 0; round < 5_000; round += 1) {
      const out = blankEvent();
      take(queue, out);
      schedule(queue, out.atUs + 1 + (round % 13), 0, 0, 0, 0);
    }
    expect(capacityOf(queue)).toBe(2_048);
    const times = takeAll(queue).map((event) => event.atUs);
    expect(times).toHaveLength(1_000);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
  });
});
