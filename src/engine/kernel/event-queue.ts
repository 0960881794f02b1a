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
  /** By heap position: priority * 2^45 + sequence, the order within one instant. */
  heapOrder: Float64Array;
  /** By heap position: the slot that holds the rest of the event. */
  heapSlot: Int32Array;
  /** By slot: heap position; or, of a free slot, -2 - (next free slot), which is -1 at the end of the list. */
  slotPosition: Int32Array;
  /** By slot: how often it has been given away, modulo 2^31. */
  slotGeneration: Int32Array;
  slotKind: Float64Array;
  slotA: Float64Array;
  slotB: Float64Array;
}

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
    heapOrder: new Float64Array(capacity),
    heapSlot: new Int32Array(capacity),
    slotPosition: new Int32Array(capacity),
    slotGeneration: new Int32Array(capacity),
    slotKind: new Float64Array(capacity),
    slotA: new Float64Array(capacity),
    slotB: new Float64Array(capacity),
  };
  chainFreeSlots(queue, 0);
  return queue;
}

/** How many events are waiting. */
export function pendingCount(queue: EventQueue): number {
  return queue.size;
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
  queue.freeSlot = -2 - queue.slotPosition[slot]!;
  queue.nextSequence = sequence + 1;
  queue.slotKind[slot] = kind;
  queue.slotA[slot] = a;
  queue.slotB[slot] = b;
  const position = queue.size;
  queue.size = position + 1;
  queue.heapAtUs[position] = atUs;
  queue.heapOrder[position] = priority * SEQUENCE_SPAN + sequence;
  queue.heapSlot[position] = slot;
  siftUp(queue, position, position);
  return queue.slotGeneration[slot]! * SLOT_SPAN + slot;
}

/** Takes the event out of the queue. False when the handle's event was already taken or cancelled. */
export function cancel(queue: EventQueue, handle: number): boolean {
  if (!(Number.isSafeInteger(handle) && handle >= 0)) return false;
  const slot = handle % SLOT_SPAN;
  if (slot >= queue.slotPosition.length) return false;
  if (queue.slotGeneration[slot] !== (handle - slot) / SLOT_SPAN) return false;
  const position = queue.slotPosition[slot]!;
  if (position < 0) return false;
  removeAt(queue, position);
  freeSlot(queue, slot);
  return true;
}

