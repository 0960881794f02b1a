/**
 * Cumulative totals at instants: a copy of all counters (and, where rules need it, histograms) at every tick of the
 * longest window, in a ring. A window is the difference between two totals.
 */
import type { Recording } from "./recording.ts";

/** What had been recorded at an instant: parts of longer arrays, never copied to be read. */
export interface Totals {
  readonly atUs: number;
  readonly counters: Float64Array;
  readonly countersOffset: number;
  /** Null where histograms were not kept for this instant. */
  readonly histograms: Uint32Array | null;
  readonly histogramsOffset: number;
}

/** Totals at past ticks. Plain data. */
export interface TotalsRing {
  /** Number of ticks kept. */
  readonly ticks: number;
  readonly counters: Float64Array;
  /** Empty when no windowed rule reads a quantile. */
  readonly histograms: Uint32Array;
  /** Number of the newest tick; tick 0 is the run's start, with nothing recorded. */
  newestTick: number;
}

/** A ring that reaches `ticks` ticks back, for what a recording holds; histograms only if asked for. */
export function createTotalsRing(ticks: number, recording: Recording, keepsHistograms: boolean): TotalsRing {
  const slots = ticks + 1;
  return {
    ticks: slots,
    counters: new Float64Array(slots * recording.counters.length),
    histograms: new Uint32Array(keepsHistograms ? slots * recording.histograms.length : 0),
    newestTick: 0,
  };
}

/** Keeps the present totals as those of the next tick. */
export function pushTotals(ring: TotalsRing, recording: Recording): void {
  ring.newestTick++;
  const slot = ring.newestTick % ring.ticks;
  ring.counters.set(recording.counters, slot * recording.counters.length);
  if (ring.histograms.length > 0) ring.histograms.set(recording.histograms, slot * recording.histograms.length);
}

/** Totals at a tick at most `ring.ticks - 1` back; ticks before the start are the start. */
export function totalsAtTick(ring: TotalsRing, tick: number, tickUs: number): Totals {
  const from = Math.max(tick, 0);
  const slot = from % ring.ticks;
  const counterCount = ring.counters.length / ring.ticks;
  return {
    atUs: from * tickUs,
    counters: ring.counters,
    countersOffset: slot * counterCount,
    histograms: ring.histograms.length > 0 ? ring.histograms : null,
    histogramsOffset: slot * (ring.histograms.length / ring.ticks),
  };
}

/** The totals now; reads the recording itself, so use it before more is recorded. */
export function totalsNow(recording: Recording, nowUs: number): Totals {
  return {
    atUs: nowUs,
    counters: recording.counters,
    countersOffset: 0,
    histograms: recording.histograms,
    histogramsOffset: 0,
  };
}

/** A copy of the totals now, to measure a phase from. Plain data. */
export function copyTotals(recording: Recording, nowUs: number): Totals {
  const now = totalsNow(recording, nowUs);
  return { ...now, counters: now.counters.slice(), histograms: recording.histograms.slice() };
}
