/**
 * The event queue: everything that is going to happen in the control plane, in one total order.
 *
 * An indexed 4-ary heap on typed arrays, ordered by (atUs, priority, sequence): of two events at one instant the lower
 * priority goes first, and of two with the same priority the one scheduled first. Cancelling takes the event out of the
 * heap there and then; nothing dead is ever carried along. The state is plain data and may be copied at any time.
 */
import { InvariantError, invariant } from "./assert.ts";

/** One event, as taken from the queue. Mutable, so that one record serves a whole run. */
export interface KernelEvent {
  /** When it happens, in microseconds since the run's start. */
  atUs: number;
  /** 0 (first) to 255 (last) among the events of one instant. */
  priority: number;
  /** How many events had been scheduled before it in this queue. */
  sequence: number;
  /** What it is; the model says what the number means. */
  kind: number;
  /** First operand, chosen by the model. */
  a: number;
  /** Second operand, chosen by the model. */
  b: number;
}

/** The state of a queue. Read it through the functions below. */
export interface EventQueue {
  /** Events waiting; they occupy the heap positions 0 to size - 1. */
  size: number;
  /** Events ever scheduled. */
  nextSequence: number;
  /** First slot without an event, or -1. */
  freeSlot: number;
  /** By heap position: time of the event. */
  heapAtUs: Float64Array;
  /**
   * By heap position, two numbers: priority * 2^45 + sequence, the order within one instant; the slot that holds the rest
   * of the event.
   */
  heapEntry: Float64Array;
  /** By slot: heap position; or, of a free slot, -2 - (next free slot), which is -1 at the end of the list. */
  positions: Int32Array;
  /**
   * By slot, `SLOT_STRIDE` numbers: how often it has been given away, modulo 2^31; kind; first operand; second operand.
   */
  slots: Float64Array;
}

/**
 * What is read together stands together: fewer bases to load and lines to touch. What a sift looks at in every child, the
 * times, and what it writes at every level, the positions, are columns of their own, as dense as can be.
 */
const SLOT_STRIDE = 4;

/** Sequences per priority: 2^45 events, so that priority and sequence share one double exactly. */
const SEQUENCE_SPAN = 2 ** 45;
const PRIORITY_MAX = 255;
/** Handles are generation * SLOT_SPAN + slot: 31 bits of generation above 22 bits of slot. */
const SLOT_SPAN = 2 ** 22;
const GENERATION_MASK = 0x7fff_ffff;
const CAPACITY_DEFAULT = 64;

/** An empty queue with room for `capacity` events before it first grows. */
export function createEventQueue(capacity: number = CAPACITY_DEFAULT): EventQueue {
  invariant(Number.isInteger(capacity) && capacity >= 1 && capacity <= SLOT_SPAN, "capacity must be 1 to 4194304");
  const queue: EventQueue = {
    size: 0,
    nextSequence: 0,
    freeSlot: -1,
    heapAtUs: new Float64Array(capacity),
    heapEntry: new Float64Array(capacity * 2),
    positions: new Int32Array(capacity),
    slots: new Float64Array(capacity * SLOT_STRIDE),
  };
  chainFreeSlots(queue, 0);
  return queue;
}

/** How many events are waiting. */
export function pendingCount(queue: EventQueue): number {
  return queue.size;
}

/** How many events there is room for before the queue grows. */
export function capacityOf(queue: EventQueue): number {
  return queue.positions.length;
}

/** The time of the next event, or Infinity when none is waiting. */
export function nextAtUs(queue: EventQueue): number {
  return queue.size === 0 ? Infinity : queue.heapAtUs[0]!;
}

/**
 * Puts an event into the queue. `atUs` is a safe integer of at least 0, `priority` an integer from 0 to 255. Returns a
 * handle for `cancel`, good until the event is taken or cancelled; afterwards it is refused, although its slot is reused
 * (after 2^31 uses of the one slot the generations start over).
 */