/** Moves the next event from the queue into `out`. False, with `out` untouched, when none is waiting. */
export function take(queue: EventQueue, out: KernelEvent): boolean {
  if (queue.size === 0) return false;
  const slot = queue.heapSlot[0]!;
  const order = queue.heapOrder[0]!;
  const priority = Math.floor(order / SEQUENCE_SPAN);
  out.atUs = queue.heapAtUs[0]!;
  out.priority = priority;
  out.sequence = order - priority * SEQUENCE_SPAN;
  out.kind = queue.slotKind[slot]!;
  out.a = queue.slotA[slot]!;
  out.b = queue.slotB[slot]!;
  const last = queue.size - 1;
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

function isBefore({ heapAtUs, heapOrder }: EventQueue, position: number, other: number): boolean {
  const atUs = heapAtUs[position]!;
  const otherAtUs = heapAtUs[other]!;
  return atUs < otherAtUs || (atUs === otherAtUs && heapOrder[position]! < heapOrder[other]!);
}

/**
 * Moves the event at heap position `from` to where it belongs at or above `gap`, whose entry may be overwritten. It takes
 * positions, not times: numbers with a fraction part passed to a function that is not inlined are put on the heap.
 */
function siftUp(queue: EventQueue, from: number, gap: number): void {
  const { heapAtUs, heapOrder, heapSlot, slotPosition } = queue;
  const atUs = heapAtUs[from]!;
  const order = heapOrder[from]!;
  const slot = heapSlot[from]!;
  let position = gap;
  while (position > 0) {
    const parent = (position - 1) >> 2;
    const parentAtUs = heapAtUs[parent]!;
    if (parentAtUs < atUs || (parentAtUs === atUs && heapOrder[parent]! < order)) break;
    const parentSlot = heapSlot[parent]!;
    heapAtUs[position] = parentAtUs;
    heapOrder[position] = heapOrder[parent]!;
    heapSlot[position] = parentSlot;
    slotPosition[parentSlot] = position;
    position = parent;
  }
  heapAtUs[position] = atUs;
  heapOrder[position] = order;
  heapSlot[position] = slot;
  slotPosition[slot] = position;
}

/** As `siftUp`, at or below `gap`. */
function siftDown(queue: EventQueue, from: number, gap: number): void {
  const { heapAtUs, heapOrder, heapSlot, slotPosition, size } = queue;
  const atUs = heapAtUs[from]!;
  const order = heapOrder[from]!;
  const slot = heapSlot[from]!;
  let position = gap;
  for (;;) {
    const firstChild = (position << 2) + 1;
    if (firstChild >= size) break;
    const pastChild = firstChild + 4 < size ? firstChild + 4 : size;
    let least = firstChild;
    let leastAtUs = heapAtUs[firstChild]!;
    for (let child = firstChild + 1; child < pastChild; child += 1) {
      const childAtUs = heapAtUs[child]!;
      if (childAtUs < leastAtUs || (childAtUs === leastAtUs && heapOrder[child]! < heapOrder[least]!)) {
        least = child;
        leastAtUs = childAtUs;
      }
    }
    if (atUs < leastAtUs || (atUs === leastAtUs && order < heapOrder[least]!)) break;
    const leastSlot = heapSlot[least]!;
    heapAtUs[position] = leastAtUs;
    heapOrder[position] = heapOrder[least]!;
    heapSlot[position] = leastSlot;
    slotPosition[leastSlot] = position;
    position = least;
  }
  heapAtUs[position] = atUs;
  heapOrder[position] = order;
  heapSlot[position] = slot;
  slotPosition[slot] = position;
}

/** Gives a slot back, so that handles to what was in it are refused from now on. */
function freeSlot(queue: EventQueue, slot: number): void {
  queue.slotGeneration[slot] = (queue.slotGeneration[slot]! + 1) & GENERATION_MASK;
  queue.slotPosition[slot] = -2 - queue.freeSlot;
  queue.freeSlot = slot;
}

/** Chains the slots from `first` on into the list of free slots. */
function chainFreeSlots(queue: EventQueue, first: number): void {
  const { slotPosition } = queue;
  const last = slotPosition.length - 1;
  for (let slot = first; slot < last; slot += 1) slotPosition[slot] = -2 - (slot + 1);
  slotPosition[last] = -2 - queue.freeSlot;
  queue.freeSlot = first;
}

function grow(queue: EventQueue): void {
  const before = queue.slotPosition.length;
  const capacity = Math.min(before * 2, SLOT_SPAN);
  if (capacity === before) throw new InvariantError("a queue holds at most 4194304 events at a time");
  queue.heapAtUs = grownFloat64(queue.heapAtUs, capacity);
  queue.heapOrder = grownFloat64(queue.heapOrder, capacity);
  queue.heapSlot = grownInt32(queue.heapSlot, capacity);
  queue.slotPosition = grownInt32(queue.slotPosition, capacity);
  queue.slotGeneration = grownInt32(queue.slotGeneration, capacity);
  queue.slotKind = grownFloat64(queue.slotKind, capacity);
  queue.slotA = grownFloat64(queue.slotA, capacity);
  queue.slotB = grownFloat64(queue.slotB, capacity);
  chainFreeSlots(queue, before);
}

function grownFloat64(column: Float64Array, capacity: number): Float64Array {
  const grown = new Float64Array(capacity);
  grown.set(column);
  return grown;
}

function grownInt32(column: Int32Array, capacity: number): Int32Array {
  const grown = new Int32Array(capacity);
  grown.set(column);
  return grown;
}
