/** What a version answers to a request for analytics: bars with their bands, or why it cannot. */
import type { CandleRepository } from "./candle.ts";

/** Bollinger bands are drawn over so many bars, the present one included, */
export const BAND_BARS = 20;
/** so many standard deviations away from the mean. The deviation is the population's: divided by 20, not by 19. */
export const BAND_DEVIATIONS = 2;

/** One bar as it is sent: every field should be a number, the bands null where there are too few bars before it. */
export interface AnswerBar {
  /** Where the bar begins, whole minutes since 1970: a multiple of the interval. */
  readonly startMinute: number | string;
  readonly open: number | string;
  readonly high: number | string;
  readonly low: number | string;
  readonly close: number | string;
  readonly volume: number | string;
  readonly middle: number | string | null;
  readonly upper: number | string | null;
  readonly lower: number | string | null;
}

/** An answer. */
export type Answer =
  | { readonly kind: "bars"; readonly bars: readonly AnswerBar[] }
  /** The store lacks a method that the version needs. */
  | { readonly kind: "refused"; readonly missing: keyof CandleRepository };