export function schedule(
  queue: EventQueue,
  atUs: number,
  priority: number,
  kind: number,
  a: number,
  b: number,
): number {
  const sequence = queue.nextSequence;
  // The messages are made elsewhere: the shorter this function, the better it is compiled.
  if (!(Number.isSafeInteger(atUs) && atUs >= 0)) refuseTime(atUs);
  if (!((priority & PRIORITY_MAX) === priority)) refusePriority(priority);
  if (sequence >= SEQUENCE_SPAN) throw new InvariantError("a queue orders at most 2^45 events");
  if (queue.freeSlot < 0) grow(queue);
  const slot = queue.freeSlot;
  const { heapAtUs, heapEntry, positions, slots } = queue;
  const at = slot * SLOT_STRIDE;
  queue.freeSlot = -2 - positions[slot]!;
  queue.nextSequence = sequence + 1;
  slots[at + 1] = kind;
  slots[at + 2] = a;
  slots[at + 3] = b;
  const last = queue.size;
  queue.size = last + 1;
  const order = priority * SEQUENCE_SPAN + sequence;
  // Up from the end, as in `siftUp`, which takes positions: here the entry need not stand in the heap first.
  let position = last;
  while (position > 0) {
    const parent = (position - 1) >> 2;
    const parentAtUs = heapAtUs[parent]!;
    if (parentAtUs < atUs || (parentAtUs === atUs && heapEntry[parent * 2]! < order)) break;
    heapAtUs[position] = parentAtUs;
    moveEntry(heapEntry, positions, parent, position);
    position = parent;
  }
  heapAtUs[position] = atUs;
  heapEntry[position * 2] = order;
  heapEntry[position * 2 + 1] = slot;
  positions[slot] = position;
  return slots[at]! * SLOT_SPAN + slot;
}

/** Takes the event out of the queue. False when the handle's event was already taken or cancelled. */
export function cancel(queue: EventQueue, handle: number): boolean {
  if (!(Number.isSafeInteger(handle) && handle >= 0)) return false;
  const slot = handle % SLOT_SPAN;
  const { positions, slots } = queue;
  if (slot >= positions.length) return false;
  if (slots[slot * SLOT_STRIDE] !== (handle - slot) / SLOT_SPAN) return false;
  const position = positions[slot]!;
  if (position < 0) return false;
  removeAt(queue, position);
  freeSlot(queue, slot);
  return true;
}

/** Moves the next event from the queue into `out`. False, with `out` untouched, when none is waiting. */
export function take(queue: EventQueue, out: KernelEvent): boolean {
  const last = queue.size - 1;
  if (last < 0) return false;
  const { heapAtUs, heapEntry, slots } = queue;
  const order = heapEntry[0]!;
  const slot = heapEntry[1]! | 0;
  const at = slot * SLOT_STRIDE;
  const priority = Math.floor(order / SEQUENCE_SPAN);
  out.atUs = heapAtUs[0]!;
  out.priority = priority;
  out.sequence = order - priority * SEQUENCE_SPAN;
  out.kind = slots[at + 1]!;
  out.a = slots[at + 2]!;
  out.b = slots[at + 3]!;
  queue.size = last;
  if (last > 0) siftDown(queue, last, 0);
  freeSlot(queue, slot);
  return true;
}

function refuseTime(atUs: number): never {
  throw new InvariantError(`an event needs a time in whole microseconds from 0, got ${atUs}`);
}

function refusePriority(priority: number): never {
  throw new InvariantError(`an event's priority is an integer from 0 to 255, got ${priority}`);
}

/** Closes the gap at a heap position with the last event of the heap. */
function removeAt(queue: EventQueue, position: number): void {
  const last = queue.size - 1;
  queue.size = last;
  if (position === last) return;
  // Only when an event was cancelled from the middle can the last one belong above the gap.
  const parent = (position - 1) >> 2;
  if (position > 0 && isBefore(queue, last, parent)) siftUp(queue, last, position);
  else siftDown(queue, last, position);
}

function isBefore({ heapAtUs, heapEntry }: EventQueue, position: number, other: number): boolean {
  const atUs = heapAtUs[position]!;
  const otherAtUs = heapAtUs[other]!;
  return atUs < otherAtUs || (atUs === otherAtUs && heapEntry[position * 2]! < heapEntry[other * 2]!);
}

