/**
 * The journal: an append-only record of what happened in the control plane, and the digest of the run at the end of
 * every window. Two runs that differ say first at which window, then at which entry.
 */
import { InvariantError } from "./assert.ts";
import type { Digest } from "./digest.ts";

/** What is told about an entry besides its kind: a plain record. */
export type JournalDetail = Readonly<Record<string, unknown>>;

/** One thing that happened. */
export interface JournalEntry {
  /** When, in microseconds since the run's start. */
  readonly atUs: number;
  /** From 0, in the order of happening. */
  readonly sequence: number;
  /** A past-tense noun such as `phase.advanced`. */
  readonly kind: string;
  readonly detail: JournalDetail;
}

/** State of a journal. The columns hold one value per closed window, then room to grow. */
export interface JournalState {
  entries: JournalEntry[];
  /** Windows closed so far. */
  windowCount: number;
  windowAtUs: Float64Array;
  /** The two lanes of the digest at the window's end. */
  windowDigestA: Int32Array;
  windowDigestB: Int32Array;
}

/** Where two journals first part. */
export interface Divergence {
  /** The first window, from 0, that ends differently or is missing from one; null when all windows agree. */
  readonly window: number | null;
  /** When that window ended, in the journal that has it; null when all windows agree. */
  readonly windowAtUs: number | null;
  /** The first entry, from 0, that differs or is missing from one; null when all entries agree. */
  readonly entry: number | null;
  /** That entry in the first journal, and in the second; null where it is missing. */
  readonly left: JournalEntry | null;
  readonly right: JournalEntry | null;
}

const WINDOW_CAPACITY = 256;

/** A journal of nothing. */
export function createJournal(): JournalState {
  return {
    entries: [],
    windowCount: 0,
    windowAtUs: new Float64Array(WINDOW_CAPACITY),
    windowDigestA: new Int32Array(WINDOW_CAPACITY),
    windowDigestB: new Int32Array(WINDOW_CAPACITY),
  };
}

/** Appends an entry and returns it. Entries come in the order of time. */
export function record(journal: JournalState, atUs: number, kind: string, detail: JournalDetail): JournalEntry {
  const { entries } = journal;
  const last = entries.at(-1);
  if (last !== undefined && atUs < last.atUs) {
    throw new InvariantError(`the journal goes back: ${kind} at ${atUs} us after ${last.kind} at ${last.atUs} us`);
  }
  const entry: JournalEntry = { atUs, sequence: entries.length, kind, detail };
  entries.push(entry);
  return entry;
}

/** Notes the digest of the run at the end of a window. Windows come in the order of time, each end once. */
export function closeWindow(journal: JournalState, atUs: number, digest: Readonly<Digest>): void {
  const window = journal.windowCount;
  if (window > 0 && atUs <= journal.windowAtUs[window - 1]!) {
    throw new InvariantError(`a window ends at ${atUs} us, not after the one before it`);
  }
  if (window === journal.windowAtUs.length) growWindows(journal, window * 2);
  journal.windowAtUs[window] = atUs;
  journal.windowDigestA[window] = digest.a;
  journal.windowDigestB[window] = digest.b;
  journal.windowCount = window + 1;
}

/** Where two journals first part; null when they are the same. */
export function firstDivergence(a: JournalState, b: JournalState): Divergence | null {
  const window = firstWindowApart(a, b);
  const entry = firstEntryApart(a.entries, b.entries);
  if (window === null && entry === null) return null;
  const longer = window !== null && window < a.windowCount ? a : b;
  return {
    window,
    windowAtUs: window === null ? null : longer.windowAtUs[window]!,
    entry,
    left: entry === null ? null : (a.entries[entry] ?? null),
    right: entry === null ? null : (b.entries[entry] ?? null),
  };
}

function firstWindowApart(a: JournalState, b: JournalState): number | null {
  const common = Math.min(a.windowCount, b.windowCount);
  for (let window = 0; window < common; window += 1) {
    const isSame =
      a.windowAtUs[window] === b.windowAtUs[window] &&
      a.windowDigestA[window] === b.windowDigestA[window] &&
      a.windowDigestB[window] === b.windowDigestB[window];
    if (!isSame) return window;
  }
  return a.windowCount === b.windowCount ? null : common;
}

function firstEntryApart(a: readonly JournalEntry[], b: readonly JournalEntry[]): number | null {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index += 1) {
    if (!isSamePlain(a[index], b[index])) return index;
  }
  return a.length === b.length ? null : common;
}

/** Structural equality of plain data; the order of a record's fields does not matter, NaN equals NaN. */
function isSamePlain(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const fieldsA = Object.entries(a);
  if (fieldsA.length !== Object.keys(b).length) return false;
  const fieldsB: Readonly<Record<string, unknown>> = { ...b };
  return fieldsA.every(([name, value]) => Object.hasOwn(fieldsB, name) && isSamePlain(value, fieldsB[name]));
}

function growWindows(journal: JournalState, capacity: number): void {
  const { windowAtUs, windowDigestA, windowDigestB } = journal;
  journal.windowAtUs = new Float64Array(capacity);
  journal.windowAtUs.set(windowAtUs);
  journal.windowDigestA = new Int32Array(capacity);
  journal.windowDigestA.set(windowDigestA);
  journal.windowDigestB = new Int32Array(capacity);
  journal.windowDigestB.set(windowDigestB);
}
