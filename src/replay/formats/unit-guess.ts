/** Units that nobody names, guessed by the magnitude of the first values. Each guess is said in a note. */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { UNIT_US } from "./csv-columns.ts";

/** How many rows a unit is guessed by. */
export const GUESS_ROWS = 1_000;
/** How many bytes of them are held meanwhile. */
export const GUESS_BYTES_MAX = 4_194_304;

/** Requests that are further apart in the mean are taken to be in a finer unit. */
const DISTANCE_US_MAX = 10 * SECOND_US;

/** What counts from 0 begins near it; times since 1970 have more digits in any unit. */
const FIRST_MAX = 100_000_000;

/** The coarsest unit of times that count from 0 in which there is a request every ten seconds; null: no such times. */
export function relativeUnitUsOf(times: readonly string[]): number | null {
  const values = times.filter((text) => /^\s*\d{1,18}(?:\.\d*)?\s*$/.test(text)).map(Number);
  let first = Infinity;
  let last = 0;
  for (const value of values) {
    if (value < first) first = value;
    if (value > last) last = value;
  }
  if (first >= FIRST_MAX) return null;
  const distance = last / values.length;
  for (const unit of ["s", "ms", "us"]) {
    const unitUs = UNIT_US[unit] ?? SECOND_US;
    if (distance * unitUs <= DISTANCE_US_MAX) return unitUs;
  }
  return UNIT_US["ns"] ?? null;
}

/**
 * The unit of latencies, by their median: fractions below 1 are seconds; more than 100 s in milliseconds are
 * microseconds, more than 5,000 s nanoseconds. Null: there are none to tell by.
 */
export function latencyUnitUsOf(latencies: readonly string[]): number | null {
  const values = latencies.filter((text) => /^\s*\d+(?:\.\d*)?\s*$/.test(text)).map(Number);
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b);
  const middle = positive[positive.length >> 1];
  if (middle === undefined) return null;
  if (middle < 1) return UNIT_US["s"] ?? null;
  const unit = middle >= 5_000_000 ? "ns" : middle >= 100_000 ? "us" : "ms";
  return UNIT_US[unit] ?? null;
}

/** A unit in words. */
export function unitName(unitUs: number): string {
  if (unitUs === SECOND_US) return "seconds";
  if (unitUs === 1_000) return "milliseconds";
  return unitUs === 1 ? "microseconds" : "nanoseconds";
}