/** Moves all of an entry but its time from one heap position to another. */
function moveEntry(heapEntry: Float64Array, positions: Int32Array, from: number, position: number): void {
  const slot = heapEntry[from * 2 + 1]! | 0;
  heapEntry[position * 2] = heapEntry[from * 2]!;
  heapEntry[position * 2 + 1] = slot;
  positions[slot] = position;
}

/**
 * Moves the event at heap position `from` to where it belongs at or above `gap`, whose entry may be overwritten. It takes
 * positions, not times: numbers with a fraction part passed to a function that is not inlined are put on the heap.
 */
function siftUp(queue: EventQueue, from: number, gap: number): void {
  const { heapAtUs, heapEntry, positions } = queue;
  const atUs = heapAtUs[from]!;
  const order = heapEntry[from * 2]!;
  const slot = heapEntry[from * 2 + 1]! | 0;
  let position = gap;
  while (position > 0) {
    const parent = (position - 1) >> 2;
    const parentAtUs = heapAtUs[parent]!;
    if (parentAtUs < atUs || (parentAtUs === atUs && heapEntry[parent * 2]! < order)) break;
    heapAtUs[position] = parentAtUs;
    moveEntry(heapEntry, positions, parent, position);
    position = parent;
  }
  heapAtUs[position] = atUs;
  heapEntry[position * 2] = order;
  heapEntry[position * 2 + 1] = slot;
  positions[slot] = position;
}

/** As `siftUp`, at or below `gap`. */
function siftDown(queue: EventQueue, from: number, gap: number): void {
  const { heapAtUs, heapEntry, positions, size } = queue;
  const atUs = heapAtUs[from]!;
  const order = heapEntry[from * 2]!;
  const slot = heapEntry[from * 2 + 1]! | 0;
  let position = gap;
  for (;;) {
    const firstChild = (position << 2) + 1;
    if (firstChild >= size) break;
    const pastChild = firstChild + 4 < size ? firstChild + 4 : size;
    let least = firstChild;
    let leastAtUs = heapAtUs[firstChild]!;
    for (let child = firstChild + 1; child < pastChild; child += 1) {
      const childAtUs = heapAtUs[child]!;
      if (childAtUs < leastAtUs || (childAtUs === leastAtUs && heapEntry[child * 2]! < heapEntry[least * 2]!)) {
        least = child;
        leastAtUs = childAtUs;
      }
    }
    if (atUs < leastAtUs || (atUs === leastAtUs && order < heapEntry[least * 2]!)) break;
    heapAtUs[position] = leastAtUs;
    moveEntry(heapEntry, positions, least, position);
    position = least;
  }
  heapAtUs[position] = atUs;
  heapEntry[position * 2] = order;
  heapEntry[position * 2 + 1] = slot;
  positions[slot] = position;
}

/** Gives a slot back, so that handles to what was in it are refused from now on. */
function freeSlot(queue: EventQueue, slot: number): void {
  const { positions, slots } = queue;
  const at = slot * SLOT_STRIDE;
  slots[at] = (slots[at]! + 1) & GENERATION_MASK;
  positions[slot] = -2 - queue.freeSlot;
  queue.freeSlot = slot;
}

/** Chains the slots from `first` on into the list of free slots. */
function chainFreeSlots(queue: EventQueue, first: number): void {
  const { positions } = queue;
  const last = positions.length - 1;
  for (let slot = first; slot < last; slot += 1) positions[slot] = -2 - (slot + 1);
  positions[last] = -2 - queue.freeSlot;
  queue.freeSlot = first;
}

function grow(queue: EventQueue): void {
  const before = capacityOf(queue);
  const capacity = Math.min(before * 4, SLOT_SPAN);
  if (capacity === before) throw new InvariantError("a queue holds at most 4194304 events at a time");
  queue.heapAtUs = grown(queue.heapAtUs, capacity);
  queue.heapEntry = grown(queue.heapEntry, capacity * 2);
  const positions = new Int32Array(capacity);
  positions.set(queue.positions);
  queue.positions = positions;
  queue.slots = grown(queue.slots, capacity * SLOT_STRIDE);
  chainFreeSlots(queue, before);
}

function grown(column: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(column);
  return longer;
}
