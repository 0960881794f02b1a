/**
 * Units. Time inside the engine is an integer number of microseconds since the run's start; rates are
 * compared in parts per million. Names end in their unit: `atUs`, `windowUs`, `errorPpm`.
 */

/** Microseconds in a millisecond. */
export const MILLISECOND_US = 1_000;
/** Microseconds in a second. */
export const SECOND_US = 1_000_000;
/** Microseconds in a minute. */
export const MINUTE_US = 60 * SECOND_US;
/** Microseconds in an hour. */
export const HOUR_US = 60 * MINUTE_US;
/** Microseconds in a day. */
export const DAY_US = 24 * HOUR_US;
/** Parts per million in one: a rate of 100 %. */
export const WHOLE_PPM = 1_000_000;

/** The longest latency that a request can have, in microseconds (a signed 32-bit column): about 35.8 minutes. */
export const LATENCY_US_MAX = 0x7fff_ffff;

/** Microseconds as milliseconds, the unit of everything that is shown or written. */
export function msFromUs(us: number): number {
  return us / MILLISECOND_US;
}
