/** Candles of the reference workload, and where both versions get them from. */
import { draw32, type Stream } from "../kernel/random.ts";

/** One minute of trading. Prices are multiples of 0.01, volumes whole numbers. */
export interface Candle {
  /** Whole minutes since 1970 at which it begins. */
  readonly atMinute: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What the versions ask of their store of candles. */
export interface CandleRepository {
  /** The minute of the last candle of the symbol; -1: it has none. */
  readonly latestMinute: (symbol: string) => number;
  /** The candles that begin in `[fromMinute, untilMinute)`, in the order of time; minutes without trades have none. */
  readonly candlesBetween: (symbol: string, fromMinute: number, untilMinute: number) => readonly Candle[];
}

/** One request for analytics: the bars of a symbol up to its last candle, and the bands around them. */
export interface AnalyticsRequest {
  readonly symbol: string;
  /** Length of a bar. */
  readonly intervalMinutes: number;
  /** How far back from the last candle. */
  readonly lookbackMinutes: number;
}

/** A request with the store as it was when it came. */
export interface ShadowRequest {
  readonly request: AnalyticsRequest;
  readonly candles: readonly Candle[];
}

/** Lengths of bars that requests ask for, minutes. */
const INTERVALS = [3, 5, 15] as const;
/** Some minute in 2025, from which candles begin: no bar of any interval begins with all of them. */
const FIRST_MINUTE = 29_100_001;
/** Bars per request, at least, and how many more there can be: some have too few candles for a single band. */
const BARS_LEAST = 12;
const BARS_MORE = 24;
/** One minute of so many has no trades. */
const QUIET_MINUTES = 16;

/** The request with this number: which symbol and interval, and a random walk of candles, all by the stream. */
export function drawRequest(stream: Stream, number: number): ShadowRequest {
  const a = draw32(stream.a, stream.b, number) | 0;
  const b = draw32(stream.b, stream.a, number) | 0;
  let index = 0;
  const drawBelow = (limit: number): number => draw32(a, b, index++) % limit;
  const intervalMinutes = INTERVALS[drawBelow(INTERVALS.length)] ?? INTERVALS[0];
  const minutes = intervalMinutes * (BARS_LEAST + drawBelow(BARS_MORE)) + drawBelow(intervalMinutes);
  const firstMinute = FIRST_MINUTE + drawBelow(100_000);
  let closeCents = 1_000 + drawBelow(500_000);
  const candles: Candle[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    if (drawBelow(QUIET_MINUTES) === 0 && minute > 0) continue;
    const openCents = closeCents;
    closeCents = Math.max(100, openCents + drawBelow(201) - 100);
    const highCents = Math.max(openCents, closeCents) + drawBelow(50);
    const lowCents = Math.max(1, Math.min(openCents, closeCents) - drawBelow(50));
    candles.push({
      atMinute: firstMinute + minute,
      open: openCents / 100,
      high: highCents / 100,
      low: lowCents / 100,
      close: closeCents / 100,
      volume: 1 + drawBelow(10_000),
    });
  }
  const symbol = `S${drawBelow(500)}`;
  return { request: { symbol, intervalMinutes, lookbackMinutes: minutes }, candles };
}

/** A store that holds the candles of one symbol. */
export function repositoryOf(symbol: string, candles: readonly Candle[]): CandleRepository {
  return {
    latestMinute: (asked) => (asked === symbol ? (candles.at(-1)?.atMinute ?? -1) : -1),
    candlesBetween: (asked, fromMinute, untilMinute) =>
      asked === symbol ? candles.filter(({ atMinute }) => atMinute >= fromMinute && atMinute < untilMinute) : [],
  };
}
